//! Which keys go with which kind of service: a key that would be ignored is an error.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Problem, any_of, shown};

/// The keys that say what a service is.
const SOURCES: [&str; 5] = ["image", "build", "from", "api", "site"];

/// The keys that do not go with every service, and the sources that they go with.
const BOUND: [(&str, &[&str]); 14] = [
    ("apk", &["from"]),
    ("apt", &["from"]),
    ("calls", &["site"]),
    ("command", &["image", "build", "from"]),
    ("endpoints", &["api"]),
    ("engine", &["image"]),
    ("env", &["image", "build", "from", "api"]),
    ("health", &["image", "build", "from"]),
    ("origin", &["api", "site"]),
    ("resources", &["api"]),
    ("run", &["image", "build", "from"]),
    ("secrets", &["image", "build", "from", "api"]),
    ("show", &["site"]),
    ("storage", &["api"]),
];

/// The keys that go with every service.
const FREE: [&str; 11] = [
    "after", "cpus", "files", "harden", "memory", "needs", "pids", "port", "publish", "replicas", "volumes",
];

impl Resolver<'_> {
    /// The one key that says what the service is.
    pub(super) fn source(&mut self, key: &KeyPath) -> Option<&'static str> {
        let mut written = SOURCES.to_vec();
        written.retain(|source| self.source.has(&key.join(source)));
        written.sort_by_key(|source| self.source.bytes(&Place::Key(key.join(source))).start);
        match written.as_slice() {
            [one] => {
                self.misplaced(key, one);
                Some(one)
            }
            [] => {
                if !self.has_unknown_key(key) {
                    self.error(
                        Place::Key(key.clone()),
                        format!("{} does not say what the service is", shown(&key.to_string())),
                        "it has none of the keys that say so",
                        format!("write exactly one of {}", any_of(SOURCES)),
                    );
                }
                None
            }
            [first, others @ ..] => {
                for other in others {
                    self.problems.push(
                        Problem::error(
                            Place::Key(key.join(other)),
                            format!("{} says twice what the service is", shown(&key.to_string())),
                        )
                        .label("this says it again")
                        .also(Place::Key(key.join(first)), "this says it")
                        .help(format!("keep exactly one of {}", any_of(SOURCES))),
                    );
                }
                None
            }
        }
    }

    /// Whether the service has a key that is none, which has been told: it may have been meant to say what the service is.
    fn has_unknown_key(&self, key: &KeyPath) -> bool {
        let known = || {
            let bound = BOUND.iter().map(|(name, _)| *name);
            SOURCES.into_iter().chain(bound).chain(FREE)
        };
        self.broken.iter().any(|broken| {
            broken.segments().len() == key.segments().len() + 1
                && broken.starts_with(key)
                && !known().any(|name| *broken == key.join(name))
        })
    }

    fn misplaced(&mut self, key: &KeyPath, source: &str) {
        for (name, sources) in BOUND {
            if self.source.has(&key.join(name)) && !sources.contains(&source) {
                self.problems.push(
                    Problem::error(
                        Place::Key(key.join(name)),
                        format!("`{name}` does not go with `{source}`"),
                    )
                    .label("it would have no effect")
                    .also(Place::Key(key.join(source)), "what the service is")
                    .help(format!("`{name}` goes with {}", any_of(sources))),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_key_it_is_said_what_it_goes_with() {
        let fault = toml::from_str::<crate::spec::Service>("no-such-key = 1").expect_err("unknown");
        let (_, allowed) = fault.message().split_once("expected one of ").expect("a list");
        let mut known: Vec<&str> = allowed.split('`').skip(1).step_by(2).collect();
        let mut said: Vec<&str> = BOUND.map(|(name, _)| name).to_vec();
        said.extend(SOURCES);
        said.extend(FREE);
        known.sort_unstable();
        said.sort_unstable();
        assert_eq!(said, known);
    }
}
