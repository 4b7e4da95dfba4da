//! What is the user's stays, unless it merges, or is taken over by force.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use pinkogen::tree::{Action, Applied, Force, blob_id, patches};

use crate::support::{Tree, apply, git, mode, path, wanted};

#[test]
fn a_conflict_stops_the_whole_run() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n"), ("b", "1\n")]));
    tree.write("a", "edited\n");
    tree.write("foreign", "mine\n");
    let before = tree.snapshot();
    let artifacts = wanted(&[("a", "2\n"), ("b", "2\n"), ("foreign", "ours\n"), ("new/x", "")]);
    let (plan, found) = tree.plan(&artifacts, &Force::None);
    let conflicts: Vec<String> = plan
        .conflicts()
        .map(|change| format!("{}: {}", change.path, change.why))
        .collect();
    assert_eq!(
        conflicts,
        [
            "a: edited by hand, and changed too: git does not have what was written last, so nothing can be merged",
            "foreign: not written by pinkogen",
        ]
    );
    assert_eq!(
        apply(&tree.dir(), &plan, &artifacts, &found).unwrap(),
        Applied::Refused
    );
    assert_eq!(tree.snapshot(), before);
    let listed: Vec<String> = patches(&plan, &artifacts, &found, Path::new(""))
        .iter()
        .map(|patch| patch.path.to_string())
        .collect();
    assert_eq!(listed, ["b", "new/x"], "a conflict is not in the patch");
}

#[test]
fn force_keeps_a_backup() {
    let tree = Tree::new();
    tree.render(&wanted(&[("d/a", "1\n"), ("gone", "1\n")]));
    tree.write("d/a", "edited\n");
    fs::set_permissions(tree.at("d/a"), fs::Permissions::from_mode(0o600)).unwrap();
    tree.write("gone", "edited too\n");
    let artifacts = wanted(&[("d/a", "2\n")]);
    let Applied::Done { backups } = tree.render_with(&artifacts, &Force::All) else {
        panic!("refused");
    };
    let kept: Vec<(&str, &str)> = backups
        .iter()
        .map(|backup| (&*backup.path, &*backup.kept))
        .collect();
    assert_eq!(
        kept,
        [
            ("d/a", ".pinkogen/backup/1/d/a"),
            ("gone", ".pinkogen/backup/1/gone")
        ]
    );
    assert_eq!(tree.text(".pinkogen/backup/1/d/a"), "edited\n");
    assert_eq!(mode(&tree.at(".pinkogen/backup/1/d/a")), 0o600);
    assert_eq!(tree.text(".pinkogen/backup/1/gone"), "edited too\n");
    assert_eq!(tree.text(".pinkogen/.gitignore"), "*\n");
    assert_eq!(
        (tree.text("d/a"), mode(&tree.at("d/a"))),
        ("2\n".to_owned(), 0o600)
    );
    assert!(!tree.at("gone").exists());
    assert!(!tree.at(".pinkogen/stage").exists());
    let before = tree.snapshot();
    tree.render(&artifacts);
    assert_eq!(tree.snapshot(), before, "backups stay");
    tree.write("d/a", "again\n");
    let named = Force::Paths(BTreeSet::from([path("d/a")]));
    tree.render_with(&artifacts, &named);
    assert_eq!(tree.text(".pinkogen/backup/2/d/a"), "again\n");
}

#[test]
fn what_is_in_the_way_is_moved_by_force_only() {
    let tree = Tree::new();
    let outside = tree.temp.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "secret").unwrap();
    fs::create_dir(tree.dir()).unwrap();
    symlink(&outside, tree.at("link")).unwrap();
    symlink(outside.join("x"), tree.at("file")).unwrap();
    tree.write("folder/mine", "mine");
    tree.write("plain", "mine too");
    let artifacts = wanted(&[
        ("link/x", "1"),
        ("link/y", "1"),
        ("file", "1"),
        ("folder", "1"),
        ("plain/x", "1"),
    ]);
    let before = tree.snapshot();
    assert_eq!(tree.render_with(&artifacts, &Force::None), Applied::Refused);
    assert_eq!(tree.snapshot(), before);
    let Applied::Done { backups } = tree.render_with(&artifacts, &Force::All) else {
        panic!("refused");
    };
    let moved: Vec<&str> = backups.iter().map(|backup| &*backup.path).collect();
    assert_eq!(moved, ["file", "folder", "link", "plain"]);
    assert_eq!(fs::read_to_string(outside.join("x")).unwrap(), "secret");
    assert!(!outside.join("y").exists());
    assert_eq!(
        fs::read_link(tree.at(".pinkogen/backup/1/link")).unwrap(),
        outside
    );
    assert_eq!(tree.text(".pinkogen/backup/1/folder/mine"), "mine");
    assert_eq!(tree.text(".pinkogen/backup/1/plain"), "mine too");
    for file in ["link/x", "link/y", "file", "folder", "plain/x"] {
        assert!(tree.at(file).symlink_metadata().unwrap().is_file(), "{file}");
        assert_eq!(tree.text(file), "1");
    }
}

