//! Git is asked, never told: each command runs in the output folder and only reads.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::blob::{BlobId, blob_id};
use super::work_tree;
use crate::render::ArtifactPath;

fn command(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    // A hook of git's runs with these, and they would name the repository relative to another folder.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    ] {
        git.env_remove(name);
    }
    git
}

/// The bytes of that id, if the git repository that holds the folder has them.
///
/// Git is a witness that is checked: without git, without the blob, or with other bytes there is no answer.
pub(super) fn blob(folder: &Path, id: BlobId) -> Option<Vec<u8>> {
    let output = command(folder)
        .args(["--no-replace-objects", "cat-file", "blob"])
        .arg(id.to_string())
        .output()
        .ok()?;
    (output.status.success() && blob_id(&output.stdout) == id).then_some(output.stdout)
}

/// The files that git ignores, so that a commit would miss them. None where there is no work tree, or no git.
pub fn ignored<'a>(folder: &Path, paths: impl IntoIterator<Item = &'a ArtifactPath>) -> Vec<String> {
    ask_ignored(folder, paths).unwrap_or_default()
}

fn ask_ignored<'a>(folder: &Path, paths: impl IntoIterator<Item = &'a ArtifactPath>) -> Option<Vec<String>> {
    if !work_tree::is_in_one(folder) {
        return None;
    }
    let mut git = command(folder)
        .args(["check-ignore", "-z", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut list = Vec::new();
    for path in paths {
        list.extend_from_slice(path.as_str().as_bytes());
        list.push(0);
    }
    let mut stdin = git.stdin.take()?;
    // Git answers while it reads: who wrote all before reading would wait for ever.
    let writer = std::thread::spawn(move || stdin.write_all(&list));
    let output = git.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    let names = output.stdout.split(|byte| *byte == 0);
    Some(
        names
            .filter(|name| !name.is_empty())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect(),
    )
}
