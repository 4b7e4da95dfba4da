use std::io::{self, Write as _};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions, Permissions};

#[cfg(unix)]
use cap_std::fs::OpenOptionsExt as _;

use super::beneath::{Beneath, Place, split};
use super::error::IoError;
use super::permission;
use crate::render::ArtifactPath;

const STAGE: &str = "stage";
const BACKUP: &str = "backup";
const IGNORE: &str = ".gitignore";

/// Pinkogen's own folder in the output folder: what is about to be written, and what was overwritten by force.
pub(super) struct State {
    folder: Dir,
    stage: Dir,
    /// The backup's number and folder, once there is one.
    backup: Option<(String, Beneath)>,
    staged: usize,
}

/// A file that waits in the stage.
pub(super) struct Staged(String);

impl State {
    /// Opens it and clears what a killed run left in the stage.
    pub(super) fn open(root: &Beneath) -> Result<Self, IoError> {
        let folder = folder_in(root.root(), ArtifactPath::STATE)
            .map_err(|source| root.error("open", ArtifactPath::STATE, source))?;
        let stage = folder
            .symlink_metadata(IGNORE)
            .map(|_| ())
            .or_else(|_| {
                new_file(&folder, IGNORE, permission::new_mode(false))
                    .and_then(|mut file| file.write_all(b"*\n"))
            })
            .and_then(|()| remove_stage(&folder))
            .and_then(|()| folder_in(&folder, STAGE))
            .map_err(|source| {
                let _ = tidy(&folder, root);
                root.error("prepare", ArtifactPath::STATE, source)
            })?;
        Ok(Self {
            folder,
            stage,
            backup: None,
            staged: 0,
        })
    }

    /// Writes bytes aside, as a new file or with the permissions of the one that they will replace.
    pub(super) fn stage(
        &mut self,
        bytes: &[u8],
        permissions: Option<Permissions>,
        executable: Option<bool>,
    ) -> io::Result<Staged> {
        let name = self.staged.to_string();
        self.staged += 1;
        let mode = match permissions {
            Some(_) => 0o600,
            None => permission::new_mode(executable.unwrap_or_default()),
        };
        let mut file = new_file(&self.stage, &name, mode)?;
        file.write_all(bytes)?;
        if let Some(permissions) = permissions {
            file.set_permissions(match executable {
                Some(executable) => permission::with_executable(&permissions, executable),
                None => permissions,
            })?;
        }
        sync_file(&file)?;
        Ok(Staged(name))
    }

    /// Puts a staged file in place, whatever file is there.
    pub(super) fn place(&self, staged: &Staged, folder: &Dir, name: &str) -> io::Result<()> {
        self.stage.rename(&staged.0, folder, name)
    }

    /// Copies a file that is about to be replaced. The result is the copy's path.
    pub(super) fn back_up(
        &mut self,
        path: &str,
        bytes: &[u8],
        permissions: Option<Permissions>,
    ) -> Result<String, IoError> {
        let (folder, name, to) = self.backup_place(path)?;
        new_file(&folder, &name, 0o600)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
                sync_file(&file)
            })
            .map_err(|source| IoError::new("write", &to, source))?;
        Ok(to)
    }

    /// Moves something that is in the way, links as they are. The result is its new path.
    pub(super) fn move_away(&mut self, path: &str, from: &Dir) -> Result<String, IoError> {
        let (mut folder, mut name, mut to) = self.backup_place(path)?;
        if folder.symlink_metadata(&name).is_ok() {
            // Copies of edited files that were in this very folder.
            self.backup = None;
            (folder, name, to) = self.backup_place(path)?;
        }
        from.rename(split(path).1, &folder, &name)
            .map_err(|source| IoError::new("move away", path, source))?;
        Ok(to)
    }

    /// The folder and name for a backup, and its path from the output folder.
    fn backup_place(&mut self, path: &str) -> Result<(Dir, String, String), IoError> {
        let error = |source| IoError::new("back up", path, source);
        if self.backup.is_none() {
            self.backup = Some(next_backup(&self.folder).map_err(error)?);
        }
        let Some((number, beneath)) = &mut self.backup else {
            unreachable!("it was just made");
        };
        let (folder, name) = split(path);
        let to = format!("{}/{BACKUP}/{number}/{path}", ArtifactPath::STATE);
        match beneath.make_folder(folder, &mut Vec::new())? {
            Place::Folder(dir) => Ok((dir.try_clone().map_err(error)?, name.to_owned(), to)),
            Place::Missing | Place::Blocked(_) => Err(error(io::ErrorKind::AlreadyExists.into())),
        }
    }

    /// Removes this run's backups: nothing was overwritten after all.
    pub(super) fn discard_backups(&mut self) -> io::Result<()> {
        match self.backup.take() {
            Some((number, _)) => self.folder.open_dir_nofollow(BACKUP)?.remove_dir_all(number),
            None => Ok(()),
        }
    }

    /// Removes the stage, and the folder itself unless it keeps a backup.
    pub(super) fn clean(self, root: &Beneath) -> io::Result<()> {
        tidy(&self.folder, root)
    }
}

