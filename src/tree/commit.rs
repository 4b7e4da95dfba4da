//! Carries out a journal: at the end of a run, or when the next one finds it.

use std::collections::BTreeSet;
use std::io;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::OpenOptions;

use super::backup::Backup;
use super::beneath::{Beneath, Place, is_beneath, split};
use super::entry::{Entry, Obstacle, ObstacleKind};
use super::error::IoError;
use super::journal::{Journal, Step};
use super::permission;
use super::state::State;
use super::sync;

/// How a step of a journal stands, told from what lies there alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// What lies there is what the step starts from.
    Open,
    Done,
    /// Neither: somebody else was there.
    Changed,
}

pub(super) fn standing(
    root: &mut Beneath,
    state: &mut State,
    journal: &Journal,
    step: &Step,
) -> Result<Standing, IoError> {
    Ok(match step {
        Step::Write {
            path, before, after, ..
        } => match root.entry(path)? {
            Entry::None => Standing::Open,
            Entry::File(file) => match file.id {
                id if id == *after => Standing::Done,
                id if Some(id) == *before => Standing::Open,
                _ => Standing::Changed,
            },
            Entry::Other(obstacle) => open_if(journal.clears(&obstacle, root)?),
        },
        Step::Remove { path, before } => match root.entry(path)? {
            Entry::None => Standing::Done,
            Entry::File(file) => open_if(file.id == *before),
            Entry::Other(obstacle) if journal.writes_over(&obstacle) => Standing::Done,
            Entry::Other(_) => Standing::Changed,
        },
        Step::SetMode { path, id, executable } => match root.entry(path)? {
            // Another text has another mode: nothing is lost by leaving it.
            Entry::File(file) if file.id == *id && file.executable != *executable => Standing::Open,
            _ => Standing::Done,
        },
        Step::MoveAway { path, backup } => {
            let (folder, name) = split(path);
            let is_there = match root.folder(folder)? {
                Place::Folder(dir) => dir.symlink_metadata(name).is_ok(),
                Place::Missing | Place::Blocked(_) => false,
            };
            let State { backups, folder, .. } = state;
            if !is_there || backups.has(folder, *backup, path) {
                Standing::Done
            } else {
                Standing::Open
            }
        }
        Step::RemoveFolder { .. } => Standing::Open,
    })
}

fn open_if(is_open: bool) -> Standing {
    if is_open {
        Standing::Open
    } else {
        Standing::Changed
    }
}

impl Journal {
    /// Whether what is in the way of a file goes by other steps.
    fn clears(&self, obstacle: &Obstacle, root: &mut Beneath) -> Result<bool, IoError> {
        let at = &obstacle.path;
        let goes = |wanted: fn(&Step) -> bool, path: &str| {
            self.steps.iter().any(|step| wanted(step) && step.path() == path)
        };
        if goes(|step| matches!(step, Step::MoveAway { .. }), at) {
            return Ok(true);
        }
        let is_removed = |path: &str| goes(|step| matches!(step, Step::Remove { .. }), path);
        match obstacle.kind {
            ObstacleKind::Folder(_) => root.holds_only(
                at,
                &|path| goes(|step| matches!(step, Step::RemoveFolder { .. }), path),
                &is_removed,
            ),
            ObstacleKind::File => Ok(is_removed(at)),
            ObstacleKind::Link | ObstacleKind::Special => Ok(false),
        }
    }

    /// Whether what is in the way of a file that goes was put there by another step.
    fn writes_over(&self, obstacle: &Obstacle) -> bool {
        self.steps.iter().any(|step| {
            matches!(step, Step::Write { path, .. } if *path == obstacle.path || is_beneath(path, &obstacle.path))
        })
    }

    fn folders(&self) -> BTreeSet<&str> {
        self.steps.iter().map(|step| split(step.path()).0).collect()
    }
}

/// Why a journal was not carried out.
pub(super) enum Failure {
    Io(IoError),
    /// Something lies there that is neither old nor new.
    Changed(String),
}

impl From<IoError> for Failure {
    fn from(error: IoError) -> Self {
        Self::Io(error)
    }
}

pub(super) struct Commit<'a> {
    pub(super) root: &'a mut Beneath,
    pub(super) state: &'a mut State,
    pub(super) journal: &'a Journal,
    /// Whether the run that wrote the journal carries it out, so that no step can be done already.
    is_first: bool,
    /// Folders that were made, parents first.
    pub(super) made: Vec<String>,
    /// Whether a file was touched: then there is no way back.
    pub(super) has_begun: bool,
    pub(super) backups: Vec<Backup>,
}

