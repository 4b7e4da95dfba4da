//! Environment variables: literals, `${NAME}` for Compose, secrets.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use super::interpolation::{default, parts};
use crate::key_path::KeyPath;
use crate::render::escape::compose;
use crate::spec::{self, EnvValue, Place, Problem, quoted, shown};
use crate::stack::{Engine, EnvName, Name, Part, Value};

/// Variables that pinkogen itself gives to an API, in its image or in Compose.
const API_OWN: [&str; 9] = [
    "PORT",
    "ALLOWED_ORIGINS",
    "STOP_LINGER_MS",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATABASE_USER",
    "DATABASE_NAME",
    "DATABASE_PASSWORD_FILE",
    "DATABASE_FILE",
];

/// YAML has no simple keys of more than 1,024 characters.
const LONGEST_NAME: usize = 255;

/// The folder below `secrets/` that is no secret.
const ENV_FILES: &str = "env";

/// A service's environment, and the secrets that it reads.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) variables: BTreeMap<EnvName, Value>,
    pub(super) secrets: BTreeSet<Name>,
}

impl Resolver<'_> {
    pub(super) fn environment(
        &mut self,
        key: &KeyPath,
        service: &spec::Service,
        engine: Option<Engine>,
    ) -> Environment {
        let mut environment = Environment::default();
        for (index, secret) in service.secrets.iter().enumerate() {
            let at = Place::Value(self.item(&key.join("secrets"), index));
            environment.secrets.extend(self.secret(at, secret));
        }
        // The key that gives each variable, since two may give one.
        let mut given: BTreeMap<EnvName, KeyPath> = BTreeMap::new();
        for (text, value) in &service.env {
            let key = key.join("env").join(text);
            let name = match EnvName::new(text) {
                Ok(name) => name,
                Err(fault) => {
                    self.error(
                        Place::Key(key),
                        format!("{} is no name for an environment variable", shown(text)),
                        fault.0,
                        "a name is letters, digits and `_`, and does not start with a digit",
                    );
                    continue;
                }
            };
            if text.len() > LONGEST_NAME {
                self.error(
                    Place::Key(key),
                    format!("{} is no name for an environment variable", shown(text)),
                    format!("it has more than {LONGEST_NAME} characters"),
                    "choose a shorter one",
                );
                continue;
            }
            if service.api.is_some() && API_OWN.contains(&text.as_str()) {
                self.error(
                    Place::Key(key),
                    format!("`{text}` is given to the API by pinkogen"),
                    "set here as well",
                    "remove it; `port`, `origin` and `storage` say the same",
                );
                continue;
            }
            let Some((name, value)) = self.variable(&key, name, value, engine) else {
                continue;
            };
            if let Some(other) = given.insert(name.clone(), key.clone()) {
                self.problems.push(
                    Problem::error(Place::Key(key), format!("`{name}` is given twice"))
                        .label("and by this")
                        .also(Place::Key(other), "by this")
                        .help("keep one of them"),
                );
            }
            if let Value::SecretPath(secret) = &value {
                environment.secrets.insert(secret.clone());
            }
            environment.variables.insert(name, value);
        }
        environment
    }

    fn variable(
        &mut self,
        key: &KeyPath,
        name: EnvName,
        value: &EnvValue,
        engine: Option<Engine>,
    ) -> Option<(EnvName, Value)> {
        let at = Place::Value(key.clone());
        let value = match value {
            EnvValue::Bool(on) => Value::text(on.to_string()),
            EnvValue::Whole(_) | EnvValue::Float if is_secret_name(name.as_str()) => {
                self.secret_in_spec(at, &name);
                return None;
            }
            EnvValue::Whole(number) => Value::text(number.to_string()),
            EnvValue::Float => Value::text(self.source.text[self.source.bytes(&at)].replace('_', "")),
            EnvValue::Literal(text) => {
                self.faulty(at, text);
                Value::text(text)
            }
            EnvValue::Text(text) if text.contains("{secret:") => {
                self.error(
                    at,
                    "a secret inside a longer value cannot be given yet",
                    "it would be seen in `docker inspect`",
                    format!("give the path of its file instead: `{name}_FILE = {{ secret = \"NAME\" }}`"),
                );
                return None;
            }
            EnvValue::Text(text) => {
                let parts = parts(text);
                if is_secret_name(name.as_str()) && holds_literal(&parts) {
                    self.secret_in_spec(at, &name);
                    return None;
                }
                if self.faulty(at, text) {
                    return None;
                }
                Value::Parts(parts)
            }
            EnvValue::Secret(secret) => {
                let secret = self.secret(at.clone(), secret)?;
                let file = if name.as_str().ends_with("_FILE") {
                    name
                } else if engine.is_some_and(|engine| engine.reads_file(name.as_str())) {
                    EnvName::new(&format!("{name}_FILE")).expect("a name with a suffix is a name")
                } else {
                    self.error(
                        at,
                        format!("the secret would be the value of `{name}`, and be seen in `docker inspect`"),
                        "only its file can be given",
                        format!(
                            "write `{name}_FILE = {{ secret = {} }}` and let the program read that file",
                            quoted(secret.as_str())
                        ),
                    );
                    return None;
                };
                return Some((file, Value::SecretPath(secret)));
            }
        };
        Some((name, value))
    }

    fn secret_in_spec(&mut self, at: Place, name: &EnvName) {
        self.error(
            at,
            format!("`{name}` looks like a secret, and its value is in the spec"),
            "everybody who reads the repository reads this",
            format!(
                "`{name}_FILE = {{ secret = \"NAME\" }}` gives the path of a file that `pinkogen secrets` makes; `{{ literal = \"…\" }}` says that it is no secret"
            ),
        );
    }

    /// The name of a secret, which is a file in the secrets folder.
    fn secret(&mut self, at: Place, text: &str) -> Option<Name> {
        let name = self.name(at.clone(), "a secret", text)?;
        if name.as_str() == ENV_FILES {
            self.error(
                at,
                format!("`{ENV_FILES}` is no name for a secret"),
                format!("`secrets/{ENV_FILES}/` is a folder of pinkogen's own"),
                "give it another name",
            );
            return None;
        }
        Some(name)
    }

    /// What no environment can hold.
    fn faulty(&mut self, at: Place, text: &str) -> bool {
        let fault = compose::argument_fault(text);
        if let Some(fault) = fault {
            self.error(
                at,
                "no environment can hold this value",
                fault,
                "leave the NUL out",
            );
        }
        fault.is_some()
    }
}

/// By the last `_` word alone: `TOKEN_TTL` is no secret.
fn is_secret_name(name: &str) -> bool {
    let upper = name.to_uppercase();
    let last = upper.rsplit('_').next().unwrap_or_default();
    matches!(
        last,
        "PASSWORD" | "PASSWD" | "PASS" | "PASSPHRASE" | "SECRET" | "TOKEN" | "CREDENTIALS" | "APIKEY"
    ) || ["SECRET_KEY", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY"]
        .iter()
        .any(|suffix| upper.ends_with(suffix))
}

/// A default that works counts as a literal: `${X:-changeme}`.
fn holds_literal(parts: &[Part]) -> bool {
    parts.iter().any(|part| match part {
        Part::Text(text) => !text.is_empty(),
        Part::Variable(variable) => default(variable).is_some_and(|default| !default.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_last_word() {
        for name in ["DB_PASSWORD", "TOKEN", "aws_secret", "SECRET_KEY"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["TOKEN_TTL", "PASSWORD_MIN_LENGTH", "MONKEY", "SECRETARY"] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(holds_literal(&parts("${X:-changeme}")));
        assert!(!holds_literal(&parts("${X:-}")));
        assert!(!holds_literal(&parts("${X:?set-it}")));
    }
}
