use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::fs::{Dir, OpenOptions, Permissions};

#[cfg(unix)]
use cap_std::fs::OpenOptionsExt as _;

use super::backup::Backups;
use super::beneath::Beneath;
use super::error::IoError;
use super::journal::Journal;
use super::permission;
use super::sync;
use crate::render::ArtifactPath;

const STAGE: &str = "stage";
const JOURNAL: &str = "journal";
const NEW_JOURNAL: &str = "journal.new";
const IGNORE: &str = ".gitignore";
const IGNORE_TEXT: &[u8] = b"*\n";

/// Pinkogen's own folder in the output folder: what is about to be written, the journal, and what was overwritten by force.
pub(super) struct State {
    pub(super) folder: Dir,
    stage: Option<Dir>,
    pub(super) backups: Backups,
    staged: u32,
    shown: PathBuf,
}

impl State {
    /// The folder that is there already, as it is; `None` if there is none.
    pub(super) fn find(root: &Beneath) -> Result<Option<Self>, IoError> {
        let error = |source| root.error("open", ArtifactPath::STATE, source);
        match root.root().symlink_metadata(ArtifactPath::STATE) {
            Ok(metadata) if metadata.is_dir() => {}
            // What else it may be is refused once something is to be written.
            Ok(_) => return Ok(None),
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(error(source)),
        }
        let folder = root
            .root()
            .open_dir_nofollow(ArtifactPath::STATE)
            .map_err(error)?;
        let stage = match folder.open_dir_nofollow(STAGE) {
            Ok(stage) => Some(stage),
            Err(source) if source.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(error(source)),
        };
        Ok(Some(Self::new(root, folder, stage)))
    }

    /// Makes what is missing of it, and clears the stage. The journal must have been dealt with.
    pub(super) fn make(root: &Beneath) -> Result<Self, IoError> {
        let folder = folder_in(root.root(), ArtifactPath::STATE)
            .map_err(|source| root.error("open", ArtifactPath::STATE, source))?;
        let mut state = Self::new(root, folder, None);
        match state.prepare() {
            Ok(()) => Ok(state),
            Err(source) => {
                let error = root.error("prepare", ArtifactPath::STATE, source);
                let _ = state.clean(root);
                Err(error)
            }
        }
    }

    fn new(root: &Beneath, folder: Dir, stage: Option<Dir>) -> Self {
        let shown = root.shown(ArtifactPath::STATE);
        Self {
            backups: Backups::new(&shown),
            folder,
            stage,
            staged: 0,
            shown,
        }
    }

    fn prepare(&mut self) -> io::Result<()> {
        if read(&self.folder, IGNORE)?.as_deref() != Some(IGNORE_TEXT) {
            remove(&self.folder, IGNORE)?;
            new_file(&self.folder, IGNORE, permission::new_mode(false))?.write_all(IGNORE_TEXT)?;
        }
        remove_stage(&self.folder)?;
        self.stage = Some(folder_in(&self.folder, STAGE)?);
        Ok(())
    }

    fn stage_folder(&self) -> io::Result<&Dir> {
        self.stage
            .as_ref()
            .ok_or_else(|| io::Error::other("the stage is gone"))
    }

    /// Writes bytes aside, as a new file or with the permissions of the one that they will replace. The result is its name.
    pub(super) fn stage(
        &mut self,
        bytes: &[u8],
        permissions: Option<Permissions>,
        executable: Option<bool>,
    ) -> io::Result<u32> {
        let number = self.staged;
        self.staged += 1;
        let mode = match permissions {
            Some(_) => 0o600,
            None => permission::new_mode(executable.unwrap_or_default()),
        };
        let mut file = new_file(self.stage_folder()?, &number.to_string(), mode)?;
        file.write_all(bytes)?;
        if let Some(permissions) = permissions {
            file.set_permissions(match executable {
                Some(executable) => permission::with_executable(&permissions, executable),
                None => permissions,
            })?;
        }
        sync::file(&file)?;
        Ok(number)
    }

