use std::path::Path;
use std::process::{Command, Stdio};

use super::blob::{BlobId, blob_id};

/// The bytes of that id, if the git repository that holds the folder has them.
///
/// Git is a witness that is checked: without git, without the blob, or with other bytes there is no answer.
pub(super) fn blob(folder: &Path, id: BlobId) -> Option<Vec<u8>> {
    let mut git = Command::new("git");
    git.args(["--no-replace-objects", "cat-file", "blob"])
        .arg(id.to_string())
        .current_dir(folder)
        .env("GIT_NO_LAZY_FETCH", "1")
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
    let output = git.output().ok()?;
    (output.status.success() && blob_id(&output.stdout) == id).then_some(output.stdout)
}
