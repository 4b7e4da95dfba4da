//! The environment and the table, and what is said about them when they are wrong.

mod common;

use std::time::Duration;

use api::config::{Config, StorageConfig};
use api::endpoints::Table;
use common::table;
use serde_json::{Value, json};

fn read(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    common::config(variables, &table(&json!([])))
}

#[track_caller]
fn problems(variables: &[(&str, &str)], expected: &[&str]) {
    let problems = read(variables).expect_err("the variables are wrong");
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "`{problem}` does not say `{expected}`");
    }
}

#[test]
fn nothing_set_means_the_defaults() {
    for variables in [&[][..], &[("PORT", ""), ("ALLOWED_ORIGINS", ""), ("DATABASE_FILE", "")]] {
        let config = read(variables).expect("nothing is wrong");
        assert_eq!((config.port, config.linger), (8080, Duration::from_secs(4)));
        assert!(config.origins.is_empty() && matches!(config.storage, StorageConfig::None));
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    problems(
        &[("PORT", "65536"), ("STOP_LINGER_MS", "-1"), ("ALLOWED_ORIGINS", "*,https://a.example/,https://b.example")],
        &["`PORT` is `65536`", "`*`", "`https://a.example/`", "`STOP_LINGER_MS` is `-1`"],
    );
}

#[test]
fn storage_that_is_not_built_is_refused() {
    if cfg!(not(feature = "sqlite")) {
        problems(&[("DATABASE_FILE", "/data/app.db")], &["built without SQLite"]);
    }
    if cfg!(not(feature = "postgres")) {
        let password = env!("CARGO_MANIFEST_PATH");
        let all = [
            ("DATABASE_HOST", "db"),
            ("DATABASE_USER", "app"),
            ("DATABASE_NAME", "app"),
            ("DATABASE_PASSWORD_FILE", password),
        ];
        problems(&all, &["built without PostgreSQL"]);
    }
}

#[test]
fn two_kinds_of_storage_are_one_too_many() {
    problems(&[("DATABASE_HOST", "db"), ("DATABASE_FILE", "/data/app.db")], &["both set"]);
}

#[test]
#[cfg(feature = "postgres")]
fn postgres_needs_all_of_its_variables() {
    problems(
        &[("DATABASE_HOST", "db"), ("DATABASE_PORT", "x"), ("DATABASE_PASSWORD_FILE", "/does/not/exist")],
        &["`DATABASE_PORT`", "`DATABASE_USER`", "`DATABASE_NAME`", "/does/not/exist"],
    );
}

#[test]
#[cfg(feature = "postgres")]
fn the_password_is_trimmed_and_not_shown() {
    let file = std::env::temp_dir().join(format!("api-password-{}", std::process::id()));
    std::fs::write(&file, " s3cret \n").expect("the folder can be written");
    let path = file.to_str().expect("the path is text");
    let config = read(&[
        ("DATABASE_HOST", "db"),
        ("DATABASE_USER", "app"),
        ("DATABASE_NAME", "app"),
        ("DATABASE_PASSWORD_FILE", path),
    ]);
    std::fs::remove_file(&file).expect("the file is there");
    let StorageConfig::Postgres(postgres) = config.expect("nothing is wrong").storage else { panic!("not PostgreSQL") };
    assert_eq!((postgres.password.0.as_str(), postgres.port), (" s3cret ", 5432));
    assert!(!format!("{postgres:?}").contains("s3cret"));
}

#[test]
fn resources_need_storage() {
    let table =
        table_of(&json!([]), &json!({ "notes": [{ "name": "text", "type": "text" }] })).expect("the table is right");
    let problems = common::config(&[], &table).expect_err("there is no storage");
    assert!(problems[0].contains("`notes` needs storage"), "{problems:?}");
}

fn table_of(endpoints: &Value, resources: &Value) -> Result<Table, Vec<String>> {
    let json = json!({
        "limits": { "body_bytes": 1000, "request_ms": 1000 },
        "endpoints": endpoints,
        "resources": resources,
    });
    Table::parse(&json.to_string())
}

#[test]
fn a_wrong_table_is_refused_with_all_problems() {
    let endpoint =
        |method: &str, path: &str| json!({ "method": method, "path": path, "name": "x", "status": 200, "text": "" });
    let endpoints = json!([
        endpoint("GET", "/a/{id}"),
        endpoint("GET", "/a/{id}"),
        endpoint("PUT", "/a/{name}"),
        endpoint("TRACE", "/b"),
        endpoint("GET", "b"),
        endpoint("GET", "/readyz"),
        endpoint("GET", "/{*rest}"),
        { "method": "GET", "path": "/c", "name": "x", "status": 200 },
        { "method": "GET", "path": "/d", "name": "x", "status": 99, "text": "" },
        { "method": "GET", "path": "/e", "name": "x", "status": 200, "resource": "nope" },
        { "method": "DELETE", "path": "/f", "name": "x", "status": 200, "resource": "notes" },
    ]);
    let resources = json!({
        "notes": [{ "name": "text", "type": "text" }],
        "wrong": [
            { "name": "ID", "type": "text" },
            { "name": "a", "type": "bool", "max": 1 },
            { "name": "b", "type": "int", "now": true },
            { "name": "c", "type": "int", "min": 2, "max": 1 },
        ],
    });
    let problems = table_of(&endpoints, &resources).expect_err("nearly all of it is wrong");
    let expected = [
        "resource `wrong`: field `ID`: the name is taken",
        "resource `wrong`: field `a`: only text and int have a range",
        "resource `wrong`: field `b`: only a time can be `now`",
        "resource `wrong`: field `c`: `min` is greater than `max`",
        "`TRACE /b`",
        "`GET b`",
        "`GET /readyz`: the path is reserved",
        "`GET /{*rest}`",
        "`GET /c`: exactly one of",
        "`GET /d`: the status",
        "`GET /e`: there is no resource `nope`",
        "`DELETE /f`",
        "`GET /a/{id}` is there twice",
        "`/a/{id}` and `/a/{name}` are the same path",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "`{problem}` does not say `{expected}`");
    }
}
