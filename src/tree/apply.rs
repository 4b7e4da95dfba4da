use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cap_std::fs::Permissions;

use super::backup::Backup;
use super::beneath::{Beneath, Place, split};
use super::blob::{BlobId, blob_id};
use super::commit::{Commit, Failure};
use super::entry::{Entry, File};
use super::error::IoError;
use super::found::{self, Found};
use super::journal::{Journal, Step};
use super::permission;
use super::plan::{Action, Change, Plan, found_bytes, is_idle};
use super::state::State;
use super::sync;
use super::wanted;
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

/// Carries out a plan that was made from exactly these artifacts and what was found.
///
/// Everything is written aside and synced, then a journal, before the first file is replaced; the lock is written last. A
/// run that is killed before the journal has changed nothing, and one that is killed after it is finished by the next.
pub(super) fn apply(
    root: &mut Beneath,
    plan: &Plan,
    artifacts: &Artifacts,
    found: &Found,
) -> Result<Applied, IoError> {
    if plan.has_conflicts() {
        return Ok(Applied::Refused);
    }
    if is_idle(plan, found) {
        return Ok(Applied::Done { backups: Vec::new() });
    }
    let mut run = Run {
        root,
        plan,
        artifacts,
        found,
        permissions: BTreeMap::new(),
        backups: Vec::new(),
    };
    run.all()
}

/// One application of a plan.
struct Run<'a> {
    root: &'a mut Beneath,
    plan: &'a Plan,
    artifacts: &'a Artifacts,
    found: &'a Found,
    permissions: BTreeMap<&'a ArtifactPath, Permissions>,
    backups: Vec<Backup>,
}

impl<'a> Run<'a> {
    fn all(&mut self) -> Result<Applied, IoError> {
        self.verify()?;
        let mut state = State::make(self.root)?;
        let done = match self.prepare(&mut state) {
            Ok(journal) => self.commit(&mut state, &journal),
            Err(error) => {
                self.give_up(&mut state);
                Err(error)
            }
        };
        if done.as_ref().is_err_and(|error| error.is_half_done) {
            return Err(done.expect_err("it was just looked at"));
        }
        let cleaned = state.clean(self.root);
        done?;
        cleaned.map_err(|source| self.root.error("clean up", ArtifactPath::STATE, source))?;
        Ok(Applied::Done {
            backups: std::mem::take(&mut self.backups),
        })
    }

    /// The first error is the one to tell, so that others are not.
    fn give_up(&mut self, state: &mut State) {
        let State { backups, folder, .. } = state;
        let _ = backups.discard(folder);
        self.backups.clear();
    }

    fn commit(&mut self, state: &mut State, journal: &Journal) -> Result<(), IoError> {
        let mut commit = Commit::new(self.root, state, journal, true);
        let done = commit.run();
        let has_begun = commit.has_begun;
        if done.is_err() && !has_begun {
            commit.unmake_folders();
        }
        self.backups.append(&mut commit.backups);
        let error = match done {
            Ok(()) => return Ok(()),
            Err(Failure::Io(error)) => error,
            Err(Failure::Changed(path)) => self.changed(&path),
        };
        if has_begun || state.end().is_err() {
            return Err(error.half_done());
        }
        self.give_up(state);
        Err(error)
    }

    fn changing(&self) -> impl Iterator<Item = &'a Change> + use<'a> {
        self.plan.changes.iter().filter(|change| change.changes_file())
    }

    /// What the plan was made from must still be there: an editor may have saved in between.
    fn verify(&mut self) -> Result<(), IoError> {
        let lock = self.root.entry(ArtifactPath::LOCK)?;
        let same_lock = match (&lock, &self.found.lock_text) {
            (Entry::File(file), Some(text)) => *file.bytes == **text,
            (Entry::None, None) => true,
            _ => false,
        };
        if !same_lock {
            return Err(self.changed(ArtifactPath::LOCK));
        }
        self.root.forget_folders();
        let mut checked = None;
        for change in self.changing() {
            let (entry, permissions) = self.root.read(change.path.as_str())?;
            let entry = match entry {
                Entry::Other(_) => found::entry(self.root, &change.path, &self.found.lock)?,
                entry => entry,
            };
            if entry != *self.found.entry(&change.path) {
                return Err(self.changed(change.path.as_str()));
            }
            let folder = split(change.path.as_str()).0;
            if checked != Some(folder) {
                self.check_folder(folder)?;
                checked = Some(folder);
            }
            if let Some(permissions) = permissions {
                self.permissions.insert(&change.path, permissions);
            }
        }
        Ok(())
    }

    /// A folder that may not be written is named before the first file is touched.
    fn check_folder(&mut self, path: &str) -> Result<(), IoError> {
        let checked = match self.root.folder(path)? {
            Place::Folder(dir) => permission::check_writable(dir),
            Place::Missing | Place::Blocked(_) => Ok(()),
        };
        checked.map_err(|source| self.root.error("write to", path, source))
    }

    fn changed(&self, path: &str) -> IoError {
        IoError::refuse(
            "write",
            self.root.shown(path),
            "it changed while pinkogen was at work; run it again",
        )
    }

