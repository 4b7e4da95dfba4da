use super::super::{Api, Proxy, Seconds, Service, Stack};

/// The longest that a request may take in the API, if nothing else is said.
pub const REQUEST_TIMEOUT: Seconds = Seconds(10);
/// So much longer than the API the proxy waits, so that the API's own answer wins.
pub const PROXY_MARGIN: Seconds = Seconds(2);
/// So much longer than the API the page waits, so that the proxy's answer wins.
pub const PAGE_MARGIN: Seconds = Seconds(5);
/// How long the proxy waits for a service, if nothing else is said.
pub const PROXY_TIMEOUT: Seconds = Seconds(REQUEST_TIMEOUT.0 + PROXY_MARGIN.0);
/// Upstream keep-alive < linger: an idle connection is gone before the API stops accepting.
pub const UPSTREAM_KEEPALIVE: Seconds = Seconds(2);
pub const LINGER: Seconds = Seconds(4);
/// How long an API that has closed its port keeps its address, at least: longer than nginx needs to forget it.
pub const STAY: Seconds = Seconds(3);
/// What a stop has to spare before the engine kills.
pub const STOP_MARGIN: Seconds = Seconds(2);
/// How long nginx may take to finish what it serves once it is told to stop.
pub const NGINX_STOP_GRACE: Seconds = Seconds(30);

impl Stack {
    /// How long the page waits: longer than the proxy, which waits longer than the API.
    pub fn page_timeout(&self) -> Seconds {
        let apis = self.services.values().filter_map(Service::api);
        let routes = self.proxy.iter().flat_map(|proxy| &proxy.routes);
        let longest = apis
            .flat_map(|api| api.endpoints.values())
            .map(|endpoint| endpoint.timeout)
            .chain(
                routes
                    .filter(|route| self.service(&route.to).api().is_some())
                    .map(|route| Seconds(route.timeout.0.saturating_sub(PROXY_MARGIN.0))),
            )
            .max();
        longest.unwrap_or(REQUEST_TIMEOUT) + PAGE_MARGIN
    }
}

impl Proxy {
    /// The longest wait for a service.
    pub fn longest_wait(&self) -> Seconds {
        let longest = self.routes.iter().map(|route| route.timeout).max();
        longest.unwrap_or(REQUEST_TIMEOUT)
    }

    /// How long a stop may take.
    pub fn stop_grace(&self) -> Seconds {
        self.longest_wait() + STOP_MARGIN
    }
}

impl Api {
    /// How long a stop goes on after the port is closed: for the longest request.
    pub fn stay(&self) -> Seconds {
        let longest = self.endpoints.values().map(|endpoint| endpoint.timeout).max();
        longest.unwrap_or(REQUEST_TIMEOUT).max(STAY)
    }

    /// How long a stop may take.
    pub fn stop_grace(&self) -> Seconds {
        LINGER + self.stay() + STOP_MARGIN
    }
}

impl Seconds {
    /// When an nginx that is to stop gives up on open requests: a second before the engine kills it.
    #[must_use]
    pub fn nginx_shutdown(self) -> Self {
        Self(self.0.saturating_sub(1).max(1))
    }
}
