//! One route table, checked across page, proxy and API: whatever is called is reached.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem};
use crate::stack::reach::winner;
use crate::stack::{Kind, Matcher, Name, PathSegment, Proxy, Route, SCRIPTS, Service};

impl Resolver<'_> {
    pub(super) fn reach(&mut self, services: &BTreeMap<Name, Service>, proxy: Option<&mut Proxy>) {
        let Some(proxy) = proxy else { return };
        if proxy.routes.len() < self.spec.proxy.as_ref().map_or(0, |proxy| proxy.routes.len()) {
            return; // A route that is broken has been told; whether others miss something is not known without it.
        }
        for service in services.values() {
            match &service.kind {
                Kind::Api(api) => {
                    for (text, endpoint) in api.endpoints.iter().filter(|(_, endpoint)| !endpoint.internal) {
                        let place = Place::Key(service.key().join("endpoints").join(text));
                        self.endpoint_reached(service, text, &sample(&endpoint.path), &place, proxy);
                    }
                }
                Kind::Site(site) if site.client.is_some() => {
                    let scripts = format!("{SCRIPTS}client.js");
                    let routed: Vec<&Route> = proxy
                        .routes
                        .iter()
                        .filter(|route| route.to == service.name)
                        .collect();
                    let Some(first) = routed.first() else { continue };
                    match winner(&proxy.routes, &scripts) {
                        Some(route) if route.to == service.name && !route.strip => {}
                        other => {
                            let at = Place::Key(route_key(other.unwrap_or(first)));
                            self.problems.push(
                                Problem::error(
                                    at,
                                    format!("the scripts of `{}` are not reached", service.name),
                                )
                                .label(format!("`{SCRIPTS}` must lead to the site"))
                                .also(Place::Key(service.key()), "its pages load them")
                                .help(format!(
                                    "route \"/\" to it, or add the route \"{}\"",
                                    SCRIPTS.trim_end_matches('/')
                                )),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn endpoint_reached(&mut self, service: &Service, text: &str, path: &str, place: &Place, proxy: &Proxy) {
        let own: Vec<&Route> = proxy
            .routes
            .iter()
            .filter(|route| route.to == service.name)
            .collect();
        let outside = |route: &Route| match &route.matcher {
            Matcher::Prefix(prefix) if route.strip => format!("{prefix}{path}"),
            _ => path.to_owned(),
        };
        let covering: Vec<&&Route> = own
            .iter()
            .filter(|route| crate::stack::reach::matches(route, &outside(route)))
            .collect();
        if covering.is_empty() {
            let problem = if own.is_empty() {
                if !service.publish.is_empty() {
                    return;
                }
                Problem::warning(place.clone(), format!("no route reaches `{text}`"))
                    .label("only services inside can call it")
            } else {
                Problem::error(place.clone(), format!("no route reaches `{text}`"))
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
                "add the route \"/{first}\" = \"{}\", or mark the endpoint with `internal = true`",
                service.name
            )));
            return;
        }
        let reached = covering.iter().any(|route| {
            winner(&proxy.routes, &outside(route)).is_some_and(|winner| std::ptr::eq(winner, **route))
        });
        if reached {
            return;
        }
        if let Some(thief) = winner(&proxy.routes, &outside(covering[0])) {
            self.problems.push(
                Problem::error(Place::Key(route_key(thief)), format!("this route takes `{text}` away from `{}`", service.name))
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
