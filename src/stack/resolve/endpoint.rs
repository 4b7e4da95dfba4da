//! The endpoint table: keys such as `GET /api/items/{id}`, and their replies.

use std::collections::BTreeMap;

use super::Resolver;
use super::endpoint_path::path_segments;
use super::reply::Asked;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem, all_of, did_you_mean, shown};
use crate::stack::{
    Endpoint, Language, Method, PathSegment, REQUEST_BODY, REQUEST_TIMEOUT, RESERVED_PATHS, Reply,
};

const FORM: &str = "an endpoint is written \"METHOD /path\", such as \"GET /api/items/{id}\"";

impl Resolver<'_> {
    pub(super) fn endpoints(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        language: Option<Language>,
    ) -> BTreeMap<String, Endpoint> {
        let mut endpoints = BTreeMap::new();
        for (text, endpoint) in &written.endpoints {
            let key = key.join("endpoints").join(text);
            if let Some((method, path)) = self.endpoint_key(&key, text) {
                let endpoint = self.endpoint(&key, method, path, endpoint, written, language);
                endpoints.extend(endpoint.map(|endpoint| (text.clone(), endpoint)));
            }
        }
        self.same_endpoints(key, &endpoints);
        endpoints
    }

    fn endpoint_key(&mut self, key: &KeyPath, text: &str) -> Option<(Method, Vec<PathSegment>)> {
        let at = Place::Key(key.clone());
        let Some((method, path)) = text.split_once(' ') else {
            self.error(
                at,
                format!("{} is no endpoint", shown(text)),
                "there is no method and path",
                FORM,
            );
            return None;
        };
        let Some(method) = Method::ALL.into_iter().find(|known| known.as_str() == method) else {
            let methods = Method::ALL.map(Method::as_str);
            self.error(
                at,
                format!("unknown method {}", shown(method)),
                did_you_mean(method, methods, "not a method"),
                format!("the methods are {}", all_of(methods)),
            );
            return None;
        };
        match path_segments(path) {
            Ok(segments) => {
                if RESERVED_PATHS.contains(&path) {
                    self.error(
                        at,
                        format!("`{path}` is pinkogen's own"),
                        "every API answers there",
                        format!("reserved are {}", all_of(RESERVED_PATHS)),
                    );
                    return None;
                }
                Some((method, segments))
            }
            Err(fault) => {
                self.error(
                    at,
                    format!("{} is no path of an endpoint", shown(path)),
                    fault,
                    FORM,
                );
                None
            }
        }
    }

    fn endpoint(
        &mut self,
        key: &KeyPath,
        method: Method,
        path: Vec<PathSegment>,
        written: &spec::Endpoint,
        service: &spec::Service,
        language: Option<Language>,
    ) -> Option<Endpoint> {
        let table = match written {
            spec::Endpoint::Text(text) => {
                self.no_interpolation(Place::Value(key.clone()), text);
                return Some(Endpoint {
                    method,
                    path,
                    reply: Reply::Text(text.clone()),
                    status: 200,
                    body: REQUEST_BODY,
                    timeout: REQUEST_TIMEOUT,
                    internal: false,
                });
            }
            spec::Endpoint::Table(table) => table,
        };
        let body = table
            .body
            .as_ref()
            .and_then(|body| self.bytes(&key.join("body"), body))
            .unwrap_or(REQUEST_BODY);
        let timeout = table
            .timeout
            .as_ref()
            .and_then(|time| self.seconds(&key.join("timeout"), time))
            .unwrap_or(REQUEST_TIMEOUT);
        let asked = Asked {
            key,
            method,
            path: &path,
            service,
            language,
        };
        let reply = self.reply(&asked, table);
        let default = if matches!(reply, Some(Reply::Resource(_))) && method == Method::Post {
            201
        } else {
            200
        };
        let status = table.status.unwrap_or(default);
        if !(200..=599).contains(&status) || matches!(status, 204 | 205 | 304) {
            self.error(
                Place::Value(key.join("status")),
                format!("status {status} does not go with a body"),
                "from 200 to 599, and one that has a body",
                "leave it out for 200",
            );
        }
        Some(Endpoint {
            method,
            path,
            reply: reply?,
            status,
            body,
            timeout,
            internal: table.internal,
        })
    }

    /// Two keys that a router cannot tell apart, or that would be one function in the client.
    fn same_endpoints(&mut self, key: &KeyPath, endpoints: &BTreeMap<String, Endpoint>) {
        let place = |text: &str| Place::Key(key.join("endpoints").join(text));
        let mut written: Vec<(&String, &Endpoint)> = endpoints.iter().collect();
        written.sort_by_key(|(text, _)| self.source.bytes(&place(text)).start);
        for (position, (text, endpoint)) in written.iter().enumerate() {
            let clash = written[..position].iter().find_map(|(other, before)| {
                // A parameter has one name for all methods: routers keep one tree of paths.
                if shape(before) == shape(endpoint) && before.path != endpoint.path {
                    let title = "two endpoints have the same path with parameters of other names";
                    Some((other, title.to_owned()))
                } else if before.function() == endpoint.function() {
                    let title = format!("two endpoints would be the function `{}`", endpoint.function());
                    Some((other, title))
                } else {
                    None
                }
            });
            if let Some((other, title)) = clash {
                self.problems.push(
                    Problem::error(place(text), title)
                        .label("and this")
                        .also(place(other), "this")
                        .help("give one of them another path"),
                );
            }
        }
    }
}

/// The path without the names of its parameters.
fn shape(endpoint: &Endpoint) -> Vec<Option<&str>> {
    endpoint
        .path
        .iter()
        .map(|segment| match segment {
            PathSegment::Literal(literal) => Some(literal.as_str()),
            PathSegment::Parameter(_) => None,
        })
        .collect()
}
