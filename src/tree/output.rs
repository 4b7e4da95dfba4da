use std::fs::File as StdFile;
use std::io;
use std::path::{Path, PathBuf};

use super::apply::{self, Applied};
use super::beneath::Beneath;
use super::error::{Error, IoError};
use super::found::{self, Found};
use super::hold::{Hold, hold};
use super::plan::{Force, Plan};
use super::recover::{self, Recovered, recover};
use crate::render::Artifacts;

/// The output folder, held: from the first look to the last file, no other run writes there.
pub struct Output {
    dir: PathBuf,
    /// `None` if there is no such folder.
    root: Option<Beneath>,
    /// What became of a run that was cut off.
    pub recovered: Option<Recovered>,
    /// Folders that were made to hold it, the deepest first. They go again if nothing is written.
    made: Vec<PathBuf>,
    /// The lock on the folder; last, so that it is given back last.
    _held: Option<StdFile>,
}

impl Output {
    /// Opens it to look. Nothing is written, unless a run was cut off there: that is finished first.
    pub fn look(dir: &Path) -> Result<Self, Error> {
        let Some((root, held)) = open(dir, Hold::Shared)? else {
            return Ok(Self::new(dir, None, None, Vec::new()));
        };
        if !recover::is_needed(&root)? {
            return Ok(Self::new(dir, Some(root), Some(held), Vec::new()));
        }
        drop(held);
        let Some((mut root, held)) = open(dir, Hold::Alone)? else {
            return Ok(Self::new(dir, None, None, Vec::new()));
        };
        let recovered = recover(&mut root, &Force::None)?;
        let mut output = Self::new(dir, Some(root), Some(held), Vec::new());
        output.recovered = recovered;
        Ok(output)
    }

    /// Opens it to write, and makes it if it is missing. Force is for what was edited since a run was cut off.
    pub fn work(dir: &Path, force: &Force) -> Result<Self, Error> {
        loop {
            let missing: Vec<PathBuf> = dir
                .ancestors()
                .take_while(|folder| !folder.as_os_str().is_empty() && folder.symlink_metadata().is_err())
                .map(Path::to_owned)
                .collect();
            if !missing.is_empty() {
                std::fs::create_dir_all(dir).map_err(|source| IoError::new("make", dir, source))?;
            }
            // It may be gone again: another first run made it, and failed.
            if let Some((root, held)) = open(dir, Hold::Alone)? {
                let mut output = Self::new(dir, Some(root), Some(held), missing);
                if let Some(root) = &mut output.root {
                    output.recovered = recover(root, force)?;
                }
                return Ok(output);
            }
        }
    }

    fn new(dir: &Path, root: Option<Beneath>, held: Option<StdFile>, made: Vec<PathBuf>) -> Self {
        Self {
            dir: dir.to_owned(),
            root,
            recovered: None,
            made,
            _held: held,
        }
    }

    /// Reads what lies there, as far as it matters for what is wanted.
    pub fn observe(&mut self, wanted: &Artifacts) -> Result<Found, Error> {
        match &mut self.root {
            Some(root) => found::observe(&self.dir, root, wanted),
            None => Ok(Found::default()),
        }
    }

    /// Carries out a plan that was made from exactly these artifacts and what was found.
    pub fn apply(mut self, plan: &Plan, artifacts: &Artifacts, found: &Found) -> Result<Applied, IoError> {
        let Some(root) = &mut self.root else {
            return Err(IoError::new("open", &self.dir, io::ErrorKind::NotFound.into()));
        };
        apply::apply(root, plan, artifacts, found)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        for folder in &self.made {
            // Fails if something is in it, which is as it should be.
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// The folder and the lock on it; `None` if there is no such folder.
fn open(dir: &Path, how: Hold) -> Result<Option<(Beneath, StdFile)>, Error> {
    loop {
        let Some(root) = Beneath::open(dir)? else {
            return Ok(None);
        };
        let held = hold(&root, how)?;
        // While this run waited, the folder may have been replaced by another one, whose lock that is not.
        if is_still(dir, &held) {
            return Ok(Some((root, held)));
        }
    }
}

#[cfg(unix)]
fn is_still(dir: &Path, held: &StdFile) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (dir.metadata(), held.metadata()) {
        (Ok(there), Ok(held)) => (there.dev(), there.ino()) == (held.dev(), held.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(dir: &Path, _: &StdFile) -> bool {
    dir.exists()
}
