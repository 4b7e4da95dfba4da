use std::collections::{BTreeMap, BTreeSet};

use super::{Api, Bytes, Copied, EnvName, FromImage, Image, Name, Seconds, Site, Value};
use crate::key_path::KeyPath;

/// One pool of equal containers.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: Name,
    pub kind: Kind,
    /// The port it listens on inside its container; a worker has none.
    pub port: Option<u16>,
    pub publish: Vec<Publish>,
    /// Where a browser finds it at ports of its own, such as `http://localhost:9000`.
    pub origins: BTreeSet<String>,
    pub replicas: u16,
    pub run: Run,
    /// What must be there before it starts; sorted by name.
    pub needs: BTreeMap<Name, Condition>,
    pub probe: Probe,
    pub env: BTreeMap<EnvName, Value>,
    /// The command that replaces the image's own; empty where it does not.
    pub command: Vec<String>,
    pub volumes: Vec<DataMount>,
    pub files: Vec<FileMount>,
    /// Secrets that are mounted at `/run/secrets/<name>`.
    pub secrets: BTreeSet<Name>,
    pub tiers: BTreeSet<Tier>,
    pub hardening: Hardening,
    pub limits: Limits,
    /// How long the engine waits after the stop signal before it kills.
    pub stop_grace: Seconds,
}

impl Service {
    /// Where the spec declares it.
    pub fn key(&self) -> KeyPath {
        KeyPath::new(["services", self.name.as_str()])
    }
}

/// What a service is.
#[derive(Clone, Debug)]
pub enum Kind {
    Image(Image),
    /// The user's own Dockerfile: a folder relative to the spec.
    Build {
        context: String,
    },
    From(FromImage),
    Api(Api),
    Site(Site),
}

/// A host port that leads to a container port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Publish {
    /// The address on the host; none is every interface.
    pub address: Option<String>,
    /// A number, or a `${NAME}` for Compose.
    pub host: String,
    pub container: u16,
    pub udp: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Run {
    Always,
    /// A job: it ends, and is not started again.
    Once,
}

/// When a needed service counts as there, as Compose names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    Started,
    Healthy,
    Finished,
}

/// How it is seen that a container is well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Probe {
    /// There is none.
    None,
    /// The image we build has its own HEALTHCHECK: the one place that says how.
    Image,
    /// A command inside the container.
    Command(Vec<String>),
    /// A command line for the container's shell, for engines whose probe needs one.
    Shell(String),
}

/// Data that outlives containers, never deleted by us.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DataMount {
    pub source: VolumeSource,
    pub target: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VolumeSource {
    Named(Name),
    /// A folder of the host's, relative to the spec.
    Folder(String),
}

/// Read-only configuration from the user's repository, copied into the output and mounted.
#[derive(Clone, Debug)]
pub struct FileMount(pub Copied);

/// A network tier. Derived: `edge` holds what is routed or published, `back` the data stores and who needs them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Tier {
    Edge,
    Back,
}

/// A capability that an engine's entry point needs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Capability {
    Chown,
    DacOverride,
    Fowner,
    Setgid,
    Setuid,
}

/// What a container may do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hardening {
    /// All capabilities dropped, read-only root.
    pub strict: bool,
    /// Capabilities given back; only with `strict`.
    pub capabilities: BTreeSet<Capability>,
    /// Folders kept in memory; only with `strict`.
    pub tmpfs: BTreeSet<String>,
    /// `uid:gid`, where the image does not say it.
    pub user: Option<String>,
}

/// What a container may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Thousandths of a processor.
    pub millicpus: u32,
    pub memory: Bytes,
    pub pids: u32,
}
