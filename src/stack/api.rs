use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Bytes, Name, Seconds};

/// A service whose endpoint table is served by the shipped crate, or by its Flask twin.
#[derive(Clone, Debug)]
pub struct Api {
    pub language: Language,
    /// By key, `METHOD /path`.
    pub endpoints: BTreeMap<String, Endpoint>,
    pub resources: BTreeMap<Name, Resource>,
    pub storage: Storage,
    /// The page origins that may call it from elsewhere; none behind the proxy.
    pub allowed_origins: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    Rust,
    Flask,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A segment of an endpoint's path.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum PathSegment {
    Literal(String),
    /// `{name}`: `[a-z][a-z0-9_]*`.
    Parameter(String),
}

/// One row of the endpoint table.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub method: Method,
    pub path: Vec<PathSegment>,
    pub reply: Reply,
    pub status: u16,
    /// The largest request body.
    pub body: Bytes,
    /// The longest that a request may take.
    pub timeout: Seconds,
    /// Not for the page and not behind a route.
    pub internal: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Text(String),
    Json(serde_json::Value),
    /// GET lists, POST creates.
    Resource(Name),
}

/// A stored table: its fields in name order; `id` is added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resource {
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    pub name: String,
    pub kind: FieldType,
    pub optional: bool,
    /// Characters of a text, the value of an int.
    pub range: Option<(i64, i64)>,
    /// Set by the server when the row is made; only a time.
    pub now: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldType {
    Text,
    Int,
    Bool,
    Time,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Storage {
    None,
    Postgres {
        service: Name,
        secret: Name,
    },
    /// A file below one of the service's volumes.
    Sqlite {
        path: String,
    },
}
