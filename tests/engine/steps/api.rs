//! Step 1: an API with one endpoint, in Rust and in Python.

use std::fs;

use serde_json::Value;

use crate::hardening;
use crate::http::{Answer, ask, get};
use crate::stack::{Container, Stack};

const PORT: u16 = 5252;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_1_answers() {
    let Some(stack) = Stack::example("1-api") else {
        return;
    };
    answers(&stack);
    hardening::has_no_shell(&stack, "back-end");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_1_answers_with_flask() {
    let Some(stack) = Stack::example("1-api-flask") else {
        return;
    };
    answers(&stack);
    passes_its_own_tests(&stack);
}

fn answers(stack: &Stack) {
    assert_eq!(stack.start(&[PORT]), ["http://localhost:5252/api/hello"]);

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
    assert!(
        wrong
            .header("allow")
            .is_some_and(|allowed| allowed.contains("GET"))
    );
    // No page of another origin is meant to call it.
    let foreign = ask(PORT, "GET", "/api/hello", &[("Origin", "http://localhost:9000")]);
    assert_eq!(foreign.cors_headers(), [""; 0]);

    let states: Vec<_> = stack.containers().iter().map(Container::health).collect();
    assert_eq!(states, ["healthy"]);
    hardening::check(stack);
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

/// The tests are no part of the image, and are run in it.
fn passes_its_own_tests(stack: &Stack) {
    let tests = stack.rendered("back-end/tests");
    let run = format!(
        "docker run --rm --read-only --tmpfs /tmp --network none --volume {}:/app/tests:ro \
         softy-pinko-back-end:task1-flask python -m unittest 2>&1",
        tests.display()
    );
    let printed = stack.shell(&run);
    let ran = printed.lines().find_map(|line| line.strip_prefix("Ran "));
    let number = ran.and_then(|rest| rest.split(' ').next()?.parse().ok());
    assert!(number.is_some_and(|number: u32| number >= 20), "{printed}");
    // They can fail: without one of its modules.
    let empty = stack.path("empty.py");
    fs::write(&empty, "").expect("a new file");
    let broken = run.replace(
        "--network none",
        &format!("--network none --volume {}:/app/cors.py:ro", empty.display()),
    );
    assert!(
        !stack.shell_whatever(&broken).status.success(),
        "they pass without a module"
    );
}
