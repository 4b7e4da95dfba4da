use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File as StdFile;
use std::io::{self, Read as _};
use std::mem;
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, Metadata, OpenOptions, Permissions};

use super::entry::{Entry, File, Obstacle, ObstacleKind};
use super::error::IoError;
use super::permission;
use crate::contents::Contents;
use crate::render::ArtifactPath;

/// A folder and all that may be reached in it: every step is a single name, opened without following a link.
///
/// The folders on the way to the last path stay open, so that paths in order cost one step each, whatever their depth.
pub(super) struct Beneath {
    root: Dir,
    /// How the folder is called in messages.
    shown: PathBuf,
    open: Vec<(String, Dir)>,
    /// The last folder that was looked for and was not there: many files of one may be looked for.
    missing: Option<String>,
    /// What the next file may hold: if it does, it is no second copy in memory.
    expected: Option<Contents>,
    /// What was read last.
    buffer: Vec<u8>,
}

/// A folder beneath.
pub(super) enum Place<'a> {
    Folder(&'a Dir),
    Missing,
    Blocked(Obstacle),
}

impl Beneath {
    /// Opens the output folder; `None` if it is not there.
    pub(super) fn open(folder: &Path) -> Result<Option<Self>, IoError> {
        let error = |source| IoError::new("open", folder, source);
        let root = match folder.file_name() {
            // `.`, `..`, `/`: never a link.
            None => Dir::open_ambient_dir(folder, ambient_authority()),
            Some(name) => {
                let parent = match folder.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                Dir::open_ambient_dir(parent, ambient_authority()).and_then(|parent| {
                    let opened = parent.open_dir_nofollow(name);
                    match parent.symlink_metadata(name) {
                        Ok(metadata) if metadata.is_symlink() => {
                            Err(io::Error::other("it is a link; name the folder that it leads to"))
                        }
                        Ok(metadata) if !metadata.is_dir() => Err(io::Error::other(
                            "it is not a folder; move it away, or choose another with `--out`",
                        )),
                        _ => opened,
                    }
                })
            }
        };
        match root {
            Ok(root) => Ok(Some(Self::new(root, folder))),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(error(source)),
        }
    }

    pub(super) fn new(root: Dir, shown: impl Into<PathBuf>) -> Self {
        Self {
            root,
            shown: shown.into(),
            open: Vec::new(),
            missing: None,
            expected: None,
            buffer: Vec::new(),
        }
    }

    /// The same folder for another thread.
    pub(super) fn another(&self) -> Result<Self, IoError> {
        match self.root.try_clone() {
            Ok(root) => Ok(Self::new(root, &self.shown)),
            Err(source) => Err(self.error("open", "", source)),
        }
    }

    pub(super) fn root(&self) -> &Dir {
        &self.root
    }

    /// The folder opened for reading: the other handle only leads to what is in it, and cannot be locked or synced.
    pub(super) fn handle(&self) -> io::Result<StdFile> {
        self.root.open(".").map(cap_std::fs::File::into_std)
    }

    /// A path as messages show it.
    pub(super) fn shown(&self, path: &str) -> PathBuf {
        if path.is_empty() {
            self.shown.clone()
        } else {
            self.shown.join(path)
        }
    }

    pub(super) fn error(&self, action: &'static str, path: &str, source: io::Error) -> IoError {
        IoError::new(action, self.shown(path), source)
    }

