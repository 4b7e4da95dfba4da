//! What the pages of a site call.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::binding::Shown;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem};
use crate::stack::{Binding, Call, Client, Kind, Name, Proxy, Resource, Service};

impl Resolver<'_> {
    pub(super) fn pages(&mut self, services: &mut BTreeMap<Name, Service>, proxy: Option<&Proxy>) {
        for (name, written) in self.names.clone() {
            if written.site.is_none() || (written.show.is_empty() && written.calls.is_none()) {
                continue;
            }
            let key = KeyPath::new(["services", name.as_str()]);
            let shown = self.shown(&key, written, services);
            let mut called: BTreeSet<Name> = shown.iter().map(|shown| shown.service.clone()).collect();
            called.extend(self.called(&key, written, services));
            self.elements(&key, written);
            self.types_that_meet(&called, services);
            let mut origins = BTreeMap::new();
            for target in &called {
                origins.extend(
                    self.origin_for_page(&name, target, services, proxy)
                        .map(|origin| (target.clone(), origin)),
                );
            }
            let calls = calls(&called, services);
            let bindings = shown
                .into_iter()
                .filter_map(|shown| binding(shown, &calls))
                .collect();
            if let Some(Service {
                kind: Kind::Site(site),
                ..
            }) = services.get_mut(&name)
            {
                site.client = Some(Client {
                    origins,
                    calls,
                    bindings,
                });
            }
        }
    }

    fn called(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        services: &BTreeMap<Name, Service>,
    ) -> Vec<Name> {
        let mut called = Vec::new();
        for (key, text) in self.entries(&key.join("calls"), written.calls.as_ref()) {
            let Some(name) = self.reference(Place::Value(key.clone()), text) else {
                continue;
            };
            if self.names[&name].api.is_none() {
                self.error(
                    Place::Value(key),
                    format!("`{name}` has no endpoint table"),
                    "the page cannot get a client for it",
                    "`calls` names services with `api`; other services are called by the page's own script",
                );
            } else if services.contains_key(&name) {
                called.push(name);
            }
        }
        called
    }
}

impl Resolver<'_> {
    /// The client has one type for each resource: two that differ must not have one name.
    fn types_that_meet(&mut self, called: &BTreeSet<Name>, services: &BTreeMap<Name, Service>) {
        let mut types: BTreeMap<String, (&Resource, KeyPath)> = BTreeMap::new();
        for service in called.iter().filter_map(|name| services.get(name)) {
            for (name, resource) in service.api().into_iter().flat_map(|api| &api.resources) {
                let key = service.key().join("resources").join(name.as_str());
                let Some((twin, place)) = types.get(&name.pascal_case()) else {
                    types.insert(name.pascal_case(), (resource, key));
                    continue;
                };
                if *twin != resource {
                    self.problems.push(
                        Problem::error(
                            Place::Key(key),
                            format!(
                                "two resources would be the type `{}Row` of the page's client",
                                name.pascal_case()
                            ),
                        )
                        .label("this one has other fields")
                        .also(Place::Key(place.clone()), "than this one")
                        .help("give one of them another name, or both the same fields"),
                    );
                }
            }
        }
    }
}

fn binding(shown: Shown, calls: &[Call]) -> Option<Binding> {
    let call = calls
        .iter()
        .find(|call| call.service == shown.service && call.endpoint == shown.endpoint)?;
    Some(Binding {
        id: shown.id,
        function: call.function.clone(),
    })
}

/// One function for each endpoint; where two services would share a name, each takes its service's before its own.
fn calls(called: &BTreeSet<Name>, services: &BTreeMap<Name, Service>) -> Vec<Call> {
    let mut calls: Vec<Call> = called
        .iter()
        .filter_map(|name| services.get(name))
        .flat_map(|service| {
            let endpoints = service.api().into_iter().flat_map(|api| &api.endpoints);
            endpoints
                .filter(|(_, endpoint)| !endpoint.internal)
                .map(|(key, endpoint)| Call {
                    function: endpoint.function(),
                    service: service.name.clone(),
                    endpoint: key.clone(),
                })
        })
        .collect();
    rename_twins(&mut calls, |call| {
        let (service, function) = (call.service.pascal_case(), &call.function);
        let (first, rest) = service.split_at(1);
        let (verb, path) = function.split_at(1);
        format!(
            "{}{rest}{}{path}",
            first.to_ascii_lowercase(),
            verb.to_ascii_uppercase()
        )
    });
    // `api-1` and `api1` are still the same word.
    rename_twins(&mut calls, |call| {
        format!("{}_{}", call.service.as_str().replace('-', "_"), call.function)
    });
    calls
}

fn rename_twins(calls: &mut [Call], rename: impl Fn(&Call) -> String) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for call in calls.iter() {
        *counts.entry(call.function.clone()).or_default() += 1;
    }
    for call in calls.iter_mut().filter(|call| counts[&call.function] > 1) {
        call.function = rename(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_take_the_name_of_their_service() {
        let call = |service: &str, function: &str| Call {
            function: function.into(),
            service: Name::new(service).expect("a name"),
            endpoint: String::new(),
        };
        let mut twins = [call("back-end", "getX"), call("a", "getX"), call("a", "getY")];
        rename_twins(&mut twins, |call| format!("{}-{}", call.service, call.function));
        assert_eq!(
            twins.map(|call| call.function),
            ["back-end-getX", "a-getX", "getY"]
        );
    }
}
