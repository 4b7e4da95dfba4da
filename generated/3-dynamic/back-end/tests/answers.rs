//! What is the same for every endpoint: limits, problems, headers, CORS, request ids.

mod common;

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Method;
use common::{app_with, get, post, send, send_body, table};
use http_body_util::channel::Channel;
use serde_json::json;

fn hello() -> Router {
    hello_with(&[])
}

fn hello_with(variables: &[(&str, &str)]) -> Router {
    let endpoints = json!([
        { "method": "GET", "path": "/hello", "name": "getHello", "status": 200, "text": "Hello, World!" },
        { "method": "PUT", "path": "/hello", "name": "putHello", "status": 202, "json": { "b": 1, "a": null } },
        { "method": "GET", "path": "/items/{id}", "name": "getItemsById", "status": 200, "text": "item" },
        { "method": "POST", "path": "/small", "name": "postSmall", "status": 200, "text": "", "body_bytes": 3, "timeout_ms": 50 },
    ]);
    app_with(table(&endpoints), variables)
}

#[tokio::test]
async fn constants_are_sent_exactly() {
    let answer = get(&hello(), "/hello").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, b"Hello, World!".as_slice()));
    let answer = send(&hello(), Method::PUT, "/hello", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (202, br#"{"b":1,"a":null}"#.as_slice()));
    assert_eq!(get(&hello(), "/items/4").await.body, b"item");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    get(&hello(), "/nope").await.is_problem(404);
    get(&hello(), "/items/4/parts").await.is_problem(404);
    let answer = send(&hello(), Method::DELETE, "/hello", &[]).await;
    answer.is_problem(405);
    assert_eq!(answer.header("allow"), "GET,HEAD,PUT");
}

#[tokio::test]
async fn bodies_are_limited() {
    assert_eq!(post(&hello(), "/small", "abc").await.status, 200);
    post(&hello(), "/small", "abcd").await.is_problem(413);
    // The same without a length that says so at once.
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(2);
    for chunk in ["ab", "cd"] {
        sender.send_data(chunk.into()).await.expect("there is room for two");
    }
    drop(sender);
    send_body(&hello(), Method::POST, "/small", &[], Body::new(body)).await.is_problem(413);
}

#[tokio::test]
async fn slow_bodies_are_given_up() {
    let (sender, body) = Channel::<Bytes, Infallible>::new(1);
    let app = hello();
    let answer = send_body(&app, Method::POST, "/small", &[], Body::new(body));
    let answer = tokio::time::timeout(Duration::from_secs(5), answer).await.expect("the endpoint's limit is 50 ms");
    answer.is_problem(408);
    drop(sender);
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/hello", "/nope", "/healthz"] {
        let answer = get(&hello(), path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test]
async fn request_ids_are_kept_if_sound_and_made_otherwise() {
    let id = async |sent: &str| {
        let answer = send(&hello(), Method::GET, "/hello", &[("x-request-id", sent)]).await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(id("abc-123").await, "abc-123");
    for unsound in ["", "a b", "a\"b", &"a".repeat(65)] {
        let made = id(unsound).await;
        assert_eq!(made.len(), 32, "{unsound}");
        assert_ne!(made, id(unsound).await);
    }
}

#[tokio::test]
async fn without_origins_there_is_no_cors() {
    let headers = [("origin", "http://localhost:9000"), ("access-control-request-method", "GET")];
    let answer = send(&hello(), Method::GET, "/hello", &headers).await;
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control") || name == "vary"));
    send(&hello(), Method::OPTIONS, "/hello", &headers).await.is_problem(405);
}

#[tokio::test]
async fn exactly_the_allowed_origins_may_call() {
    let app = hello_with(&[("ALLOWED_ORIGINS", "http://localhost:9000, https://example.com")]);
    for (origin, allowed) in [
        ("http://localhost:9000", "http://localhost:9000"),
        ("https://example.com", "https://example.com"),
        ("http://localhost:9001", ""),
        ("https://example.com.evil.net", ""),
        ("null", ""),
    ] {
        for path in ["/hello", "/nope"] {
            let answer = send(&app, Method::GET, path, &[("origin", origin)]).await;
            assert_eq!(answer.header("access-control-allow-origin"), allowed, "{origin}");
            assert_eq!(answer.header("vary").to_lowercase(), "origin");
        }
    }
    let headers = [("origin", "https://example.com"), ("access-control-request-method", "PUT")];
    let preflight = send(&app, Method::OPTIONS, "/hello", &headers).await;
    assert_eq!(preflight.header("access-control-allow-origin"), "https://example.com");
    assert_eq!(preflight.header("access-control-allow-methods"), "GET,POST,PUT");
    assert_eq!(preflight.header("access-control-allow-headers"), "content-type,x-request-id");
    assert_eq!(preflight.header("access-control-max-age"), "3600");
}

#[tokio::test]
async fn health_paths_answer() {
    for path in ["/healthz", "/readyz"] {
        let answer = get(&hello(), path).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, b"ok\n".as_slice()));
        assert_eq!(send(&hello(), Method::HEAD, path, &[]).await.status, 200);
    }
}
