//! The text of `diff`: a patch as git writes it, which `git apply` takes. Pure.

mod binary;
mod id;
mod quote;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::entry::{Entry, File};
use super::found::Found;
use super::lock::mode_word;
use super::plan::{Action, Change, Plan};
use crate::render::{ArtifactPath, Artifacts, Mode};

/// What one file becomes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FilePatch {
    pub path: ArtifactPath,
    pub text: String,
    /// Lines; none are counted in a binary file.
    pub added: usize,
    pub removed: usize,
    pub is_binary: bool,
}

/// One patch for each file that the plan writes or removes. Conflicts are not in it: applying them would overwrite an edit.
pub fn patches(plan: &Plan, artifacts: &Artifacts, found: &Found, prefix: &Path) -> Vec<FilePatch> {
    plan.changes
        .iter()
        .filter(|change| change.changes_file())
        .map(|change| {
            let old = side(found.entry(&change.path));
            let new = new_side(change, artifacts, old.as_ref());
            file_patch(&change.path, old.as_ref(), new.as_ref(), prefix, found.is_sha256)
        })
        .collect()
}

/// For each ejected file, what it misses of what would be written if it were not. No part of what a run changes.
pub fn missed(plan: &Plan, artifacts: &Artifacts, found: &Found, prefix: &Path) -> Vec<FilePatch> {
    plan.changes
        .iter()
        .filter(|change| change.action == Action::Ejected)
        .filter_map(|change| {
            let old = side(found.entry(&change.path));
            let new = wanted(&change.path, artifacts).map(|(bytes, executable)| Side {
                executable: old.as_ref().map_or(executable, |old| old.executable),
                bytes,
            });
            let patch = file_patch(&change.path, old.as_ref(), new.as_ref(), prefix, found.is_sha256);
            (old != new).then_some(patch)
        })
        .collect()
}

/// A file before or after.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Side<'a> {
    bytes: Cow<'a, [u8]>,
    executable: bool,
}

fn side(entry: &Entry) -> Option<Side<'_>> {
    match entry {
        Entry::File(File {
            bytes, executable, ..
        }) => Some(Side {
            bytes: Cow::Borrowed(bytes),
            executable: *executable,
        }),
        Entry::None | Entry::Other(_) => None,
    }
}

fn wanted<'a>(path: &ArtifactPath, artifacts: &'a Artifacts) -> Option<(Cow<'a, [u8]>, bool)> {
    let artifact = artifacts.get(path)?;
    Some((artifact.bytes(), artifact.mode == Mode::Executable))
}

fn new_side<'a>(change: &'a Change, artifacts: &'a Artifacts, old: Option<&Side>) -> Option<Side<'a>> {
    let bytes = match &change.action {
        Action::Merge(bytes) => bytes.into(),
        Action::Prune => return None,
        _ => wanted(&change.path, artifacts)?.0,
    };
    let executable = change
        .executable
        .unwrap_or_else(|| old.is_some_and(|old| old.executable));
    Some(Side { bytes, executable })
}

fn file_patch(
    path: &ArtifactPath,
    old: Option<&Side>,
    new: Option<&Side>,
    prefix: &Path,
    is_sha256: bool,
) -> FilePatch {
    let (a, b) = (
        quote::quoted("a/", prefix, path.as_str()),
        quote::quoted("b/", prefix, path.as_str()),
    );
    let mut file = FilePatch {
        path: path.clone(),
        text: format!("diff --git {a} {b}\n"),
        added: 0,
        removed: 0,
        is_binary: false,
    };
    let mode = |side: &Side| mode_word(side.executable);
    match (old, new) {
        (None, Some(new)) => line(&mut file.text, &["new file mode ", mode(new)]),
        (Some(old), None) => line(&mut file.text, &["deleted file mode ", mode(old)]),
        (Some(old), Some(new)) if old.executable != new.executable => {
            line(&mut file.text, &["old mode ", mode(old)]);
            line(&mut file.text, &["new mode ", mode(new)]);
        }
        _ => {}
    }
    let bytes = |side: Option<&'_ Side<'_>>| side.map_or_else(Vec::new, |side| side.bytes.to_vec());
    let (old_bytes, new_bytes) = (bytes(old), bytes(new));
    let is_both = old.is_some() && new.is_some();
    if is_both && old_bytes == new_bytes {
        return file;
    }
    let texts = text(&old_bytes).zip(text(&new_bytes));
    file.is_binary = texts.is_none();
    let id = |side: Option<&Side>| {
        let mut id = id::hex(side.map(|side| &*side.bytes), is_sha256);
        // Only for a binary file does git look at it, and then it wants all of it.
        if !file.is_binary {
            id.truncate(7);
        }
        id
    };
    let ids = format!("{}..{}", id(old), id(new));
    match (old, new) {
        (Some(old), Some(new)) if old.executable == new.executable => {
            line(&mut file.text, &["index ", &ids, " ", mode(old)]);
        }
        _ => line(&mut file.text, &["index ", &ids]),
    }
    match texts {
        None => file.text.push_str(&binary::patch(&old_bytes, &new_bytes)),
        Some((old_text, new_text)) if old_text != new_text => {
            let name = |side: Option<&Side>, name: String| match side {
                // Git ends a name with a tab where its end would not be clear.
                Some(_) if name.contains(' ') => name + "\t",
                Some(_) => name,
                None => "/dev/null".to_owned(),
            };
            line(&mut file.text, &["--- ", &name(old, a)]);
            line(&mut file.text, &["+++ ", &name(new, b)]);
            hunks(&mut file, old_text, new_text);
        }
        Some(_) => {}
    }
    file
}

fn line(text: &mut String, words: &[&str]) {
    text.extend(words.iter().copied().chain(["\n"]));
}

/// Text, as far as a patch is concerned.
fn text(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn hunks(patch: &mut FilePatch, old: &str, new: &str) {
    // Lines end at a line feed and nowhere else: `similar` would also end them at a lone carriage return, git does not.
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.split_inclusive('\n').collect(),
        new.split_inclusive('\n').collect(),
    );
    let diff = TextDiff::configure()
        .newline_terminated(true)
        .diff_slices(&old, &new);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        writeln!(patch.text, "{}", hunk.header()).expect("a string takes everything");
        for change in hunk.iter_changes() {
            patch.text.push(match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            });
            match change.tag() {
                ChangeTag::Equal => {}
                ChangeTag::Delete => patch.removed += 1,
                ChangeTag::Insert => patch.added += 1,
            }
            patch.text.push_str(change.value());
            if !change.value().ends_with('\n') {
                patch.text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}
