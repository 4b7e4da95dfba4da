//! One route table, checked across page, proxy and API: whatever is called is reached.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem, quoted, shown};
use crate::stack::reach::winner;
use crate::stack::{Kind, Matcher, Name, PAGE_SCRIPTS, PathSegment, Proxy, Route, SCRIPTS, Service};

impl Resolver<'_> {
    pub(super) fn reach(&mut self, services: &BTreeMap<Name, Service>, proxy: Option<&Proxy>) {
        let Some(proxy) = proxy else { return };
        if self.has_broken_route(proxy) {
            return; // Whether others miss something is not known without it.
        }
        for service in services.values() {
            match &service.kind {
                Kind::Api(api) => {
                    for (text, endpoint) in &api.endpoints {
                        let place = Place::Key(service.key().join("endpoints").join(text));
                        if endpoint.internal {
                            self.endpoint_opened(service, text, &sample(&endpoint.path), place, proxy);
                        } else {
                            self.endpoint_reached(service, text, &sample(&endpoint.path), &place, proxy);
                        }
                    }
                }
                Kind::Site(site) if site.client.is_some() => self.scripts_reached(service, proxy),
                _ => {}
            }
        }
    }

    /// Whether a route is missing, which has been told.
    pub(super) fn has_broken_route(&self, proxy: &Proxy) -> bool {
        let written = self.spec.proxy.as_ref().map_or(0, |proxy| proxy.routes.len());
        proxy.routes.is_empty()
            || proxy.routes.len() < written
            || self.is_broken(&KeyPath::new(["proxy", "routes"]))
    }

    /// The scripts lie in the site, and its pages load them.
    fn scripts_reached(&mut self, site: &Service, proxy: &Proxy) {
        let routed = proxy.routes.iter().find(|route| route.to == site.name);
        let Some(routed) = routed else { return };
        let astray = PAGE_SCRIPTS.iter().find_map(|script| {
            let path = format!("{SCRIPTS}{script}");
            match winner(&proxy.routes, &path) {
                Some(route) if route.to == site.name && !route.strip => None,
                other => Some((path, other.unwrap_or(routed))),
            }
        });
        let Some((path, route)) = astray else { return };
        let label = if route.to == site.name {
            "this route does not lead to them".to_owned()
        } else {
            format!("nginx sends {} to `{}`", shown(&path), route.to)
        };
        self.problems.push(
            Problem::error(
                Place::Key(route_key(route)),
                format!("the scripts of `{}` are not reached", site.name),
            )
            .label(label)
            .also(Place::Key(site.key()), "its pages load them")
            .help(format!(
                "{SCRIPTS} must lead to the site: route \"/\" to it, or add the route \"{}\"",
                SCRIPTS.trim_end_matches('/')
            )),
        );
    }

    /// An endpoint that is only for services inside must not be found outside.
    fn endpoint_opened(&mut self, service: &Service, text: &str, path: &str, place: Place, proxy: &Proxy) {
        let opening = proxy.routes.iter().find(|route| {
            route.to == service.name
                && winner(&proxy.routes, &outside(route, path))
                    .is_some_and(|winner| std::ptr::eq(winner, *route))
        });
        if let Some(route) = opening {
            self.problems.push(
                Problem::error(
                    place,
                    format!("{} is internal, and a route leads to it", shown(text)),
                )
                .label("everybody outside can call it")
                .also(Place::Key(route_key(route)), "leads to it")
                .help("move it to a path that no route matches, such as \"/internal/…\""),
            );
        }
    }

    fn endpoint_reached(&mut self, service: &Service, text: &str, path: &str, place: &Place, proxy: &Proxy) {
        let own: Vec<&Route> = proxy
            .routes
            .iter()
            .filter(|route| route.to == service.name)
            .collect();
        let covering: Vec<&&Route> = own
            .iter()
            .filter(|route| crate::stack::reach::matches(route, &outside(route, path)))
            .collect();
        if covering.is_empty() {
            let problem = if own.is_empty() {
                if !service.publish.is_empty() {
                    return;
                }
                Problem::warning(place.clone(), format!("no route reaches {}", shown(text)))
                    .label("only services inside can call it")
            } else {
                Problem::error(place.clone(), format!("no route reaches {}", shown(text)))
                    .label("nobody outside can call it")
            };
            let first = path[1..].split('/').next().unwrap_or_default();
            let others = own.iter().fold(problem, |problem, route| {
                problem.also(
                    Place::Key(route_key(route)),
                    format!("leads to `{}`, but does not match", service.name),
                )
            });
            self.problems.push(others.help(format!(
                "add the route {} = \"{}\", or mark the endpoint with `internal = true`",
                quoted(&format!("/{first}")),
                service.name
            )));
            return;
        }
        let reached = covering.iter().any(|route| {
            winner(&proxy.routes, &outside(route, path)).is_some_and(|winner| std::ptr::eq(winner, **route))
        });
        if reached {
            return;
        }
        if let Some(thief) = winner(&proxy.routes, &outside(covering[0], path)) {
            self.problems.push(
                Problem::error(Place::Key(route_key(thief)), format!("this route takes {} away from `{}`", shown(text), service.name))
                    .label(format!("nginx sends it to `{}`", thief.to))
                    .also(place.clone(), "the endpoint that it loses")
                    .also(Place::Key(route_key(covering[0])), "would have led there")
                    .help("an exact route comes before a regex, a regex before a prefix, a longer prefix before a shorter one"),
            );
        }
    }
}

fn route_key(route: &Route) -> KeyPath {
    KeyPath::new(["proxy", "routes", &route.key])
}

/// The path at which a client asks for a path of the route's service.
fn outside(route: &Route, path: &str) -> String {
    match &route.matcher {
        Matcher::Prefix(prefix) if route.strip => format!("{prefix}{path}"),
        _ => path.to_owned(),
    }
}

/// A path that the endpoint answers to, with a word that no route names for each parameter.
fn sample(path: &[PathSegment]) -> String {
    if path.is_empty() {
        return "/".to_owned();
    }
    path.iter()
        .map(|segment| match segment {
            PathSegment::Literal(literal) => format!("/{literal}"),
            PathSegment::Parameter(_) => "/1".to_owned(),
        })
        .collect()
}
