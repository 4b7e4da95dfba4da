//! One run brings the tree to what is wanted, the next one touches nothing.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use pinkogen::render::{Artifacts, Mode};
use pinkogen::tree::{Action, Force, blob_id};

use crate::support::{Tree, apply, artifact, git, mode, path, wanted};

#[test]
fn the_second_render_touches_nothing() {
    let tree = Tree::new();
    let mut artifacts = wanted(&[("compose.yaml", "a: 1\n"), ("api/src/main.rs", "fn main() {}\n")]);
    artifacts.insert(path("api/run"), artifact("#!/bin/sh\n", Mode::Executable));
    let (plan, found) = tree.plan(&artifacts, &Force::None);
    assert!(plan.changes.iter().all(|change| change.action == Action::Create));
    assert!(plan.changes_files());
    apply(&tree.dir(), &plan, &artifacts, &found).unwrap();
    assert_eq!(tree.text("api/src/main.rs"), "fn main() {}\n");
    assert_eq!(
        tree.text("pinkogen.lock"),
        format!(
            "# pinkogen.lock 1\nowned 100755 {} api/run\nowned 100644 {} api/src/main.rs\nowned 100644 {} compose.yaml\n",
            blob_id(b"#!/bin/sh\n"),
            blob_id(b"fn main() {}\n"),
            blob_id(b"a: 1\n"),
        )
    );
    assert_eq!(mode(&tree.at("api/run")) & 0o700, 0o700);
    assert_eq!(mode(&tree.at("compose.yaml")) & 0o711, 0o600);
    assert!(!tree.at(".pinkogen").exists());
    let before = tree.snapshot();
    let (plan, found) = tree.plan(&artifacts, &Force::None);
    assert!(plan.changes.iter().all(|change| change.action == Action::Keep));
    assert!(!plan.changes_files());
    apply(&tree.dir(), &plan, &artifacts, &found).unwrap();
    assert_eq!(tree.snapshot(), before);
}

#[test]
fn an_update_leaves_the_others_alone_and_keeps_the_mode() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n"), ("b", "1\n"), ("c", "1\n")]));
    fs::set_permissions(tree.at("a"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(tree.at("c"), fs::Permissions::from_mode(0o640)).unwrap();
    let before = tree.snapshot();
    let mut artifacts = wanted(&[("a", "2\n"), ("b", "1\n"), ("c", "1\n")]);
    artifacts.insert(path("c"), artifact("1\n", Mode::Executable));
    tree.render(&artifacts);
    assert_eq!((tree.text("a"), mode(&tree.at("a"))), ("2\n".to_owned(), 0o600));
    assert_eq!(mode(&tree.at("c")), 0o750);
    let after = tree.snapshot();
    assert_eq!(before[&tree.at("b")], after[&tree.at("b")]);
    assert_eq!(
        tree.at("c").metadata().unwrap().mtime_nsec(),
        fs::metadata(tree.at("c")).unwrap().mtime_nsec()
    );
    tree.render(&artifacts);
    assert_eq!(tree.snapshot(), after);
    // Its mode changes back and its text changes too.
    tree.render(&wanted(&[("a", "2\n"), ("b", "1\n"), ("c", "3\n")]));
    assert_eq!((tree.text("c"), mode(&tree.at("c"))), ("3\n".to_owned(), 0o640));
}

#[test]
fn modes_mean_nothing_where_git_says_so() {
    let tree = Tree::new();
    git(tree.temp.path(), &["init", "-q"]);
    git(tree.temp.path(), &["config", "core.fileMode", "false"]);
    tree.render(&wanted(&[("a", "1\n")]));
    let before = tree.snapshot();
    let artifacts = Artifacts::from([(path("a"), artifact("1\n", Mode::Executable))]);
    let (plan, _) = tree.plan(&artifacts, &Force::None);
    assert!(!plan.changes_files());
    assert_eq!(before, tree.snapshot());
}

#[test]
fn what_is_no_longer_wanted_goes_with_its_empty_folders_only() {
    let tree = Tree::new();
    tree.render(&wanted(&[
        ("a/b/c/x", "x"),
        ("a/b/y", "y"),
        ("d/z", "z"),
        ("keep", "k"),
    ]));
    tree.write("d/mine", "mine");
    fs::create_dir(tree.at("mine-too")).unwrap();
    tree.render(&wanted(&[("keep", "k")]));
    assert!(!tree.at("a").exists());
    assert!(!tree.at("d/z").exists());
    assert_eq!(tree.text("d/mine"), "mine");
    assert!(tree.at("mine-too").exists());
    assert!(!tree.text("pinkogen.lock").contains("a/b"));
}

#[test]
fn a_folder_that_is_still_needed_stays_the_same_folder() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a/old", "1")]));
    fs::set_permissions(tree.at("a"), fs::Permissions::from_mode(0o700)).unwrap();
    tree.render(&wanted(&[("a/new", "1")]));
    assert_eq!(mode(&tree.at("a")), 0o700);
    assert!(!tree.at("a/old").exists() && tree.at("a/new").exists());
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    let tree = Tree::new();
    for files in [
        &[("a", "1"), ("b/c/d", "1")][..],
        &[("a/x/y", "2"), ("b", "2")],
        &[("a", "3"), ("b/c/d", "3")],
    ] {
        tree.render(&wanted(files));
        let found: Vec<String> = walkdir::WalkDir::new(tree.dir())
            .sort_by_file_name()
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                entry
                    .path()
                    .strip_prefix(tree.dir())
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        let mut expected: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        expected.push("pinkogen.lock");
        assert_eq!(found, expected);
    }
}

#[test]
fn the_lock_settles_after_a_union() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    let other = blob_id(b"2\n");
    let text = tree.text("pinkogen.lock");
    tree.write("pinkogen.lock", &format!("{text}owned 100644 {other} a\n"));
    tree.write("a", "2\n");
    tree.render(&wanted(&[("a", "3\n")]));
    assert_eq!(
        tree.text("pinkogen.lock"),
        format!("# pinkogen.lock 1\nowned 100644 {} a\n", blob_id(b"3\n"))
    );
}
