use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File as StdFile, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{OpenOptions, Permissions};

use super::beneath::{Beneath, Place, split};
use super::entry::{Entry, File};
use super::error::IoError;
use super::found::{self, Found};
use super::permission;
use super::plan::{Action, Change, Plan, found_bytes, is_idle};
use super::state::{Staged, State, sync};
use crate::render::{ArtifactPath, Artifacts};

/// What came of a plan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Applied {
    /// There is a conflict: nothing was touched.
    Refused,
    Done {
        /// What was overwritten by force, and where it is now.
        backups: Vec<Backup>,
    },
}

/// Both paths are relative to the output folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Backup {
    pub path: String,
    pub kept: String,
}

/// Carries out a plan that was made from exactly these artifacts and what was found.
///
/// Everything is written aside and synced before the first file is replaced, and the lock is written last. A run that is
/// killed in between leaves whole files, old or new, and the next one goes on from there.
pub fn apply(dir: &Path, plan: &Plan, artifacts: &Artifacts, found: &Found) -> Result<Applied, IoError> {
    if plan.has_conflicts() {
        return Ok(Applied::Refused);
    }
    if is_idle(plan, found) {
        return Ok(Applied::Done { backups: Vec::new() });
    }
    let (root, is_new) = open_or_make(dir)?;
    let _held = hold(&root)?;
    let mut run = Run {
        root,
        plan,
        artifacts,
        found,
        made: Vec::new(),
        permissions: BTreeMap::new(),
        backups: Vec::new(),
    };
    let applied = run.all();
    if applied.is_err() && is_new {
        // Fails if something is in it, which is as it should be.
        let _ = std::fs::remove_dir(dir);
    }
    applied
}

fn open_or_make(dir: &Path) -> Result<(Beneath, bool), IoError> {
    if let Some(root) = Beneath::open(dir)? {
        return Ok((root, false));
    }
    std::fs::create_dir_all(dir).map_err(|source| IoError::new("make", dir, source))?;
    match Beneath::open(dir)? {
        Some(root) => Ok((root, true)),
        None => Err(IoError::new("open", dir, io::ErrorKind::NotFound.into())),
    }
}

/// Keeps other runs away until it is dropped. Where folders cannot be locked, nothing keeps them away.
fn hold(root: &Beneath) -> Result<StdFile, IoError> {
    let error = |source| root.error("lock", "", source);
    let file = root.handle().map_err(error)?;
    for _ in 0..40 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(25)),
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
    Err(error(io::Error::new(
        io::ErrorKind::ResourceBusy,
        "another pinkogen is at work in it; wait for its end, then run it again",
    )))
}

/// One application of a plan.
struct Run<'a> {
    root: Beneath,
    plan: &'a Plan,
    artifacts: &'a Artifacts,
    found: &'a Found,
    /// Folders that this run made, parents first.
    made: Vec<String>,
    permissions: BTreeMap<&'a ArtifactPath, Permissions>,
    backups: Vec<Backup>,
}

/// All that waits to be put in place.
struct Ready<'a> {
    files: Vec<(&'a Change, Staged)>,
    lock: Option<Staged>,
}

impl<'a> Run<'a> {
    fn all(&mut self) -> Result<Applied, IoError> {
        self.verify()?;
        let mut state = State::open(&self.root)?;
        let done = match self.prepare(&mut state) {
            Ok(ready) => self.commit(&mut state, &ready),
            Err(error) => {
                // The first error is the one to tell.
                let _ = state.discard_backups();
                self.unmake_folders();
                Err(error)
            }
        };
        let cleaned = state.clean(&self.root);
        done?;
        cleaned.map_err(|source| self.root.error("clean up", ArtifactPath::STATE, source))?;
        Ok(Applied::Done {
            backups: std::mem::take(&mut self.backups),
        })
    }

    fn changing(&self) -> impl Iterator<Item = &'a Change> + use<'a> {
        self.plan.changes.iter().filter(|change| change.changes_file())
    }

    /// What the plan was made from must still be there: an editor may have saved in between.
    fn verify(&mut self) -> Result<(), IoError> {
        let lock = self.root.entry(ArtifactPath::LOCK)?;
        let same_lock = match (&lock, &self.found.lock_text) {
            (Entry::File(file), Some(text)) => file.bytes == *text,
            (Entry::None, None) => true,
            _ => false,
        };
        if !same_lock {
            return Err(self.changed(ArtifactPath::LOCK));
        }
        for change in self.changing() {
            let (entry, permissions) = self.root.read(change.path.as_str())?;
            let entry = match entry {
                Entry::Other(_) => found::entry(&mut self.root, &change.path, &self.found.lock)?,
                entry => entry,
            };
            if entry != *self.found.entry(&change.path) {
                return Err(self.changed(change.path.as_str()));
            }
            if let Some(permissions) = permissions {
                self.permissions.insert(&change.path, permissions);
            }
        }
        Ok(())
    }

    fn changed(&self, path: &str) -> IoError {
        IoError::refuse(
            "write",
            self.root.shown(path),
            "it changed while pinkogen was at work; run it again",
        )
    }

