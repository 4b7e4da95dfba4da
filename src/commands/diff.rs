use std::env;

use serde::Serialize;

use super::conflict;
use super::pipeline::{Loaded, load};
use super::status::{Status, Trouble};
use super::ui::{Ui, count};
use super::{OutArgs, SpecArgs};
use crate::render::render;
use crate::tree::{self, Action, FilePatch, Force, Output, Plan};

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
    /// Print the plan as JSON instead of the patch
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    /// End with 1 for hand edits too, though `render` would keep them
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let Loaded { places, stack } = load(args.spec.spec.as_deref(), args.out.out.as_deref(), ui)?;
    let artifacts = render(&stack)?;
    let mut output = Output::look(&places.out).map_err(|error| Trouble::with_output(&error))?;
    let found = output
        .observe(&artifacts)
        .map_err(|error| Trouble::with_output(&error))?;
    conflict::tell_recovered(&output, &places.out, ui);
    let plan = tree::plan(&artifacts, &found, &Force::None);
    let prefix = tree::patch_prefix(&places.out, &env::current_dir()?);
    let mut patches = tree::patches(&plan, &artifacts, &found, &prefix);
    patches.extend(tree::missed(&plan, &artifacts, &found, &prefix));
    let status = status(&plan, args.strict);
    if args.quiet {
        return Ok(status);
    }
    if args.json {
        let report = Report::new(&plan, &patches, status);
        ui.line(&serde_json::to_string_pretty(&report)?);
        return Ok(status);
    }
    if args.stat {
        stat(&patches, ui);
    } else {
        patches.iter().for_each(|patch| ui.raw(patch.text.as_bytes()));
    }
    if plan.has_conflicts() {
        conflict::tell(&plan, &artifacts, &found, ui);
    }
    conflict::tell_kept_edits(&plan, &artifacts, ui);
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

/// The plan for machines. Its shape is documented in the README; `version` counts its breaking changes.
#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    /// The status with which the command ends.
    status: u8,
    /// Everything that is not simply kept.
    changes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    action: &'static str,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<usize>,
}

impl<'a> Report<'a> {
    fn new(plan: &'a Plan, patches: &[FilePatch], status: Status) -> Self {
        let rows = plan
            .changes
            .iter()
            .filter(|change| !matches!(change.action, Action::Keep | Action::Forget));
        let changes = rows
            .map(|change| {
                let patch = patches
                    .iter()
                    .find(|patch| patch.path == change.path && !patch.is_binary);
                Row {
                    path: change.path.as_str(),
                    action: name(&change.action),
                    why: change.why.to_string(),
                    added: patch.map(|patch| patch.added),
                    removed: patch.map(|patch| patch.removed),
                }
            })
            .collect();
        Self {
            version: 1,
            status: status as u8,
            changes,
        }
    }
}

fn name(action: &Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Merge(_) => "merge",
        Action::Keep => "keep",
        Action::KeepEdit => "keep-edit",
        Action::Ejected => "ejected",
        Action::Prune => "prune",
        Action::Forget => "forget",
        Action::Conflict => "conflict",
    }
}
