//! A run that was cut off is finished or undone by the next one, whatever that is; a file edited in between stops it.

use std::collections::BTreeSet;
use std::fs;

use pinkogen::tree::{Error, Force, Output, Recovered, UnfinishedWhy, blob_id};

use crate::support::{Tree, path, wanted};

/// A tree of `old` files in the middle of a run to `new` ones, as its journal tells it: `gone` goes, `kept/new` comes.
fn cut_off() -> Tree {
    let tree = Tree::new();
    tree.render(&wanted(&[
        ("a", "old a\n"),
        ("b", "old b\n"),
        ("gone/x", "old x\n"),
    ]));
    let lock = |files: &[(&str, &str)]| {
        let lines = files
            .iter()
            .map(|(name, text)| format!("owned 100644 {} {name}\n", blob_id(text.as_bytes())));
        format!("# pinkogen.lock 1\n{}", lines.collect::<String>())
    };
    let new_lock = lock(&[("a", "new a\n"), ("b", "new b\n"), ("kept/new", "new\n")]);
    for (staged, text) in [(0, "new a\n"), (1, "new b\n"), (2, "new\n"), (3, &*new_lock)] {
        tree.write(&format!(".pinkogen/stage/{staged}"), text);
    }
    tree.write(".pinkogen/.gitignore", "*\n");
    let id = |text: &str| blob_id(text.as_bytes()).to_string();
    let journal = format!(
        "# pinkogen.journal 1\nremove {} gone/x\nremove-folder gone\nwrite 0 {} {} a\nwrite 1 {} {} b\nwrite 2 - {} kept/new\nwrite 3 {} {} pinkogen.lock\n",
        id("old x\n"),
        id("old a\n"),
        id("new a\n"),
        id("old b\n"),
        id("new b\n"),
        id("new\n"),
        id(&tree.text("pinkogen.lock")),
        id(&new_lock),
    );
    tree.write(".pinkogen/journal", &format!("{journal}end {}\n", id(&journal)));
    tree
}

/// Does the first steps of the journal.
fn begin(tree: &Tree) {
    fs::remove_file(tree.at("gone/x")).unwrap();
    fs::rename(tree.at(".pinkogen/stage/0"), tree.at("a")).unwrap();
}

#[track_caller]
fn is_new(tree: &Tree) {
    let texts = ["a", "b", "kept/new"].map(|name| tree.text(name));
    assert_eq!(texts, ["new a\n", "new b\n", "new\n"]);
    assert!(!tree.at("gone").exists() && !tree.at(".pinkogen/journal").exists());
    assert!(tree.text("pinkogen.lock").contains("kept/new"));
}

fn unfinished(tree: &Tree, force: &Force) -> UnfinishedWhy {
    for output in [Output::look(&tree.dir()), Output::work(&tree.dir(), force)] {
        let Err(Error::Unfinished(error)) = output else {
            panic!("it is not refused");
        };
        if !matches!(force, Force::None) {
            continue;
        }
        let text = error.to_string();
        assert!(
            text.contains("cut off half-way") && text.contains("\nhelp: "),
            "{text}"
        );
    }
    match Output::work(&tree.dir(), force) {
        Err(Error::Unfinished(error)) => error.why,
        _ => panic!("it is not refused"),
    }
}

#[test]
fn a_look_or_a_run_finishes_what_had_begun() {
    let finished = Some(Recovered::Finished { backups: Vec::new() });
    for has_begun in [false, true] {
        let tree = cut_off();
        if has_begun {
            begin(&tree);
        }
        assert_eq!(Output::look(&tree.dir()).unwrap().recovered, finished);
        is_new(&tree);
        assert!(!tree.at(".pinkogen").exists());
        assert_eq!(Output::look(&tree.dir()).unwrap().recovered, None);
        let tree = cut_off();
        if has_begun {
            begin(&tree);
        }
        let output = Output::work(&tree.dir(), &Force::None).unwrap();
        assert_eq!(output.recovered, finished);
        is_new(&tree);
    }
}

