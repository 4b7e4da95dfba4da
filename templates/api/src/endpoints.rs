//! The endpoint table: `endpoints.json` as it is written, and the checked [`Table`] that the rest of the crate uses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::storage::schema::{FieldEntry, Resource};

const EMBEDDED: &str = include_str!("../endpoints.json");

/// Paths that the API answers itself, or will.
const RESERVED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Everything that the API serves.
#[derive(Debug)]
pub struct Table {
    pub endpoints: Vec<Endpoint>,
    pub resources: Vec<Arc<Resource>>,
}

/// One method of one path.
#[derive(Debug)]
pub struct Endpoint {
    pub method: Method,
    pub path: String,
    /// The name of the operation in clients, in the API's description and in the log.
    pub name: String,
    pub status: StatusCode,
    /// The longest request body that is read, in bytes.
    pub body_limit: usize,
    /// How long a request may take as a whole, its body included.
    pub time_limit: Duration,
    pub answer: Answer,
}

#[derive(Debug)]
pub enum Answer {
    Text(Bytes),
    Json(Bytes),
    List(Arc<Resource>),
    Create(Arc<Resource>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    limits: Limits,
    endpoints: Vec<Entry>,
    resources: BTreeMap<String, Vec<FieldEntry>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    body_bytes: usize,
    request_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    method: String,
    path: String,
    name: String,
    status: u16,
    text: Option<String>,
    // A `null` is an answer too.
    #[serde(default, deserialize_with = "present")]
    json: Option<Value>,
    resource: Option<String>,
    body_bytes: Option<usize>,
    timeout_ms: Option<u64>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Table {
    /// Reads the table that was compiled in.
    pub fn embedded() -> Result<Self, Vec<String>> {
        Self::parse(EMBEDDED)
    }

    /// Reads a table, and returns all that is wrong with it at once.
    pub fn parse(json: &str) -> Result<Self, Vec<String>> {
        let file: File = serde_json::from_str(json).map_err(|error| vec![format!("endpoints.json: {error}")])?;
        let mut problems = Vec::new();
        let mut resources = BTreeMap::new();
        for (name, fields) in file.resources {
            match Resource::new(&name, fields) {
                Ok(resource) => drop(resources.insert(name, Arc::new(resource))),
                Err(more) => problems.extend(more),
            }
        }
        let mut endpoints = Vec::new();
        for entry in file.endpoints {
            let key = format!("{} {}", entry.method, entry.path);
            match entry.resolve(file.limits, &resources) {
                Ok(endpoint) => endpoints.push(endpoint),
                Err(problem) => problems.push(format!("endpoints.json: `{key}`: {problem}")),
            }
        }
        problems.extend(collisions(&endpoints));
        if problems.is_empty() {
            Ok(Self { endpoints, resources: resources.into_values().collect() })
        } else {
            Err(problems)
        }
    }

    /// The longest time that any request may take.
    pub fn longest_request(&self) -> Duration {
        self.endpoints.iter().map(|endpoint| endpoint.time_limit).max().unwrap_or_default()
    }
}

impl Entry {
    fn resolve(self, limits: Limits, resources: &BTreeMap<String, Arc<Resource>>) -> Result<Endpoint, String> {
        let method = match self.method.as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => return Err("the method must be GET, POST, PUT, PATCH or DELETE".to_owned()),
        };
        check_path(&self.path)?;
        let status = StatusCode::from_u16(self.status)
            .ok()
            .filter(|status| !status.is_informational())
            .ok_or("the status must be from 200 to 599")?;
        let answer = match (self.text, self.json, self.resource) {
            (Some(text), None, None) => Answer::Text(text.into()),
            (None, Some(json), None) => Answer::Json(json.to_string().into()),
            (None, None, Some(name)) => {
                let resource = resources.get(&name).ok_or_else(|| format!("there is no resource `{name}`"))?;
                match method {
                    Method::GET => Answer::List(Arc::clone(resource)),
                    Method::POST => Answer::Create(Arc::clone(resource)),
                    _ => return Err("a resource can be listed (GET) and created (POST) only".to_owned()),
                }
            }
            _ => return Err("exactly one of `text`, `json` and `resource` is needed".to_owned()),
        };
        let time_limit = Duration::from_millis(self.timeout_ms.unwrap_or(limits.request_ms));
        if time_limit.is_zero() {
            return Err("the time limit must not be 0".to_owned());
        }
        Ok(Endpoint {
            method,
            path: self.path,
            name: self.name,
            status,
            body_limit: self.body_bytes.unwrap_or(limits.body_bytes),
            time_limit,
            answer,
        })
    }
}

fn check_path(path: &str) -> Result<(), String> {
    let Some(segments) = path.strip_prefix('/') else {
        return Err("the path must start with `/`".to_owned());
    };
    if RESERVED.contains(&path) {
        return Err("the path is reserved".to_owned());
    }
    for segment in segments.split('/') {
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let named = parameter.is_none_or(|name| !name.is_empty() && !name.starts_with('*'));
        if !named || parameter.unwrap_or(segment).contains(['{', '}', '?', '#']) {
            return Err(format!("`{segment}` is neither a plain segment nor a parameter such as `{{id}}`"));
        }
    }
    Ok(())
}

/// Finds endpoints that the router could not tell apart.
fn collisions(endpoints: &[Endpoint]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    for Endpoint { method, path, .. } in endpoints {
        if !seen.insert((method.as_str(), path)) {
            problems.push(format!("endpoints.json: `{method} {path}` is there twice"));
        }
        let shape: Vec<&str> =
            path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect();
        let spelling = *spellings.entry(shape.join("/")).or_insert(path);
        if spelling != path {
            problems.push(format!(
                "endpoints.json: `{spelling}` and `{path}` are the same path: name the parameters alike"
            ));
        }
    }
    problems
}
