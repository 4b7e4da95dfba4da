use std::env;

use super::conflict;
use super::output;
use super::pipeline::{Loaded, load};
use super::status::{Status, Trouble};
use super::ui::{Ui, count};
use super::{OutArgs, SpecArgs};
use crate::render::render;
use crate::tree::{self, Action, FilePatch, Force, Plan};

/// Show what `render` would change, as a patch that `git apply` takes
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Args {
    #[command(flatten)]
    spec: SpecArgs,
    #[command(flatten)]
    out: OutArgs,
    /// Print nothing; the status tells
    #[arg(long, short)]
    quiet: bool,
    /// Print a line for each file instead of the patch
    #[arg(long, conflicts_with_all = ["quiet", "json"])]
    stat: bool,
    /// Print the plan and every error as JSON; `pinkogen schema plan` tells the shape
    #[arg(long, conflicts_with = "quiet")]
    pub(super) json: bool,
    /// End with 1 for hand edits too, though `render` would keep them
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let Loaded { places, stack } = load(args.spec.spec.as_deref(), args.out.out.as_deref(), ui)?;
    let artifacts = render(&stack)?;
    let mut output = output::look(&places.out, ui)?;
    let found = output
        .observe(&artifacts)
        .map_err(|error| Trouble::with_output(&error))?;
    let plan = tree::plan(&artifacts, &found, &Force::None);
    let status = status(&plan, args.strict);
    if args.quiet {
        return Ok(status);
    }
    let prefix = tree::patch_prefix(&places.out, &env::current_dir()?);
    let patches = tree::patches(&plan, &artifacts, &found, &prefix);
    let missed = tree::missed(&plan, &artifacts, &found, &prefix);
    if let Some(report) = ui.report() {
        let all = [&*patches, &*missed].concat();
        report.plan(&plan, &artifacts, &found, &all, &[]);
    }
    if args.stat {
        stat(&patches, ui);
    } else {
        for patch in &patches {
            ui.raw(patch.text.as_bytes());
        }
    }
    if plan.has_conflicts() {
        conflict::tell(&plan, &artifacts, &found, ui);
    }
    conflict::tell_kept_edits(&plan, &artifacts, ui);
    output::tell_missed(&missed, ui);
    Ok(status)
}

fn status(plan: &Plan, strict: bool) -> Status {
    let edited = plan
        .changes
        .iter()
        .any(|change| change.action == Action::KeepEdit);
    if plan.changes_files() || plan.has_conflicts() || (strict && edited) {
        Status::Differs
    } else {
        Status::Fine
    }
}

fn stat(patches: &[FilePatch], ui: &mut Ui) {
    let width = patches
        .iter()
        .map(|patch| patch.path.as_str().chars().count())
        .max()
        .unwrap_or(0);
    for patch in patches {
        let counts = if patch.is_binary {
            "binary".to_owned()
        } else {
            format!("+{} -{}", patch.added, patch.removed)
        };
        ui.line(&format!("{:width$} | {counts}", patch.path.as_str()));
    }
    if !patches.is_empty() {
        let (added, removed) = patches.iter().fold((0, 0), |(added, removed), patch| {
            (added + patch.added, removed + patch.removed)
        });
        ui.line(&format!(
            "{} changed, +{added} -{removed}",
            count(patches.len(), "file")
        ));
    }
}
