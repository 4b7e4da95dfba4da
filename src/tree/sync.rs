//! The barriers: what was written before one is on the disk after it.

use std::collections::BTreeSet;
use std::io;

use cap_std::fs::{Dir, File};

use super::beneath::Beneath;
#[cfg(not(target_os = "linux"))]
use super::beneath::Place;
use super::error::IoError;

/// One barrier for all that was written and renamed in these folders: on Linux a single sync of the file system.
pub(super) fn all(root: &mut Beneath, folders: &BTreeSet<&str>) -> Result<(), IoError> {
    #[cfg(target_os = "linux")]
    {
        let _ = folders;
        root.handle()
            .and_then(|handle| rustix::fs::syncfs(handle).map_err(io::Error::from))
            .map_err(|source| root.error("sync", "", source))
    }
    #[cfg(not(target_os = "linux"))]
    {
        for path in folders.iter().copied().chain([""]) {
            let synced = match root.folder(path)? {
                Place::Folder(dir) => folder(dir),
                Place::Missing | Place::Blocked(_) => continue,
            };
            synced.map_err(|source| root.error("sync", path, source))?;
        }
        Ok(())
    }
}

pub(super) fn folder(dir: &Dir) -> io::Result<()> {
    dir.open(".")?.sync_all()
}

/// A file that the next barrier is for: on Linux that one is enough.
#[cfg_attr(
    target_os = "linux",
    expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")
)]
pub(super) fn file(file: &File) -> io::Result<()> {
    #[cfg(not(target_os = "linux"))]
    file.sync_all()?;
    let _ = file;
    Ok(())
}
