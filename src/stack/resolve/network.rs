//! Network tiers, derived: a data store is reached by who needs it and by nobody else.

use std::collections::BTreeMap;

use crate::stack::{Name, Service, Tier};

pub(super) fn derive(services: &mut BTreeMap<Name, Service>) {
    let stores: Vec<Name> = services
        .values()
        .filter(|service| service.engine().is_some())
        .map(|service| service.name.clone())
        .collect();
    for service in services.values_mut() {
        let is_store = stores.contains(&service.name);
        // The back network is internal: it opens no port to the host and leads nowhere else.
        if !is_store || !service.publish.is_empty() {
            service.tiers.insert(Tier::Edge);
        }
        if is_store || service.needs.keys().any(|needed| stores.contains(needed)) {
            service.tiers.insert(Tier::Back);
        }
    }
}
