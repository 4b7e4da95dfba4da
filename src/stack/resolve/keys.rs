//! Which keys go with which kind of service: a key that would be ignored is an error.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem, Service};

pub(super) const SOURCES: [&str; 5] = ["image", "build", "from", "api", "site"];

/// A key, whether it is written, and the sources that it goes with.
fn bound_keys(service: &Service) -> [(&'static str, bool, &'static [&'static str]); 15] {
    let everyone_elses: &[&str] = &["image", "build", "from"];
    [
        ("apt", !service.apt.is_empty(), &["from"]),
        ("apk", !service.apk.is_empty(), &["from"]),
        ("endpoints", !service.endpoints.is_empty(), &["api"]),
        ("resources", !service.resources.is_empty(), &["api"]),
        ("storage", service.storage.is_some(), &["api"]),
        ("show", !service.show.is_empty(), &["site"]),
        ("calls", service.calls.is_some(), &["site"]),
        ("origin", service.origin.is_some(), &["api", "site"]),
        ("engine", service.engine.is_some(), &["image"]),
        ("health", service.health.is_some(), everyone_elses),
        ("command", service.command.is_some(), everyone_elses),
        ("run", service.run.is_some(), everyone_elses),
        ("env", !service.env.is_empty(), &["image", "build", "from", "api"]),
        (
            "secrets",
            !service.secrets.is_empty(),
            &["image", "build", "from", "api"],
        ),
        (
            "harden",
            service.harden.is_some(),
            &["image", "build", "from", "api", "site"],
        ),
    ]
}

impl Resolver<'_> {
    /// The one key that says what the service is.
    pub(super) fn source(&mut self, key: &KeyPath, service: &Service) -> Option<&'static str> {
        let values = [
            &service.image,
            &service.build,
            &service.from,
            &service.api,
            &service.site,
        ];
        let mut written: Vec<&'static str> = SOURCES
            .iter()
            .zip(values)
            .filter(|(_, value)| value.is_some())
            .map(|(source, _)| *source)
            .collect();
        written.sort_by_key(|source| self.source.bytes(&Place::Key(key.join(source))).start);
        let all = SOURCES.map(|source| format!("`{source}`")).join(", ");
        match written.as_slice() {
            [one] => {
                self.misplaced(key, service, one);
                Some(one)
            }
            [] => {
                if !SOURCES.iter().any(|source| self.is_broken(&key.join(source))) {
                    self.error(
                        Place::Key(key.clone()),
                        format!("`{key}` does not say what the service is"),
                        "it has none of the keys that say so",
                        format!("write exactly one of {all}"),
                    );
                }
                None
            }
            [first, others @ ..] => {
                for other in others {
                    self.problems.push(
                        Problem::error(
                            Place::Key(key.join(other)),
                            format!("`{key}` says twice what the service is"),
                        )
                        .label("this says it again")
                        .also(Place::Key(key.join(first)), "this says it")
                        .help(format!("keep exactly one of {all}")),
                    );
                }
                None
            }
        }
    }

    fn misplaced(&mut self, key: &KeyPath, service: &Service, source: &str) {
        for (name, written, sources) in bound_keys(service) {
            if written && !sources.contains(&source) {
                let goes = sources
                    .iter()
                    .map(|source| format!("`{source}`"))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.problems.push(
                    Problem::error(
                        Place::Key(key.join(name)),
                        format!("`{name}` does not go with `{source}`"),
                    )
                    .label("it would have no effect")
                    .also(Place::Key(key.join(source)), "the service is one of these")
                    .help(format!("`{name}` goes with {goes}")),
                );
            }
        }
    }
}
