//! Finds out what a spec means: every problem is told at its key, defaults are applied here and nowhere else.

mod api;
mod command;
mod dependencies;
mod endpoint;
mod engine;
mod env;
mod health;
mod keys;
mod mounts;
mod names;
mod network;
mod origin;
mod page;
mod proxy;
mod publish;
mod quantity;
mod reach;
mod resource;
mod service;
mod site;

use std::collections::{BTreeMap, BTreeSet};

use super::{Name, Service, Stack};
use crate::key_path::KeyPath;
use crate::spec::{self, Inputs, Parsed, Place, Places, Problem, Problems, Source, nearest};

/// Resolves a parsed spec. Without errors there is a stack; warnings may come with it.
pub fn resolve(
    source: &Source<'_>,
    parsed: &Parsed,
    inputs: &Inputs,
    places: &Places,
) -> (Option<Stack>, Problems) {
    let mut resolver = Resolver {
        source,
        spec: &parsed.spec,
        broken: &parsed.broken,
        inputs,
        names: BTreeMap::new(),
        problems: Problems::default(),
    };
    let stack = resolver.stack(&places.back);
    let complete = parsed.problems.is_empty() && !resolver.problems.has_errors();
    (stack.filter(|_| complete), resolver.problems)
}

/// What all parts of the resolution share.
struct Resolver<'a> {
    /// For the order in which things are written, where it means something.
    source: &'a Source<'a>,
    spec: &'a spec::Spec,
    broken: &'a [KeyPath],
    inputs: &'a Inputs,
    /// Every service with a sound name, also those that are broken otherwise, so that references to them are no second error.
    names: BTreeMap<Name, &'a spec::Service>,
    problems: Problems,
}

impl Resolver<'_> {
    fn stack(&mut self, spec_folder: &str) -> Option<Stack> {
        let name = self.stack_name();
        let tag = self.tag();
        self.collect_names();
        let mut services: BTreeMap<Name, Service> = BTreeMap::new();
        for (name, written) in self.names.clone() {
            if let Some(service) = self.service(&name, written) {
                services.insert(name, service);
            }
        }
        self.storage(&mut services);
        self.dependencies(&mut services);
        let mut proxy = self.proxy(&services);
        self.pages(&mut services, proxy.as_ref());
        self.reach(&services, proxy.as_mut());
        self.published_twice();
        network::derive(&mut services);
        let secrets: BTreeSet<Name> = services
            .values()
            .flat_map(|service| service.secrets.clone())
            .collect();
        Some(Stack {
            name: name?,
            tag: tag?,
            services,
            proxy,
            secrets,
            spec_folder: spec_folder.to_owned(),
        })
    }

    fn error(
        &mut self,
        at: Place,
        title: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems
            .push(Problem::error(at, title).label(label).help(help));
    }

    /// Whether something at or below the key was already told to be broken.
    fn is_broken(&self, key: &KeyPath) -> bool {
        self.broken.iter().any(|broken| broken.starts_with(key))
    }

    /// The service that a key names; an unknown one is told, with the nearest.
    fn reference(&mut self, at: Place, text: &str) -> Option<Name> {
        if let Some((name, _)) = self.names.get_key_value(text) {
            return Some(name.clone());
        }
        if self.spec.services.contains_key(text) {
            return None; // Its bad name has been told.
        }
        let label = match nearest(text, self.names.keys().map(Name::as_str)) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "not a service of this spec".to_owned(),
        };
        let help = self.known_services();
        self.error(at, format!("unknown service `{text}`"), label, help);
        None
    }

    fn known_services(&self) -> String {
        let names: Vec<String> = self.names.keys().map(|name| format!("`{name}`")).collect();
        if names.is_empty() {
            "declare it as `[services.NAME]`".to_owned()
        } else {
            format!("the services are {}", names.join(", "))
        }
    }
}
