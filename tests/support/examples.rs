//! The examples, as the repository has them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::{Run, Sandbox, repo, tree};

/// Their names, sorted.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(repo().join("examples"))
        .expect("examples/")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

pub(crate) fn committed(name: &str) -> BTreeMap<String, Vec<u8>> {
    tree(&repo().join("generated").join(name))
}

/// Copies an example to where the repository has it, and returns where its output belongs.
pub(crate) fn place(sandbox: &Sandbox, examples: &Path, name: &str) -> PathBuf {
    sandbox.copy(&examples.join(name), &format!("examples/{name}"));
    sandbox.path(&format!("generated/{name}"))
}

/// The arguments that render it there.
pub(crate) fn render(name: &str) -> [String; 4] {
    [
        "render".to_owned(),
        format!("examples/{name}"),
        "--out".to_owned(),
        format!("generated/{name}"),
    ]
}

#[track_caller]
pub(crate) fn fine(run: &Run) {
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
}

#[track_caller]
pub(crate) fn assert_same(name: &str, wanted: &BTreeMap<String, Vec<u8>>, found: &BTreeMap<String, Vec<u8>>) {
    let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(wanted), paths(found), "{name}");
    for (path, bytes) in wanted {
        assert!(*bytes == found[path], "{name}: `{path}` differs");
    }
}