    /// The folder of that path, "" being the root.
    pub(super) fn folder(&mut self, path: &str) -> Result<Place<'_>, IoError> {
        self.walk(path, None)
    }

    /// The same, but missing folders are made, and named in `made`.
    pub(super) fn make_folder(&mut self, path: &str, made: &mut Vec<String>) -> Result<Place<'_>, IoError> {
        self.walk(path, Some(made))
    }

    fn walk(&mut self, path: &str, mut made: Option<&mut Vec<String>>) -> Result<Place<'_>, IoError> {
        if made.is_some() {
            self.missing = None;
        } else if let Some(missing) = &self.missing
            && (path == missing || is_beneath(path, missing))
        {
            return Ok(Place::Missing);
        }
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let common = self
            .open
            .iter()
            .zip(&names)
            .take_while(|((open, _), name)| open == *name)
            .count();
        self.open.truncate(common);
        for depth in common..names.len() {
            let (name, here) = (names[depth], names[..=depth].join("/"));
            let parent = self.open.last().map_or(&self.root, |(_, dir)| dir);
            let next = match parent.open_dir_nofollow(name) {
                Ok(next) => next,
                Err(source) => match parent.symlink_metadata(name) {
                    Ok(metadata) => match obstacle(&metadata, &here) {
                        Some(obstacle) => return Ok(Place::Blocked(obstacle)),
                        None => return Err(self.error("open", &here, source)),
                    },
                    Err(source) if source.kind() != io::ErrorKind::NotFound => {
                        return Err(self.error("open", &here, source));
                    }
                    Err(_) => {
                        let Some(made) = made.as_deref_mut() else {
                            self.missing = Some(here);
                            return Ok(Place::Missing);
                        };
                        let next = parent
                            .create_dir(name)
                            .and_then(|()| parent.open_dir_nofollow(name))
                            .map_err(|source| self.error("make", &here, source))?;
                        made.push(here);
                        next
                    }
                },
            };
            self.open.push((name.to_owned(), next));
        }
        Ok(Place::Folder(self.open.last().map_or(&self.root, |(_, dir)| dir)))
    }

    /// Must be called when a folder was removed or moved, so that no later step uses it.
    pub(super) fn forget_folders(&mut self) {
        self.missing = None;
        self.open.clear();
    }

    /// Says what the next file that is read may hold.
    pub(super) fn expect(&mut self, bytes: Option<Contents>) {
        self.expected = bytes;
    }

    /// What lies at a path.
    pub(super) fn entry(&mut self, path: &str) -> Result<Entry, IoError> {
        self.read(path).map(|(entry, _)| entry)
    }

    /// What lies at a path, and if it is a file, its permissions.
    pub(super) fn read(&mut self, path: &str) -> Result<(Entry, Option<Permissions>), IoError> {
        let (folder, name) = split(path);
        let (expected, mut buffer) = (self.expected.take(), mem::take(&mut self.buffer));
        let dir = match self.folder(folder)? {
            Place::Folder(dir) => dir,
            Place::Missing => return Ok((Entry::None, None)),
            Place::Blocked(obstacle) => return Ok((Entry::Other(obstacle), None)),
        };
        // Not blocking: it may be a pipe.
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        let read = || -> io::Result<_> {
            let file = match dir.open_with(name, &options) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
                // A link or a socket cannot be opened; what else may be wrong is told as it is.
                Err(error) => match dir.symlink_metadata(name) {
                    Ok(metadata) if !metadata.is_file() => {
                        return Ok((Entry::Other(not_a_file(&metadata, path)), None));
                    }
                    _ => return Err(error),
                },
            };
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Ok((Entry::Other(not_a_file(&metadata, path)), None));
            }
            let bytes = read_all(&file.into_std(), metadata.len(), &mut buffer)?;
            let bytes = match expected.filter(|expected| **expected == *bytes) {
                Some(expected) => expected,
                None => bytes.to_vec().into(),
            };
            let entry = Entry::File(File::new(bytes, permission::is_executable(&metadata)));
            Ok((entry, Some(metadata.permissions())))
        };
        let read = read();
        self.buffer = buffer;
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((Entry::None, None)),
            read => read.map_err(|source| self.error("read", path, source)),
        }
    }

    /// Whether all that a folder holds, at any depth, are folders and files of these paths.
    pub(super) fn holds_only(
        &mut self,
        folder: &str,
        is_folder: &dyn Fn(&str) -> bool,
        is_file: &dyn Fn(&str) -> bool,
    ) -> Result<bool, IoError> {
        if !is_folder(folder) {
            return Ok(false);
        }
        for (path, kind) in self.list(folder)? {
            let is_known = match path {
                Some(path) if kind.is_dir() => self.holds_only(path.as_str(), is_folder, is_file)?,
                Some(path) => kind.is_file() && is_file(path.as_str()),
                None => false,
            };
            if !is_known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What is in a folder; `None` for a name that no file of ours may have. Nothing, if it is no folder.
    fn list(&mut self, folder: &str) -> Result<Vec<(Option<ArtifactPath>, FileType)>, IoError> {
        let Place::Folder(dir) = self.folder(folder)? else {
            return Ok(Vec::new());
        };
        let path = |name: &OsStr| ArtifactPath::new(format!("{folder}/{}", name.to_str()?)).ok();
        let list = || -> io::Result<_> {
            dir.entries()?
                .map(|entry| entry.and_then(|entry| Ok((path(&entry.file_name()), entry.file_type()?))))
                .collect::<io::Result<Vec<_>>>()
        };
        list().map_err(|source| self.error("read", folder, source))
    }

    /// The files in a folder at any depth, if there is nothing else in it: no unknown file, no link, no empty folder.
    pub(super) fn only_known(
        &mut self,
        folder: &str,
        known: &dyn Fn(&ArtifactPath) -> bool,
    ) -> Result<Option<BTreeSet<ArtifactPath>>, IoError> {
        let mut files = BTreeSet::new();
        for (path, kind) in self.list(folder)? {
            let Some(path) = path else {
                return Ok(None);
            };
            if kind.is_dir() {
                match self.only_known(path.as_str(), known)? {
                    Some(inner) => files.extend(inner),
                    None => return Ok(None),
                }
            } else if kind.is_file() && known(&path) {
                files.insert(path);
            } else {
                return Ok(None);
            }
        }
        Ok((!files.is_empty()).then_some(files))
    }
}

/// All of a file whose length was just read: one read, if it is still so long. The buffer is used again, so that nothing is
/// cleared for each file.
fn read_all<'a>(mut file: &StdFile, length: u64, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    let length = usize::try_from(length).unwrap_or_default();
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    match file.read(&mut buffer[..length]) {
        Ok(read) if read == length => return Ok(&buffer[..length]),
        Ok(read) => buffer.truncate(read),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => buffer.clear(),
        Err(error) => return Err(error),
    }
    file.read_to_end(buffer)?;
    Ok(buffer)
}

