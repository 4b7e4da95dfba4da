//! What is published is what was tested: the packed crate and the installed program render every example as committed.

#[path = "support/examples.rs"]
mod examples;
#[path = "support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use sandbox::{Sandbox, repo, tree};
use tempfile::TempDir;

/// One program at a time is built into the shared folder, and used from there.
static BUILT: Mutex<()> = Mutex::new(());

/// Cargo, offline and with a target folder that all runs of these tests share.
fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", repo().join("target/packaged"))
        .env("CARGO_NET_OFFLINE", "true");
    cargo
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The packed crate, unpacked outside the repository.
fn unpacked() -> TempDir {
    run(cargo(&repo()).args(["package", "--allow-dirty", "--no-verify"]));
    let version = env!("CARGO_PKG_VERSION");
    let packed = repo().join(format!("target/packaged/package/pinkogen-{version}.crate"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(Command::new("tar")
        .arg("xzf")
        .arg(packed)
        .arg("--strip-components=1")
        .current_dir(folder.path()));
    folder
}

fn assert_renders_as_committed(program: &Path, examples_folder: &Path) {
    for name in examples::names() {
        let sandbox = Sandbox::new();
        let out = examples::place(&sandbox, examples_folder, &name);
        examples::fine(&sandbox.run(Command::new(program).args(examples::render(&name))));
        examples::assert_same(&name, &examples::committed(&name), &tree(&out));
    }
}

#[test]
#[ignore = "builds pinkogen again: cargo test -- --include-ignored"]
fn the_packed_crate_is_whole() {
    let _one_at_a_time = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = unpacked();
    run(cargo(folder.path()).args(["build", "--locked"]));
    let program = repo().join("target/packaged/debug/pinkogen");
    assert_renders_as_committed(&program, &folder.path().join("examples"));
}

#[test]
#[ignore = "builds pinkogen again: cargo test -- --include-ignored"]
fn it_can_be_installed() {
    let _one_at_a_time = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(cargo(&repo())
        .args([
            "install",
            "--path",
            ".",
            "--debug",
            "--locked",
            "--no-track",
            "--root",
        ])
        .arg(folder.path()));
    let program = folder.path().join("bin/pinkogen");
    let version = run(Command::new(&program).arg("--version"));
    assert_eq!(version, concat!("pinkogen ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_renders_as_committed(&program, &repo().join("examples"));
}

/// A list of what is included asks no `.gitignore`: what somebody made beside the examples would be published.
#[test]
fn only_what_is_needed_is_packed() {
    let sandbox = Sandbox::new();
    for name in ["src", "templates", "examples"] {
        sandbox.copy(&repo().join(name), name);
    }
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "askama.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ] {
        fs::copy(repo().join(name), sandbox.path(name)).expect("a copy");
    }
    let list = || -> BTreeSet<String> {
        let arguments = ["package", "--list", "--allow-dirty"];
        let list = run(cargo(&sandbox.path("")).args(arguments));
        list.lines().map(str::to_owned).collect()
    };
    let before = list();
    let tops: BTreeSet<&str> = before.iter().filter_map(|path| path.split('/').next()).collect();
    let expected = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "askama.toml",
        "examples",
        "src",
        "templates",
    ];
    assert_eq!(tops, BTreeSet::from(expected));
    for name in ["examples", "templates"] {
        let packed = before
            .iter()
            .filter(|path| path.starts_with(&format!("{name}/")))
            .count();
        assert_eq!(packed, tree(&sandbox.path(name)).len(), "{name}");
    }
    sandbox.write("examples/1-api/secrets/key", "hunter2");
    sandbox.write("examples/1-api/generated/compose.yaml", "");
    sandbox.write("tests/a.rs", "");
    assert_eq!(list(), before);
}
