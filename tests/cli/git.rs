//! The output folder in real repositories: clones, branches, ends of lines, ignored files.

use std::process::Command;

use crate::sandbox::{Sandbox, tree};

/// A repository of an example as `init` writes it, rendered and committed.
fn repository(is_crlf: bool, configuration: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.git([&["init", "-q", "-b", "main"], configuration].concat());
    assert_eq!(sandbox.pinkogen(["init"]).status, 0);
    if is_crlf {
        let pages = tree(&sandbox.path("softy-pinko-front-end"));
        assert!(!pages.is_empty());
        for (path, bytes) in pages {
            let text = String::from_utf8(bytes).expect("text").replace('\n', "\r\n");
            sandbox.write(&format!("softy-pinko-front-end/{path}"), text);
        }
    }
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    commit(&sandbox, "render");
    sandbox
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(["add", "-A"]);
    sandbox.git(["commit", "-qm", message]);
}

#[test]
fn no_clone_shows_a_difference_whatever_git_does_to_ends_of_lines() {
    for is_crlf in [false, true] {
        for from in ["false", "true"] {
            let origin = repository(is_crlf, &[]);
            origin.git(["config", "core.autocrlf", from]);
            std::fs::remove_file(origin.path(".git/index")).expect("an index");
            origin.git(["add", "-A"]);
            assert_eq!(origin.git(["status", "--porcelain"]), "");
            for to in ["false", "true", "input"] {
                let clone = Sandbox::new();
                let autocrlf = format!("core.autocrlf={to}");
                let url = origin.path("").to_string_lossy().into_owned();
                clone.git(["clone", "-q", "-c", &autocrlf, &url, "clone"]);
                let case = format!("CRLF inputs: {is_crlf}, committed with {from}, cloned with {to}");
                let diff = clone.pinkogen(["diff", "--strict", "clone"]);
                assert_eq!((diff.status, &*diff.stdout, &*diff.stderr), (0, "", ""), "{case}");
                assert_eq!(clone.pinkogen(["render", "clone"]).status, 0, "{case}");
                let status = clone.git(["-C", "clone", "status", "--porcelain"]);
                assert_eq!(status, "", "{case}");
                let page = clone.read("clone/generated/front-end/site/index.html");
                assert_eq!(page.contains("\r\n"), is_crlf, "{case}");
                assert!(
                    !clone.read("clone/generated/compose.yaml").contains('\r'),
                    "{case}"
                );
            }
        }
    }
}

/// Each branch changes the spec, renders, and commits.
fn branches(one: [&str; 2], two: [&str; 2]) -> Sandbox {
    let sandbox = repository(false, &[]);
    for (name, [from, to]) in [("one", one), ("two", two)] {
        sandbox.git(["checkout", "-q", "-b", name, "main"]);
        sandbox.edit("spec.toml", from, to);
        assert_eq!(sandbox.pinkogen(["render"]).status, 0);
        commit(&sandbox, name);
    }
    sandbox
}

fn settled(sandbox: &Sandbox) {
    let render = sandbox.pinkogen(["render"]);
    assert_eq!((render.status, &*render.stderr), (0, ""), "{}", render.stdout);
    let lock = sandbox.read("generated/pinkogen.lock");
    let mut paths: Vec<_> = lock
        .lines()
        .skip(1)
        .map(|line| line.splitn(4, ' ').last())
        .collect();
    let count = paths.len();
    paths.dedup();
    assert_eq!(paths.len(), count, "one line for each path: {lock}");
    assert_eq!(sandbox.pinkogen(["diff", "--strict"]).status, 0);
    let fresh = Sandbox::new();
    sandbox.git([
        "checkout-index",
        "-a",
        &format!("--prefix={}/", fresh.path("").display()),
    ]);
    fresh.write("spec.toml", sandbox.read("spec.toml"));
    std::fs::remove_dir_all(fresh.path("generated")).expect("a folder");
    assert_eq!(fresh.pinkogen(["render"]).status, 0);
    assert_eq!(
        tree(&fresh.path("generated")),
        tree(&sandbox.path("generated")),
        "as if rendered at once"
    );
}

#[test]
fn two_branches_that_each_rendered_merge() {
    let sandbox = branches(
        ["replicas = 2", "replicas = 3"],
        ["[services.front-end]", "[services.front-end]\nmemory = \"77m\""],
    );
    sandbox.git(["merge", "-q", "-m", "merge", "one"]);
    let lock = sandbox.read("generated/pinkogen.lock");
    let times = lock
        .lines()
        .filter(|line| line.ends_with(" compose.yaml"))
        .count();
    assert_eq!(times, 2, "the lock is a union: {lock}");
    settled(&sandbox);
    let compose = sandbox.read("generated/compose.yaml");
    assert!(
        compose.contains("replicas: 3") && compose.contains("77"),
        "{compose}"
    );
}

#[test]
fn a_conflict_of_two_branches_is_settled_in_the_spec() {
    let sandbox = branches(["replicas = 2", "replicas = 3"], ["replicas = 2", "replicas = 4"]);
    let merge = sandbox.run(Command::new("git").args([
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "merge",
        "-q",
        "one",
    ]));
    assert_eq!(merge.status, 1, "{}", merge.stderr);
    sandbox.git(["checkout", "--ours", "generated", "spec.toml"]);
    settled(&sandbox);
    assert!(sandbox.read("generated/compose.yaml").contains("replicas: 4"));
}

#[test]
fn a_file_that_git_ignores_is_named() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.git(["init", "-q"]);
    sandbox.write(".gitignore", "*.conf\n");
    let render = sandbox.pinkogen(["render"]);
    assert_eq!(render.status, 0);
    assert!(
        render
            .stderr
            .starts_with("warning: git ignores `front-end/nginx.conf` and 1 other file"),
        "{}",
        render.stderr
    );
    sandbox.git(["add", "-f", "generated"]);
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let tracked = sandbox.pinkogen(["render"]);
    assert_eq!(
        (tracked.status, &*tracked.stderr),
        (0, ""),
        "git has them all the same"
    );
}

#[test]
fn a_sha_256_repository_takes_the_patch() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.git(["init", "-q", "--object-format=sha256"]);
    let site = "softy-pinko-front-end/pixel.bin";
    sandbox.write(site, [0, 1, 2, 255]);
    sandbox.write("softy-pinko-front-end/gone.bin", [0, 9]);
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    commit(&sandbox, "render");
    sandbox.write(site, [0, 3, 2, 255]);
    sandbox.write("softy-pinko-front-end/new.bin", [0, 7]);
    std::fs::remove_file(sandbox.path("softy-pinko-front-end/gone.bin")).expect("a file");
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let diff = sandbox.pinkogen(["diff"]);
    assert_eq!(diff.status, 1);
    sandbox.write("patch", &diff.stdout);
    sandbox.git(["apply", "patch"]);
    assert_eq!(sandbox.pinkogen(["diff"]).status, 0);
}
