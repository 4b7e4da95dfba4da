//! Where a browser finds a service: one fact for CORS, Content-Security-Policy and the page's configuration.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::Place;
use crate::stack::{Kind, Matcher, Name, Proxy, Publish, Route, Service};

impl Resolver<'_> {
    /// The base of the calls from a site's page to a service: empty where both have one origin.
    ///
    /// Where they have two, the API is told to allow the page's.
    pub(super) fn origin_for_page(
        &mut self,
        site: &Name,
        target: &Name,
        services: &mut BTreeMap<Name, Service>,
        proxy: Option<&Proxy>,
    ) -> Option<String> {
        let routes = |name: &Name| {
            proxy
                .iter()
                .flat_map(|proxy| &proxy.routes)
                .filter(|route| route.to == *name)
                .collect::<Vec<&Route>>()
        };
        let (page_routes, api_routes) = (routes(site), routes(target));
        if !page_routes.is_empty() && !api_routes.is_empty() {
            return Some(stripped_prefix(&api_routes));
        }
        let page = if page_routes.is_empty() {
            self.origin(site, services)
        } else {
            proxy.and_then(|proxy| proxy.origin.clone())
        };
        let api = if api_routes.is_empty() {
            self.origin(target, services)
        } else {
            proxy
                .and_then(|proxy| proxy.origin.clone())
                .map(|origin| origin + &stripped_prefix(&api_routes))
        };
        let (page, api) = (page?, api?);
        if let Some(Service {
            kind: Kind::Api(target),
            ..
        }) = services.get_mut(target)
        {
            target.allowed_origins.insert(page);
        }
        Some(api)
    }

    /// The origin of a service that a browser reaches at a port of its own.
    fn origin(&mut self, name: &Name, services: &BTreeMap<Name, Service>) -> Option<String> {
        let written = self.names.get(name)?;
        let key = KeyPath::new(["services", name.as_str()]);
        if let Some(origin) = &written.origin {
            return self.written_origin(&key, origin);
        }
        let service = services.get(name)?;
        let fitting: Vec<&Publish> = service
            .publish
            .iter()
            .filter(|publish| !publish.udp && Some(publish.container) == service.port)
            .collect();
        self.published_origin(&key, &fitting)
    }

    pub(super) fn published_origin(&mut self, key: &KeyPath, fitting: &[&Publish]) -> Option<String> {
        let line = "origin = \"https://example.com\"";
        match fitting {
            [one] if !one.host.starts_with('$') => {
                let port = if one.host == "80" {
                    String::new()
                } else {
                    format!(":{}", one.host)
                };
                Some(format!("http://localhost{port}"))
            }
            [] => {
                self.error(
                    Place::Key(key.clone()),
                    format!("a browser does not reach `{key}`"),
                    "page and API meet in the browser, so both must be reachable from it",
                    "add `publish` to both, or route both through `[proxy]`",
                );
                None
            }
            [one] => {
                self.error(
                    Place::Value(key.join("publish")),
                    format!("the origin is not known before Compose fills in `{}`", one.host),
                    "a browser must be told the origin",
                    format!("add the line `{line}` to `[{key}]`"),
                );
                None
            }
            _ => {
                self.error(
                    Place::Value(key.join("publish")),
                    "several published ports lead there",
                    "which one is the origin?",
                    format!("add the line `{line}` to `[{key}]`"),
                );
                None
            }
        }
    }

    pub(super) fn written_origin(&mut self, key: &KeyPath, origin: &str) -> Option<String> {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        let legal = host.is_some_and(|host| {
            let (name, port) = host
                .split_once(':')
                .map_or((host, None), |(name, port)| (name, Some(port)));
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
                && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        });
        if !legal {
            self.error(
                Place::Value(key.join("origin")),
                format!("`{}` is no origin", origin.escape_debug()),
                "an origin is a scheme, a host in lower case, and a port if it is unusual",
                "write it like \"https://example.com\" or \"http://localhost:8080\", without a path or a final `/`",
            );
        }
        legal.then(|| origin.to_owned())
    }
}

/// The prefix that the browser must write before an endpoint's path: empty where a route keeps the path.
fn stripped_prefix(routes: &[&Route]) -> String {
    let kept = routes.iter().any(|route| !route.strip);
    routes
        .iter()
        .find_map(|route| match &route.matcher {
            Matcher::Prefix(prefix) if route.strip && !kept && prefix != "/" => Some(prefix.clone()),
            _ => None,
        })
        .unwrap_or_default()
}
