//! The table that is compiled in, whatever it holds.

mod common;

use api::endpoints::{Answer, Table};
use axum::http::{Method, StatusCode};
use common::{app_with, send};

#[test]
fn is_right() {
    Table::embedded().expect("endpoints.json is right");
}

#[tokio::test]
async fn answers_as_it_says() {
    let mut table = Table::embedded().expect("endpoints.json is right");
    // What needs storage is tested in `resources.rs`.
    table.resources.clear();
    table.endpoints.retain(|endpoint| matches!(endpoint.answer, Answer::Text(_) | Answer::Json(_)));
    let expected: Vec<_> = table
        .endpoints
        .iter()
        .map(|endpoint| {
            let (media_type, body) = match &endpoint.answer {
                Answer::Text(text) => ("text/plain; charset=utf-8", text.clone()),
                Answer::Json(json) => ("application/json", json.clone()),
                Answer::List(_) | Answer::Create(_) => unreachable!("only constant answers are left"),
            };
            let path = endpoint.path.replace(['{', '}'], "");
            (endpoint.method.clone(), path, endpoint.status, media_type, body)
        })
        .collect();
    let app = app_with(table, &[]);
    for (method, path, status, media_type, body) in expected {
        let answer = send(&app, method.clone(), &path, &[]).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("content-type"), media_type, "{method} {path}");
        let has_body = status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
        assert!(!has_body || answer.body == body, "{method} {path}");
        if method == Method::GET {
            let head = send(&app, Method::HEAD, &path, &[]).await;
            assert_eq!((head.status, head.body.len()), (status, 0), "HEAD {path}");
        }
    }
}
