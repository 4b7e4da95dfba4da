//! The endpoint table: keys such as `GET /api/items/{id}`, and their replies.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem, nearest};
use crate::stack::{
    Endpoint, Language, Method, Name, PathSegment, REQUEST_BODY, REQUEST_TIMEOUT, RESERVED_PATHS, Reply,
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
                format!("`{}` is no endpoint", text.escape_debug()),
                "there is no method and path",
                FORM,
            );
            return None;
        };
        let Some(method) = Method::ALL.into_iter().find(|known| known.as_str() == method) else {
            let methods = Method::ALL.map(Method::as_str);
            let label = nearest(method, methods).map_or_else(
                || "not a method".to_owned(),
                |method| format!("did you mean `{method}`?"),
            );
            self.error(
                at,
                format!("unknown method `{}`", method.escape_debug()),
                label,
                format!("the methods are {}", methods.join(", ")),
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
                        format!("reserved are {}", RESERVED_PATHS.join(", ")),
                    );
                    return None;
                }
                Some((method, segments))
            }
            Err(fault) => {
                self.error(
                    at,
                    format!("`{}` is no path of an endpoint", path.escape_debug()),
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
        let reply = self.reply(key, method, &path, table, service, language)?;
        let default = if matches!(reply, Reply::Resource(_)) && method == Method::Post {
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
            reply,
            status,
            body,
            timeout,
            internal: table.internal,
        })
    }

    fn reply(
        &mut self,
        key: &KeyPath,
        method: Method,
        path: &[PathSegment],
        table: &spec::EndpointTable,
        service: &spec::Service,
        language: Option<Language>,
    ) -> Option<Reply> {
        let written = [
            ("text", table.text.is_some()),
            ("json", table.json.is_some()),
            ("resource", table.resource.is_some()),
        ];
        let written: Vec<&str> = written
            .iter()
            .filter(|(_, there)| *there)
            .map(|(name, _)| *name)
            .collect();
        if written.len() != 1 {
            if !self.is_broken(key) {
                let label = if written.is_empty() {
                    "it has no reply"
                } else {
                    "it has more than one reply"
                };
                self.error(
                    Place::Key(key.clone()),
                    "an endpoint answers with one thing",
                    label,
                    "write exactly one of `text`, `json`, `resource`",
                );
            }
            return None;
        }
        if let Some(text) = &table.text {
            self.no_interpolation(Place::Value(key.join("text")), text);
            return Some(Reply::Text(text.clone()));
        }
        if let Some(json) = &table.json {
            return Some(Reply::Json(json.0.clone()));
        }
        let resource = table.resource.as_deref()?;
        let at = Place::Value(key.join("resource"));
        let Some(known) = service.resources.keys().find(|known| *known == resource) else {
            let label = nearest(resource, service.resources.keys().map(String::as_str)).map_or_else(
                || "not declared in this service".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            self.error(
                at,
                format!("unknown resource `{}`", resource.escape_debug()),
                label,
                "declare it as `[services.NAME.resources.RESOURCE.fields]`",
            );
            return None;
        };
        if language == Some(Language::Flask) {
            self.error(
                at,
                "Flask does not serve resources yet",
                "here",
                "use `api = \"rust\"`, which does",
            );
            return None;
        }
        let parameter = path
            .iter()
            .any(|segment| matches!(segment, PathSegment::Parameter(_)));
        if !matches!(method, Method::Get | Method::Post) || parameter {
            self.error(
                Place::Key(key.clone()),
                "a resource is listed with GET and created with POST, so far",
                "not served yet",
                "read, update and delete of one row come later",
            );
            return None;
        }
        if table.status.is_some() {
            self.error(
                Place::Key(key.join("status")),
                "a resource sets its status by itself",
                "200 for a list, 201 for what was created",
                "remove it",
            );
        }
        Name::new(known).ok().map(Reply::Resource)
    }

    /// Two keys that a router cannot tell apart, or that would be one function in the client.
    fn same_endpoints(&mut self, key: &KeyPath, endpoints: &BTreeMap<String, Endpoint>) {
        let mut shapes: BTreeMap<String, &String> = BTreeMap::new();
        let mut functions: BTreeMap<String, &String> = BTreeMap::new();
        let mut told: BTreeSet<&String> = BTreeSet::new();
        let tell = |resolver: &mut Self, title: &str, this: &String, other: &String| {
            let place = |text: &str| Place::Key(key.join("endpoints").join(text));
            resolver.problems.push(
                Problem::error(place(this), title)
                    .label("and this")
                    .also(place(other), "this")
                    .help("give one of them another path"),
            );
        };
        for (text, endpoint) in endpoints {
            let shape: Vec<&str> = endpoint
                .path
                .iter()
                .map(|segment| match segment {
                    PathSegment::Literal(literal) => literal.as_str(),
                    PathSegment::Parameter(_) => "{}",
                })
                .collect();
            // A parameter has one name for all methods: routers keep one tree of paths.
            let shape = shape.join("/");
            if let Some(other) = shapes.get(&shape).copied() {
                let renamed = endpoints[other].path != endpoint.path;
                if renamed || endpoints[other].method == endpoint.method {
                    tell(
                        self,
                        "two endpoints have the same path with parameters of other names",
                        text,
                        other,
                    );
                    told.insert(text);
                }
            }
            shapes.entry(shape).or_insert(text);
            if let Some(other) = functions.insert(endpoint.function(), text)
                && !told.contains(text)
            {
                let title = format!("two endpoints would be the function `{}`", endpoint.function());
                tell(self, &title, text, other);
            }
        }
    }
}

fn path_segments(path: &str) -> Result<Vec<PathSegment>, &'static str> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err("it does not start with `/`");
    };
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let mut names = BTreeSet::new();
    rest.split('/')
        .map(|segment| {
            if segment.is_empty() {
                return Err("it has an empty segment (`//`, or `/` at its end)");
            }
            if matches!(segment, "." | "..") {
                return Err("it has a `.` or `..` segment");
            }
            if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                let legal = name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                if !legal {
                    return Err("a parameter is `{name}`: lower-case letters, digits and `_`");
                }
                if !names.insert(name.to_owned()) {
                    return Err("it has a parameter twice");
                }
                return Ok(PathSegment::Parameter(name.to_owned()));
            }
            if segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            {
                Ok(PathSegment::Literal(segment.to_owned()))
            } else {
                Err("a segment is letters, digits and `-._~`, or a parameter such as `{id}`")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::path_segments;

    #[test]
    fn paths_are_checked() {
        assert_eq!(path_segments("/api/{id}/x").expect("a path").len(), 3);
        for bad in [
            "", "api", "/a/", "//", "/a b", "/{Id}", "/{a}/{a}", "/../x", "/a?b", "/é",
        ] {
            assert!(path_segments(bad).is_err(), "{bad}");
        }
    }
}
