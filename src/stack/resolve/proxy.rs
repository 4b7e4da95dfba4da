//! The one route table at the edge.

use std::collections::BTreeMap;

use super::Resolver;
use super::publish::entries;
use crate::key_path::KeyPath;
use crate::render::escape::nginx;
use crate::spec::{self, Place, Problem};
use crate::stack::{
    Bytes, Endpoint, Matcher, Name, PROXY_PORT, PROXY_TIMEOUT, Proxy, REQUEST_BODY, Route, Run, Seconds,
    Service,
};

/// What the proxy waits for other people's services, of which nothing is known: nginx's own default.
const UNKNOWN_TIMEOUT: Seconds = Seconds(60);
/// The proxy waits so much longer than the API, so that the API's own answer arrives.
const MARGIN: Seconds = Seconds(2);
const FORMS: &str = "a route is \"/p\" (by whole segments), \"= /p\" (exactly), \"~ regex\" or \"~* regex\"";

impl Resolver<'_> {
    pub(super) fn proxy(&mut self, services: &BTreeMap<Name, Service>) -> Option<Proxy> {
        let spec = self.spec;
        let written = spec.proxy.as_ref()?;
        let key = KeyPath::new(["proxy"]);
        let publish = self.publish(
            &key.join("publish"),
            written.publish.as_ref(),
            Some(PROXY_PORT),
            None,
        );
        if publish.is_empty()
            && entries(&key, written.publish.as_ref()).is_empty()
            && !self.is_broken(&key.join("publish"))
        {
            self.problems.push(
                Problem::warning(Place::Key(key.clone()), "the proxy has no host port")
                    .label("nobody outside reaches it")
                    .help("add `publish = 80`"),
            );
        }
        let origin = match &written.origin {
            Some(origin) => self.written_origin(&key, origin),
            None if publish.is_empty() => None,
            None => {
                let fitting: Vec<_> = publish
                    .iter()
                    .filter(|publish| publish.container == PROXY_PORT && !publish.udp)
                    .collect();
                match fitting.as_slice() {
                    [one] if !one.host.starts_with('$') => self.published_origin(&key, &fitting),
                    _ => None,
                }
            }
        };
        if written.routes.is_empty() && !self.is_broken(&key.join("routes")) {
            self.error(
                Place::Key(key.clone()),
                "the proxy has no route",
                "it would answer nothing",
                "add `[proxy.routes]` with a line such as \"/\" = \"front-end\"",
            );
        }
        let mut routes: Vec<Route> = written
            .routes
            .iter()
            .filter_map(|(text, route)| self.route(&key.join("routes").join(text), text, route, services))
            .collect();
        self.written_order(&mut routes);
        Some(Proxy {
            publish,
            routes,
            origin,
        })
    }

    /// nginx takes the first regex that matches, so that they keep the order in which they are written.
    fn written_order(&self, routes: &mut [Route]) {
        routes.sort_by_key(|route| {
            let place = Place::Key(KeyPath::new(["proxy", "routes", &route.key]));
            match route.matcher {
                Matcher::Regex { .. } => (true, self.source.bytes(&place).start, String::new()),
                _ => (false, 0, route.key.clone()),
            }
        });
    }

    fn route(
        &mut self,
        key: &KeyPath,
        text: &str,
        written: &spec::Route,
        services: &BTreeMap<Name, Service>,
    ) -> Option<Route> {
        let matcher = self.matcher(key, text);
        let default = spec::RouteTable::default();
        let (to, to_key, table) = match written {
            spec::Route::To(to) => (Some(to), key.clone(), &default),
            spec::Route::Table(table) => (table.to.as_ref(), key.join("to"), table),
        };
        let Some(to) = to else {
            if !self.is_broken(&to_key) {
                self.error(
                    Place::Key(key.clone()),
                    format!("the route `{text}` leads nowhere"),
                    "it has no `to`",
                    "add `to = \"SERVICE\"`",
                );
            }
            return None;
        };
        let to = self.reference(Place::Value(to_key.clone()), to)?;
        let body = table
            .body
            .as_ref()
            .and_then(|body| self.bytes(&key.join("body"), body));
        let timeout = table
            .timeout
            .as_ref()
            .and_then(|timeout| self.seconds(&key.join("timeout"), timeout));
        let service = services.get(&to)?;
        if service.port.is_none() {
            self.problems.push(
                Problem::error(
                    Place::Value(to_key.clone()),
                    format!("`{to}` has no port to send requests to"),
                )
                .label("routed here")
                .also(Place::Key(service.key()), "this service")
                .help("add `port`, the port that it listens on inside its container"),
            );
        }
        if service.run == Run::Once {
            self.error(
                Place::Value(to_key),
                format!("`{to}` runs once and ends"),
                "nobody would answer",
                "route to a service that stays",
            );
        }
        let matcher = matcher?;
        let strip = self.strip(key, table, &matcher);
        let mut route = Route {
            key: text.to_owned(),
            matcher,
            to,
            strip,
            body: REQUEST_BODY,
            timeout: PROXY_TIMEOUT,
        };
        self.nest(key, &mut route, body, timeout, service);
        Some(route)
    }

    fn strip(&mut self, key: &KeyPath, table: &spec::RouteTable, matcher: &Matcher) -> bool {
        let possible = matches!(matcher, Matcher::Prefix(prefix) if prefix != "/");
        if table.strip && !possible {
            self.error(
                Place::Key(key.join("strip")),
                "there is no prefix to strip",
                "only a route like \"/p\" has one",
                "remove `strip`",
            );
        }
        table.strip && possible
    }

    /// Body limits and times nest: what the API takes, the proxy lets through, and it waits longer than the API may need.
    fn nest(
        &mut self,
        key: &KeyPath,
        route: &mut Route,
        body: Option<Bytes>,
        timeout: Option<Seconds>,
        service: &Service,
    ) {
        let reached: Vec<(&String, &Endpoint)> = service
            .api()
            .into_iter()
            .flat_map(|api| &api.endpoints)
            .filter(|(_, endpoint)| {
                route.strip
                    || matches!(route.matcher, Matcher::Regex { .. })
                    || route.covers(&endpoint.path_text())
            })
            .collect();
        let largest = reached.iter().max_by_key(|(_, endpoint)| endpoint.body);
        let longest = reached.iter().max_by_key(|(_, endpoint)| endpoint.timeout);
        let default = if service.api().is_some() || service.site().is_some() {
            PROXY_TIMEOUT
        } else {
            UNKNOWN_TIMEOUT
        };
        route.body = body.unwrap_or(
            largest
                .map_or(REQUEST_BODY, |(_, endpoint)| endpoint.body)
                .max(REQUEST_BODY),
        );
        route.timeout = timeout.unwrap_or(longest.map_or(default, |(_, endpoint)| endpoint.timeout + MARGIN));
        let place = |text: &str, part: &str| {
            let endpoint = service.key().join("endpoints").join(text);
            Place::Key(if part.is_empty() {
                endpoint
            } else {
                endpoint.join(part)
            })
        };
        if let (Some(limit), Some((text, endpoint))) = (body, largest)
            && endpoint.body > limit
            && endpoint.body != REQUEST_BODY
        {
            self.problems.push(
                Problem::error(
                    Place::Value(key.join("body")),
                    format!("the proxy cuts off what `{text}` takes"),
                )
                .label(format!("at {limit}"))
                .also(place(text, "body"), format!("takes {}", endpoint.body))
                .help(format!(
                    "raise it to \"{}\", or leave it out: it follows the API",
                    endpoint.body
                )),
            );
        }
        if let (Some(wait), Some((text, endpoint))) = (timeout, longest)
            && wait < endpoint.timeout + MARGIN
        {
            let needed = endpoint.timeout + MARGIN;
            self.problems.push(
                Problem::error(
                    Place::Value(key.join("timeout")),
                    format!("the proxy gives up before `{text}` does"),
                )
                .label(format!("after {wait}"))
                .also(place(text, ""), format!("may take {}", endpoint.timeout))
                .help(format!(
                    "raise it to \"{needed}\" or more, or leave it out: it follows the API"
                )),
            );
        }
    }

    fn matcher(&mut self, key: &KeyPath, text: &str) -> Option<Matcher> {
        let (matcher, path) = if let Some(pattern) = text.strip_prefix("~* ") {
            (
                Matcher::Regex {
                    pattern: pattern.to_owned(),
                    ignore_case: true,
                },
                None,
            )
        } else if let Some(pattern) = text.strip_prefix("~ ") {
            (
                Matcher::Regex {
                    pattern: pattern.to_owned(),
                    ignore_case: false,
                },
                None,
            )
        } else if let Some(path) = text.strip_prefix("= ") {
            (Matcher::Exact(path.to_owned()), Some(path))
        } else {
            (Matcher::Prefix(text.to_owned()), Some(text))
        };
        let fault = match (&matcher, path) {
            (Matcher::Regex { pattern, ignore_case }, _) => regex_fault(pattern, *ignore_case),
            (_, Some(path)) => path_fault(path, matches!(matcher, Matcher::Prefix(_))),
            _ => None,
        };
        match fault {
            None => Some(matcher),
            Some((label, help)) => {
                self.error(
                    Place::Key(key.clone()),
                    format!("`{}` is no route", text.escape_debug()),
                    label,
                    help,
                );
                None
            }
        }
    }
}

fn regex_fault(pattern: &str, ignore_case: bool) -> Option<(String, String)> {
    if let Some(fault) = nginx::regex_fault(pattern) {
        return Some((fault.to_owned(), FORMS.to_owned()));
    }
    crate::stack::reach::compile(pattern, ignore_case)
        .err()
        .map(|error| (format!("it does not compile: {error}"), FORMS.to_owned()))
}

fn path_fault(path: &str, is_prefix: bool) -> Option<(String, String)> {
    if is_prefix && path != "/" && path.ends_with('/') && path.starts_with('/') {
        let plain = path.trim_end_matches('/');
        let plain = if plain.is_empty() { "/" } else { plain };
        return Some((
            "it ends with `/`".to_owned(),
            format!("write \"{plain}\": it is {plain} and all below it"),
        ));
    }
    nginx::path_fault(path).map(|fault| (fault.to_owned(), FORMS.to_owned()))
}
