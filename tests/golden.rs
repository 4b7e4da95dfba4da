//! Rendering every example gives what `generated/` holds, both ways and byte for byte; rendering is repeatable.

#[path = "support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

use std::collections::BTreeMap;
use std::path::Path;

use sandbox::{Sandbox, repo, tree};

fn examples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(repo().join("examples"))
        .expect("examples/")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// Renders a copy of an example as the repository has it: `examples/NAME` and `generated/NAME` side by side.
fn rendered(name: &str) -> BTreeMap<String, Vec<u8>> {
    let sandbox = Sandbox::new();
    sandbox.copy(&repo().join("examples").join(name), &format!("examples/{name}"));
    let render = sandbox.pinkogen([
        "render",
        &format!("examples/{name}"),
        "--out",
        &format!("generated/{name}"),
    ]);
    assert_eq!(render.status, 0, "{name}: {}", render.stderr);
    assert_eq!(render.stderr, "", "{name}");
    tree(&sandbox.path(&format!("generated/{name}")))
}

#[test]
fn every_example_renders_to_what_is_committed() {
    let names = examples();
    assert_eq!(names.len(), 9);
    for name in &names {
        let committed = tree(&repo().join("generated").join(name));
        assert_same(name, &committed, &rendered(name));
    }
    let folders: Vec<String> = std::fs::read_dir(repo().join("generated"))
        .expect("generated/")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    for folder in folders {
        assert!(names.contains(&folder), "generated/{folder} has no example");
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    assert_same("6-scale", &rendered("6-scale"), &rendered("6-scale"));
}

#[test]
fn a_difference_is_noticed() {
    let committed = tree(&repo().join("generated/6-scale"));
    let mut other = committed.clone();
    other.insert("surplus".to_owned(), Vec::new());
    assert!(difference(&committed, &other).is_some());
    assert!(difference(&other, &committed).is_some());
    let mut other = committed.clone();
    other.get_mut("compose.yaml").expect("a file").push(b'\n');
    assert!(difference(&committed, &other).is_some());
}

fn assert_same(name: &str, committed: &BTreeMap<String, Vec<u8>>, rendered: &BTreeMap<String, Vec<u8>>) {
    if let Some(difference) = difference(committed, rendered) {
        panic!(
            "generated/{name} is not what the example renders to: {difference}\n\
             cargo run -- render examples/{name} --out generated/{name} brings it up to date"
        );
    }
}

fn difference(committed: &BTreeMap<String, Vec<u8>>, rendered: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let missing = committed.keys().find(|path| !rendered.contains_key(*path));
    let surplus = rendered.keys().find(|path| !committed.contains_key(*path));
    let changed = committed
        .iter()
        .find(|(path, bytes)| rendered.get(*path).is_some_and(|other| other != *bytes));
    missing
        .map(|path| format!("`{path}` is committed and not rendered"))
        .or_else(|| surplus.map(|path| format!("`{path}` is rendered and not committed")))
        .or_else(|| changed.map(|(path, _)| format!("`{path}` differs")))
}

#[test]
fn the_last_example_is_short() {
    let spec =
        std::fs::read_to_string(Path::new(&repo()).join("examples/6-scale/spec.toml")).expect("a spec");
    assert!(spec.lines().count() <= 25);
}
