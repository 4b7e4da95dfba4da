//! Resources: what is stored, what is refused, and how tables follow the schema. Each test runs on every engine that
//! is built.
#![cfg(any(feature = "postgres", feature = "sqlite"))]

mod common;

use api::config::StorageConfig;
use axum::body::Body;
use axum::http::Method;
use common::{app_on, get, post, resource, send_body, storages};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn all_types() -> Value {
    json!([
        { "name": "text", "type": "text", "min": 1, "max": 5 },
        { "name": "select", "type": "text", "optional": true },
        { "name": "count", "type": "int", "min": 0 },
        { "name": "done", "type": "bool" },
        { "name": "due \"date\"", "type": "time", "optional": true },
        { "name": "at", "type": "time", "now": true },
    ])
}

#[tokio::test]
async fn what_is_created_is_listed() {
    for storage in storages() {
        let app = app_on(&storage, resource("created", &all_types())).await.expect("the storage opens");
        let record = json!({ "text": "héé😀", "count": i64::MAX, "done": true, "due \"date\"": "2030-01-31T13:30:00.123456789+01:00" });
        let created = post(&app, "/r", &record).await;
        assert_eq!(created.status, 201, "{created:?}");
        let first = created.json();
        assert_eq!(first["id"], 1);
        assert_eq!(first["text"], "héé😀");
        assert_eq!(first["select"], Value::Null);
        assert_eq!(first["count"], i64::MAX);
        assert_eq!(first["done"], true);
        assert_eq!(first["due \"date\""], "2030-01-31T12:30:00.123456Z");
        let at = OffsetDateTime::parse(first["at"].as_str().expect("a time"), &Rfc3339).expect("a time of RFC 3339");
        assert!((OffsetDateTime::now_utc() - at).whole_seconds().abs() < 5);
        let keys: Vec<&String> = first.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["id", "text", "select", "count", "done", "due \"date\"", "at"]);

        let record = json!({ "text": "';--", "select": "", "count": 0, "done": false, "due \"date\"": null });
        let second = post(&app, "/r", &record).await.json();
        assert_eq!(get(&app, "/r").await.json(), json!({ "items": [first, second], "next": null }));

        // And it is still there when another process comes.
        let app = app_on(&storage, resource("created", &all_types())).await.expect("the storage opens again");
        assert_eq!(get(&app, "/r").await.json()["items"], json!([first, second]));
    }
}

#[tokio::test]
async fn lists_have_pages() {
    for storage in storages() {
        let fields = json!([{ "name": "n", "type": "int" }]);
        let app = app_on(&storage, resource("pages", &fields)).await.expect("the storage opens");
        for n in 0..5 {
            assert_eq!(post(&app, "/r", json!({ "n": n })).await.status, 201);
        }
        let mut after = json!(0);
        let mut pages = Vec::new();
        while !after.is_null() {
            let page = get(&app, &format!("/r?limit=2&after={after}")).await.json();
            let numbers = page["items"].as_array().expect("a list").iter().map(|item| item["n"].clone());
            pages.push(numbers.collect::<Vec<_>>());
            after = page["next"].clone();
        }
        assert_eq!(json!(pages), json!([[0, 1], [2, 3], [4]]));
        assert_eq!(get(&app, "/r?after=5").await.json(), json!({ "items": [], "next": null }));
        for query in ["limit=0", "limit=101", "limit=x", "after=-1", "after=", "page=2", "limit=1&limit=2"] {
            get(&app, &format!("/r?{query}")).await.is_problem(400);
        }
    }
}

