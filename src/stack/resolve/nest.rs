//! Body limits and times nest: what the API takes, the proxy lets through, and it waits longer than the API may need.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem, shown};
use crate::stack::{
    Bytes, Endpoint, Matcher, PROXY_MARGIN, PROXY_TIMEOUT, REQUEST_BODY, Route, Seconds, Service,
};

/// What the proxy waits for other people's services, of which nothing is known: nginx's own default.
const UNKNOWN_TIMEOUT: Seconds = Seconds(60);
/// The limits of a route, as far as they are written.
pub(super) struct Written {
    pub(super) body: Option<Bytes>,
    pub(super) timeout: Option<Seconds>,
}

impl Resolver<'_> {
    /// Gives a route its limits: what is written, else what the endpoints behind it need.
    pub(super) fn nest(&mut self, key: &KeyPath, route: &mut Route, written: &Written, service: &Service) {
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
        let default_timeout = if service.api().is_some() || service.site().is_some() {
            PROXY_TIMEOUT
        } else {
            UNKNOWN_TIMEOUT
        };
        let largest_body = largest.map_or(REQUEST_BODY, |(_, endpoint)| endpoint.body.max(REQUEST_BODY));
        route.body = written.body.unwrap_or(largest_body);
        route.timeout = written.timeout.unwrap_or_else(|| {
            longest.map_or(default_timeout, |(_, endpoint)| endpoint.timeout + PROXY_MARGIN)
        });
        let endpoint_key = |text: &str| service.key().join("endpoints").join(text);
        if let (Some(limit), Some((text, endpoint))) = (written.body, largest)
            && endpoint.body > limit
            && self.source.has(&endpoint_key(text).join("body"))
        {
            self.problems.push(
                Problem::error(
                    Place::Value(key.join("body")),
                    format!("the proxy cuts off what {} takes", shown(text)),
                )
                .label(format!("at {limit}"))
                .also(
                    Place::Value(endpoint_key(text).join("body")),
                    format!("takes {}", endpoint.body),
                )
                .help(format!(
                    "raise it to \"{}\", or leave it out: it follows the API",
                    endpoint.body
                )),
            );
        }
        if let (Some(wait), Some((text, endpoint))) = (written.timeout, longest)
            && wait < endpoint.timeout + PROXY_MARGIN
        {
            let needed = endpoint.timeout + PROXY_MARGIN;
            self.problems.push(
                Problem::error(
                    Place::Value(key.join("timeout")),
                    format!("the proxy gives up before {} does", shown(text)),
                )
                .label(format!("after {wait}"))
                .also(
                    Place::Key(endpoint_key(text)),
                    format!("may take {}", endpoint.timeout),
                )
                .help(format!(
                    "raise it to \"{needed}\" or more, or leave it out: it follows the API"
                )),
            );
        }
    }
}
