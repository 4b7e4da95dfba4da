use super::super::{Bytes, Kind, Limits, Proxy, Route, Service, Stack};

/// The Debian release that builder and runtime images share, so that a binary meets the C library that it was linked with.
pub const DEBIAN: (&str, u8) = ("trixie", 13);
pub const RUST_IMAGE_VERSION: &str = "1.95";
pub const PYTHON_IMAGE_VERSION: &str = "3.13";
pub const NGINX_IMAGE: &str = "nginx:1.30-alpine";
/// The user and group of the images we build.
pub const UID: u32 = 65_532;
/// How much of a container's memory each of its folders in memory may take.
pub const TMPFS_SIZE: Bytes = Bytes::mebi(64);
/// The largest body that the proxy takes in before it passes it on: some at once fit into its folder in memory.
pub const BUFFERED_BODY: Bytes = Bytes(TMPFS_SIZE.0 / 4);

impl Stack {
    /// The reference of an image that we build.
    pub fn image(&self, service: &str) -> String {
        format!("{}-{service}:{}", self.name, self.tag)
    }

    /// The title of an image that we build.
    pub fn title(&self, service: &str) -> String {
        format!("{}-{service}", self.name)
    }
}

impl Service {
    /// Whether pinkogen writes its image.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Api(_) | Kind::Site(_) | Kind::From(_))
    }
}

impl Proxy {
    /// What its container may use.
    pub const LIMITS: Limits = Limits::DEFAULT;
}

impl Route {
    /// Whether a body is passed on as it comes, since it may be too large to be kept.
    pub fn is_streamed(&self) -> bool {
        self.body > BUFFERED_BODY
    }
}

impl Limits {
    /// What a container may use, if nothing else is said.
    pub const DEFAULT: Self = Self {
        millicpus: 1000,
        memory: Bytes::mebi(256),
        pids: 256,
    };

    /// How many nginx workers keep the processors busy.
    pub fn workers(&self) -> u32 {
        self.millicpus.div_ceil(1000).max(1)
    }
}
