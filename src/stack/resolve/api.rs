//! Services whose endpoint table pinkogen serves, and where they store.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, engine};
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem, did_you_mean, shown};
use crate::stack::{Api, DATABASE_USER, DataMount, Engine, Kind, Language, Name, Service, Storage, Value};

impl Resolver<'_> {
    pub(super) fn api(
        &mut self,
        key: &KeyPath,
        name: &Name,
        written: &spec::Service,
        volumes: &[DataMount],
    ) -> Option<Api> {
        let language = self.language(key, written.api.as_deref()?);
        let resources = self.resources(key, written);
        let endpoints = self.endpoints(key, written, language);
        if endpoints.is_empty() && !self.is_broken(&key.join("endpoints")) && written.endpoints.is_empty() {
            self.error(
                Place::Key(key.clone()),
                format!("`{name}` has no endpoint"),
                "an API without one answers nothing",
                format!("add `[{key}.endpoints]` with a line such as \"GET /api/hello\" = \"Hello, World!\""),
            );
        }
        let storage = self.sqlite(key, written, volumes, language);
        if written.storage.is_none() && !written.resources.is_empty() && !self.is_broken(&key.join("storage"))
        {
            self.error(
                Place::Key(key.join("resources")),
                "a resource needs a storage",
                "where are its rows kept?",
                "add `storage = \"db\"` (a postgres service), or `storage = \"/data/app.db\"` (SQLite below one of its volumes)",
            );
        }
        Some(Api {
            language: language?,
            endpoints,
            resources,
            storage,
            allowed_origins: BTreeSet::new(),
        })
    }

    fn language(&mut self, key: &KeyPath, text: &str) -> Option<Language> {
        match text {
            "rust" => Some(Language::Rust),
            "flask" => Some(Language::Flask),
            other => {
                self.error(
                    Place::Value(key.join("api")),
                    format!("unknown kind of API {}", shown(other)),
                    did_you_mean(other, ["rust", "flask"], "not known"),
                    "`api` is \"rust\" or \"flask\"",
                );
                None
            }
        }
    }

    /// A storage that starts with `/` is a file of `SQLite`; any other is a service, found later.
    fn sqlite(
        &mut self,
        key: &KeyPath,
        written: &spec::Service,
        volumes: &[DataMount],
        language: Option<Language>,
    ) -> Storage {
        let Some(storage) = written.storage.as_deref() else {
            return Storage::None;
        };
        let at = Place::Value(key.join("storage"));
        if language == Some(Language::Flask) {
            self.error(
                at,
                "Flask does not store yet",
                "a storage",
                "use `api = \"rust\"`, which does",
            );
            return Storage::None;
        }
        if !storage.starts_with('/') {
            return Storage::None;
        }
        let below = |mount: &DataMount| {
            storage
                .strip_prefix(mount.target.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
        };
        let plain = storage
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
            && !storage.ends_with('/')
            && storage[1..]
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".."));
        if !plain {
            self.error(
                at,
                format!("{} is no place for a database file", shown(storage)),
                "not a plain absolute path",
                "write a path such as \"/data/app.db\"",
            );
        } else if !volumes.iter().any(below) {
            if self.is_broken(&key.join("volumes")) {
                return Storage::None;
            }
            self.error(
                at,
                format!("{} is not on a volume of the service", shown(storage)),
                "the data would be gone with the container",
                "add `volumes = { app-data = \"/data\" }` and keep the file below it",
            );
        } else if written.replicas.is_some_and(|replicas| replicas > 1) {
            self.problems.push(
                Problem::error(Place::Value(key.join("replicas")), "SQLite serves one replica")
                    .label("several would lock each other out of the file")
                    .also(at, "SQLite, since this is a file")
                    .help("keep one replica, or store in a postgres service"),
            );
        }
        Storage::Sqlite {
            path: storage.to_owned(),
        }
    }

    /// Ties each API that stores in a service to it: credentials, secret, order of start.
    pub(super) fn storage(&mut self, services: &mut BTreeMap<Name, Service>) {
        for (name, written) in self.names.clone() {
            let Some(storage) = written
                .storage
                .as_deref()
                .filter(|storage| !storage.starts_with('/'))
            else {
                continue;
            };
            let key = KeyPath::new(["services", name.as_str(), "storage"]);
            let at = Place::Value(key.clone());
            if written.api.as_deref().is_none_or(|api| api == "flask") {
                continue; // That it does not store has been told.
            }
            let Some(database) = self.reference(at.clone(), storage) else {
                continue;
            };
            let Some(store) = services.get_mut(&database) else {
                continue;
            };
            if store.engine() != Some(Engine::Postgres) {
                self.problems.push(
                    Problem::error(at, format!("`{database}` is no postgres service"))
                        .label("the API cannot store there")
                        .also(Place::Key(KeyPath::new(["services", database.as_str()])), "this one")
                        .help("an API stores in a service with `image = \"postgres:17\"`, or in a file on a volume"),
                );
                continue;
            }
            for variable in ["POSTGRES_USER", "POSTGRES_DB"] {
                let entry = store
                    .env
                    .entry(engine::env_name(variable))
                    .or_insert_with(|| Value::text(DATABASE_USER));
                if *entry != Value::text(DATABASE_USER) {
                    self.problems.push(
                        Problem::error(
                            Place::Value(KeyPath::new(["services", database.as_str(), "env", variable])),
                            format!("`{variable}` of a storage is `{DATABASE_USER}`"),
                        )
                        .label("another one")
                        .also(Place::Value(key.clone()), "the API that stores here uses it")
                        .help("remove the line"),
                    );
                }
            }
            let reference = self.names[&database].image.as_deref().unwrap_or_default();
            if self.names[&database].health.is_none() {
                store.probe = Engine::Postgres.probe(reference, &store.env);
            }
            let Some(secret) = engine::password(&store.secrets, &store.env) else {
                self.problems.push(
                    Problem::error(at, format!("the password of `{database}` is in no secret"))
                        .label("the API reads it from a secret's file")
                        .help("remove POSTGRES_PASSWORD and POSTGRES_HOST_AUTH_METHOD: a secret is made by itself"),
                );
                continue;
            };
            let Some(service) = services.get_mut(&name) else {
                continue;
            };
            service.secrets.insert(secret.clone());
            if let Kind::Api(api) = &mut service.kind {
                api.storage = Storage::Postgres {
                    service: database,
                    secret,
                };
            }
        }
    }
}
