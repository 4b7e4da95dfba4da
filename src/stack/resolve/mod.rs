//! Finds out what a spec means: every problem is told at its key, defaults are applied here and nowhere else.

mod api;
mod binding;
mod command;
mod dependencies;
mod element;
mod endpoint;
mod endpoint_path;
mod engine;
mod env;
mod health;
mod image;
mod interpolation;
mod keys;
mod known_engine;
mod limits;
mod mounts;
mod names;
mod nest;
mod network;
mod origin;
mod page;
mod proxy;
mod publish;
mod quantity;
mod reach;
mod reply;
mod resource;
mod route;
mod service;
mod site;

use std::collections::{BTreeMap, BTreeSet};

use super::{Name, Publish, Service, Stack};
use crate::key_path::KeyPath;
use crate::spec::{
    self, Inputs, Level, OneOrMany, Parsed, Place, Places, Problem, Problems, Source, did_you_mean, nearest,
    shown, the_known,
};

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
        misnamed: Vec::new(),
        published: Vec::new(),
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
    /// Services whose name is none, which has been told; all else in them is checked.
    misnamed: Vec<(&'a str, &'a spec::Service)>,
    /// Every host port that is written, with its place.
    published: Vec<(Publish, KeyPath)>,
    problems: Problems,
}

impl Resolver<'_> {
    fn stack(&mut self, spec_folder: &str) -> Option<Stack> {
        let name = self.stack_name();
        let tag = self.tag();
        self.collect_names();
        let mut services: BTreeMap<Name, Service> = BTreeMap::new();
        for (name, written) in self.names.clone() {
            let key = KeyPath::new(["services", name.as_str()]);
            if let Some(service) = self.service(&key, &name, written) {
                services.insert(name, service);
            }
        }
        self.services_of_bad_name();
        self.storage(&mut services);
        self.dependencies(&mut services);
        let proxy = self.proxy(&services);
        self.pages(&mut services, proxy.as_ref());
        self.reach(&services, proxy.as_ref());
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

    /// Whether the key, what holds it or something in it was already told to be broken.
    fn is_broken(&self, key: &KeyPath) -> bool {
        self.broken
            .iter()
            .any(|broken| broken.starts_with(key) || key.starts_with(broken))
    }

    /// Whether an error at the key, or in it, was told.
    fn is_told(&self, key: &KeyPath) -> bool {
        let in_key = |place: &Place| match place {
            Place::Key(path) | Place::Value(path) => path.starts_with(key),
            Place::Bytes(_) => false,
        };
        self.is_broken(key)
            || self
                .problems
                .iter()
                .any(|problem| problem.level == Level::Error && in_key(&problem.at))
    }

    /// The service that a key names; an unknown one is told, with the nearest.
    fn reference(&mut self, at: Place, text: &str) -> Option<Name> {
        if let Some((name, _)) = self.names.get_key_value(text) {
            return Some(name.clone());
        }
        let misnamed = self.misnamed.iter().map(|(name, _)| *name);
        if nearest(text, misnamed).is_some() || self.is_broken(&KeyPath::new(["services", text])) {
            return None; // What is wrong with it has been told.
        }
        let names = || self.names.keys().map(Name::as_str);
        let label = did_you_mean(text, names(), "not a service of this spec");
        let help = if self.names.is_empty() {
            "declare it as `[services.NAME]`".to_owned()
        } else {
            the_known("service", names())
        };
        self.error(at, format!("unknown service {}", shown(text)), label, help);
        None
    }

    /// The key of an item of a list as it is read: items that are broken are not there, but still have a place.
    fn item(&self, list: &KeyPath, position: usize) -> KeyPath {
        let mut sound = (0..).map(|index| list.index(index));
        let key = sound
            .by_ref()
            .filter(|key| !self.broken.contains(key))
            .nth(position);
        key.unwrap_or_else(|| list.index(position))
    }

    /// The entries of a key that takes one value or a list, each with its own key.
    fn entries<'w, T>(&self, key: &KeyPath, written: Option<&'w OneOrMany<T>>) -> Vec<(KeyPath, &'w T)> {
        let Some(written) = written else { return Vec::new() };
        let entries = written.as_slice().iter().enumerate();
        entries
            .map(|(position, entry)| {
                let key = if written.is_many() {
                    self.item(key, position)
                } else {
                    key.clone()
                };
                (key, entry)
            })
            .collect()
    }

    /// Where a key is written: for what has an order only there.
    fn position(&self, key: &KeyPath) -> usize {
        self.source.bytes(&Place::Key(key.clone())).start
    }
}
