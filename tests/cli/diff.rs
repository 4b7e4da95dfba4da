use std::process::Command;

use crate::sandbox::{Sandbox, tree};

#[test]
fn the_status_tells_whether_something_would_change() {
    let sandbox = Sandbox::example("6-scale");
    let new = sandbox.pinkogen(["diff", "--quiet"]);
    assert_eq!(
        (new.status, new.stdout.as_str(), new.stderr.as_str()),
        (1, "", "")
    );
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let same = sandbox.pinkogen(["diff"]);
    assert_eq!(
        (same.status, same.stdout.as_str(), same.stderr.as_str()),
        (0, "", "")
    );
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let changed = sandbox.pinkogen(["diff"]);
    assert_eq!(changed.status, 1);
    assert!(
        changed
            .stdout
            .contains("-      replicas: 2\n+      replicas: 3\n"),
        "{}",
        changed.stdout
    );
}

#[test]
fn git_applies_it_from_the_top_from_the_output_and_between() {
    for folder in ["", "stacks", "stacks/one/generated"] {
        let sandbox = Sandbox::new();
        sandbox.git(["init", "-q"]);
        sandbox.copy(&crate::sandbox::repo().join("examples/6-scale"), "stacks/one");
        assert_eq!(sandbox.pinkogen(["render", "stacks/one"]).status, 0);
        sandbox.git(["add", "-A"]);
        sandbox.git(["commit", "-qm", "render"]);

        sandbox.edit("stacks/one/spec.toml", "replicas = 2", "replicas = 3");
        sandbox.edit(
            "stacks/one/spec.toml",
            "[services.front-end]",
            "[services.db]\nimage = \"postgres:17\"\n\n[services.front-end]",
        );
        sandbox.write(
            "stacks/one/softy-pinko-front-end/pixel.bin",
            [0, 159, 146, 150, 0, 1, 2],
        );
        sandbox.write(
            "stacks/one/softy-pinko-front-end/coloured.txt",
            "\u{1b}[31mred\u{1b}[0m\n",
        );
        std::fs::remove_file(sandbox.path("stacks/one/softy-pinko-front-end/style.css")).expect("a file");
        let before = tree(&sandbox.path("stacks/one/generated"));
        let spec = sandbox.path("stacks/one");
        let patch = sandbox.run(
            Command::new("sh")
                .arg("-c")
                .arg("cd \"./$1\" && \"$2\" diff \"$3\" >\"$4/patch\"; test $? = 1 && git apply --check \"$4/patch\" && git apply \"$4/patch\"")
                .arg("sh")
                .arg(folder)
                .arg(env!("CARGO_BIN_EXE_pinkogen"))
                .arg(&spec)
                .arg(sandbox.path("")),
        );
        assert_eq!(patch.status, 0, "{folder}: {}", patch.stderr);
        let mut applied = tree(&sandbox.path("stacks/one/generated"));
        assert_ne!(applied, before, "{folder}: the patch was skipped");

        assert_eq!(sandbox.pinkogen(["render", "stacks/one"]).status, 0);
        let mut rendered = tree(&sandbox.path("stacks/one/generated"));
        applied.remove("pinkogen.lock");
        rendered.remove("pinkogen.lock");
        assert_eq!(
            applied.keys().collect::<Vec<_>>(),
            rendered.keys().collect::<Vec<_>>(),
            "{folder}"
        );
        assert_eq!(applied, rendered, "{folder}");
    }
}

#[test]
fn stat_counts_lines() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let stat = sandbox.pinkogen(["diff", "--stat"]);
    assert_eq!(stat.status, 1);
    assert_eq!(stat.stdout, "compose.yaml | +1 -1\n1 file changed, +1 -1\n");
}

#[test]
fn json_has_one_documented_shape() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let json = sandbox.pinkogen(["diff", "--json"]);
    assert_eq!(json.status, 1);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let expected = serde_json::json!({
        "version": 1,
        "command": "diff",
        "status": 1,
        "changes": [
            { "path": "compose.yaml", "action": "update", "why": "changed", "added": 1, "removed": 1 }
        ],
        "messages": [],
        "next": []
    });
    assert_eq!(value, expected);
}

#[test]
fn a_conflict_is_told_and_is_not_in_the_patch() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.write("generated/compose.yaml", "mine: true\n");
    let diff = sandbox.pinkogen(["diff"]);
    assert_eq!(diff.status, 1);
    assert!(
        diff.stderr.contains("`compose.yaml` is not written by pinkogen"),
        "{}",
        diff.stderr
    );
    assert!(!diff.stdout.contains("compose.yaml\n+++"), "{}", diff.stdout);
    assert!(
        diff.stdout.contains("+++ b/proxy/nginx.conf") || diff.stdout.contains("proxy/nginx.conf"),
        "{}",
        diff.stdout
    );
}
