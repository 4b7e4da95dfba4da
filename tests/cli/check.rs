use crate::sandbox::{Sandbox, tree};

#[test]
fn a_sound_spec_is_said_to_be_so_and_nothing_is_written() {
    let sandbox = Sandbox::example("6-scale");
    let before = tree(&sandbox.path(""));
    let check = sandbox.pinkogen(["check"]);
    assert_eq!(check.status, 0);
    assert_eq!(check.stderr, "");
    assert!(
        check.stdout.starts_with("`spec.toml` is sound: 3 services"),
        "{}",
        check.stdout
    );
    assert_eq!(tree(&sandbox.path("")), before);
}

#[test]
fn all_problems_come_at_once_with_their_places() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.edit("spec.toml", "replicas = 2", "replica = 2");
    sandbox.edit("spec.toml", "\"/api\" = \"back-end\"", "\"/api\" = \"backend\"");
    let check = sandbox.pinkogen(["check"]);
    assert_eq!(check.status, 2);
    assert_eq!(check.stdout, "");
    for words in [
        "spec.toml:8:1",
        "did you mean `replicas`?",
        "spec.toml:23:10",
        "did you mean `back-end`?",
        "2 errors",
    ] {
        assert!(check.stderr.contains(words), "{words}: {}", check.stderr);
    }
}

#[test]
fn a_broken_spec_writes_nothing() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 0");
    let before = tree(&sandbox.path(""));
    assert_eq!(sandbox.pinkogen(["render"]).status, 2);
    assert_eq!(sandbox.pinkogen(["diff"]).status, 2);
    assert_eq!(tree(&sandbox.path("")), before);
}

#[test]
fn the_output_folder_must_be_apart_from_the_spec_and_its_inputs() {
    let sandbox = Sandbox::example("6-scale");
    for out in [
        ".",
        "..",
        "softy-pinko-front-end",
        "softy-pinko-front-end/generated",
    ] {
        let run = sandbox.pinkogen(["render", "--out", out]);
        assert_eq!(run.status, 2, "{out}: {}", run.stdout);
        assert!(run.stderr.contains("output folder"), "{out}: {}", run.stderr);
    }
    sandbox.git(["init", "-q", "other"]);
    let run = sandbox.pinkogen(["render", "--out", "other"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("root of a git repository"), "{}", run.stderr);
}
