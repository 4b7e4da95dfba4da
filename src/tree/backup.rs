use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Permissions};

use super::beneath::{Beneath, Place, split};
use super::error::IoError;
use super::state::{folder_in, new_file};
use super::sync;
use crate::render::ArtifactPath;

/// What was overwritten by force, and where it is now. Both paths are relative to the output folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Backup {
    pub path: String,
    pub kept: String,
}

/// The numbered folders under `.pinkogen/backup` that one run fills.
pub(super) struct Backups {
    /// In the order in which they were made; the last one is filled.
    made: Vec<(u32, Beneath)>,
    shown: PathBuf,
}

impl Backups {
    pub(super) const FOLDER: &str = "backup";

    pub(super) fn new(state: &Path) -> Self {
        Self {
            made: Vec::new(),
            shown: state.join(Self::FOLDER),
        }
    }

    /// Copies a file that is about to be replaced.
    pub(super) fn copy(
        &mut self,
        state: &Dir,
        path: &str,
        bytes: &[u8],
        permissions: Option<Permissions>,
    ) -> Result<Backup, IoError> {
        let number = self.reserve(state, path)?;
        let error = |source| IoError::new("back up", path, source);
        let (folder, name) = split(path);
        let folder = self.folder(state, number, folder)?;
        let mut file = new_file(&folder, name, 0o600).map_err(error)?;
        file.write_all(bytes)
            .and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)))
            .and_then(|()| sync::file(&file))
            .map_err(error)?;
        Ok(named(number, path))
    }

    /// The number of a folder in which nothing has that path yet. The folders above it are made.
    pub(super) fn reserve(&mut self, state: &Dir, path: &str) -> Result<u32, IoError> {
        let error = |source| IoError::new("back up", path, source);
        let (folder, name) = split(path);
        if let Some((number, _)) = self.made.last() {
            let number = *number;
            let is_free = match self.folder(state, number, folder) {
                Ok(folder) => folder.symlink_metadata(name).is_err(),
                Err(_) => false,
            };
            if is_free {
                return Ok(number);
            }
        }
        let number = self.next(state).map_err(error)?;
        self.folder(state, number, folder)?;
        Ok(number)
    }

    /// Moves something there, links as they are.
    pub(super) fn take(
        &mut self,
        state: &Dir,
        number: u32,
        path: &str,
        from: &Dir,
    ) -> Result<Backup, IoError> {
        let (folder, name) = split(path);
        let folder = self.folder(state, number, folder)?;
        from.rename(name, &folder, name)
            .map_err(|source| IoError::new("move away", path, source))?;
        Ok(named(number, path))
    }

    /// Whether that folder holds something with that path.
    pub(super) fn has(&mut self, state: &Dir, number: u32, path: &str) -> bool {
        let (folder, name) = split(path);
        self.folder(state, number, folder)
            .is_ok_and(|folder| folder.symlink_metadata(name).is_ok())
    }

    /// Removes this run's backups: nothing was overwritten after all.
    pub(super) fn discard(&mut self, state: &Dir) -> io::Result<()> {
        for (number, _) in self.made.drain(..) {
            state
                .open_dir_nofollow(Self::FOLDER)?
                .remove_dir_all(number.to_string())?;
        }
        Ok(())
    }

    pub(super) fn remove_if_empty(state: &Dir) -> io::Result<()> {
        match state.remove_dir(Self::FOLDER) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
                ) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn folder(&mut self, state: &Dir, number: u32, folder: &str) -> Result<Dir, IoError> {
        let error = |source| IoError::new("back up to", self.shown.join(number.to_string()), source);
        if !self.made.iter().any(|(made, _)| *made == number) {
            let opened = folder_in(state, Self::FOLDER)
                .and_then(|all| folder_in(&all, &number.to_string()))
                .map_err(error)?;
            self.made
                .push((number, Beneath::new(opened, self.shown.join(number.to_string()))));
        }
        let Some((_, beneath)) = self.made.iter_mut().find(|(made, _)| *made == number) else {
            unreachable!("it was just opened");
        };
        match beneath.make_folder(folder, &mut Vec::new())? {
            Place::Folder(dir) => dir.try_clone().map_err(error),
            Place::Missing | Place::Blocked(_) => Err(error(io::ErrorKind::AlreadyExists.into())),
        }
    }

    /// A new folder, numbered after the highest.
    fn next(&mut self, state: &Dir) -> io::Result<u32> {
        let all = folder_in(state, Self::FOLDER)?;
        let mut highest = 0;
        for entry in all.entries()? {
            let name = entry?.file_name();
            if let Some(number) = name.to_str().and_then(|name| name.parse::<u32>().ok()) {
                highest = highest.max(number);
            }
        }
        let number = highest.saturating_add(1);
        all.create_dir(number.to_string())?;
        let opened = all.open_dir_nofollow(number.to_string())?;
        self.made
            .push((number, Beneath::new(opened, self.shown.join(number.to_string()))));
        Ok(number)
    }
}

fn named(number: u32, path: &str) -> Backup {
    Backup {
        path: path.to_owned(),
        kept: format!("{}/{}/{number}/{path}", ArtifactPath::STATE, Backups::FOLDER),
    }
}
