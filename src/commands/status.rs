use std::fmt::Display;
use std::process::ExitCode;

/// How a run ends, as diff(1) has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Status {
    /// Everything is as wanted.
    Fine = 0,
    /// Something differs, or is in conflict.
    Differs = 1,
    /// The work could not be done.
    Trouble = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why the work could not be done, for a person to read; it ends the run with [`Status::Trouble`].
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

impl<E: Display> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
