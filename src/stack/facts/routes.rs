use super::super::{Matcher, Name, Proxy, Route, Service, Stack};

impl Stack {
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
}

impl Proxy {
    /// The route that answers at a path, of all that match.
    pub fn winner(&self, path: &str) -> Option<&Route> {
        super::super::reach::winner(&self.routes, path)
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