#[test]
fn what_had_not_begun_is_undone() {
    for journal in [None, Some(())] {
        let tree = cut_off();
        if journal.is_none() {
            fs::rename(tree.at(".pinkogen/journal"), tree.at(".pinkogen/journal.new")).unwrap();
        } else {
            // The new text never reached the disk.
            tree.write(".pinkogen/stage/1", "");
        }
        let output = Output::look(&tree.dir()).unwrap();
        assert_eq!(output.recovered, Some(Recovered::Undone));
        let texts = ["a", "b", "gone/x"].map(|name| tree.text(name));
        assert_eq!(texts, ["old a\n", "old b\n", "old x\n"]);
        assert!(!tree.at(".pinkogen").exists());
    }
}

#[test]
fn a_file_edited_in_between_stops_it() {
    for name in ["a", "b", "kept/new", "pinkogen.lock"] {
        let tree = cut_off();
        begin(&tree);
        tree.write(name, "mine\n");
        let before = tree.snapshot();
        let why = UnfinishedWhy::Edited(vec![name.to_owned()]);
        assert_eq!(unfinished(&tree, &Force::None), why);
        let other = Force::Paths(BTreeSet::from([path("other")]));
        assert_eq!(unfinished(&tree, &other), why);
        assert_eq!(tree.snapshot(), before, "{name}");
        let output = Output::work(&tree.dir(), &Force::All).unwrap();
        let Some(Recovered::Finished { backups }) = &output.recovered else {
            panic!("{:?}", output.recovered);
        };
        if name == "a" {
            assert_eq!(tree.text("a"), "mine\n", "an edit of what was new already stays");
            tree.write("a", "new a\n");
        } else {
            assert_eq!(backups[0].path, name);
            assert_eq!(tree.text(&backups[0].kept), "mine\n");
        }
        is_new(&tree);
    }
    let tree = cut_off();
    begin(&tree);
    tree.write("b", "mine\n");
    let named = Force::Paths(BTreeSet::from([path("b")]));
    Output::work(&tree.dir(), &named).unwrap();
    is_new(&tree);
}

#[test]
fn a_file_that_goes_but_was_edited_is_kept() {
    let tree = cut_off();
    tree.write("gone/x", "mine\n");
    assert_eq!(
        unfinished(&tree, &Force::None),
        UnfinishedWhy::Edited(vec!["gone/x".to_owned()])
    );
    Output::work(&tree.dir(), &Force::All).unwrap();
    assert_eq!(tree.text(".pinkogen/backup/1/gone/x"), "mine\n");
    is_new(&tree);
}

#[test]
fn what_cannot_be_finished_is_told() {
    let tree = cut_off();
    begin(&tree);
    fs::remove_file(tree.at(".pinkogen/stage/2")).unwrap();
    assert_eq!(
        unfinished(&tree, &Force::None),
        UnfinishedWhy::Lost(vec!["kept/new".to_owned()])
    );
    let tree = cut_off();
    let journal = tree.text(".pinkogen/journal");
    for cut in [0, 10, journal.len() - 1] {
        tree.write(".pinkogen/journal", &journal[..cut]);
        let before = tree.snapshot();
        assert_eq!(unfinished(&tree, &Force::None), UnfinishedWhy::Unreadable);
        assert_eq!(tree.snapshot(), before);
    }
    Output::work(&tree.dir(), &Force::All).unwrap();
    assert_eq!(tree.text("a"), "old a\n", "given up");
    assert!(!tree.at(".pinkogen").exists());
}

#[test]
fn a_look_at_a_folder_with_backups_writes_nothing() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    tree.write(".pinkogen/backup/1/a", "mine\n");
    tree.write(".pinkogen/.gitignore", "*\n");
    let before = tree.snapshot();
    assert_eq!(Output::look(&tree.dir()).unwrap().recovered, None);
    assert_eq!(tree.snapshot(), before);
}