    /// Writes everything aside, and says what is to be done with it. Nothing of the user's is touched.
    fn prepare(&mut self, state: &mut State) -> Result<Journal, IoError> {
        let mut journal = Journal::default();
        self.plan_removals(&mut journal);
        let mut writes = Vec::new();
        for change in self.changing() {
            let path = change.path.as_str();
            let permissions = self.permissions.get(&change.path).cloned();
            if let (Some(backup), Entry::File(File { bytes, .. })) =
                (&change.backup, self.found.entry(&change.path))
            {
                let State { backups, folder, .. } = &mut *state;
                self.backups
                    .push(backups.copy(folder, backup, bytes, permissions.clone())?);
            }
            if let Some(bytes) = self.bytes_to_write(change) {
                writes.push(Step::Write {
                    path: path.to_owned(),
                    before: self.found_id(&change.path),
                    after: blob_id(&bytes),
                    staged: state
                        .stage(&bytes, permissions, change.executable)
                        .map_err(|source| self.root.error("write", path, source))?,
                });
            } else if let (Action::Update, Some(executable), Some(id)) =
                (&change.action, change.executable, self.found_id(&change.path))
            {
                writes.push(Step::SetMode {
                    path: path.to_owned(),
                    id,
                    executable,
                });
            }
        }
        // After the copies, so that none of them is where something is moved to.
        self.plan_obstacles(state, &mut journal)?;
        journal.steps.append(&mut writes);
        journal.steps.extend(self.stage_lock(state)?);
        state
            .stage_journal(&journal)
            .map_err(|source| self.root.error("write", ArtifactPath::STATE, source))?;
        sync::all(self.root, &BTreeSet::from([ArtifactPath::STATE]))?;
        state
            .begin()
            .map_err(|source| self.root.error("sync", ArtifactPath::STATE, source))?;
        Ok(journal)
    }

    fn found_id(&self, path: &ArtifactPath) -> Option<BlobId> {
        match self.found.entry(path) {
            Entry::File(file) => Some(file.id),
            Entry::None | Entry::Other(_) => None,
        }
    }

    /// The lock's new text, if it has one.
    fn stage_lock(&mut self, state: &mut State) -> Result<Option<Step>, IoError> {
        let text = self.plan.lock.format().into_bytes();
        if self.found.lock_text.as_ref() == Some(&text) {
            return Ok(None);
        }
        let permissions = self.root.read(ArtifactPath::LOCK)?.1;
        let staged = state
            .stage(&text, permissions, None)
            .map_err(|source| self.root.error("write", ArtifactPath::LOCK, source))?;
        Ok(Some(Step::Write {
            path: ArtifactPath::LOCK.to_owned(),
            staged,
            before: self.found.lock_text.as_deref().map(blob_id),
            after: blob_id(&text),
        }))
    }

    /// The file's new bytes; `None` if only its mode changes, or it goes.
    fn bytes_to_write(&self, change: &'a Change) -> Option<Cow<'a, [u8]>> {
        match &change.action {
            Action::Merge(bytes) => Some(bytes.into()),
            Action::Create | Action::Update => {
                let artifact = self.artifacts.get(&change.path)?;
                let is_there =
                    found_bytes(self.found, &change.path).is_some_and(|bytes| wanted::is(artifact, bytes));
                (!is_there).then(|| artifact.bytes())
            }
            Action::Keep
            | Action::KeepEdit
            | Action::Ejected
            | Action::Prune
            | Action::Forget
            | Action::Conflict => None,
        }
    }

    fn plan_obstacles(&self, state: &mut State, journal: &mut Journal) -> Result<(), IoError> {
        let obstacles: BTreeSet<&String> = self
            .plan
            .changes
            .iter()
            .filter(|change| matches!(self.found.entry(&change.path), Entry::Other(_)))
            .filter_map(|change| change.backup.as_ref())
            .collect();
        for path in obstacles {
            let State { backups, folder, .. } = &mut *state;
            journal.steps.push(Step::MoveAway {
                path: path.clone(),
                backup: backups.reserve(folder, path)?,
            });
        }
        Ok(())
    }

    /// The files that are no longer wanted, and the folders that are empty without them, children first.
    fn plan_removals(&self, journal: &mut Journal) {
        let mut emptied = BTreeSet::new();
        for change in self.changing().filter(|change| change.action == Action::Prune) {
            if let Some(before) = self.found_id(&change.path) {
                journal.steps.push(Step::Remove {
                    path: change.path.to_string(),
                    before,
                });
                emptied.extend(ancestors(change.path.as_str()));
            }
        }
        let needed: BTreeSet<&str> = self
            .artifacts
            .keys()
            .flat_map(|path| ancestors(path.as_str()))
            .collect();
        let folders = (&emptied - &needed).into_iter().rev();
        journal.steps.extend(folders.map(|path| Step::RemoveFolder {
            path: path.to_owned(),
        }));
    }
}

/// The folders above a path, the nearest first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(split(path).0), |folder| Some(split(folder).0))
        .take_while(|folder| !folder.is_empty())
}
