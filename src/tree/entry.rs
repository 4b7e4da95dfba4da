use std::collections::BTreeSet;
use std::fmt;

use super::blob::{BlobId, blob_id};
use crate::contents::Contents;
use crate::render::ArtifactPath;

/// What lies at a path of the output folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    None,
    File(File),
    /// Something that cannot be a file of ours.
    Other(Obstacle),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    pub bytes: Contents,
    /// The blob id of the bytes.
    pub id: BlobId,
    /// The owner's x bit.
    pub executable: bool,
}

impl File {
    pub fn new(bytes: impl Into<Contents>, executable: bool) -> Self {
        let bytes = bytes.into();
        Self {
            id: blob_id(&bytes),
            bytes,
            executable,
        }
    }
}

/// What is in the way: at the path itself, or at one of the folders above it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Obstacle {
    /// Relative to the output folder; no [`ArtifactPath`], since it is somebody else's.
    pub path: String,
    pub kind: ObstacleKind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ObstacleKind {
    Link,
    /// A folder where a file should be. If all that it holds are files that the lock knows, these.
    Folder(Option<BTreeSet<ArtifactPath>>),
    /// A file where a folder should be.
    File,
    /// A device, a socket, a pipe.
    Special,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ObstacleKind::Link => "a link",
            ObstacleKind::Folder(_) => "a folder",
            ObstacleKind::File => "a file, not a folder",
            ObstacleKind::Special => "a device, a socket or a pipe",
        };
        write!(f, "`{}` is {kind}", self.path)
    }
}
