//! Links, locks that lie, edits in between, full disks: nothing outside is touched, nothing is half done.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use pinkogen::render::{Artifacts, Mode};
use pinkogen::tree::{Applied, Error, Force, Output, blob_id, plan};

use crate::support::{Tree, apply, artifact, observe, path, snapshot, wanted};

#[test]
fn a_link_at_any_depth_is_never_followed() {
    for depth in 0..4 {
        let tree = Tree::new();
        let outside = tree.temp.path().join("outside");
        let names = ["a", "b", "c", "file"];
        fs::create_dir_all(outside.join(names[depth..].join("/")).parent().unwrap()).unwrap();
        tree.render(&wanted(&[("a/b/c/file", "1\n")]));
        let link = tree.at(&names[..=depth].join("/"));
        fs::rename(&link, outside.join("moved")).unwrap();
        symlink(outside.join("moved"), &link).unwrap();
        let before = tree.snapshot();
        for artifacts in [
            wanted(&[("a/b/c/file", "2\n")]),
            wanted(&[("a/b/c/file", "1\n")]),
            Artifacts::new(),
        ] {
            assert_eq!(
                tree.render_with(&artifacts, &Force::None),
                Applied::Refused,
                "depth {depth}"
            );
            assert_eq!(tree.snapshot(), before, "depth {depth}");
        }
        let seen = snapshot(&outside);
        tree.render_with(&wanted(&[("a/b/c/file", "2\n")]), &Force::All);
        assert_eq!(snapshot(&outside), seen, "depth {depth}");
        assert_eq!(tree.text("a/b/c/file"), "2\n");
    }
}

#[test]
fn our_own_folder_may_be_no_link() {
    for (name, is_folder) in [
        (".pinkogen", true),
        (".pinkogen", false),
        ("pinkogen.lock", false),
    ] {
        let tree = Tree::new();
        let outside = tree.temp.path().join("outside");
        if is_folder {
            fs::create_dir(&outside).unwrap();
        } else {
            fs::write(&outside, "mine").unwrap();
        }
        fs::create_dir(tree.dir()).unwrap();
        symlink(&outside, tree.at(name)).unwrap();
        let before = tree.snapshot();
        let artifacts = wanted(&[("a", "1")]);
        let message = match observe(&tree.dir(), &artifacts) {
            Err(error) => error.to_string(),
            Ok(found) => {
                let plan = plan(&artifacts, &found, &Force::None);
                apply(&tree.dir(), &plan, &artifacts, &found)
                    .unwrap_err()
                    .to_string()
            }
        };
        assert!(
            message.contains(name) && message.contains("move it away"),
            "{message}"
        );
        assert_eq!(tree.snapshot(), before, "{name}");
    }
}

#[test]
fn the_output_folder_may_be_no_link_and_no_file() {
    let tree = Tree::new();
    let outside = tree.temp.path().join("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, tree.dir()).unwrap();
    let error = observe(&tree.dir(), &wanted(&[("a", "1")])).unwrap_err();
    assert!(error.to_string().contains("it is a link"), "{error}");
    fs::remove_file(tree.dir()).unwrap();
    fs::write(tree.dir(), "").unwrap();
    let error = observe(&tree.dir(), &wanted(&[("a", "1")])).unwrap_err();
    assert!(error.to_string().contains("it is not a folder"), "{error}");
}

#[test]
fn a_lock_that_cannot_be_believed_is_refused() {
    let id = blob_id(b"");
    for line in [
        format!("owned 100644 {id} ../outside"),
        format!("owned 100644 {id} /etc/passwd"),
        format!("owned 100644 {id} a/../../outside"),
        format!("owned 100644 {id} .pinkogen/x"),
        format!("owned 100644 {id} .git/config"),
        format!("owned 100644 {id} x\nejected 100644 {id} x"),
        "<<<<<<< HEAD".to_owned(),
        format!("owned 100644 {id}"),
    ] {
        let tree = Tree::new();
        fs::create_dir(tree.dir()).unwrap();
        fs::write(tree.temp.path().join("outside"), "").unwrap();
        tree.write("pinkogen.lock", &format!("# pinkogen.lock 1\n{line}\n"));
        let before = tree.snapshot();
        match observe(&tree.dir(), &Artifacts::new()) {
            Err(Error::Lock(error)) => {
                let message = error.to_string();
                assert!(message.contains("pinkogen.lock`, line "), "{message}");
                assert!(message.contains("git checkout --ours pinkogen.lock"), "{message}");
            }
            other => panic!("{line}: {other:?}"),
        }
        assert_eq!(tree.snapshot(), before);
    }
}

#[test]
fn an_edit_between_plan_and_apply_is_seen() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n"), ("gone", "1\n")]));
    let artifacts = wanted(&[("a", "2\n"), ("new/x", "1\n")]);
    for (file, text) in [
        ("a", "saved meanwhile\n"),
        ("gone", "saved\n"),
        ("new/x", "mine\n"),
        ("pinkogen.lock", "# pinkogen.lock 1\n"),
    ] {
        let (plan, found) = tree.plan(&artifacts, &Force::None);
        let kept = fs::read(tree.at(file)).ok();
        tree.write(file, text);
        let before = tree.snapshot();
        let error = apply(&tree.dir(), &plan, &artifacts, &found).unwrap_err();
        assert!(
            error.to_string().contains("changed while pinkogen was at work"),
            "{error}"
        );
        assert!(error.path.ends_with(file));
        assert_eq!(tree.snapshot(), before);
        match kept {
            Some(bytes) => fs::write(tree.at(file), bytes).unwrap(),
            None => fs::remove_dir_all(tree.at("new")).unwrap(),
        }
    }
    tree.render(&artifacts);
}

