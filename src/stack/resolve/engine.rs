//! Services that are a known data store: what they need and the spec does not say.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::env::Environment;
use super::known_engine::{ENGINES, by_name, image_name};
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem, did_you_mean, shown};
use crate::stack::{DataMount, Engine, EnvName, Name, Value, VolumeSource};

impl Resolver<'_> {
    /// The engine of an image: as written, or by the image's name.
    pub(super) fn engine(&mut self, key: &KeyPath, service: &spec::Service) -> Option<Engine> {
        let reference = service.image.as_deref()?;
        let Some(written) = &service.engine else {
            return by_name(image_name(reference));
        };
        if written == "none" {
            return None;
        }
        let engine = by_name(written);
        if engine.is_none() {
            self.error(
                Place::Value(key.join("engine")),
                format!("unknown engine {}", shown(written)),
                did_you_mean(written, ENGINES.map(|(name, _)| name), "not known"),
                "known are `postgres`, `valkey` and `redis`; `none` treats the image as any other",
            );
        }
        engine
    }

    /// Data lives in a volume even where the spec names none.
    pub(super) fn engine_volume(
        &mut self,
        key: &KeyPath,
        name: &Name,
        engine: Engine,
        reference: &str,
        volumes: &mut Vec<DataMount>,
    ) {
        let written = key.join("volumes");
        let data = engine.data(reference);
        if !self.source.has(&written) {
            let volume = self.name(Place::Key(key.clone()), "its volume", &format!("{name}-data"));
            volumes.extend(volume.map(|volume| DataMount {
                source: VolumeSource::Named(volume),
                target: data.to_owned(),
            }));
            return;
        }
        let holds_data = |mount: &DataMount| {
            data.strip_prefix(&mount.target)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !volumes.iter().any(holds_data) && !self.is_told(&written) {
            self.problems.push(
                Problem::warning(
                    Place::Key(written),
                    format!("the data of `{name}` is on no volume"),
                )
                .label(format!("this image keeps it at `{data}`"))
                .help(format!(
                    "mount a volume there: `volumes = {{ {name}-data = \"{data}\" }}`"
                )),
            );
        }
    }

    /// What every server of the engine needs and the spec does not say.
    pub(super) fn engine_environment(
        &mut self,
        key: &KeyPath,
        name: &Name,
        engine: Engine,
        environment: &mut Environment,
    ) {
        match engine {
            Engine::Valkey => self.problems.push(
                Problem::warning(
                    Place::Key(key.join("image")),
                    format!("`{name}` runs without a password"),
                )
                .label("whoever is on its network may read and write it")
                .help("its network is internal: only the services that need it are on it"),
            ),
            Engine::Postgres => {
                let own = [
                    "POSTGRES_PASSWORD",
                    "POSTGRES_PASSWORD_FILE",
                    "POSTGRES_HOST_AUTH_METHOD",
                ];
                if own
                    .iter()
                    .any(|own| environment.variables.keys().any(|name| name.as_str() == *own))
                {
                    return;
                }
                // `<service>-password` may be too long for a name only where the service's own nearly is.
                let Some(secret) = self.name(
                    Place::Key(key.clone()),
                    "the secret of its password",
                    &format!("{name}-password"),
                ) else {
                    return;
                };
                environment.secrets.insert(secret.clone());
                environment
                    .variables
                    .insert(env_name("POSTGRES_PASSWORD_FILE"), Value::SecretPath(secret));
            }
        }
    }
}

pub(super) fn env_name(text: &'static str) -> EnvName {
    EnvName::new(text).expect("a constant name")
}

/// The secret that holds the password of a `PostgreSQL` service.
pub(super) fn password(secrets: &BTreeSet<Name>, env: &BTreeMap<EnvName, Value>) -> Option<Name> {
    env.iter()
        .find(|(name, _)| name.as_str() == "POSTGRES_PASSWORD_FILE")
        .and_then(|(_, value)| match value {
            Value::SecretPath(secret) if secrets.contains(secret) => Some(secret.clone()),
            _ => None,
        })
}
