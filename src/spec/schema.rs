use std::collections::BTreeMap;

use serde::Deserialize;

use super::shapes::{Command, EnvValue, Health, OneOrMany, PublishText, Quantity, visit_short_or_table};

/// The whole spec, as written: no defaults, no places, no references followed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Spec {
    pub name: Option<String>,
    pub tag: Option<String>,
    pub services: BTreeMap<String, Service>,
    pub proxy: Option<Proxy>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    pub image: Option<String>,
    pub build: Option<String>,
    pub from: Option<String>,
    pub api: Option<String>,
    pub site: Option<String>,

    pub port: Option<u16>,
    pub publish: Option<OneOrMany<PublishText>>,
    pub origin: Option<String>,
    pub replicas: Option<u16>,
    pub needs: Option<OneOrMany<String>>,
    pub after: Option<OneOrMany<String>>,
    pub health: Option<Health>,
    pub run: Option<String>,
    pub command: Option<Command>,

    pub env: BTreeMap<String, EnvValue>,
    pub secrets: Vec<String>,
    pub volumes: BTreeMap<String, OneOrMany<String>>,
    pub files: BTreeMap<String, String>,

    pub engine: Option<String>,
    pub harden: Option<bool>,
    pub memory: Option<Quantity>,
    pub cpus: Option<f64>,
    pub pids: Option<u32>,

    pub apt: Vec<String>,
    pub apk: Vec<String>,

    pub endpoints: BTreeMap<String, Endpoint>,
    pub resources: BTreeMap<String, Resource>,
    pub storage: Option<String>,

    pub show: BTreeMap<String, Show>,
    pub calls: Option<OneOrMany<String>>,
}

/// `"GET /x" = "text"`, or a table.
#[derive(Clone, Debug)]
pub enum Endpoint {
    Text(String),
    Table(Box<EndpointTable>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EndpointTable {
    pub text: Option<String>,
    pub json: Option<toml::Value>,
    pub resource: Option<String>,
    pub status: Option<u16>,
    pub body: Option<Quantity>,
    pub timeout: Option<Quantity>,
    pub internal: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Resource {
    pub fields: BTreeMap<String, Field>,
}

/// A field's type as one text: `text, 1..280`, `int?`, `time, now`.
pub type Field = String;

/// `"GET /x"`, or `{ service, endpoint }` where two services own it.
#[derive(Clone, Debug)]
pub enum Show {
    Endpoint(String),
    Table(ShowTable),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShowTable {
    pub service: Option<String>,
    pub endpoint: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Proxy {
    pub publish: Option<OneOrMany<PublishText>>,
    pub origin: Option<String>,
    pub routes: BTreeMap<String, Route>,
}

/// A service's name, or a table.
#[derive(Clone, Debug)]
pub enum Route {
    To(String),
    Table(RouteTable),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RouteTable {
    pub to: Option<String>,
    pub strip: bool,
    pub body: Option<Quantity>,
    pub timeout: Option<Quantity>,
}

visit_short_or_table!(
    Endpoint,
    Text,
    |table: EndpointTable| Endpoint::Table(Box::new(table)),
    "a text or a table with one of `text`, `json`, `resource`"
);
visit_short_or_table!(
    Show,
    Endpoint,
    Show::Table,
    "an endpoint such as \"GET /api/hello\", or a table with `service` and `endpoint`"
);
visit_short_or_table!(
    Route,
    To,
    Route::Table,
    "the name of a service, or a table with `to`"
);
