//! What is said of files that were edited, or are not ours.

use std::path::Path;

use super::ui::{Ui, count};
use crate::key_path::KeyPath;
use crate::render::{Artifact, ArtifactPath, Artifacts, Content};
use crate::tree::{Action, Backup, Entry, Found, Output, Plan, Recovered, Why};

/// Each conflict with its reason and the ways out. Nothing was done.
pub(super) fn tell(plan: &Plan, artifacts: &Artifacts, found: &Found, ui: &mut Ui) {
    for change in plan.conflicts() {
        let path = &change.path;
        let artifact = artifacts.get(path);
        let mut text = format!("`{path}` is {}", change.why);
        match &change.why {
            Why::Foreign => {
                text.push_str("\nhelp: move it out of the output folder");
            }
            Why::EditedAndUnwanted => text.push_str("\nhelp: remove it"),
            Why::InTheWay(_) => {
                text = format!("`{path}` cannot be written: {}\nhelp: move it away", change.why);
            }
            _ => {
                if let Some(key) = artifact.and_then(|artifact| changed_key(artifact, found.entry(path))) {
                    text.push_str(&format!("\nnote: what changed comes from `{key}` in the spec"));
                }
                match artifact.map(|artifact| &artifact.content) {
                    Some(Content::Copy { original, .. }) => {
                        text.push_str(&format!(
                            "\nhelp: it is a copy: make the edit in `{original}`, beside the spec"
                        ));
                    }
                    _ => text.push_str("\nhelp: say in the spec what the edit says, and undo the edit"),
                }
            }
        }
        text.push_str(&format!(", or `--force={path}` overwrites it and keeps a backup"));
        ui.error(&text);
    }
    ui.say(&format!(
        "nothing was written: {}",
        count(plan.conflicts().count(), "conflict")
    ));
}

/// What became of a run that was cut off.
pub(super) fn tell_recovered(output: &Output, dir: &Path, ui: &mut Ui) {
    match &output.recovered {
        None => {}
        Some(Recovered::Undone) => {
            ui.say("note: a run was cut off before it changed a file; what it left was cleared")
        }
        Some(Recovered::Finished { backups }) => {
            ui.say("note: a run was cut off half-way; it was finished first");
            tell_backups(backups, dir, ui);
        }
    }
}

/// What was overwritten by force, and where it is now.
pub(super) fn tell_backups(backups: &[Backup], dir: &Path, ui: &mut Ui) {
    let place = |path: &str| dir.join(path).display().to_string();
    for backup in backups {
        ui.say(&format!(
            "`{}` was kept as `{}`",
            place(&backup.path),
            place(&backup.kept)
        ));
    }
}

/// Edits that stay, named so that nobody forgets them.
pub(super) fn tell_kept_edits(plan: &Plan, artifacts: &Artifacts, ui: &mut Ui) {
    for change in plan
        .changes
        .iter()
        .filter(|change| change.action == Action::KeepEdit)
    {
        ui.warning(&format!(
            "`{}` was edited by hand, and is left so{}",
            change.path,
            original(&change.path, artifacts)
        ));
    }
}

fn original(path: &ArtifactPath, artifacts: &Artifacts) -> String {
    match artifacts.get(path).map(|artifact| &artifact.content) {
        Some(Content::Copy { original, .. }) => format!(" (it is a copy of `{original}`)"),
        _ => String::new(),
    }
}

/// The key of the first line in which the wanted text differs from what lies there.
fn changed_key<'a>(artifact: &'a Artifact, entry: &Entry) -> Option<&'a KeyPath> {
    let Entry::File(file) = entry else { return None };
    let wanted = artifact.bytes();
    let lines = |bytes: &[u8]| {
        bytes
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let (wanted, found) = (lines(&wanted), lines(&file.bytes));
    let line = wanted
        .iter()
        .zip(&found)
        .take_while(|(wanted, found)| wanted == found)
        .count();
    artifact
        .key_of_line(line)
        .filter(|key| !key.segments().is_empty())
}
