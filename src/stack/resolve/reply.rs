//! What an endpoint answers with.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, any_of, did_you_mean, shown};
use crate::stack::{Language, Method, Name, PathSegment, Reply};

/// The keys of which an endpoint's table has exactly one.
const REPLIES: [&str; 3] = ["text", "json", "resource"];

/// The endpoint that a reply belongs to.
pub(super) struct Asked<'a> {
    pub(super) key: &'a KeyPath,
    pub(super) method: Method,
    pub(super) path: &'a [PathSegment],
    pub(super) service: &'a spec::Service,
    pub(super) language: Option<Language>,
}

impl Resolver<'_> {
    pub(super) fn reply(&mut self, asked: &Asked<'_>, table: &spec::EndpointTable) -> Option<Reply> {
        let key = asked.key;
        let mut written = REPLIES.to_vec();
        written.retain(|reply| self.source.has(&key.join(reply)));
        match written.as_slice() {
            [_] => {}
            [] if self.is_broken(key) => return None,
            [] => {
                self.error(
                    Place::Key(key.clone()),
                    "the endpoint answers with nothing",
                    "it has no reply",
                    format!("write exactly one of {}", any_of(REPLIES)),
                );
                return None;
            }
            [first, second, ..] => {
                self.error(
                    Place::Key(key.clone()),
                    "an endpoint answers with one thing",
                    format!("it has `{first}` and `{second}`"),
                    format!("write exactly one of {}", any_of(REPLIES)),
                );
                return None;
            }
        }
        if let Some(text) = &table.text {
            self.no_interpolation(Place::Value(key.join("text")), text);
            return Some(Reply::Text(text.clone()));
        }
        if let Some(json) = &table.json {
            return self.json(&key.join("json"), json).map(Reply::Json);
        }
        self.resource_reply(asked, table)
    }

    /// A value of TOML's as JSON has it.
    fn json(&mut self, key: &KeyPath, value: &toml::Value) -> Option<serde_json::Value> {
        let at = Place::Value(key.clone());
        Some(match value {
            toml::Value::String(text) if self.no_interpolation(at.clone(), text) => return None,
            toml::Value::String(text) => text.as_str().into(),
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Boolean(on) => (*on).into(),
            toml::Value::Float(number) => {
                let finite = serde_json::Number::from_f64(*number);
                if finite.is_none() {
                    self.error(
                        at,
                        format!("JSON has no {number}"),
                        "not a number that it can write",
                        "write a string, or a number",
                    );
                }
                finite?.into()
            }
            toml::Value::Datetime(_) => {
                self.error(
                    at,
                    "JSON has no dates",
                    "a date of TOML's",
                    "write it as a string, in quotes",
                );
                return None;
            }
            toml::Value::Array(items) => {
                let items: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.json(&key.index(index), item))
                    .collect();
                items.into_iter().collect::<Option<Vec<_>>>()?.into()
            }
            toml::Value::Table(table) => {
                let entries: Vec<_> = table
                    .iter()
                    .map(|(name, value)| Some((name.clone(), self.json(&key.join(name), value)?)))
                    .collect();
                let entries = entries.into_iter().collect::<Option<serde_json::Map<_, _>>>();
                serde_json::Value::Object(entries?)
            }
        })
    }

    fn resource_reply(&mut self, asked: &Asked<'_>, table: &spec::EndpointTable) -> Option<Reply> {
        let key = asked.key;
        let resource = table.resource.as_deref()?;
        let at = Place::Value(key.join("resource"));
        let known = &asked.service.resources;
        if asked.language == Some(Language::Flask) {
            self.error(
                at,
                "Flask does not serve resources yet",
                "a stored resource",
                "use `api = \"rust\"`, which does",
            );
            return None;
        }
        if !known.contains_key(resource) {
            let service = [
                &key.segments()[..2],
                KeyPath::new(["resources", resource]).segments(),
            ]
            .concat();
            let declared = KeyPath::from(service);
            if !self.is_broken(&declared) {
                let label = did_you_mean(
                    resource,
                    known.keys().map(String::as_str),
                    "not declared in this service",
                );
                self.error(
                    at,
                    format!("unknown resource {}", shown(resource)),
                    label,
                    format!("declare it as `[{declared}.fields]`"),
                );
            }
            return None;
        }
        let has_parameter = asked
            .path
            .iter()
            .any(|segment| matches!(segment, PathSegment::Parameter(_)));
        if !matches!(asked.method, Method::Get | Method::Post) || has_parameter {
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
        Name::new(resource).ok().map(Reply::Resource)
    }
}