    /// Writes everything aside. Nothing of the user's is touched.
    fn prepare(&mut self, state: &mut State) -> Result<Ready<'a>, IoError> {
        let mut files = Vec::new();
        for change in self.changing() {
            let path = change.path.as_str();
            let permissions = self.permissions.get(&change.path).cloned();
            if let (Some(backup), Entry::File(File { bytes, .. })) =
                (&change.backup, self.found.entry(&change.path))
            {
                let kept = state.back_up(backup, bytes, permissions.clone())?;
                self.backups.push(Backup {
                    path: backup.clone(),
                    kept,
                });
            }
            if let Some(bytes) = self.bytes_to_write(change) {
                let staged = state
                    .stage(&bytes, permissions, change.executable)
                    .map_err(|source| self.root.error("write", path, source))?;
                files.push((change, staged));
                // Where something is still in the way, the folder is made once that is gone.
                self.root.make_folder(split(path).0, &mut self.made)?;
            }
        }
        let text = self.plan.lock.format().into_bytes();
        let lock = if self.found.lock_text.as_ref() == Some(&text) {
            None
        } else {
            let permissions = self.root.read(ArtifactPath::LOCK)?.1;
            let staged = state
                .stage(&text, permissions, None)
                .map_err(|source| self.root.error("write", ArtifactPath::LOCK, source))?;
            Some(staged)
        };
        sync(&self.root).map_err(|source| self.root.error("sync", "", source))?;
        Ok(Ready { files, lock })
    }

    /// The file's new bytes; `None` if only its mode changes, or it goes.
    fn bytes_to_write(&self, change: &'a Change) -> Option<std::borrow::Cow<'a, [u8]>> {
        match &change.action {
            Action::Merge(bytes) => Some(bytes.into()),
            Action::Create | Action::Update => {
                let bytes = self.artifacts.get(&change.path)?.bytes();
                (found_bytes(self.found, &change.path) != Some(&*bytes)).then_some(bytes)
            }
            Action::Keep
            | Action::KeepEdit
            | Action::Ejected
            | Action::Prune
            | Action::Forget
            | Action::Conflict => None,
        }
    }

    fn commit(&mut self, state: &mut State, ready: &Ready) -> Result<(), IoError> {
        // A folder that is in the way may hold files that go.
        self.prune()?;
        self.move_obstacles(state)?;
        for (change, staged) in &ready.files {
            let (folder, name) = split(change.path.as_str());
            let placed = match self.root.make_folder(folder, &mut self.made)? {
                Place::Folder(dir) => state.place(staged, dir, name),
                Place::Missing | Place::Blocked(_) => return Err(self.changed(change.path.as_str())),
            };
            placed.map_err(|source| self.root.error("write", change.path.as_str(), source))?;
        }
        self.set_modes()?;
        if let Some(staged) = &ready.lock {
            state
                .place(staged, self.root.root(), ArtifactPath::LOCK)
                .map_err(|source| self.root.error("write", ArtifactPath::LOCK, source))?;
        }
        Ok(())
    }

    fn move_obstacles(&mut self, state: &mut State) -> Result<(), IoError> {
        let plan = self.plan;
        let obstacles: BTreeSet<&String> = plan
            .changes
            .iter()
            .filter(|change| matches!(self.found.entry(&change.path), Entry::Other(_)))
            .filter_map(|change| change.backup.as_ref())
            .collect();
        for path in obstacles {
            let kept = match self.root.folder(split(path).0)? {
                Place::Folder(dir) => state.move_away(path, dir)?,
                Place::Missing | Place::Blocked(_) => return Err(self.changed(path)),
            };
            self.backups.push(Backup {
                path: path.clone(),
                kept,
            });
            self.root.forget_folders();
        }
        Ok(())
    }

    /// Removes the files that are no longer wanted, and the folders that are empty without them.
    fn prune(&mut self) -> Result<(), IoError> {
        let mut emptied = BTreeSet::new();
        for change in self.changing().filter(|change| change.action == Action::Prune) {
            let (folder, name) = split(change.path.as_str());
            let removed = match self.root.folder(folder)? {
                Place::Folder(dir) => dir.remove_file(name),
                Place::Missing | Place::Blocked(_) => return Err(self.changed(change.path.as_str())),
            };
            removed.map_err(|source| self.root.error("remove", change.path.as_str(), source))?;
            emptied.extend(ancestors(change.path.as_str()));
        }
        let needed: BTreeSet<&str> = self
            .artifacts
            .keys()
            .flat_map(|path| ancestors(path.as_str()))
            .collect();
        self.root.forget_folders();
        // Children come after their parents in this order.
        for path in (&emptied - &needed).into_iter().rev() {
            let (folder, name) = split(path);
            if let Place::Folder(dir) = self.root.folder(folder)? {
                // The user may keep something in it.
                let _ = dir.remove_dir(name);
            }
        }
        self.root.forget_folders();
        Ok(())
    }

    /// Sets the x bit of files whose text is right already.
    fn set_modes(&mut self) -> Result<(), IoError> {
        for change in self.changing() {
            let (Action::Update, Some(executable), Some(permissions)) = (
                &change.action,
                change.executable,
                self.permissions.get(&change.path),
            ) else {
                continue;
            };
            if self.bytes_to_write(change).is_some() {
                continue;
            }
            let permissions = permission::with_executable(permissions, executable);
            let (folder, name) = split(change.path.as_str());
            let set = match self.root.folder(folder)? {
                Place::Folder(dir) => dir
                    .open_with(name, OpenOptions::new().read(true).follow(FollowSymlinks::No))
                    .and_then(|file| file.set_permissions(permissions)),
                Place::Missing | Place::Blocked(_) => return Err(self.changed(change.path.as_str())),
            };
            set.map_err(|source| self.root.error("set the mode of", change.path.as_str(), source))?;
        }
        Ok(())
    }

    /// Leaves no empty folders behind after a failure.
    fn unmake_folders(&mut self) {
        self.root.forget_folders();
        for path in std::mem::take(&mut self.made).iter().rev() {
            let (folder, name) = split(path);
            if let Ok(Place::Folder(dir)) = self.root.folder(folder) {
                let _ = dir.remove_dir(name);
            }
        }
    }
}

/// The folders above a path, the nearest first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(split(path).0), |folder| Some(split(folder).0))
        .take_while(|folder| !folder.is_empty())
}
