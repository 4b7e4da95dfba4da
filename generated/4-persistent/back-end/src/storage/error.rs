use std::fmt;

use crate::error::Problem;

#[derive(Debug)]
pub enum StorageError {
    /// The table wants storage, and this build or configuration has none.
    NotBuilt,
    /// The storage cannot be reached or is at its limits; that may pass.
    Unreachable(String),
    /// The storage has answered with an error.
    Refused(String),
    /// What is stored and the schema do not fit; each text names a column and what to do.
    Mismatch(Vec<String>),
}

impl fmt::Display for StorageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBuilt => formatter.write_str("there is no storage"),
            Self::Unreachable(error) | Self::Refused(error) => formatter.write_str(error),
            Self::Mismatch(columns) => formatter.write_str(&columns.join("; ")),
        }
    }
}

impl std::error::Error for StorageError {}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unreachable(_) => Self::unavailable(&error),
            StorageError::NotBuilt | StorageError::Refused(_) | StorageError::Mismatch(_) => Self::internal(&error),
        }
    }
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        let passes = match &error {
            // `Protocol`: the server has closed the connection in the middle of a message.
            Error::Io(_) | Error::Protocol(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
            Error::Database(database) => database.code().is_some_and(|code| passes(&code)),
            _ => false,
        };
        if passes { Self::Unreachable(error.to_string()) } else { Self::Refused(error.to_string()) }
    }
}

/// Does the code of an engine say that the storage is out of order, rather than that we have asked for nonsense?
#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn passes(code: &str) -> bool {
    if code.len() == 5 {
        // PostgreSQL: connection lost, out of resources, starting or shutting down.
        return ["08", "53", "57P"].iter().any(|class| code.starts_with(class));
    }
    // SQLite: busy, locked, read-only, I/O error, full, cannot open. The upper bits tell more, which is not needed.
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}
