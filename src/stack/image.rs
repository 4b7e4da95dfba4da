use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::Part;
use crate::contents::Contents;

/// A public image that is run as it is.
#[derive(Clone, Debug)]
pub struct Image {
    /// The reference; Compose fills in its variables.
    pub reference: Vec<Part>,
    pub engine: Option<Engine>,
}

/// A data store that pinkogen knows: it brings its port, probe, data folder, user and capabilities.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Engine {
    Postgres,
    /// Valkey, and Redis from before the fork: the same server for all that we say.
    Valkey,
}

/// An image for which pinkogen writes the Dockerfile.
#[derive(Clone, Debug)]
pub struct FromImage {
    pub base: String,
    pub apt: Vec<String>,
    pub apk: Vec<String>,
    /// Input files copied into the image, by their place in it.
    pub files: Vec<Copied>,
}

/// An input (a file or a folder) of the user's, copied into the output folder.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The path beside the spec.
    pub original: String,
    /// The folder or file inside the service's folder of the output, such as `files/motd`.
    pub place: String,
    /// Where a container finds it: absolute.
    pub target: String,
    /// Bytes by path below `place`; a single file has the one key `""`.
    pub contents: Arc<BTreeMap<String, Contents>>,
}
