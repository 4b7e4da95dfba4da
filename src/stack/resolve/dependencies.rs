//! What must be there before a service starts.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{OneOrMany, Place, Problem, shown};
use crate::stack::{Condition, Name, Service};

/// Who waits for whom, and the key that says so.
type Edges = BTreeMap<Name, Vec<(Name, KeyPath)>>;

impl Resolver<'_> {
    /// `needs` means healthy, finished or started, by what the other service is; `after` is order alone.
    pub(super) fn dependencies(&mut self, services: &mut BTreeMap<Name, Service>) {
        let mut edges = Edges::new();
        for (name, written) in self.names.clone() {
            let key = KeyPath::new(["services", name.as_str()]);
            let storage = written.storage.iter().filter_map(|storage| {
                let (database, _) = self.names.get_key_value(storage.as_str())?;
                Some((database.clone(), key.join("storage")))
            });
            let storage: Vec<_> = storage.collect();
            let after = self.waited_for(&key.join("after"), name.as_str(), written.after.as_ref());
            let needs = self.waited_for(&key.join("needs"), name.as_str(), written.needs.as_ref());
            for (other, _) in &after {
                insert(services, &name, other, Condition::Started);
            }
            for (other, _) in needs.iter().chain(&storage) {
                let condition = services.get(other).map_or(Condition::Started, Service::condition);
                insert(services, &name, other, condition);
            }
            edges.insert(name, [needs, after, storage].concat());
        }
        for (name, written) in self.misnamed.clone() {
            let key = KeyPath::new(["services", name]);
            self.waited_for(&key.join("after"), name, written.after.as_ref());
            self.waited_for(&key.join("needs"), name, written.needs.as_ref());
        }
        self.cycles(edges);
    }

    fn waited_for(
        &mut self,
        key: &KeyPath,
        name: &str,
        written: Option<&OneOrMany<String>>,
    ) -> Vec<(Name, KeyPath)> {
        let mut found = Vec::new();
        for (key, text) in self.entries(key, written) {
            let at = Place::Value(key.clone());
            if text == name {
                self.error(
                    at,
                    format!("{} waits for itself", shown(text)),
                    "it would never start",
                    "remove it",
                );
            } else if let Some(other) = self.reference(at, text) {
                found.push((other, key));
            }
        }
        found
    }

    /// Tells each cycle once, and takes its first edge out, until there is none.
    fn cycles(&mut self, mut edges: Edges) {
        let starts: Vec<Name> = edges.keys().cloned().collect();
        for start in &starts {
            while let Some(cycle) = walk(start, start, &edges, &mut Vec::new()) {
                let (first, key) = &cycle[0];
                let place = |key: &KeyPath| Place::Value(key.clone());
                let next = |position: usize| &cycle[(position + 1) % cycle.len()].0;
                let trail: Vec<String> = cycle.iter().map(|(name, _)| format!("`{name}` → ")).collect();
                let problem = Problem::error(place(key), "the services wait for each other")
                    .label(format!("`{first}` waits for `{}`", next(0)))
                    .help(format!(
                        "{}`{first}`: none of them would ever start; remove one of the needs",
                        trail.concat()
                    ));
                let others = cycle.iter().enumerate().skip(1);
                self.problems
                    .push(others.fold(problem, |problem, (position, (name, key))| {
                        problem.also(place(key), format!("`{name}` waits for `{}`", next(position)))
                    }));
                if let Some(waiting) = edges.get_mut(first) {
                    waiting.retain(|(_, other)| other != key);
                }
            }
        }
    }
}

fn insert(services: &mut BTreeMap<Name, Service>, name: &Name, other: &Name, condition: Condition) {
    if let Some(service) = services.get_mut(name) {
        service.needs.insert(other.clone(), condition);
    }
}

/// The way from `here` back to `start`, each service with the key that names the next one.
fn walk<'e>(
    start: &Name,
    here: &'e Name,
    edges: &'e Edges,
    seen: &mut Vec<&'e Name>,
) -> Option<Vec<(Name, KeyPath)>> {
    if seen.contains(&here) {
        return None;
    }
    seen.push(here);
    for (next, key) in edges.get(here).into_iter().flatten() {
        let step = (here.clone(), key.clone());
        if next == start {
            return Some(vec![step]);
        }
        if let Some(mut rest) = walk(start, next, edges, seen) {
            rest.insert(0, step);
            return Some(rest);
        }
    }
    None
}
