//! What the environment says, read once at the start. An empty variable counts as unset.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};

use crate::endpoints::Table;

pub const DEFAULT_PORT: u16 = 8080;
const DEFAULT_DATABASE_PORT: u16 = 5432;
const DEFAULT_LINGER_MS: u64 = 4000;

#[derive(Debug)]
pub struct Config {
    pub port: u16,
    /// The origins whose pages may call the API; none means no CORS at all.
    pub origins: Vec<Origin>,
    pub storage: StorageConfig,
    /// How long the API goes on serving after SIGTERM.
    pub linger: Duration,
}

#[derive(Debug)]
pub enum StorageConfig {
    None,
    Postgres(PostgresConfig),
    Sqlite(PathBuf),
}

#[derive(Debug)]
pub struct PostgresConfig {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub database: String,
    pub password: Password,
}

/// A password, which debug output does not show.
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(..)")
    }
}

impl Config {
    /// Reads the variables through `variable`, and returns all that is wrong with them at once.
    pub fn read(variable: impl Fn(&str) -> Option<String>, table: &Table) -> Result<Self, Vec<String>> {
        let mut reader = Reader { variable, problems: Vec::new() };
        let port = reader.number("PORT", DEFAULT_PORT);
        let origins = reader.origins("ALLOWED_ORIGINS");
        let linger = Duration::from_millis(reader.number("STOP_LINGER_MS", DEFAULT_LINGER_MS));
        let storage = reader.storage(table);
        if port == 0 {
            reader.problems.push("`PORT` must not be 0".to_owned());
        }
        if reader.problems.is_empty() { Ok(Self { port, origins, storage, linger }) } else { Err(reader.problems) }
    }
}

struct Reader<V> {
    variable: V,
    problems: Vec<String>,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    fn text(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn number<N: FromStr>(&mut self, name: &str, default: N) -> N {
        let Some(value) = self.text(name) else { return default };
        value.parse().unwrap_or_else(|_| {
            self.problems.push(format!("`{name}` is `{value}`, which is not a number in its range"));
            default
        })
    }

    /// A variable that cannot be done without; a problem has been noted if the answer is empty.
    fn required(&mut self, name: &str, why: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.problems.push(format!("`{name}` is not set, but {why}"));
            String::new()
        })
    }

    fn origins(&mut self, name: &str) -> Vec<Origin> {
        let value = self.text(name).unwrap_or_default();
        let mut origins = Vec::new();
        for origin in value.split(',').map(str::trim).filter(|origin| !origin.is_empty()) {
            match Origin::new(origin) {
                Some(origin) => origins.push(origin),
                None => self.problems.push(format!(
                    "`{name}` has `{origin}`, which is not an origin: a scheme, a host and maybe a port, \
                     such as `https://example.com` or `http://localhost:9000`"
                )),
            }
        }
        origins
    }

    fn storage(&mut self, table: &Table) -> StorageConfig {
        const POSTGRES: [&str; 5] =
            ["DATABASE_HOST", "DATABASE_PORT", "DATABASE_USER", "DATABASE_NAME", "DATABASE_PASSWORD_FILE"];
        let postgres = POSTGRES.into_iter().find(|name| self.text(name).is_some());
        let sqlite = self.text("DATABASE_FILE");
        match (postgres, sqlite) {
            (Some(name), Some(_)) => {
                self.problems.push(format!(
                    "`{name}` (PostgreSQL) and `DATABASE_FILE` (SQLite) are both set: the API uses one of them"
                ));
                StorageConfig::None
            }
            (Some(name), None) => {
                self.built(name, cfg!(feature = "postgres"), "PostgreSQL", "postgres");
                self.postgres(name)
            }
            (None, Some(file)) => {
                self.built("DATABASE_FILE", cfg!(feature = "sqlite"), "SQLite", "sqlite");
                StorageConfig::Sqlite(file.into())
            }
            (None, None) => {
                if let Some(resource) = table.resources.first() {
                    self.problems.push(format!(
                        "the resource `{}` needs storage, but neither `DATABASE_HOST` nor `DATABASE_FILE` is set",
                        resource.name
                    ));
                }
                StorageConfig::None
            }
        }
    }

    fn built(&mut self, name: &str, is_built: bool, engine: &str, feature: &str) {
        if !is_built {
            self.problems.push(format!(
                "`{name}` is set, but this API was built without {engine}: build it with `--features {feature}`"
            ));
        }
    }

    fn postgres(&mut self, set: &str) -> StorageConfig {
        let why = format!("`{set}` is, and PostgreSQL needs both");
        let host = self.required("DATABASE_HOST", &why);
        let port = self.number("DATABASE_PORT", DEFAULT_DATABASE_PORT);
        let user = self.required("DATABASE_USER", &why);
        let database = self.required("DATABASE_NAME", &why);
        let file = self.required("DATABASE_PASSWORD_FILE", &why);
        let password = self.password(&file);
        StorageConfig::Postgres(PostgresConfig { host, port, user, database, password })
    }

    fn password(&mut self, file: &str) -> Password {
        let text = if file.is_empty() { Ok(String::new()) } else { std::fs::read_to_string(file) };
        match text.as_deref().map(|text| text.trim_end_matches(['\r', '\n'])) {
            Ok("") if !file.is_empty() => {
                self.problems.push(format!("`DATABASE_PASSWORD_FILE`: {file}: the file is empty"));
                Password(String::new())
            }
            Ok(password) => Password(password.to_owned()),
            Err(error) => {
                self.problems.push(format!("`DATABASE_PASSWORD_FILE`: {file}: {error}"));
                Password(String::new())
            }
        }
    }
}

/// An origin exactly as a browser sends it: a scheme, a host, and a port if it is not the scheme's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin(HeaderValue);

impl Origin {
    fn new(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority()?;
        let canonical = format!("{}://{authority}", uri.scheme_str()?).to_ascii_lowercase();
        let exact = canonical == text && !authority.as_str().contains('@') && !authority.host().is_empty();
        exact.then(|| HeaderValue::from_str(text).ok())?.map(Self)
    }

    pub fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}