impl<'a> Commit<'a> {
    pub(super) fn new(
        root: &'a mut Beneath,
        state: &'a mut State,
        journal: &'a Journal,
        is_first: bool,
    ) -> Self {
        Self {
            root,
            state,
            journal,
            is_first,
            made: Vec::new(),
            has_begun: false,
            backups: Vec::new(),
        }
    }

    /// Does every step that is still open, and ends the journal once all of it is on the disk.
    pub(super) fn run(&mut self) -> Result<(), Failure> {
        let journal = self.journal;
        // What a full disk refuses is refused before a file is touched; what is in the way goes later.
        for step in &journal.steps {
            if let Step::Write { path, .. } = step {
                self.root.make_folder(split(path).0, &mut self.made)?;
            }
        }
        for step in &journal.steps {
            self.step(step)?;
        }
        sync::all(self.root, &journal.folders())?;
        let ended = self.state.end();
        Ok(ended.map_err(|source| self.root.error("end", "", source))?)
    }

    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        // The rename itself tells whether a new file is in nobody's way.
        let is_new =
            cfg!(target_os = "linux") && self.is_first && matches!(step, Step::Write { before: None, .. });
        if !is_new {
            match standing(self.root, self.state, self.journal, step)? {
                Standing::Done => return Ok(()),
                Standing::Open => {}
                Standing::Changed => return Err(Failure::Changed(step.path().to_owned())),
            }
        }
        match self.perform(step) {
            Ok(()) => {}
            Err(Failure::Io(error)) if is_new && is_taken(&error) => {
                match standing(self.root, self.state, self.journal, step)? {
                    Standing::Done => {}
                    Standing::Open | Standing::Changed => {
                        return Err(Failure::Changed(step.path().to_owned()));
                    }
                }
            }
            Err(failure) => return Err(failure),
        }
        self.has_begun = true;
        Ok(())
    }

    fn perform(&mut self, step: &Step) -> Result<(), Failure> {
        let (folder, name) = split(step.path());
        if let Step::Write {
            path, staged, before, ..
        } = step
        {
            let placed = match self.root.make_folder(folder, &mut self.made)? {
                Place::Folder(dir) => self.state.place(*staged, dir, name, before.is_none()),
                Place::Missing | Place::Blocked(_) => return Err(Failure::Changed(path.clone())),
            };
            return Ok(placed.map_err(|source| self.root.error("write", path, source))?);
        }
        let dir = match self.root.folder(folder)? {
            Place::Folder(dir) => dir,
            Place::Missing if matches!(step, Step::RemoveFolder { .. }) => return Ok(()),
            Place::Missing | Place::Blocked(_) => return Err(Failure::Changed(step.path().to_owned())),
        };
        match step {
            Step::Write { .. } => {}
            Step::Remove { path, .. } => {
                let removed = dir.remove_file(name);
                removed.map_err(|source| self.root.error("remove", path, source))?;
            }
            Step::RemoveFolder { .. } => {
                // The user may keep something in it.
                let _ = dir.remove_dir(name);
                self.root.forget_folders();
            }
            Step::MoveAway { path, backup } => {
                let State { backups, folder, .. } = &mut *self.state;
                self.backups.push(backups.take(folder, *backup, path, dir)?);
                self.root.forget_folders();
            }
            Step::SetMode { path, executable, .. } => {
                let mut options = OpenOptions::new();
                options.read(true).follow(FollowSymlinks::No);
                let set = dir.open_with(name, &options).and_then(|file| {
                    let permissions = file.metadata()?.permissions();
                    file.set_permissions(permission::with_executable(&permissions, *executable))
                });
                set.map_err(|source| self.root.error("set the mode of", path, source))?;
            }
        }
        Ok(())
    }

    /// Leaves no empty folders behind after a failure.
    pub(super) fn unmake_folders(&mut self) {
        self.root.forget_folders();
        for path in std::mem::take(&mut self.made).iter().rev() {
            let (folder, name) = split(path);
            if let Ok(Place::Folder(dir)) = self.root.folder(folder) {
                let _ = dir.remove_dir(name);
            }
        }
    }
}

fn is_taken(error: &IoError) -> bool {
    matches!(
        error.source.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory | io::ErrorKind::DirectoryNotEmpty
    )
}
