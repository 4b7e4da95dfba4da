use std::collections::BTreeMap;

use super::{Copied, HtmlId, Name};

/// Pages served by nginx.
#[derive(Clone, Debug)]
pub struct Site {
    pub folder: Copied,
    /// Whether and how the pages call APIs.
    pub client: Option<Client>,
}

/// The calls of a site's pages.
#[derive(Clone, Debug)]
pub struct Client {
    /// The origin of each called service: empty where page and API have the same one.
    pub origins: BTreeMap<Name, String>,
    /// By service, then by endpoint key.
    pub calls: Vec<Call>,
    pub bindings: Vec<Binding>,
}

/// One function of the client.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    pub function: String,
    pub service: Name,
    /// The endpoint's key in that service's table.
    pub endpoint: String,
}

/// An element whose text is an endpoint's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Binding {
    pub id: HtmlId,
    pub function: String,
}
