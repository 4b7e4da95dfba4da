//! The seams: every fact that two files must agree on, computed once.

use super::{
    Api, Bytes, Engine, Kind, Limits, Matcher, Method, Name, Probe, Proxy, Publish, Route, Seconds, Service,
    Site, Stack, Storage,
};

/// The Debian release that builder and runtime images share, so that a binary meets the C library that it was linked with.
pub const DEBIAN: (&str, u8) = ("trixie", 13);
pub const RUST_IMAGE_VERSION: &str = "1.95";
pub const PYTHON_IMAGE_VERSION: &str = "3.13";
pub const NGINX_IMAGE: &str = "nginx:1.30-alpine";
/// The user and group of the images we build.
pub const UID: u32 = 65_532;
/// The name of the proxy's service, and its ports inside the container.
pub const PROXY: &str = "proxy";
pub const PROXY_PORT: u16 = 8080;
/// Where nginx, as proxy and as site, answers to its health check and shows its counters; never published.
pub const NGINX_HEALTH_PORT: u16 = 8081;
pub const HEALTH_PATH: &str = "/healthz";
pub const READY_PATH: &str = "/readyz";
/// The paths that an API keeps for itself; the proxy answers 404 to them.
pub const RESERVED_PATHS: [&str; 3] = [HEALTH_PATH, READY_PATH, "/metrics"];
/// The folder of a site that holds our scripts.
pub const SCRIPTS: &str = "/pinkogen/";
/// Upstream keep-alive < linger: an idle connection is gone before the API stops accepting.
pub const UPSTREAM_KEEPALIVE: Seconds = Seconds(2);
pub const LINGER: Seconds = Seconds(4);
/// How long nginx may take to finish what it serves once it is told to stop.
pub const NGINX_STOP_GRACE: Seconds = Seconds(30);
/// The largest body of a request, if nothing else is said.
pub const REQUEST_BODY: Bytes = Bytes::mebi(1);
/// The longest that a request may take in the API, if nothing else is said.
pub const REQUEST_TIMEOUT: Seconds = Seconds(10);
/// How long the proxy waits for a service, if nothing else is said: longer than the API, so that the API's own answer wins.
pub const PROXY_TIMEOUT: Seconds = Seconds(REQUEST_TIMEOUT.0 + 2);

impl Stack {
    /// The reference of an image that we build.
    pub fn image(&self, service: &str) -> String {
        format!("{}-{service}:{}", self.name, self.tag)
    }

    /// The title of an image that we build.
    pub fn title(&self, service: &str) -> String {
        format!("{}-{service}", self.name)
    }

    /// A path beside the spec, as the rendered files name it.
    pub fn beside_spec(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{}", self.spec_folder, path.trim_start_matches("./"))
        }
    }

    pub fn service(&self, name: &Name) -> &Service {
        &self.services[name]
    }

    /// Whether a route of the proxy leads to the service.
    pub fn is_routed(&self, name: &Name) -> bool {
        self.proxy
            .iter()
            .flat_map(|proxy| &proxy.routes)
            .any(|route| route.to == *name)
    }

    /// The services that a route of the proxy leads to, by name: each is a pool of nginx's.
    pub fn routed(&self) -> impl Iterator<Item = &Service> {
        self.services
            .values()
            .filter(|service| self.is_routed(&service.name))
    }

    /// The origins, other than its own, that a site's page may call: for its Content-Security-Policy.
    pub fn foreign_origins(site: &Site) -> Vec<&str> {
        let mut origins: Vec<&str> = site
            .client
            .iter()
            .flat_map(|client| client.origins.values())
            .filter_map(|base| {
                let host = base.find("://")? + 3;
                let end = base[host..].find('/').map_or(base.len(), |path| host + path);
                Some(&base[..end])
            })
            .collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// How long the page waits: longer than the proxy, which waits longer than the API.
    pub fn page_timeout(&self) -> Seconds {
        let longest = self
            .services
            .values()
            .filter_map(Service::api)
            .flat_map(|api| api.endpoints.values())
            .map(|endpoint| endpoint.timeout)
            .chain(
                self.proxy
                    .iter()
                    .flat_map(|proxy| &proxy.routes)
                    .filter(|route| self.service(&route.to).api().is_some())
                    .map(|route| Seconds(route.timeout.0.saturating_sub(2))),
            )
            .max()
            .unwrap_or(REQUEST_TIMEOUT);
        longest + Seconds(5)
    }

    /// How the proxy names itself to services: with its published port unless that is the scheme's own.
    pub fn host_suffix(&self) -> String {
        self.proxy
            .as_ref()
            .and_then(Proxy::host_port)
            .map(|port| format!(":{port}"))
            .unwrap_or_default()
    }
}