#[test]
fn a_second_run_waits_and_gives_up() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    let held = fs::File::open(tree.dir()).unwrap();
    held.lock_shared().unwrap();
    let before = tree.snapshot();
    Output::look(&tree.dir()).unwrap();
    let Err(Error::Busy(busy)) = Output::work(&tree.dir(), &Force::None) else {
        panic!("not busy");
    };
    if cfg!(target_os = "linux") {
        assert_eq!(busy.process, Some(std::process::id()));
    }
    held.lock().unwrap();
    assert!(matches!(Output::look(&tree.dir()), Err(Error::Busy(_))));
    assert_eq!(tree.snapshot(), before);
    drop(held);
    tree.render(&wanted(&[("a", "2\n")]));
}

#[test]
fn what_a_killed_run_left_is_cleared() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    tree.write(".pinkogen/stage/0", "half");
    tree.write(".pinkogen/stage/1", "half");
    tree.write(".pinkogen/.gitignore", "*\n");
    tree.render(&wanted(&[("a", "2\n")]));
    assert!(!tree.at(".pinkogen").exists());
    // Files were put in place, the lock was not.
    tree.write("a", "3\n");
    tree.write("new", "1\n");
    tree.render(&wanted(&[("a", "3\n"), ("new", "1\n")]));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    let before = tree.snapshot();
    fs::set_permissions(tree.dir(), fs::Permissions::from_mode(0o555)).unwrap();
    // Nothing is read-only to root.
    if fs::write(tree.at("probe"), "").is_err() {
        let artifacts = wanted(&[("a", "2\n")]);
        let (plan, found) = tree.plan(&artifacts, &Force::None);
        let error = apply(&tree.dir(), &plan, &artifacts, &found).unwrap_err();
        assert!(error.to_string().contains("check who owns it"), "{error}");
    } else {
        fs::remove_file(tree.at("probe")).unwrap();
    }
    fs::set_permissions(tree.dir(), fs::Permissions::from_mode(0o755)).unwrap();
    let after: Vec<PathBuf> = tree.snapshot().into_keys().collect();
    assert_eq!(after, before.into_keys().collect::<Vec<_>>());
}

/// A mounted folder, which is no longer one when the test ends, however it ends.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// A full disk: `/dev/full` cannot be a folder, so a tmpfs is mounted where that is allowed.
#[test]
fn a_full_disk_leaves_no_trace() {
    let tree = Tree::new();
    fs::create_dir(tree.dir()).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=300k", "tmpfs"])
        .arg(tree.dir())
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        return;
    }
    let _mounted = Mounted(tree.dir());
    tree.render(&wanted(&[("a", "1\n"), ("b", "1\n")]));
    tree.write("b", "edited\n");
    let before = tree.snapshot();
    let mut artifacts = wanted(&[("a", "2\n"), ("b", "2\n"), ("deep/down/a", "small")]);
    artifacts.insert(path("deep/down/big"), artifact(vec![b'x'; 600_000], Mode::Plain));
    let (plan, found) = tree.plan(&artifacts, &Force::All);
    let failed = apply(&tree.dir(), &plan, &artifacts, &found);
    let after = tree.snapshot();
    let message = failed.unwrap_err().to_string();
    assert!(
        message.contains("deep/down/big") && message.contains("free some space"),
        "{message}"
    );
    assert_eq!(after, before);
}
