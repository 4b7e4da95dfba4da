//! What the tests share: requests that read as one line, and a storage to test with.
#![expect(dead_code, reason = "no test file uses all of it")]

use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use api::app::app;
use api::config::{Config, Password, PostgresConfig, StorageConfig};
use api::endpoints::Table;
use api::stop::Stop;
use api::storage::Storage;
use api::storage::error::StorageError;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A table with these endpoints and no resources.
pub(crate) fn table(endpoints: &Value) -> Table {
    let json = json!({
        "limits": { "body_bytes": 1000, "request_ms": 1000 },
        "endpoints": endpoints,
        "resources": {},
    });
    Table::parse(&json.to_string()).expect("the table is right")
}

/// The configuration that these variables give.
pub(crate) fn config(variables: &[(&str, &str)], table: &Table) -> Result<Config, Vec<String>> {
    let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Config::read(find, table)
}

/// The app with this table, as the variables configure it, without storage.
pub(crate) fn app_with(table: Table, variables: &[(&str, &str)]) -> Router {
    let config = config(variables, &table).expect("the variables are right");
    app(table, &config, Storage::None, Stop::default())
}

/// An answer, wholly read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is text"))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// Asserts that this is a problem document with the status.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let document = self.json();
        assert_eq!(document["status"], status);
        assert!(document["title"].is_string() && document["detail"].is_string(), "{document}");
        document
    }
}

/// Sends a request without a body.
pub(crate) async fn send(app: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    send_body(app, method, path, headers, Body::empty()).await
}

pub(crate) async fn get(app: &Router, path: &str) -> Answer {
    send(app, Method::GET, path, &[]).await
}

pub(crate) async fn post(app: &Router, path: &str, body: impl ToString) -> Answer {
    let headers = [("content-type", "application/json")];
    send_body(app, Method::POST, path, &headers, Body::from(body.to_string())).await
}

pub(crate) async fn send_body(
    app: &Router,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).expect("the request is sound");
    let response = app.clone().oneshot(request).await.expect("the app always answers");
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the body can be read").to_vec();
    Answer { status: head.status, headers: head.headers, body }
}

/// Says on standard error that a test has not run, or fails if it must.
pub(crate) fn skip(what: &str, why: &str) {
    assert!(std::env::var_os("TEST_DATABASE_REQUIRED").is_none(), "{what} must run, but {why}");
    // Not `eprintln`, which the test harness catches.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}: {why}");
}

/// The storages that this build can be tested with: a new file each time, and the database that the variables
/// `TEST_DATABASE_HOST`, `_PORT`, `_USER`, `_NAME` and `_PASSWORD` name, where the tests leave tables behind.
pub(crate) fn storages() -> Vec<StorageConfig> {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let mut storages = Vec::new();
    if cfg!(feature = "sqlite") {
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let file = format!("api-test-{}-{number}.db", std::process::id());
        storages.push(StorageConfig::Sqlite(Path::new(env!("CARGO_TARGET_TMPDIR")).join(file)));
    }
    if cfg!(feature = "postgres") {
        match postgres() {
            Some(postgres) => storages.push(StorageConfig::Postgres(postgres)),
            None => skip("a test of PostgreSQL", "`TEST_DATABASE_HOST` is not set"),
        }
    }
    storages
}

pub(crate) fn postgres() -> Option<PostgresConfig> {
    let variable = |name: &str| std::env::var(format!("TEST_DATABASE_{name}"));
    Some(PostgresConfig {
        host: variable("HOST").ok()?,
        port: variable("PORT").map_or(5432, |port| port.parse().expect("`TEST_DATABASE_PORT` is a port")),
        user: variable("USER").unwrap_or("app".to_owned()),
        database: variable("NAME").unwrap_or("app".to_owned()),
        password: Password(variable("PASSWORD").unwrap_or_default()),
    })
}

/// Opens a storage with the table and puts the app before it.
pub(crate) async fn app_on(storage: &StorageConfig, table: Table) -> Result<Router, StorageError> {
    let config = Config { port: 0, origins: Vec::new(), storage: StorageConfig::None, linger: Duration::ZERO };
    let storage = Storage::open(storage, &table).await?;
    Ok(app(table, &config, storage, Stop::default()))
}

/// A table with one resource, which can be listed and created at `/r`.
pub(crate) fn resource(name: &str, fields: &Value) -> Table {
    // Tables outlive a run of the tests.
    static RUN: LazyLock<u128> = LazyLock::new(|| UNIX_EPOCH.elapsed().map_or(0, |now| now.as_nanos()));
    let name = format!("{name} {}", *RUN);
    let json = json!({
        "limits": { "body_bytes": 10_000, "request_ms": 5000 },
        "endpoints": [
            { "method": "GET", "path": "/r", "name": "getR", "status": 200, "resource": name },
            { "method": "POST", "path": "/r", "name": "postR", "status": 201, "resource": name },
        ],
        "resources": { &name: fields },
    });
    Table::parse(&json.to_string()).expect("the table is right")
}
