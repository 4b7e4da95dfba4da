use std::fmt;
use std::io;
use std::path::PathBuf;

use super::lock::LockError;
use crate::render::ArtifactPath;

/// Why the output folder could not be read or written.
#[derive(Debug)]
pub enum Error {
    Io(IoError),
    /// The lock cannot be believed.
    Lock(LockError),
    /// Another run is at work.
    Busy(Busy),
    /// A run was cut off, and nobody but the user can say what is to become of it.
    Unfinished(Unfinished),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Lock(error) => error.fmt(f),
            Self::Busy(error) => error.fmt(f),
            Self::Unfinished(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Another run holds the output folder.
#[derive(Debug)]
pub struct Busy {
    pub path: PathBuf,
    /// Its process id, where the system tells.
    pub process: Option<u32>,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "another pinkogen is at work in `{}`", self.path.display())?;
        if let Some(process) = self.process {
            write!(f, " (process {process})")?;
        }
        f.write_str("\nhelp: wait for its end, then run it again")
    }
}

/// A run that was cut off, and cannot simply be finished.
#[derive(Debug)]
pub struct Unfinished {
    /// The output folder.
    pub path: PathBuf,
    pub why: UnfinishedWhy,
}

#[derive(Debug, Eq, PartialEq)]
pub enum UnfinishedWhy {
    /// These files are neither what they were before it nor what it made of them.
    Edited(Vec<String>),
    /// The new texts of these files are gone.
    Lost(Vec<String>),
    /// The journal is not whole.
    Unreadable,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |paths: &[String]| -> String {
            let names: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
            names.join(", ")
        };
        write!(f, "a run in `{}` was cut off half-way, and ", self.path.display())?;
        match &self.why {
            UnfinishedWhy::Edited(paths) => write!(
                f,
                "since then something else changed {}: nothing was done\n\
                 help: move what you wrote out of the output folder, then run it again; or `pinkogen render --force` finishes it and keeps a backup",
                named(paths)
            ),
            UnfinishedWhy::Lost(paths) => write!(
                f,
                "what it had to write to {} is gone from `{state}`: nothing was done\n\
                 help: `pinkogen render --force` gives that run up and plans anew, with a backup of each edit; or take the folder back with git",
                named(paths),
                state = ArtifactPath::STATE,
            ),
            UnfinishedWhy::Unreadable => write!(
                f,
                "its record, `{state}/journal`, is damaged: nothing was done\n\
                 help: `pinkogen render --force` gives that run up and plans anew, with a backup of each edit; or take the folder back with git and remove `{state}`",
                state = ArtifactPath::STATE,
            ),
        }
    }
}

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
    /// Some files are new already: the next run has to finish it.
    pub is_half_done: bool,
}

impl IoError {
    pub(super) fn new(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self {
            path: path.into(),
            action,
            source,
            is_half_done: false,
        }
    }

    pub(super) fn half_done(self) -> Self {
        Self {
            is_half_done: true,
            ..self
        }
    }

    /// A refusal of our own, whose text already says what helps.
    pub(super) fn refuse(action: &'static str, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self::new(action, path, io::Error::other(text.into()))
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path, action, source, ..
        } = self;
        write!(f, "cannot {action} `{}`: {source}", path.display())?;
        f.write_str(match source.kind() {
            io::ErrorKind::PermissionDenied => "; check who owns it and its mode",
            io::ErrorKind::StorageFull => "; free some space, then run it again",
            io::ErrorKind::QuotaExceeded => "; the quota is used up: free some of it, then run it again",
            io::ErrorKind::ReadOnlyFilesystem => "; its file system is mounted read-only",
            io::ErrorKind::NotADirectory => "; a file lies where a folder is needed: move it away",
            _ => "",
        })?;
        if self.is_half_done {
            f.write_str("\nhelp: some files are new already; the next `pinkogen render` or `pinkogen diff` finishes that first")?;
        }
        Ok(())
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