/// A path's folder ("" for the root) and its last name.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Whether the path leads to something in that folder, at any depth.
pub(super) fn is_beneath(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// What stands where a folder should be; `None` for a folder.
fn obstacle(metadata: &Metadata, path: &str) -> Option<Obstacle> {
    let kind = if metadata.is_dir() {
        return None;
    } else if metadata.is_symlink() {
        ObstacleKind::Link
    } else if metadata.is_file() {
        ObstacleKind::File
    } else {
        ObstacleKind::Special
    };
    Some(Obstacle {
        path: path.to_owned(),
        kind,
    })
}

fn not_a_file(metadata: &Metadata, path: &str) -> Obstacle {
    obstacle(metadata, path).unwrap_or_else(|| Obstacle {
        path: path.to_owned(),
        kind: ObstacleKind::Folder(None),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn kind(beneath: &mut Beneath, path: &str) -> Option<(String, ObstacleKind)> {
        match beneath.entry(path).unwrap() {
            Entry::Other(obstacle) => Some((obstacle.path, obstacle.kind)),
            Entry::None | Entry::File(_) => None,
        }
    }

    #[test]
    fn links_are_followed_at_no_depth() {
        let temp = tempfile::tempdir().unwrap();
        let (out, secret) = (temp.path().join("out"), temp.path().join("secret"));
        fs::create_dir_all(out.join("a/b")).unwrap();
        fs::create_dir(&secret).unwrap();
        fs::write(secret.join("c"), "secret").unwrap();
        fs::write(out.join("a/b/real"), "real").unwrap();
        symlink(&secret, out.join("a/b/away")).unwrap();
        symlink("b", out.join("a/inside")).unwrap();
        symlink("real", out.join("a/b/file")).unwrap();
        symlink("/nowhere", out.join("dead")).unwrap();
        let mut beneath = Beneath::open(&out).unwrap().unwrap();
        for (path, at) in [
            ("a/b/away/c", "a/b/away"),
            ("a/inside/real", "a/inside"),
            ("a/b/file", "a/b/file"),
            ("dead", "dead"),
            ("dead/x", "dead"),
        ] {
            assert_eq!(
                kind(&mut beneath, path),
                Some((at.to_owned(), ObstacleKind::Link)),
                "{path}"
            );
        }
        assert_eq!(
            kind(&mut beneath, "a/b/real/x"),
            Some(("a/b/real".to_owned(), ObstacleKind::File))
        );
        assert_eq!(
            kind(&mut beneath, "a/b"),
            Some(("a/b".to_owned(), ObstacleKind::Folder(None)))
        );
        assert!(matches!(beneath.entry("a/b/real").unwrap(), Entry::File(file) if *file.bytes == *b"real"));
        assert_eq!(beneath.entry("a/x/y/z").unwrap(), Entry::None);
    }

    #[test]
    fn the_folder_itself_is_no_link_and_no_file() {
        let temp = tempfile::tempdir().unwrap();
        let real = temp.path().join("real");
        fs::create_dir(&real).unwrap();
        symlink(&real, temp.path().join("link")).unwrap();
        fs::write(temp.path().join("file"), "").unwrap();
        let message = |name: &str| match Beneath::open(&temp.path().join(name)) {
            Ok(found) => format!("{}", found.is_some()),
            Err(error) => error.source.to_string(),
        };
        assert_eq!(message("real"), "true");
        assert_eq!(message("real/."), "true");
        assert_eq!(message("real/../real"), "true");
        assert_eq!(message("none/at/all"), "false");
        assert_eq!(message("link"), "it is a link; name the folder that it leads to");
        assert_eq!(message("link/"), "it is a link; name the folder that it leads to");
        assert!(message("file").starts_with("it is not a folder"));
        assert!(
            message("file/below").contains("directory"),
            "{}",
            message("file/below")
        );
    }

    #[test]
    fn a_pipe_does_not_block() {
        let temp = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(temp.path().join("pipe"))
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let mut beneath = Beneath::open(temp.path()).unwrap().unwrap();
        assert_eq!(
            kind(&mut beneath, "pipe"),
            Some(("pipe".to_owned(), ObstacleKind::Special))
        );
    }

    #[test]
    fn a_folder_of_known_files_is_told_from_others() {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir_all(temp.path().join("a/b")).unwrap();
        fs::write(temp.path().join("a/x"), "").unwrap();
        fs::write(temp.path().join("a/b/y"), "").unwrap();
        let mut beneath = Beneath::open(temp.path()).unwrap().unwrap();
        let names = |files: Option<BTreeSet<ArtifactPath>>| {
            files.map(|files| files.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let all = names(beneath.only_known("a", &|_| true).unwrap());
        assert_eq!(all.unwrap(), ["a/b/y", "a/x"]);
        let some = names(beneath.only_known("a", &|path| path.as_str() == "a/x").unwrap());
        assert_eq!(some, None);
        fs::create_dir(temp.path().join("a/empty")).unwrap();
        assert_eq!(names(beneath.only_known("a", &|_| true).unwrap()), None);
    }
}
