//! `show`: which element of a page shows which endpoint.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Show, all_of, did_you_mean, nearest, quoted, shown, the_known};
use crate::stack::{Endpoint, HtmlId, Method, Name, Reply, SCRIPTS, Service};

/// A binding that stands: the element, and the endpoint that it shows.
pub(super) struct Shown {
    pub(super) id: HtmlId,
    pub(super) service: Name,
    pub(super) endpoint: String,
}

impl Resolver<'_> {
    pub(super) fn shown(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        services: &BTreeMap<Name, Service>,
    ) -> Vec<Shown> {
        let mut bindings = Vec::new();
        for (selector, show) in &written.show {
            let key = key.join("show").join(selector);
            let id = HtmlId::from_selector(selector);
            if let Err(fault) = &id {
                self.error(
                    Place::Key(key.clone()),
                    format!("{} is no binding", shown(selector)),
                    fault.0,
                    "a binding is the id of an element: \"#greeting\" = \"GET /api/hello\"",
                );
            }
            let Some((service, endpoint)) = self.shown_endpoint(&key, show) else {
                continue;
            };
            let row = services
                .get(&service)
                .and_then(Service::api)
                .and_then(|api| api.endpoints.get(&endpoint));
            if let (Some(row), Ok(id)) = (row, id)
                && self.can_be_shown(&key, &endpoint, row)
            {
                bindings.push(Shown {
                    id,
                    service,
                    endpoint,
                });
            }
        }
        bindings
    }

    fn can_be_shown(&mut self, key: &KeyPath, text: &str, row: &Endpoint) -> bool {
        let at = Place::Value(key.clone());
        if row.internal {
            self.error(
                at,
                format!("{} is internal", shown(text)),
                "the page does not reach it",
                "remove its `internal = true`, or the binding",
            );
            return false;
        }
        let is_text = row.method == Method::Get && matches!(row.reply, Reply::Text(_)) && !text.contains('{');
        if !is_text {
            self.error(
                at,
                format!("{} cannot be shown as a text", shown(text)),
                "only a GET without parameters that answers with `text` can",
                format!(
                    "call it from the page's own script: import {{ {} }} from '{SCRIPTS}client.js'",
                    row.function()
                ),
            );
        }
        is_text
    }

    /// The service and the key of an endpoint that a binding names.
    fn shown_endpoint(&mut self, key: &KeyPath, show: &Show) -> Option<(Name, String)> {
        let at = Place::Value(key.clone());
        match show {
            Show::Endpoint(endpoint) => {
                let owners = self.owners(endpoint);
                match owners.as_slice() {
                    [owner] => Some((owner.clone(), endpoint.clone())),
                    [] => {
                        self.unknown_endpoint(at, endpoint, None);
                        None
                    }
                    [first, ..] => {
                        let owners = all_of(owners.iter().map(Name::as_str));
                        self.error(
                            at,
                            format!("{} belongs to {owners}", shown(endpoint)),
                            "which one?",
                            format!(
                                "write {{ service = \"{first}\", endpoint = {} }}",
                                quoted(endpoint)
                            ),
                        );
                        None
                    }
                }
            }
            Show::Table(table) => {
                let (Some(service), Some(endpoint)) = (&table.service, &table.endpoint) else {
                    if !self.is_broken(key) {
                        self.error(
                            at,
                            "a binding's table has two keys",
                            "one is missing",
                            "write { service = \"NAME\", endpoint = \"GET /path\" }",
                        );
                    }
                    return None;
                };
                let owner = self.reference(Place::Value(key.join("service")), service)?;
                if !self.names[&owner].endpoints.contains_key(endpoint) {
                    self.unknown_endpoint(Place::Value(key.join("endpoint")), endpoint, Some(&owner));
                    return None;
                }
                Some((owner, endpoint.clone()))
            }
        }
    }

    fn owners(&self, endpoint: &str) -> Vec<Name> {
        self.names
            .iter()
            .filter(|(_, service)| service.endpoints.contains_key(endpoint))
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn unknown_endpoint(&mut self, at: Place, endpoint: &str, owner: Option<&Name>) {
        let meant = |resolver: &Self| {
            let written = resolver
                .names
                .values()
                .flat_map(|service| service.endpoints.keys());
            nearest(endpoint, written.map(String::as_str)).map(str::to_owned)
        };
        if self.is_broken_endpoint(endpoint) || meant(self).is_some_and(|meant| self.is_told_endpoint(&meant))
        {
            return;
        }
        let known: Vec<&String> = self
            .names
            .iter()
            .filter(|(name, _)| owner.is_none_or(|owner| owner == *name))
            .flat_map(|(_, service)| service.endpoints.keys())
            .collect();
        let otherwise = match owner {
            Some(owner) => format!("`{owner}` does not have it"),
            None => "no service has it".to_owned(),
        };
        let label = did_you_mean(endpoint, known.iter().map(|key| key.as_str()), otherwise);
        let help = if known.is_empty() {
            "declare it in the `endpoints` of a service with `api`".to_owned()
        } else {
            the_known("endpoint", known)
        };
        self.error(at, format!("unknown endpoint {}", shown(endpoint)), label, help);
    }

    fn is_told_endpoint(&self, endpoint: &str) -> bool {
        self.names.keys().any(|service| {
            self.is_told(&KeyPath::new([
                "services",
                service.as_str(),
                "endpoints",
                endpoint,
            ]))
        })
    }

    /// Whether a row of that name is written but broken, or whole tables are, which has been told.
    fn is_broken_endpoint(&self, endpoint: &str) -> bool {
        let has_broken_tables = self
            .broken
            .iter()
            .any(|broken| broken.segments().len() <= 2 && broken.starts_with(&KeyPath::new(["services"])));
        has_broken_tables
            || self
                .spec
                .services
                .keys()
                .any(|service| self.is_broken(&KeyPath::new(["services", service, "endpoints", endpoint])))
    }
}
