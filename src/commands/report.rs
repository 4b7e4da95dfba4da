//! What `--json` prints: one shape for every command, whose schema `pinkogen schema plan` prints.

use serde::Serialize;

use super::conflict;
use super::status::Status;
use crate::render::Artifacts;
use crate::spec::{Level, Problems, Source};
use crate::tree::{Action, Backup, FilePatch, Found, Plan};

/// Breaking changes of the shape are counted; new fields are none.
const VERSION: u32 = 1;

#[derive(Default, Serialize)]
pub(super) struct Report {
    version: u32,
    command: &'static str,
    /// The status with which the command ends.
    status: u8,
    /// Everything that is not simply kept.
    pub(super) changes: Vec<Row>,
    messages: Vec<Message>,
    /// Commands that come next.
    pub(super) next: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    action: &'static str,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<usize>,
    /// Where what was overwritten by force is kept, relative to the output folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<ConflictRow>,
}

#[derive(Serialize)]
struct ConflictRow {
    /// The key of the spec from which what was to be written comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The input file, beside the spec, of which this is a copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    sides: Vec<SidesRow>,
}

#[derive(Serialize)]
struct SidesRow {
    /// Counted from 1.
    line: usize,
    yours: Vec<String>,
    pinkogen: Vec<String>,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Report {
    pub(super) fn new(command: &'static str) -> Self {
        Self {
            version: VERSION,
            command,
            ..Self::default()
        }
    }

    /// A text for people; what follows `help: ` is the help.
    pub(super) fn message(&mut self, level: &'static str, text: &str) {
        let (text, help) = match text.split_once("\nhelp: ") {
            Some((text, help)) => (text, Some(help.to_owned())),
            None => (text, None),
        };
        self.messages.push(Message {
            level,
            text: text.to_owned(),
            help,
            file: None,
            line: None,
            column: None,
        });
    }

    pub(super) fn problems(&mut self, source: &Source<'_>, problems: &Problems) {
        let mut sorted: Vec<_> = problems.iter().collect();
        sorted.sort_by_key(|problem| (source.bytes(&problem.at).start, problem.level));
        for problem in sorted {
            let before = source
                .text
                .get(..source.bytes(&problem.at).start)
                .unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            let mut text = problem.title.clone();
            if !problem.label.is_empty() && problem.label != text {
                text = format!("{text}: {}", problem.label);
            }
            self.messages.push(Message {
                level: match problem.level {
                    Level::Error => "error",
                    Level::Warning => "warning",
                },
                text,
                help: problem.help.clone(),
                file: Some(source.path.clone()),
                line: Some(before.matches('\n').count() + 1),
                column: Some(before[line_start..].chars().count() + 1),
            });
        }
    }

    /// The plan; `backups` are those that were made.
    pub(super) fn plan(
        &mut self,
        plan: &Plan,
        artifacts: &Artifacts,
        found: &Found,
        patches: &[FilePatch],
        backups: &[Backup],
    ) {
        let changes = plan
            .changes
            .iter()
            .filter(|change| !matches!(change.action, Action::Keep | Action::Forget));
        self.changes = changes
            .map(|change| {
                let patch = patches
                    .iter()
                    .find(|patch| patch.path == change.path && !patch.is_binary);
                let kept = change.backup.as_ref().and_then(|at| {
                    let backup = backups.iter().find(|backup| backup.path == *at)?;
                    Some(backup.kept.clone())
                });
                Row {
                    path: change.path.to_string(),
                    action: name(&change.action),
                    why: change.why.to_string(),
                    added: patch.map(|patch| patch.added),
                    removed: patch.map(|patch| patch.removed),
                    backup: kept,
                    conflict: (change.action == Action::Conflict).then(|| {
                        let clash = conflict::Clash::new(&change.path, artifacts, found);
                        ConflictRow {
                            key: clash.key.map(ToString::to_string),
                            original: clash.original.map(ToOwned::to_owned),
                            sides: clash
                                .sides
                                .into_iter()
                                .map(|sides| SidesRow {
                                    line: sides.found_line + 1,
                                    yours: sides.found,
                                    pinkogen: sides.wanted,
                                })
                                .collect(),
                        }
                    }),
                }
            })
            .collect();
    }

    pub(super) fn text(mut self, status: Status) -> String {
        self.status = status as u8;
        serde_json::to_string_pretty(&self).expect("texts and numbers are JSON")
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