    /// The bytes of a staged file; `None` if it is no longer there.
    pub(super) fn staged(&self, number: u32) -> io::Result<Option<Vec<u8>>> {
        match &self.stage {
            Some(stage) => read(stage, &number.to_string()),
            None => Ok(None),
        }
    }

    /// Puts a staged file in place: over the file that is there, or only where nothing is.
    pub(super) fn place(&self, number: u32, folder: &Dir, name: &str, is_new: bool) -> io::Result<()> {
        let stage = self.stage_folder()?;
        let number = number.to_string();
        #[cfg(target_os = "linux")]
        if is_new {
            use rustix::fs::{RenameFlags, renameat_with};
            use rustix::io::Errno;
            return match renameat_with(stage, &*number, folder, name, RenameFlags::NOREPLACE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match folder.symlink_metadata(name) {
                    Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
                    Err(_) => stage.rename(&number, folder, name),
                },
                renamed => renamed.map_err(io::Error::from),
            };
        }
        let _ = is_new;
        stage.rename(&number, folder, name)
    }

    /// Writes the journal aside.
    pub(super) fn stage_journal(&self, journal: &Journal) -> io::Result<()> {
        remove(&self.folder, NEW_JOURNAL)?;
        let mut file = new_file(&self.folder, NEW_JOURNAL, permission::new_mode(false))?;
        file.write_all(journal.format().as_bytes())?;
        sync::file(&file)
    }

    /// From here on the run is finished, by this process or by the next one.
    pub(super) fn begin(&self) -> io::Result<()> {
        self.folder.rename(NEW_JOURNAL, &self.folder, JOURNAL)?;
        sync::folder(&self.folder)
    }

    pub(super) fn journal(&self) -> io::Result<Option<Vec<u8>>> {
        read(&self.folder, JOURNAL)
    }

    pub(super) fn end(&self) -> io::Result<()> {
        remove(&self.folder, JOURNAL)
    }

    /// Whether a killed run left something other than backups.
    pub(super) fn has_leftovers(&self) -> Result<bool, IoError> {
        let names = names(&self.folder).map_err(|source| IoError::new("read", &self.shown, source))?;
        Ok(names
            .iter()
            .any(|name| matches!(&**name, STAGE | JOURNAL | NEW_JOURNAL))
            || !names.iter().any(|name| name == Backups::FOLDER))
    }

    /// Removes all but the journal and the backups, and the folder itself if nothing is left in it.
    pub(super) fn clean(&self, root: &Beneath) -> io::Result<()> {
        remove_stage(&self.folder)?;
        remove(&self.folder, NEW_JOURNAL)?;
        Backups::remove_if_empty(&self.folder)?;
        if names(&self.folder)?.iter().all(|name| name == IGNORE) {
            remove(&self.folder, IGNORE)?;
            root.root().remove_dir(ArtifactPath::STATE)?;
        }
        Ok(())
    }
}

fn names(folder: &Dir) -> io::Result<Vec<String>> {
    folder
        .entries()?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// A folder that is made if it is missing; a link is refused.
pub(super) fn folder_in(parent: &Dir, name: &str) -> io::Result<Dir> {
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

pub(super) fn new_file(folder: &Dir, name: &str, mode: u32) -> io::Result<cap_std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).follow(FollowSymlinks::No);
    #[cfg(unix)]
    options.mode(mode);
    #[cfg(not(unix))]
    let _ = mode;
    folder.open_with(name, &options)
}

/// The bytes of a file, if there is one.
fn read(folder: &Dir, name: &str) -> io::Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).nonblock(true);
    let mut bytes = Vec::new();
    match folder
        .open_with(name, &options)
        .and_then(|file| file.into_std().read_to_end(&mut bytes))
    {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file, if there is one.
fn remove(folder: &Dir, name: &str) -> io::Result<()> {
    match folder.remove_file(name) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_stage(folder: &Dir) -> io::Result<()> {
    match folder.symlink_metadata(STAGE) {
        Ok(metadata) if metadata.is_dir() => folder.remove_dir_all(STAGE),
        Ok(_) => folder.remove_file(STAGE),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
