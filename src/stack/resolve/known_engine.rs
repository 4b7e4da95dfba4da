//! The data stores that pinkogen knows, and all that it knows of each.

use std::collections::BTreeMap;

use crate::stack::{Capability, Engine, EnvName, Hardening, Part, Probe, Seconds, Value};

pub(super) const ENGINES: [(&str, Engine); 3] = [
    ("postgres", Engine::Postgres),
    ("valkey", Engine::Valkey),
    ("redis", Engine::Valkey),
];

impl Engine {
    pub(super) fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Valkey => 6379,
        }
    }

    /// Where it keeps its data. The image of `PostgreSQL` moved the folder with version 18: it refuses to start on the old one,
    /// while an older version would lose its data on the new one, so that the old one is the guess for a bare digest.
    pub(super) fn data(self, reference: &str) -> &'static str {
        const MOVED_IN: u32 = 18;
        match self {
            Self::Postgres if major(reference).is_some_and(|major| major >= MOVED_IN) => {
                "/var/lib/postgresql"
            }
            Self::Postgres => "/var/lib/postgresql/data",
            Self::Valkey => "/data",
        }
    }

    /// Whether it takes the variable's value from the file that `<variable>_FILE` names.
    pub(super) fn reads_file(self, variable: &str) -> bool {
        const POSTGRES: [&str; 4] = [
            "POSTGRES_PASSWORD",
            "POSTGRES_USER",
            "POSTGRES_DB",
            "POSTGRES_INITDB_ARGS",
        ];
        self == Self::Postgres && POSTGRES.contains(&variable)
    }

    /// `PostgreSQL` starts as root, takes over its volume, and steps down by itself; Valkey is started as its own user.
    pub(super) fn hardening(self) -> Hardening {
        let (capabilities, tmpfs, user): (&[Capability], &[&str], _) = match self {
            Self::Postgres => (
                &[
                    Capability::Chown,
                    Capability::DacOverride,
                    Capability::Fowner,
                    Capability::Setgid,
                    Capability::Setuid,
                ],
                &["/tmp", "/var/run/postgresql"],
                None,
            ),
            Self::Valkey => (&[], &["/tmp"], Some("999:999".to_owned())),
        };
        Hardening {
            strict: true,
            capabilities: capabilities.iter().copied().collect(),
            tmpfs: tmpfs.iter().map(|&folder| folder.to_owned()).collect(),
            user,
        }
    }

    pub(super) fn stop_grace(self) -> Seconds {
        match self {
            Self::Postgres => Seconds(60), // A checkpoint of a busy database.
            Self::Valkey => Seconds(30),
        }
    }

    pub(super) fn probe(self, reference: &str, env: &BTreeMap<EnvName, Value>) -> Probe {
        let words = match self {
            Self::Postgres => {
                let user = literal(env, "POSTGRES_USER").unwrap_or("postgres");
                let database = literal(env, "POSTGRES_DB").unwrap_or(user);
                // Over TCP: while the image prepares its first start, a server answers on the socket alone.
                vec!["pg_isready", "-q", "-h", "127.0.0.1", "-U", user, "-d", database]
            }
            Self::Valkey if image_name(reference) == "redis" => vec!["redis-cli", "ping"],
            Self::Valkey => vec!["valkey-cli", "ping"],
        };
        Probe::Command(words.into_iter().map(str::to_owned).collect())
    }
}

/// A variable's value where it is a plain literal.
fn literal<'a>(env: &'a BTreeMap<EnvName, Value>, name: &str) -> Option<&'a str> {
    env.iter()
        .find(|(known, _)| known.as_str() == name)
        .and_then(|(_, value)| match value {
            Value::Parts(parts) => match parts.as_slice() {
                [Part::Text(text)] => Some(text.as_str()),
                _ => None,
            },
            Value::SecretPath(_) => None,
        })
}

pub(super) fn by_name(name: &str) -> Option<Engine> {
    ENGINES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, engine)| *engine)
}

/// `docker.io/library/postgres:17` is `postgres`.
pub(super) fn image_name(reference: &str) -> &str {
    let last = reference.rsplit('/').next().unwrap_or(reference);
    last.split([':', '@']).next().unwrap_or(last)
}

/// The version that a tag says; a tag without one (`latest`, `alpine`) is the newest, a digest or a variable says nothing.
fn major(reference: &str) -> Option<u32> {
    let (reference, digest) = reference
        .split_once('@')
        .map_or((reference, None), |(reference, digest)| (reference, Some(digest)));
    let tag = match reference.rsplit_once(':') {
        Some((_, tag)) if tag.starts_with('-') => tag, // The default of a variable.
        Some((_, tag)) if !tag.contains('/') => tag,
        _ if digest.is_some() => return None,
        _ => return Some(u32::MAX),
    };
    if tag.contains('$') {
        return None;
    }
    let digits: String = tag
        .trim_start_matches('-')
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        Some(u32::MAX)
    } else {
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_known_by_their_image() {
        assert_eq!(by_name(image_name("postgres:17")), Some(Engine::Postgres));
        assert_eq!(
            by_name(image_name("docker.io/valkey/valkey:8@sha256:00")),
            Some(Engine::Valkey)
        );
        assert_eq!(by_name(image_name("postgres-exporter:1")), None);
    }

    #[test]
    fn the_data_folder_follows_the_version() {
        assert_eq!(
            Engine::Postgres.data("postgres:17.2-alpine"),
            "/var/lib/postgresql/data"
        );
        for newer in [
            "postgres:18",
            "postgres",
            "postgres:alpine",
            "r:5000/postgres:18.1@sha256:17",
        ] {
            assert_eq!(Engine::Postgres.data(newer), "/var/lib/postgresql", "{newer}");
        }
        for unknown in [
            "postgres@sha256:99aa",
            "postgres:16@sha256:99aa",
            "postgres:${TAG}",
            "postgres:${TAG:-17}",
        ] {
            assert_eq!(
                Engine::Postgres.data(unknown),
                "/var/lib/postgresql/data",
                "{unknown}"
            );
        }
    }
}
