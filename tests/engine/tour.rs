//! What a new user does: an own stack, a look at what a change would do, and the change.

use std::fs;
use std::time::Duration;

use crate::http::get;
use crate::process::eventually;
use crate::stack::{Stack, next};
use crate::turns;

const PORT: u16 = 80;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_own_stack_gets_a_third_replica() {
    let Some(stack) = Stack::empty("shop/spec.toml", "shop/generated") else {
        return;
    };
    let render = next(&stack.shell("pinkogen init shop"));
    assert_eq!(render, ["pinkogen render shop/spec.toml"]);
    Stack::ports_are_free(&[PORT]).unwrap_or_else(|report| panic!("{report}"));
    let steps = next(&stack.shell(&render[0]));
    assert_eq!(
        steps,
        [
            "docker compose -f shop/generated/compose.yaml up -d --build --wait",
            "open http://localhost/"
        ]
    );
    stack.follow(&steps);
    assert_eq!(get(PORT, "/api/hello").text(), "Hello, World!");
    turns::alternate(&turns::ask(&stack, PORT, 10), 2).unwrap_or_else(|report| panic!("{report}"));

    let spec = stack.path("shop/spec.toml");
    let text = fs::read_to_string(&spec).expect("the spec");
    let two = "replicas = 2\n";
    assert_eq!(text.matches(two).count(), 1, "{text}");
    fs::write(&spec, text.replace(two, "replicas = 3\n")).expect("a file of ours");

    let diff = stack.shell_whatever("pinkogen diff shop");
    assert_eq!(diff.status.code(), Some(1), "something differs");
    let patch = String::from_utf8_lossy(&diff.stdout).into_owned();
    let changed: Vec<_> = patch
        .lines()
        .filter(|line| line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++"))
        .collect();
    assert_eq!(changed, ["-      replicas: 2", "+      replicas: 3"], "{patch}");

    stack.shell("pinkogen render shop");
    assert!(
        stack.shell_whatever("pinkogen diff shop").status.success(),
        "nothing differs"
    );
    stack.shell("docker compose -f shop/generated/compose.yaml up -d");
    let three = || {
        let answered = turns::ask(&stack, PORT, 9);
        turns::alternate(&answered, 3)
    };
    eventually(Duration::from_secs(10), three).unwrap_or_else(|report| panic!("{report}"));
}