impl Proxy {
    /// The port of its origin, where a browser writes it.
    pub fn host_port(&self) -> Option<u16> {
        let (_, authority) = self.origin.as_deref()?.split_once("://")?;
        authority.rsplit_once(':')?.1.parse().ok()
    }

    /// How long a stop may take: the longest wait for a service, then a margin.
    pub fn stop_grace(&self) -> Seconds {
        let longest = self.routes.iter().map(|route| route.timeout).max();
        longest.unwrap_or(REQUEST_TIMEOUT) + Seconds(2)
    }
}

impl Service {
    /// The port of a service that is there to be asked: an API, a site, the aim of a route.
    ///
    /// # Panics
    ///
    /// If it is a worker; `resolve` gives each of these services a port.
    pub fn listen_port(&self) -> u16 {
        self.port.expect("only a worker has no port")
    }

    pub fn api(&self) -> Option<&Api> {
        match &self.kind {
            Kind::Api(api) => Some(api),
            _ => None,
        }
    }

    pub fn site(&self) -> Option<&Site> {
        match &self.kind {
            Kind::Site(site) => Some(site),
            _ => None,
        }
    }

    pub fn engine(&self) -> Option<Engine> {
        match &self.kind {
            Kind::Image(image) => image.engine,
            _ => None,
        }
    }

    /// Whether it can be told when it is well.
    pub fn has_probe(&self) -> bool {
        self.probe != Probe::None
    }

    /// Whether pinkogen writes its image.
    pub fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Api(_) | Kind::Site(_) | Kind::From(_))
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

impl Seconds {
    /// When an nginx that is to stop gives up on open requests: a second before the engine kills it.
    #[must_use]
    pub fn nginx_shutdown(self) -> Self {
        Self(self.0.saturating_sub(1).max(1))
    }
}

impl Api {
    /// How long a stop may take: linger, then stay for the longest request, then a margin.
    pub fn stop_grace(&self) -> Seconds {
        let longest = self
            .endpoints
            .values()
            .map(|endpoint| endpoint.timeout)
            .max()
            .unwrap_or(REQUEST_TIMEOUT)
            .max(Seconds(3));
        LINGER + longest + Seconds(2)
    }

    pub fn methods_of(&self, path: &str) -> impl Iterator<Item = Method> {
        self.endpoints
            .values()
            .filter(move |endpoint| endpoint.path_text() == path)
            .map(|endpoint| endpoint.method)
    }
}

impl Storage {
    /// The file of a database in a file.
    pub fn sqlite(&self) -> Option<&str> {
        match self {
            Self::Sqlite { path } => Some(path),
            Self::None | Self::Postgres { .. } => None,
        }
    }
}

impl super::Endpoint {
    pub fn path_text(&self) -> String {
        use std::fmt::Write;
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |mut text, segment| {
            let _ = match segment {
                super::PathSegment::Literal(literal) => write!(text, "/{literal}"),
                super::PathSegment::Parameter(name) => write!(text, "/{{{name}}}"),
            };
            text
        })
    }

    /// The name of its function in the client, and its operation id: `GET /api/hello` is `getApiHello`.
    pub fn function(&self) -> String {
        let mut name = self.method.as_str().to_lowercase();
        if self.path.is_empty() {
            name.push_str("Root"); // `delete` alone would be a reserved word.
        }
        for segment in &self.path {
            let text = match segment {
                super::PathSegment::Literal(literal) => literal.as_str(),
                super::PathSegment::Parameter(parameter) => {
                    name.push_str("By");
                    parameter.as_str()
                }
            };
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
                let mut letters = word.chars();
                name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                name.push_str(letters.as_str());
            }
        }
        name
    }
}

impl Route {
    /// Whether the route, taken alone, matches a path.
    pub fn covers(&self, path: &str) -> bool {
        match &self.matcher {
            Matcher::Prefix(prefix) if prefix == "/" => true,
            Matcher::Prefix(prefix) => path
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Matcher::Exact(exact) => exact == path,
            Matcher::Regex { .. } => false,
        }
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
