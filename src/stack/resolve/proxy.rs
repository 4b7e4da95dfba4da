//! The one route table at the edge.

use std::collections::BTreeMap;

use super::Resolver;
use super::publish::Container;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem};
use crate::stack::{Matcher, Name, PROXY_PORT, Proxy, Publish, Route, Service};

impl Resolver<'_> {
    pub(super) fn proxy(&mut self, services: &BTreeMap<Name, Service>) -> Option<Proxy> {
        let spec = self.spec;
        let written = spec.proxy.as_ref()?;
        let key = KeyPath::new(["proxy"]);
        let container = Container {
            port: Some(PROXY_PORT),
            is_told: false,
            only_port: true,
            default_address: None,
        };
        let publish = self.publish(&key.join("publish"), written.publish.as_ref(), &container);
        if publish.is_empty() && !self.is_told(&key.join("publish")) {
            self.problems.push(
                Problem::warning(Place::Key(key.clone()), "the proxy has no host port")
                    .label("nobody outside reaches it")
                    .help("add `publish = 80`"),
            );
        }
        let origin = self.own_origin(&key, written, &publish);
        if written.routes.is_empty() && !self.is_broken(&key.join("routes")) {
            self.error(
                Place::Key(key.clone()),
                "the proxy has no route",
                "it would answer nothing",
                "add `[proxy.routes]` with a line such as \"/\" = \"front-end\"",
            );
        }
        let mut routes: Vec<Route> = written
            .routes
            .iter()
            .filter_map(|(text, route)| self.route(&key.join("routes").join(text), text, route, services))
            .collect();
        self.written_order(&mut routes);
        self.origins_of_routed(&routes);
        Some(Proxy {
            publish,
            routes,
            origin,
        })
    }

    /// What a browser calls the proxy: services are told it as their host.
    fn own_origin(&mut self, key: &KeyPath, written: &spec::Proxy, publish: &[Publish]) -> Option<String> {
        if let Some(origin) = &written.origin {
            return self.written_origin(key, origin);
        }
        let fitting: Vec<&Publish> = publish
            .iter()
            .filter(|publish| publish.container == PROXY_PORT && !publish.udp)
            .collect();
        if fitting.is_empty() {
            return None;
        }
        self.published_origin(key, &fitting)
    }

    /// Behind the proxy there is one origin, the proxy's.
    fn origins_of_routed(&mut self, routes: &[Route]) {
        for (name, written) in self.names.clone() {
            let route = routes.iter().find(|route| route.to == name);
            if let (Some(route), Some(_)) = (route, &written.origin) {
                let key = KeyPath::new(["services", name.as_str(), "origin"]);
                self.problems.push(
                    Problem::error(Place::Key(key), format!("`origin` of `{name}` has no effect"))
                        .label("a browser finds it at the proxy's")
                        .also(
                            Place::Key(KeyPath::new(["proxy", "routes", &route.key])),
                            "routed here",
                        )
                        .help("move it to `[proxy]`"),
                );
            }
        }
    }

    /// nginx takes the first regex that matches, so that they keep the order in which they are written.
    fn written_order(&self, routes: &mut [Route]) {
        routes.sort_by_key(|route| {
            let place = Place::Key(KeyPath::new(["proxy", "routes", &route.key]));
            match route.matcher {
                Matcher::Regex { .. } => (true, self.source.bytes(&place).start, String::new()),
                _ => (false, 0, route.key.clone()),
            }
        });
    }
}
