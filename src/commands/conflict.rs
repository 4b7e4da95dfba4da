//! What is said of files that were edited, or are not ours.

use std::fmt::Write as _;

use super::next::word;
use super::ui::{Ui, count};
use crate::key_path::KeyPath;
use crate::render::{Artifact, ArtifactPath, Artifacts, Content};
use crate::tree::{self, Action, Change, Found, Plan, Sides, Why};

/// As much of a conflict as a person reads at once.
const MOST_PIECES: usize = 3;
const MOST_LINES: usize = 6;

/// Where an edit and what is wanted meet, and what of the spec it comes from.
pub(super) struct Clash<'a> {
    pub(super) sides: Vec<Sides>,
    pub(super) key: Option<&'a KeyPath>,
    /// The input file that this is a copy of.
    pub(super) original: Option<&'a str>,
}

impl<'a> Clash<'a> {
    pub(super) fn new(path: &ArtifactPath, artifacts: &'a Artifacts, found: &Found) -> Self {
        let artifact = artifacts.get(path);
        let sides = tree::sides(path, artifacts, found);
        let line = sides.first().map_or(0, |sides| sides.wanted_line);
        Self {
            key: artifact
                .and_then(|artifact| artifact.key_of_line(line))
                .filter(|key| !key.segments().is_empty()),
            original: artifact.and_then(original),
            sides,
        }
    }
}

fn original(artifact: &Artifact) -> Option<&str> {
    match &artifact.content {
        Content::Copy { original, .. } => Some(original),
        Content::Blocks(_) => None,
    }
}

/// Each conflict with both sides and the ways out. Nothing was done.
pub(super) fn tell(plan: &Plan, artifacts: &Artifacts, found: &Found, ui: &mut Ui) {
    for change in plan.conflicts() {
        ui.error(&text(change, artifacts, found));
    }
    ui.say(&format!(
        "nothing was written: {}",
        count(plan.conflicts().count(), "conflict")
    ));
}

fn text(change: &Change, artifacts: &Artifacts, found: &Found) -> String {
    let path = &change.path;
    let clash = Clash::new(path, artifacts, found);
    let (mut text, first_way) = match &change.why {
        Why::Foreign => (
            format!("`{path}` is {}", change.why),
            "move it out of the output folder".to_owned(),
        ),
        Why::EditedAndUnwanted => (format!("`{path}` is {}", change.why), "remove it".to_owned()),
        Why::InTheWay(_) => (
            format!("`{path}` cannot be written: {}", change.why),
            "move it away".to_owned(),
        ),
        _ => (
            format!("`{path}` is {}", change.why),
            match clash.original {
                Some(original) => {
                    format!("it is a copy: make the edit in `{original}`, beside the spec")
                }
                None => "say in the spec what the edit says, and undo the edit".to_owned(),
            },
        ),
    };
    show(&mut text, path, &clash.sides);
    let mut add = |line: String| text.push_str(&line);
    if let (Some(key), None) = (clash.key, clash.original) {
        add(format!(
            "\nnote: what pinkogen writes there comes from `{key}` in the spec"
        ));
    }
    let name = word(path.as_str());
    add(format!("\nhelp: {first_way}"));
    add(format!(
        "; or `pinkogen render --force={name}` overwrites it and keeps a backup"
    ));
    if matches!(
        change.why,
        Why::EditedAndChanged(_) | Why::EditedAndUnwanted | Why::Edited
    ) {
        add(format!("; or `pinkogen eject {name}` makes the file yours"));
    }
    text
}

/// Both sides, a piece at a time.
fn show(text: &mut String, path: &ArtifactPath, all: &[Sides]) {
    for sides in all.iter().take(MOST_PIECES) {
        let _ = write!(text, "\n --> {path}:{}", sides.found_line + 1);
        for (name, lines) in [("yours", &sides.found), ("pinkogen", &sides.wanted)] {
            if lines.is_empty() {
                let _ = write!(text, "\n  {name:8} | (nothing)");
            }
            for line in lines.iter().take(MOST_LINES) {
                let _ = write!(text, "\n  {name:8} | {line}");
            }
            if lines.len() > MOST_LINES {
                let more = count(lines.len() - MOST_LINES, "more line");
                let _ = write!(text, "\n  {name:8} | ({more})");
            }
        }
    }
    if all.len() > MOST_PIECES {
        let _ = write!(text, "\n  and {}", count(all.len() - MOST_PIECES, "more place"));
    }
}

/// Edits that stay, named so that nobody forgets them.
pub(super) fn tell_kept_edits(plan: &Plan, artifacts: &Artifacts, ui: &mut Ui) {
    for change in plan
        .changes
        .iter()
        .filter(|change| change.action == Action::KeepEdit)
    {
        let copy = artifacts
            .get(&change.path)
            .and_then(original)
            .map(|original| format!(" (it is a copy of `{original}`)"));
        ui.warning(&format!(
            "`{}` was edited by hand, and is left so{}",
            change.path,
            copy.unwrap_or_default()
        ));
    }
}
