//! Where a browser finds a service: one fact for CORS, Content-Security-Policy and the page's configuration.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, shown};
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
        if proxy.is_some_and(|proxy| self.has_broken_route(proxy)) {
            return None; // It may have been meant to lead to one of them.
        }
        let page = if page_routes.is_empty() {
            self.origin(site, services)
        } else {
            self.proxy_origin(proxy?)
        };
        let api = if api_routes.is_empty() {
            self.origin(target, services)
        } else {
            let origin = self.proxy_origin(proxy?);
            origin.map(|origin| origin + &stripped_prefix(&api_routes))
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
            return is_origin(origin).then(|| origin.clone());
        }
        let service = services.get(name)?;
        let fitting: Vec<&Publish> = leading_to(service.port, &service.publish).collect();
        self.published_origin(&key, &fitting)
    }

    /// The proxy's origin, which a page of another origin needs.
    fn proxy_origin(&mut self, proxy: &Proxy) -> Option<String> {
        if proxy.origin.is_none() && proxy.publish.is_empty() {
            self.published_origin(&KeyPath::new(["proxy"]), &[]);
        }
        proxy.origin.clone() // Where it is not known although a port is published, that has been told.
    }

    /// The origin that follows from the host ports which lead to the service.
    pub(super) fn published_origin(&mut self, key: &KeyPath, fitting: &[&Publish]) -> Option<String> {
        if self.is_told(&key.join("publish")) || self.is_told(&key.join("origin")) {
            return None;
        }
        let origins: BTreeSet<Option<String>> = fitting.iter().map(|publish| origin_of(publish)).collect();
        let fault = match origins.iter().collect::<Vec<_>>().as_slice() {
            [Some(origin)] => return Some(origin.clone()),
            [] => {
                self.error(
                    Place::Key(key.clone()),
                    format!("a browser does not reach {}", shown(&key.to_string())),
                    "page and API meet in the browser, so both must be reachable from it",
                    "add `publish` to both, or route both through `[proxy]`",
                );
                return None;
            }
            [None] => "Compose fills it in later",
            _ => "several published ports lead there",
        };
        self.error(
            Place::Value(key.join("publish")),
            "the origin does not follow from the published port",
            fault,
            format!(
                "say where a browser finds it: add the line `origin = \"https://example.com\"` to `[{key}]`"
            ),
        );
        None
    }

    pub(super) fn written_origin(&mut self, key: &KeyPath, origin: &str) -> Option<String> {
        let legal = is_origin(origin);
        if !legal {
            self.error(
                Place::Value(key.join("origin")),
                format!("{} is no origin", shown(origin)),
                "an origin is a scheme, a host in lower case, and a port if it is unusual",
                "write it like \"https://example.com\" or \"http://localhost:8080\", without a path or a final `/`",
            );
        }
        legal.then(|| origin.to_owned())
    }
}

/// The host ports that lead to the port on which the service listens.
pub(super) fn leading_to(port: Option<u16>, publish: &[Publish]) -> impl Iterator<Item = &Publish> {
    publish
        .iter()
        .filter(move |publish| !publish.udp && Some(publish.container) == port)
}

/// The origin of a published port; none where it is not known before Compose fills it in.
pub(super) fn origin_of(publish: &Publish) -> Option<String> {
    let host = match publish.address.as_deref() {
        None | Some("127.0.0.1" | "[::1]" | "[::]") => "localhost",
        Some(address) => address,
    };
    match publish.host.parse::<u16>().ok()? {
        80 => Some(format!("http://{host}")),
        port => Some(format!("http://{host}:{port}")),
    }
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let (name, port) = host
            .split_once(':')
            .map_or((host, None), |(name, port)| (name, Some(port)));
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        name.len() <= 253
            && name.split('.').all(is_label)
            && port.is_none_or(|port| {
                // A browser leaves the scheme's own port out.
                let is_implied = matches!((text.starts_with("https"), port), (true, "443") | (false, "80"));
                !is_implied && !port.starts_with(['0', '+']) && port.parse::<u16>().is_ok()
            })
    })
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
