use std::collections::BTreeSet;
use std::path::Path;

use super::conflict;
use super::pipeline::{Loaded, load};
use super::status::{Status, Trouble};
use super::ui::{DIM, GREEN, RED, Ui, YELLOW, count};
use super::{OutArgs, SpecArgs, next, output};
use crate::render::{ArtifactPath, Artifacts, render};
use crate::tree::{self, Action, Applied, Change, Force, Plan};

/// Render every file of the stack
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    spec: SpecArgs,
    #[command(flatten)]
    out: OutArgs,
    /// Print what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Overwrite what was edited by hand or is not pinkogen's, and keep a backup; with =PATH only that file
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    force: Vec<String>,
    /// Print the plan and every error as JSON; `pinkogen schema plan` tells the shape
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let Loaded { places, stack } = load(args.spec.spec.as_deref(), args.out.out.as_deref(), ui)?;
    let artifacts = render(&stack)?;
    let force = force(&args.force)?;
    let mut output = if args.dry_run {
        output::look(&places.out, ui)?
    } else {
        output::work(&places.out, &force, ui)?
    };
    let found = output
        .observe(&artifacts)
        .map_err(|error| Trouble::with_output(&error))?;
    let plan = tree::plan(&artifacts, &found, &force);
    let mut backups = Vec::new();
    if !args.dry_run
        && !plan.has_conflicts()
        && let Applied::Done { backups: kept } = output.apply(&plan, &artifacts, &found)?
    {
        backups = kept;
    }
    if let Some(report) = ui.report() {
        let patches = tree::patches(&plan, &artifacts, &found, Path::new(""));
        report.plan(&plan, &artifacts, &found, &patches, &backups);
    }
    if plan.has_conflicts() {
        conflict::tell(&plan, &artifacts, &found, ui);
        return Ok(Status::Differs);
    }
    for change in &plan.changes {
        print(change, ui);
    }
    output::tell_backups(&backups, &places.out, ui);
    conflict::tell_kept_edits(&plan, &artifacts, ui);
    if plan.changes_files() && !args.dry_run {
        output::tell_ignored(&tree::ignored(&places.out, artifacts.keys()), ui);
    }
    ui.line("");
    ui.line(&summary(&plan, &artifacts, args.dry_run));
    if !args.dry_run {
        let steps = next::steps(&stack, &places);
        ui.line("next:");
        for step in &steps {
            ui.line(&format!("  {step}"));
        }
        if let Some(report) = ui.report() {
            report.next = steps;
        }
    }
    Ok(Status::Fine)
}

/// `--force` means all, `--force=PATH` a file of the output folder.
fn force(written: &[String]) -> Result<Force, Trouble> {
    if written.is_empty() {
        return Ok(Force::None);
    }
    if written.iter().any(String::is_empty) {
        return Ok(Force::All);
    }
    let path = |text: &String| {
        ArtifactPath::new(text.as_str()).map_err(|fault| {
            Trouble::new(format!(
                "`--force={text}`: {fault}\nhelp: the path is relative to the output folder, as `render` prints it"
            ))
        })
    };
    Ok(Force::Paths(
        written.iter().map(path).collect::<Result<BTreeSet<_>, _>>()?,
    ))
}

fn print(change: &Change, ui: &mut Ui) {
    let (mark, style) = match change.action {
        Action::Create => ('+', GREEN),
        Action::Update | Action::Merge(_) => ('~', YELLOW),
        Action::Prune => ('-', RED),
        Action::Keep | Action::KeepEdit | Action::Ejected => ('=', DIM),
        Action::Forget | Action::Conflict => return,
    };
    let note = match change.action {
        Action::Merge(_) | Action::KeepEdit | Action::Ejected => format!("    ({})", change.why),
        _ => String::new(),
    };
    ui.styled(style, &format!("{mark} {}{note}", change.path));
}

fn summary(plan: &Plan, artifacts: &Artifacts, dry_run: bool) -> String {
    let number = |wanted: fn(&Action) -> bool| {
        plan.changes
            .iter()
            .filter(|change| wanted(&change.action))
            .count()
    };
    let made = number(|action| matches!(action, Action::Create));
    let changed = number(|action| matches!(action, Action::Update | Action::Merge(_)));
    let removed = number(|action| matches!(action, Action::Prune));
    let kept = number(|action| matches!(action, Action::Keep | Action::KeepEdit | Action::Ejected));
    let would = if dry_run {
        " (nothing was written: --dry-run)"
    } else {
        ""
    };
    format!(
        "{}: {made} new, {changed} changed, {removed} removed, {kept} unchanged{would}",
        count(artifacts.len(), "file")
    )
}
