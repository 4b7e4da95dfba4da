//! The head of a Dockerfile says in two commands how to build and run it, and they do.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::http::try_get;
use crate::process::eventually;
use crate::stack::{PROJECT, Stack};

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_image_says_hello_by_itself() {
    let Some(stack) = Stack::example("0-hello") else {
        return;
    };
    stack.render();
    let [build, run] = head(&stack.rendered("hello"));
    stack.shell(&build);
    assert_eq!(stack.shell(&run), "Hello, World!\n");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_api_runs_by_itself() {
    runs_by_itself("1-api", "back-end", 5252, "/api/hello");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_flask_api_runs_by_itself() {
    runs_by_itself("1-api-flask", "back-end", 5252, "/api/hello");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_api_runs_by_itself_with_sqlite() {
    runs_by_itself("4-persistent-sqlite", "back-end", 5252, "/api/messages");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_api_runs_with_its_database() {
    runs_by_itself("4-persistent", "back-end", 5252, "/api/messages");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_site_runs_by_itself() {
    runs_by_itself("2-front-end", "front-end", 9000, "/");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_proxy_runs_with_its_services() {
    runs_by_itself("5-proxy", "proxy", 80, "/api/hello");
}

fn runs_by_itself(example: &str, service: &str, port: u16, path: &str) {
    let Some(stack) = Stack::example(example) else {
        return;
    };
    Stack::ports_are_free(&[port]).unwrap_or_else(|report| panic!("{report}"));
    let steps = stack.render();
    if let Some(secrets) = steps.iter().find(|step| step.starts_with("pinkogen secrets ")) {
        stack.shell(secrets);
    }
    let [build, run] = head(&stack.rendered(service));
    stack.shell(&build);
    // In the background, and as part of what is removed at the end, with its volume under a name of our own.
    let label = format!("com.docker.compose.project={PROJECT}");
    let volume = format!("{PROJECT}_by-itself");
    stack.shell(&format!("docker volume create --label {label} {volume}"));
    let run = run
        .replace("docker run ", &format!("docker run --detach --label {label} "))
        .replace("--volume messages:", &format!("--volume {volume}:"));
    stack.shell(&run);
    let answered = eventually(Duration::from_secs(10), || {
        let answer = try_get(port, path).map_err(|error| error.to_string())?;
        (answer.status == 200).then_some(()).ok_or_else(|| answer.text())
    });
    answered.unwrap_or_else(|report| panic!("{run}: {report}"));
}

/// The commands in the first comment, each in the folder of the Dockerfile.
fn head(folder: &Path) -> [String; 2] {
    let text = fs::read_to_string(folder.join("Dockerfile")).expect("a rendered file");
    let head = text.lines().take_while(|line| line.starts_with('#'));
    let commands = head.filter_map(|line| line.strip_prefix("#   "));
    let commands: Vec<_> = commands
        .map(|command| format!("cd {} && {command}", folder.display()))
        .collect();
    commands
        .try_into()
        .unwrap_or_else(|other| panic!("these are not two commands: {other:#?}"))
}
