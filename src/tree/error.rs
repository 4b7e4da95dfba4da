use std::fmt;
use std::io;
use std::path::PathBuf;

use super::lock::LockError;

/// Why the output folder could not be read or written.
#[derive(Debug)]
pub enum Error {
    Io(IoError),
    /// The lock cannot be believed.
    Lock(LockError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Lock(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<IoError> for Error {
    fn from(error: IoError) -> Self {
        Self::Io(error)
    }
}

impl From<LockError> for Error {
    fn from(error: LockError) -> Self {
        Self::Lock(error)
    }
}

/// A failed access to a file: what was tried on which path, why it failed, and what helps where that is known.
#[derive(Debug)]
pub struct IoError {
    pub path: PathBuf,
    /// What was tried, such as `read`: "cannot read `path`".
    pub action: &'static str,
    pub source: io::Error,
}

impl IoError {
    pub(super) fn new(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self {
            path: path.into(),
            action,
            source,
        }
    }

    /// A refusal of our own, whose text already says what helps.
    pub(super) fn refuse(action: &'static str, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self::new(action, path, io::Error::other(text.into()))
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, action, source } = self;
        write!(f, "cannot {action} `{}`: {source}", path.display())?;
        f.write_str(match source.kind() {
            io::ErrorKind::PermissionDenied => "; check who owns it and its mode",
            io::ErrorKind::StorageFull => "; free some space, then run it again",
            io::ErrorKind::QuotaExceeded => "; the quota is used up: free some of it, then run it again",
            io::ErrorKind::ReadOnlyFilesystem => "; its file system is mounted read-only",
            io::ErrorKind::NotADirectory => "; a file lies where a folder is needed: move it away",
            _ => "",
        })
    }
}

// No `source()`: the text already holds it, and printing a chain would say it twice.
impl std::error::Error for IoError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_helps() {
        let error = IoError::new("write", "out/a", io::ErrorKind::StorageFull.into());
        assert_eq!(
            error.to_string(),
            "cannot write `out/a`: no storage space; free some space, then run it again"
        );
        let error = IoError::refuse("open", "out", "it is a link; name the folder it leads to");
        assert_eq!(
            error.to_string(),
            "cannot open `out`: it is a link; name the folder it leads to"
        );
    }
}
