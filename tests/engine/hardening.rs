//! What a container may do, as the engine was told and as the kernel has it.

use serde_json::{Value, json};

use crate::stack::{Container, Stack};

/// Who runs what pinkogen builds.
const USER: &str = "65532";
/// Has a shell, and every stack with a page is built on it.
const PROBE: &str = "nginx:1.30-alpine";

/// Says of all processes but itself who they are and what they may do; then of their root how it is mounted.
const LOOK: &str = r#"
    for process in /proc/[0-9]*; do
        test "$process" = "/proc/$$" || cat "$process/status"
    done
    grep " / / " /proc/1/mountinfo || true
"#;

/// Nothing is open that could be closed, in any container of the stack.
pub(crate) fn check(stack: &Stack) {
    let faults = faults(stack);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// All that is not locked down. A database's image starts as root and takes few capabilities for that: its processes have
/// neither, and the bounding set is not ours to judge.
pub(crate) fn faults(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for container in stack.containers() {
        let is_ours = container.service != "db";
        let found = told(&container, is_ours)
            .into_iter()
            .chain(seen(stack, &container, is_ours));
        faults.extend(found.map(|fault| format!("{}: {fault}", container.service)));
    }
    faults
}

fn told(container: &Container, is_ours: bool) -> Vec<String> {
    let host = &container.facts["HostConfig"];
    let is_positive = |value: &Value| value.as_i64().is_some_and(|number| number > 0);
    let log = &host["LogConfig"];
    let is_bounded = ["max-size", "max-file"]
        .iter()
        .all(|option| log["Config"][option].is_string());
    let rules = [
        ("its root can be written to", host["ReadonlyRootfs"] == true),
        ("it is privileged", host["Privileged"] == false),
        ("it keeps capabilities", host["CapDrop"] == json!(["ALL"])),
        (
            "it is given capabilities",
            !is_ours || host["CapAdd"].as_array().is_none_or(Vec::is_empty),
        ),
        ("it has no limit of memory", is_positive(&host["Memory"])),
        ("it has no limit of processors", is_positive(&host["NanoCpus"])),
        ("it has no limit of processes", is_positive(&host["PidsLimit"])),
        (
            "its log grows without bound",
            log["Type"] == "json-file" && is_bounded,
        ),
    ];
    broken(&rules)
}

fn seen(stack: &Stack, container: &Container, is_ours: bool) -> Vec<String> {
    // Only the same user sees how the root is mounted.
    let user = if is_ours { USER } else { "999" };
    let beside = format!(
        "docker run --rm --pid container:{} --network none --user {user} --cap-drop ALL --entrypoint sh {PROBE} -c '{LOOK}'",
        container.id
    );
    let printed = stack.shell(&beside);
    let fact = |name: &str| {
        let lines = printed.lines().filter_map(|line| line.split_once(":\t"));
        let mut values: Vec<_> = lines
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect();
        values.sort_unstable();
        values.dedup();
        values.join(", ")
    };
    let none = "0000000000000000";
    let root = printed.lines().find(|line| line.contains(" / / "));
    let rules = [
        ("it runs as another user", fact("Uid") == [user; 4].join("\t")),
        (
            "it has capabilities",
            fact("CapEff") == none && fact("CapPrm") == none,
        ),
        ("it can get capabilities", !is_ours || fact("CapBnd") == none),
        ("it can get privileges", fact("NoNewPrivs") == "1"),
        (
            "its root is mounted to be written to",
            root.is_some_and(|root| root.contains(" / / ro,")),
        ),
    ];
    broken(&rules)
}

fn broken(rules: &[(&str, bool)]) -> Vec<String> {
    let broken = rules.iter().filter(|(_, holds)| !holds);
    broken.map(|(rule, _)| (*rule).to_owned()).collect()
}

/// Nobody who gets in finds a shell.
pub(crate) fn has_no_shell(stack: &Stack, service: &str) {
    for shell in ["sh", "bash", "/bin/sh", "/busybox/sh"] {
        let output = stack.shell_whatever(&stack.compose_line(&format!("exec -T {service} {shell} -c true")));
        let said =
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let is_missing = said.contains("not found") || said.contains("no such file");
        assert!(!output.status.success() && is_missing, "{shell}: {said}");
    }
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_open_container_is_noticed() {
    let Some(stack) = Stack::example("1-api") else {
        return;
    };
    stack.start(&[5252]);
    check(&stack);

    let open = [
        "user: '0:0'",
        "read_only: false",
        "cap_drop: !reset []",
        "security_opt: !reset []",
        "logging: !reset null",
        "deploy: !reset null",
    ];
    stack.change("back-end", &open.join("\n"));
    let faults = faults(&stack);
    for fault in [
        "its root can be written to",
        "it keeps capabilities",
        "it has no limit of memory",
        "it has no limit of processors",
        "it has no limit of processes",
        "its log grows without bound",
        "it runs as another user",
        "it has capabilities",
        "it can get capabilities",
        "it can get privileges",
        "its root is mounted to be written to",
    ] {
        assert!(
            faults.contains(&format!("back-end: {fault}")),
            "{fault}: {faults:#?}"
        );
    }
}