fn tidy(folder: &Dir, root: &Beneath) -> io::Result<()> {
    remove_stage(folder)?;
    match folder.remove_dir(BACKUP) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
            ) =>
        {
            return Err(error);
        }
        _ => {}
    }
    let only_ignore = folder
        .entries()?
        .all(|entry| entry.is_ok_and(|entry| entry.file_name() == IGNORE));
    if only_ignore {
        match folder.remove_file(IGNORE) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => root.root().remove_dir(ArtifactPath::STATE)?,
        }
    }
    Ok(())
}

/// One barrier for all that was written: on Linux a single sync of the file system, elsewhere each file was synced before.
pub(super) fn sync(root: &Beneath) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(root.handle()?)?;
    #[cfg(not(target_os = "linux"))]
    let _ = root;
    Ok(())
}

#[cfg_attr(
    target_os = "linux",
    expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")
)]
fn sync_file(file: &cap_std::fs::File) -> io::Result<()> {
    #[cfg(not(target_os = "linux"))]
    file.sync_all()?;
    let _ = file;
    Ok(())
}

/// A folder that is made if it is missing; a link is refused.
fn folder_in(parent: &Dir, name: &str) -> io::Result<Dir> {
    match parent.create_dir(name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let metadata = parent.symlink_metadata(name)?;
    if !metadata.is_dir() {
        return Err(io::Error::other("it is no folder of pinkogen's; move it away"));
    }
    parent.open_dir_nofollow(name)
}

fn new_file(folder: &Dir, name: &str, mode: u32) -> io::Result<cap_std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).follow(FollowSymlinks::No);
    #[cfg(unix)]
    options.mode(mode);
    #[cfg(not(unix))]
    let _ = mode;
    folder.open_with(name, &options)
}

fn remove_stage(folder: &Dir) -> io::Result<()> {
    match folder.symlink_metadata(STAGE) {
        Ok(metadata) if metadata.is_dir() => folder.remove_dir_all(STAGE),
        Ok(_) => folder.remove_file(STAGE),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A new folder for this run's backups, numbered after the highest.
fn next_backup(state: &Dir) -> io::Result<(String, Beneath)> {
    let all = folder_in(state, BACKUP)?;
    let mut highest = 0;
    for entry in all.entries()? {
        let name = entry?.file_name();
        if let Some(number) = name.to_str().and_then(|name| name.parse::<u32>().ok()) {
            highest = highest.max(number);
        }
    }
    let number = highest.saturating_add(1).to_string();
    all.create_dir(&number)?;
    let shown = format!("{}/{BACKUP}/{number}", ArtifactPath::STATE);
    Ok((
        number.clone(),
        Beneath::new(all.open_dir_nofollow(&number)?, shown),
    ))
}
