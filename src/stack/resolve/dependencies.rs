//! What must be there before a service starts.

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{OneOrMany, Place, Problem};
use crate::stack::{Condition, Name, Probe, Run, Service};

impl Resolver<'_> {
    /// `needs` means healthy, finished or started, by what the other service is; `after` is order alone.
    pub(super) fn dependencies(&mut self, services: &mut BTreeMap<Name, Service>) {
        let mut edges: BTreeMap<Name, Vec<(Name, KeyPath)>> = BTreeMap::new();
        for (name, written) in self.names.clone() {
            let storage = written.storage.iter().filter_map(|storage| {
                let (database, _) = self.names.get_key_value(storage.as_str())?;
                Some((
                    database.clone(),
                    KeyPath::new(["services", name.as_str(), "storage"]),
                ))
            });
            edges.entry(name.clone()).or_default().extend(storage);
            for (list, written) in [("after", &written.after), ("needs", &written.needs)] {
                let Some(written) = written else { continue };
                let key = KeyPath::new(["services", name.as_str(), list]);
                for (other, key) in self.needed(&name, &key, written) {
                    let condition = match services.get(&other) {
                        _ if list == "after" => Condition::Started,
                        Some(other) if other.run == Run::Once => Condition::Finished,
                        Some(other) if other.probe != Probe::None => Condition::Healthy,
                        _ => Condition::Started,
                    };
                    if let Some(service) = services.get_mut(&name) {
                        service.needs.insert(other.clone(), condition);
                    }
                    edges.entry(name.clone()).or_default().push((other, key));
                }
            }
        }
        self.cycles(&edges);
    }

    fn needed(&mut self, name: &Name, key: &KeyPath, written: &OneOrMany<String>) -> Vec<(Name, KeyPath)> {
        let mut found = Vec::new();
        for (index, text) in written.as_slice().iter().enumerate() {
            let key = if written.is_many() {
                key.index(index)
            } else {
                key.clone()
            };
            if text == name.as_str() {
                self.error(
                    Place::Value(key),
                    format!("`{name}` needs itself"),
                    "it would never start",
                    "remove it",
                );
            } else if let Some(other) = self.reference(Place::Value(key.clone()), text) {
                found.push((other, key));
            }
        }
        found
    }

    /// Tells each cycle once, at the need of its first service by name.
    fn cycles(&mut self, edges: &BTreeMap<Name, Vec<(Name, KeyPath)>>) {
        let mut done: Vec<&Name> = Vec::new();
        for start in edges.keys() {
            let mut trail = Vec::new();
            if let Some(cycle) = walk(start, start, edges, &mut trail)
                && !cycle.iter().any(|(name, _)| done.contains(name))
            {
                let names: Vec<String> = cycle.iter().map(|(name, _)| format!("`{name}`")).collect();
                let (_, first) = cycle[0];
                let mut problem =
                    Problem::error(Place::Value(first.clone()), "the services wait for each other")
                        .label(format!(
                            "{} needs {}",
                            names[0],
                            names.get(1).unwrap_or(&names[0])
                        ))
                        .help(format!(
                            "{} → {}: none of them would ever start; remove one of the needs",
                            names.join(" → "),
                            names[0]
                        ));
                for (position, (_, key)) in cycle.iter().enumerate().skip(1) {
                    let next = names.get(position + 1).unwrap_or(&names[0]);
                    problem = problem.also(
                        Place::Value((*key).clone()),
                        format!("{} needs {next}", names[position]),
                    );
                }
                self.problems.push(problem);
                done.extend(cycle.iter().map(|(name, _)| *name));
            }
        }
    }
}

/// The way from `here` back to `start`, each service with the key that names the next one.
fn walk<'a>(
    start: &Name,
    here: &'a Name,
    edges: &'a BTreeMap<Name, Vec<(Name, KeyPath)>>,
    trail: &mut Vec<&'a Name>,
) -> Option<Vec<(&'a Name, &'a KeyPath)>> {
    if trail.contains(&here) {
        return None;
    }
    trail.push(here);
    for (next, key) in edges.get(here).into_iter().flatten() {
        if next == start {
            return Some(vec![(here, key)]);
        }
        if let Some(mut rest) = walk(start, next, edges, trail) {
            rest.insert(0, (here, key));
            return Some(rest);
        }
    }
    None
}
