//! Step 1: an API with one endpoint, in Rust and in Python.

use serde_json::Value;

use crate::http::{Answer, ask, get};
use crate::stack::Stack;

const PORT: u16 = 5252;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_1_answers() {
    answers("1-api");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_1_answers_with_flask() {
    answers("1-api-flask");
}

fn answers(example: &str) {
    let Some(stack) = Stack::example(example) else {
        return;
    };
    stack.start(&[PORT]);

    let hello = get(PORT, "/api/hello");
    assert_eq!((hello.status, hello.text().as_str()), (200, "Hello, World!"));
    assert_eq!(hello.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(
        ask(PORT, "HEAD", "/api/hello", &[]).status,
        200,
        "who may GET may HEAD"
    );
    is_problem(&get(PORT, "/api/nothing"), 404);
    let wrong = ask(PORT, "POST", "/api/hello", &[]);
    is_problem(&wrong, 405);
    assert!(wrong.header("allow").is_some_and(|allowed| allowed.contains("GET")));
    // No page of another origin is meant to call it.
    let foreign = ask(PORT, "GET", "/api/hello", &[("Origin", "http://localhost:9000")]);
    assert_eq!(foreign.cors_headers(), [""; 0]);

    let states: Vec<_> = stack.containers().iter().map(|it| it.health()).collect();
    assert_eq!(states, ["healthy"]);
}

/// An error as RFC 9457 has it.
fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{}",
        answer.text()
    );
    let problem: Value = serde_json::from_slice(&answer.body).expect("a problem is JSON");
    assert_eq!(problem["status"], status, "{problem}");
    assert!(problem["title"].is_string(), "{problem}");
}