#[test]
fn without_the_lock_nothing_is_removed_or_overwritten() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n"), ("b", "1\n"), ("c", "1\n")]));
    fs::remove_file(tree.at("pinkogen.lock")).unwrap();
    let before = tree.snapshot();
    assert_eq!(
        tree.render_with(&wanted(&[("a", "1\n"), ("b", "2\n")]), &Force::None),
        Applied::Refused
    );
    assert_eq!(tree.snapshot(), before);
    tree.render(&wanted(&[("a", "1\n"), ("b", "1\n")]));
    assert_eq!(tree.text("c"), "1\n");
    assert!(tree.text("pinkogen.lock").contains(" b\n"));
}

#[test]
fn an_edit_is_merged_with_what_git_remembers() {
    let tree = Tree::new();
    git(tree.temp.path(), &["init", "-q"]);
    tree.render(&wanted(&[("sub/a", "1\n2\n3\n4\n5\n")]));
    tree.write("sub/a", "mine\n2\n3\n4\n5\n");
    let artifacts = wanted(&[("sub/a", "1\n2\n3\n4\nours\n")]);
    assert_eq!(
        tree.render_with(&artifacts, &Force::None),
        Applied::Refused,
        "not committed yet"
    );
    tree.write("sub/a", "1\n2\n3\n4\n5\n");
    git(tree.temp.path(), &["add", "."]);
    git(tree.temp.path(), &["commit", "-qm", "all"]);
    tree.write("sub/a", "mine\n2\n3\n4\n5\n");
    let (plan, found) = tree.plan(&artifacts, &Force::None);
    let patch = &patches(&plan, &artifacts, &found, Path::new("out"))[0];
    assert_eq!(
        (patch.added, patch.removed),
        (1, 1),
        "a merge appears as its result"
    );
    assert!(patch.text.contains("\n-5\n+ours\n"), "{}", patch.text);
    tree.render(&artifacts);
    assert_eq!(tree.text("sub/a"), "mine\n2\n3\n4\nours\n");
    let (plan, _) = tree.plan(&artifacts, &Force::None);
    assert_eq!(plan.changes[0].action, Action::KeepEdit);
}

#[test]
fn bytes_that_are_not_of_their_id_are_no_base() {
    let tree = Tree::new();
    git(tree.temp.path(), &["init", "-q"]);
    tree.render(&wanted(&[("a", "1\n2\n3\n")]));
    fs::write(tree.temp.path().join("evil"), "mine\n2\n3\n").unwrap();
    let evil = git(tree.temp.path(), &["hash-object", "-w", "evil"]);
    // Git reads a loose object without looking at its id.
    let object = |id: &str| {
        tree.temp
            .path()
            .join(format!(".git/objects/{}/{}", &id[..2], &id[2..40]))
    };
    let written = blob_id(b"1\n2\n3\n").to_string();
    fs::create_dir_all(object(&written).parent().unwrap()).unwrap();
    fs::copy(object(&evil), object(&written)).unwrap();
    assert_eq!(
        git(tree.temp.path(), &["cat-file", "blob", &written]),
        "mine\n2\n3\n",
        "git itself is fooled"
    );
    tree.write("a", "mine\n2\n3\n");
    let artifacts = wanted(&[("a", "1\n2\nours\n")]);
    assert_eq!(tree.render_with(&artifacts, &Force::None), Applied::Refused);
    assert_eq!(tree.text("a"), "mine\n2\n3\n");
}

#[test]
fn in_a_sha_256_repository_there_is_no_base() {
    let tree = Tree::new();
    git(tree.temp.path(), &["init", "-q", "--object-format=sha256"]);
    tree.render(&wanted(&[("a", "1\n2\n3\n")]));
    git(tree.temp.path(), &["add", "."]);
    git(tree.temp.path(), &["commit", "-qm", "all"]);
    tree.write("a", "mine\n2\n3\n");
    let artifacts = wanted(&[("a", "1\n2\nours\n")]);
    assert_eq!(tree.render_with(&artifacts, &Force::None), Applied::Refused);
    assert_eq!(tree.text("a"), "mine\n2\n3\n");
}

#[test]
fn a_folder_in_the_way_may_hold_a_file_that_goes() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a/x", "1"), ("b/y", "1")]));
    tree.write("a/mine", "mine");
    tree.write("a/x", "edited");
    let artifacts = wanted(&[("a", "2"), ("b/y", "2")]);
    assert_eq!(tree.render_with(&artifacts, &Force::None), Applied::Refused);
    tree.render_with(&artifacts, &Force::All);
    assert_eq!(
        (tree.text("a"), tree.text("b/y")),
        ("2".to_owned(), "2".to_owned())
    );
    assert_eq!(tree.text(".pinkogen/backup/1/a/x"), "edited");
    assert_eq!(tree.text(".pinkogen/backup/2/a/mine"), "mine");
}