#[tokio::test]
async fn what_is_not_valid_is_refused_with_all_reasons() {
    for storage in storages() {
        let app = app_on(&storage, resource("invalid", &all_types())).await.expect("the storage opens");
        let record = json!({ "text": "", "count": -1, "due \"date\"": "tomorrow", "at": "2030-01-31T12:00:00Z", "id": 7, "x": 1 });
        let problem = post(&app, "/r", &record).await.is_problem(422);
        let expected = json!([
            { "field": "text", "message": "must have from 1 to 5 characters" },
            { "field": "count", "message": "must be at least 0" },
            { "field": "done", "message": "is required" },
            { "field": "due \"date\"", "message": "must be a time such as 2030-01-31T12:00:00Z (RFC 3339)" },
            { "field": "at", "message": "is set by the server" },
            { "field": "id", "message": "is set by the server" },
            { "field": "x", "message": "is not a field of this resource" },
        ]);
        assert_eq!(problem["errors"], expected);
        for (record, field) in [
            (json!({ "text": "123456", "count": 0, "done": true }), "text"),
            (json!({ "text": "a\0b", "count": 0, "done": true }), "text"),
            (json!({ "text": 1, "count": 0, "done": true }), "text"),
            (json!({ "text": "a", "count": 0.5, "done": true }), "count"),
            (json!({ "text": "a", "count": u64::MAX, "done": true }), "count"),
            (json!({ "text": "a", "count": 0, "done": "true" }), "done"),
            (json!({ "text": "a", "count": 0, "done": null }), "done"),
        ] {
            let problem = post(&app, "/r", &record).await.is_problem(422);
            assert_eq!(problem["errors"][0]["field"], field, "{record}");
            assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{record}");
        }
        for body in ["", "{", "[]", "\"text\"", "{} {}"] {
            post(&app, "/r", body).await.is_problem(400);
        }
        for media_type in ["text/plain", "application/jsonp", "application/x-www-form-urlencoded"] {
            let headers = [("content-type", media_type)];
            send_body(&app, Method::POST, "/r", &headers, Body::from("{}")).await.is_problem(415);
        }
        send_body(&app, Method::POST, "/r", &[], Body::from("{}")).await.is_problem(415);
        let headers = [("content-type", "Application/JSON; charset=utf-8")];
        send_body(&app, Method::POST, "/r", &headers, Body::from("{}")).await.is_problem(422);
        post(&app, "/r", "x".repeat(10_001)).await.is_problem(413);
        assert_eq!(get(&app, "/r").await.json()["items"], json!([]));
    }
}

#[tokio::test]
async fn replicas_that_start_together_do_not_disturb_each_other() {
    for storage in storages() {
        let apps = (0..8).map(|_| {
            let (storage, table) = (clone(&storage), resource("together", &all_types()));
            tokio::spawn(async move { app_on(&storage, table).await })
        });
        for app in apps.collect::<Vec<_>>() {
            drop(app.await.expect("no panic").expect("the storage opens"));
        }
    }
}

#[tokio::test]
async fn an_optional_field_is_added_and_a_dropped_one_stays() {
    let before = json!([{ "name": "text", "type": "text" }]);
    let after = json!([{ "name": "new", "type": "int", "optional": true }, { "name": "text", "type": "text" }]);
    for storage in storages() {
        let app = app_on(&storage, resource("added", &before)).await.expect("the storage opens");
        post(&app, "/r", json!({ "text": "old" })).await;
        let app = app_on(&storage, resource("added", &after)).await.expect("the column is added");
        post(&app, "/r", json!({ "text": "new", "new": 1 })).await;
        let expected = json!([{ "id": 1, "new": null, "text": "old" }, { "id": 2, "new": 1, "text": "new" }]);
        assert_eq!(get(&app, "/r").await.json()["items"], expected);
        // Back to the version before.
        let app = app_on(&storage, resource("added", &before)).await.expect("the column is left alone");
        assert_eq!(post(&app, "/r", json!({ "text": "old" })).await.status, 201);
    }
}

#[tokio::test]
async fn all_else_stops_the_start() {
    let field =
        |name: &str, r#type: &str, optional: bool| json!({ "name": name, "type": r#type, "optional": optional });
    let before = json!([
        field("a", "text", false),
        field("b", "text", false),
        field("c", "text", true),
        field("dropped", "time", false),
    ]);
    let after = json!([
        field("a", "int", false),
        field("b", "text", true),
        field("c", "text", false),
        field("added", "bool", false),
    ]);
    for storage in storages() {
        drop(app_on(&storage, resource("stopped", &before)).await.expect("the storage opens"));
        let error = app_on(&storage, resource("stopped", &after)).await.expect_err("the tables differ").to_string();
        for expected in [
            "column `a`: is stored as `text`, but the field needs `",
            "column `b`: must not be empty, but the field is optional",
            "column `c`: may be empty, but the field is required",
            "column `dropped`: must not be empty, but there is no such field",
            "column `added`: is missing, and the field is required",
        ] {
            assert!(error.to_lowercase().contains(expected), "`{error}` does not say `{expected}`");
        }
        drop(app_on(&storage, resource("stopped", &before)).await.expect("nothing has changed"));
    }
}

fn clone(storage: &StorageConfig) -> StorageConfig {
    match storage {
        StorageConfig::None => StorageConfig::None,
        StorageConfig::Sqlite(file) => StorageConfig::Sqlite(file.clone()),
        StorageConfig::Postgres(_) => StorageConfig::Postgres(common::postgres().expect("it was there before")),
    }
}
