use std::fmt::Display;
use std::process::ExitCode;

use crate::tree;

/// How a run ends, as diff(1) has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Status {
    /// Everything is as wanted.
    Fine = 0,
    /// Something differs, or is in conflict.
    Differs = 1,
    /// The work could not be done.
    Trouble = 2,
    /// Another run is at work in the output folder; as `EX_TEMPFAIL` of sysexits(3).
    Busy = 75,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why the work could not be done, for a person to read, and the status to end with.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) text: String,
    pub(super) status: Status,
    /// The text only sums up what was said already.
    pub(super) is_told: bool,
}

impl Trouble {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            status: Status::Trouble,
            is_told: false,
        }
    }

    /// A sum of what was said already.
    pub(super) fn told(text: impl Into<String>) -> Self {
        Self {
            is_told: true,
            ..Self::new(text)
        }
    }

    /// What the output folder refused.
    pub(super) fn with_output(error: &tree::Error) -> Self {
        let status = match error {
            tree::Error::Busy(_) => Status::Busy,
            // A conflict: the user has to say what is to become of a file.
            tree::Error::Unfinished(_) => Status::Differs,
            tree::Error::Io(_) | tree::Error::Lock(_) => Status::Trouble,
        };
        Self {
            status,
            ..Self::new(error.to_string())
        }
    }
}

impl<E: Display> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}
