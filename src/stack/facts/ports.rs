use super::super::{Publish, Service};

/// The port of an API or a site, if nothing else is said.
pub const DEFAULT_PORT: u16 = 8080;
/// The name of the proxy's service, and its ports inside the container.
pub const PROXY: &str = "proxy";
pub const PROXY_PORT: u16 = 8080;
/// Where nginx, as proxy and as site, answers to its health check and shows its counters; never published.
pub const NGINX_HEALTH_PORT: u16 = 8081;
pub const HEALTH_PATH: &str = "/healthz";
pub const READY_PATH: &str = "/readyz";
/// The paths that an API keeps for itself; the proxy answers 404 to them.
pub const RESERVED_PATHS: [&str; 3] = [HEALTH_PATH, READY_PATH, "/metrics"];

impl Service {
    /// The port of a service that is there to be asked: an API, a site, a store, the aim of a route.
    ///
    /// # Panics
    ///
    /// If it is a worker; `resolve` gives each of these services a port.
    pub fn listen_port(&self) -> u16 {
        self.port.expect("only a worker has no port")
    }
}

impl Publish {
    /// As Compose's short syntax has it.
    pub fn compose(&self) -> String {
        let address = self
            .address
            .as_ref()
            .map(|address| format!("{address}:"))
            .unwrap_or_default();
        let protocol = if self.udp { "/udp" } else { "" };
        format!("{address}{}:{}{protocol}", self.host, self.container)
    }
}
