//! The table of who owns what, written down a second time as plain grids, and compared with what `plan` decides in each cell.

use std::collections::BTreeSet;

use super::blob::blob_id;
use super::entry::{Entry, File, Obstacle, ObstacleKind};
use super::found::Found;
use super::lock::{Class, Last, Written};
use super::merge::NoMerge;
use super::plan::{Action, Change, Force, Plan, Why, plan};
use crate::key_path::KeyPath;
use crate::render::{Artifact, ArtifactPath, Artifacts, Content, Mode};

/// What was written last: the columns.
const LAST: [&str; 4] = ["", "a", "b", "ab"];

/// What is found: the rows. `l`, `d` and `s` are a link, a folder and a device.
const FOUND: [&str; 7] = ["-", "a", "b", "c", "l", "d", "s"];

// `.` not listed, `+` create, `~` update, `=` keep, `e` kept edit, `p` prune, `f` forget, `j` ejected, `!` conflict; in
// capitals and as `*` (create) and `#` (update): with a backup.
const WANTED_A: [&str; 7] = ["++++", "====", "!e~~", "!e!e", "!!!!", "!!!!", "!!!!"];
const WANTED_B: [&str; 7] = ["++++", "!~e~", "====", "!!ee", "!!!!", "!!!!", "!!!!"];
const UNWANTED: [&str; 7] = [".fff", ".p!p", ".!pp", ".!!!", ".!!!", ".!!!", ".!!!"];

const FORCED_A: [&str; 7] = ["++++", "====", "#e~~", "#e#e", "****", "****", "****"];
const FORCED_B: [&str; 7] = ["++++", "#~e~", "====", "##ee", "****", "****", "****"];
const FORCED_UNWANTED: [&str; 7] = [".fff", ".pPp", ".Ppp", ".PPP", ".fff", ".fff", ".fff"];

/// By name, an edit is replaced where `--force` alone would keep it.
const NAMED_A: [&str; 7] = ["++++", "====", "##~~", "####", "****", "****", "****"];
const NAMED_B: [&str; 7] = ["++++", "#~#~", "====", "####", "****", "****", "****"];

const PATH: &str = "f/x";

fn path() -> ArtifactPath {
    ArtifactPath::new(PATH).unwrap()
}

fn text(letter: char) -> Vec<u8> {
    format!("{letter}\n").into_bytes()
}

fn artifacts(letter: Option<char>, mode: Mode) -> Artifacts {
    letter
        .map(|letter| {
            let content = Content::Copy {
                bytes: text(letter).into(),
                original: String::new(),
                key: KeyPath::default(),
            };
            (path(), Artifact { mode, content })
        })
        .into_iter()
        .collect()
}

fn entry(row: &str, executable: bool) -> Entry {
    let kind = match row {
        "-" => return Entry::None,
        "l" => ObstacleKind::Link,
        "d" => ObstacleKind::Folder(None),
        "s" => ObstacleKind::Special,
        letter => {
            let bytes = text(letter.chars().next().unwrap());
            return Entry::File(File::new(bytes, executable));
        }
    };
    Entry::Other(Obstacle {
        path: PATH.to_owned(),
        kind,
    })
}

fn last(column: &str, class: Class, executable: bool) -> Option<Last> {
    let written: BTreeSet<Written> = column
        .chars()
        .map(|letter| Written {
            id: blob_id(&text(letter)),
            executable,
        })
        .collect();
    (!written.is_empty()).then_some(Last { class, written })
}

fn found(row: &str, column: &str, class: Class) -> Found {
    let mut found = Found::default();
    found.entries.insert(path(), entry(row, false));
    if let Some(last) = last(column, class, false) {
        found.lock.entries.insert(path(), last);
    }
    found.lock_text = Some(found.lock.format().into_bytes());
    found
}

fn letter(change: &Change) -> char {
    match (&change.action, change.backup.is_some()) {
        (Action::Create, false) => '+',
        (Action::Create, true) => '*',
        (Action::Update, false) => '~',
        (Action::Update, true) => '#',
        (Action::Keep, false) => '=',
        (Action::KeepEdit, false) => 'e',
        (Action::Prune, false) => 'p',
        (Action::Prune, true) => 'P',
        (Action::Forget, false) => 'f',
        (Action::Ejected, false) => 'j',
        (Action::Conflict, false) => '!',
        (action, backup) => panic!("no letter for {action:?} with backup: {backup}"),
    }
}

fn outcome(plan: &Plan) -> char {
    match &*plan.changes {
        [] => '.',
        [change] => letter(change),
        more => panic!("{more:?}"),
    }
}

/// What lies there after a plan, if `apply` does what it says.
fn after(plan: &Plan, wanted: &Artifacts, before: &Found) -> Found {
    let mut found = before.clone();
    found.lock = plan.lock.clone();
    found.lock_text = Some(plan.lock.format().into_bytes());
    for change in &plan.changes {
        let executable = match (change.executable, before.entry(&change.path)) {
            (Some(executable), _) => executable,
            (None, Entry::File(file)) => file.executable,
            (None, _) => false,
        };
        let entry = match &change.action {
            Action::Create | Action::Update => {
                Entry::File(File::new(wanted[&change.path].bytes().into_owned(), executable))
            }
            Action::Merge(bytes) => Entry::File(File::new(bytes.clone(), executable)),
            Action::Prune => Entry::None,
            _ => before.entry(&change.path).clone(),
        };
        found.entries.insert(change.path.clone(), entry);
    }
    found
}

/// The reason that a conflict has in a cell.
fn conflict(wanted: Option<char>, row: &str, column: &str, is_named: bool) -> &'static str {
    match (wanted, row, column) {
        (_, "l" | "d" | "s", _) => "in the way",
        (None, ..) => "edited, unwanted",
        (Some(_), _, "") => "foreign",
        // By name nothing is merged, so it does not matter whether it could be.
        (Some(_), ..) if is_named => "edited",
        (Some(_), ..) => "edited, changed",
    }
}

fn kind(why: &Why) -> &'static str {
    match why {
        Why::InTheWay(_) => "in the way",
        Why::EditedAndUnwanted => "edited, unwanted",
        Why::Foreign => "foreign",
        Why::Edited => "edited",
        Why::EditedAndChanged(NoMerge::NoBase) => "edited, changed",
        other => panic!("no reason for a conflict: {other:?}"),
    }
}

#[track_caller]
fn check(wanted: Option<char>, grid: [&str; 7], class: Class, force: &Force) {
    for (row, expected) in FOUND.iter().zip(grid) {
        for (column, expected) in LAST.iter().zip(expected.chars()) {
            if class == Class::Ejected && column.is_empty() {
                continue;
            }
            let artifacts = artifacts(wanted, Mode::Plain);
            let found = found(row, column, class);
            let plan = plan(&artifacts, &found, force);
            let cell = format!("wanted {wanted:?}, found {row:?}, last {column:?}, {force:?}");
            assert_eq!(outcome(&plan), expected, "{cell}: {plan:?}");
            if matches!(expected, '!' | '#' | '*' | 'P') {
                let is_named = expected != '!' && matches!(force, Force::Paths(_));
                assert_eq!(
                    kind(&plan.changes[0].why),
                    conflict(wanted, row, column, is_named),
                    "{cell}"
                );
            }
            if plan.has_conflicts() {
                assert_eq!(plan.lock, found.lock, "{cell}");
                continue;
            }
            let again = super::plan::plan(&artifacts, &after(&plan, &artifacts, &found), &Force::None);
            assert!(
                matches!(outcome(&again), '.' | '=' | 'e' | 'j'),
                "{cell}: not settled by one run: {again:?}"
            );
            assert_eq!(again.lock, plan.lock, "{cell}: the lock settles too");
        }
    }
}

#[test]
fn each_cell_of_the_table() {
    check(Some('a'), WANTED_A, Class::Owned, &Force::None);
    check(Some('b'), WANTED_B, Class::Owned, &Force::None);
    check(None, UNWANTED, Class::Owned, &Force::None);
}

#[test]
fn each_cell_by_force() {
    check(Some('a'), FORCED_A, Class::Owned, &Force::All);
    check(Some('b'), FORCED_B, Class::Owned, &Force::All);
    check(None, FORCED_UNWANTED, Class::Owned, &Force::All);
}

#[test]
fn each_cell_by_name() {
    let named = Force::Paths(BTreeSet::from([path()]));
    check(Some('a'), NAMED_A, Class::Owned, &named);
    check(Some('b'), NAMED_B, Class::Owned, &named);
    check(None, FORCED_UNWANTED, Class::Owned, &named);
    let other = Force::Paths(BTreeSet::from([ArtifactPath::new("f/y").unwrap()]));
    check(Some('a'), WANTED_A, Class::Owned, &other);
    check(None, UNWANTED, Class::Owned, &other);
}

#[test]
fn an_ejected_file_is_never_written_unless_it_is_named() {
    for force in [Force::None, Force::All] {
        check(Some('a'), [".jjj"; 7], Class::Ejected, &force);
        check(Some('b'), [".jjj"; 7], Class::Ejected, &force);
        check(None, [".fff"; 7], Class::Ejected, &force);
    }
    let named = Force::Paths(BTreeSet::from([path()]));
    check(Some('a'), NAMED_A, Class::Ejected, &named);
    check(Some('b'), NAMED_B, Class::Ejected, &named);
    check(None, [".fff"; 7], Class::Ejected, &named);
    let found = found("c", "a", Class::Ejected);
    let why = |letter| {
        plan(&artifacts(Some(letter), Mode::Plain), &found, &Force::None).changes[0]
            .why
            .clone()
    };
    assert_eq!((why('a'), why('b')), (Why::Ejected, Why::EjectedBehind));
}

/// The x bit wanted, found and written last.
fn with_modes(wanted: bool, found_x: bool, last_x: Option<bool>, row: &str, no_modes: bool) -> (Plan, Plan) {
    let mode = if wanted { Mode::Executable } else { Mode::Plain };
    let artifacts = artifacts(Some('b'), mode);
    let mut found = Found {
        no_modes,
        ..Found::default()
    };
    found.entries.insert(path(), entry(row, found_x));
    if let Some(last_x) = last_x {
        let last = last(if row == "c" { "b" } else { row }, Class::Owned, last_x).unwrap();
        found.lock.entries.insert(path(), last);
    }
    let first = plan(&artifacts, &found, &Force::None);
    let second = plan(&artifacts, &after(&first, &artifacts, &found), &Force::None);
    (first, second)
}

#[test]
fn only_a_changed_wish_sets_the_x_bit() {
    for wanted in [false, true] {
        for found in [false, true] {
            for (last, is_wish_new) in [(None, true), (Some(!wanted), true), (Some(wanted), false)] {
                let expected = (is_wish_new && found != wanted).then_some(wanted);
                let cell = format!("wanted {wanted}, found {found}, last {last:?}");
                let (first, second) = with_modes(wanted, found, last, "b", false);
                let action = if expected.is_some() { '~' } else { '=' };
                assert_eq!(
                    (outcome(&first), first.changes[0].executable),
                    (action, expected),
                    "{cell}"
                );
                assert_eq!(outcome(&second), '=', "{cell}");
                if last.is_some() {
                    let (first, second) = with_modes(wanted, found, last, "a", false);
                    assert_eq!(
                        (outcome(&first), first.changes[0].executable),
                        ('~', expected),
                        "{cell}"
                    );
                    assert_eq!(outcome(&second), '=', "{cell}");
                    let (first, second) = with_modes(wanted, found, last, "c", false);
                    assert_eq!((outcome(&first), outcome(&second)), ('e', 'e'), "{cell}");
                }
                let (first, _) = with_modes(wanted, found, last, "b", true);
                assert_eq!(
                    (outcome(&first), first.changes[0].executable),
                    ('=', None),
                    "{cell}, no modes"
                );
            }
        }
    }
}

/// `1 2 THREE` is wanted, and something else was written last.
fn with_edit(edited: &str, bases: &[&str], last: &[&str]) -> (Artifacts, Found) {
    with_texts("1\n2\nTHREE\n", edited, bases, last)
}

fn with_texts(wanted: &str, edited: &str, bases: &[&str], last: &[&str]) -> (Artifacts, Found) {
    let artifacts = Artifacts::from([(
        path(),
        Artifact {
            mode: Mode::Plain,
            content: Content::Copy {
                bytes: wanted.as_bytes().to_vec().into(),
                original: String::new(),
                key: KeyPath::default(),
            },
        },
    )]);
    let mut found = Found::default();
    let file = File::new(edited.as_bytes().to_vec(), true);
    found.entries.insert(path(), Entry::File(file));
    let written = last.iter().map(|text| Written {
        id: blob_id(text.as_bytes()),
        executable: false,
    });
    let last = Last {
        class: Class::Owned,
        written: written.collect(),
    };
    found.lock.entries.insert(path(), last);
    for base in bases {
        found
            .bases
            .insert(blob_id(base.as_bytes()), base.as_bytes().to_vec());
    }
    (artifacts, found)
}

#[test]
fn an_edit_and_a_change_apart_are_merged() {
    let base = "1\n2\n3\n";
    let (artifacts, found) = with_edit("ONE\n2\n3\n", &[base], &[base]);
    let merged = plan(&artifacts, &found, &Force::All);
    assert_eq!(
        merged.changes[0].action,
        Action::Merge(b"ONE\n2\nTHREE\n".to_vec())
    );
    assert_eq!(merged.changes[0].executable, None, "the found mode stays");
    let after = after(&merged, &artifacts, &found);
    assert!(
        after.lock.entries[&path()].has_text(blob_id(b"1\n2\nTHREE\n")),
        "last becomes what is wanted"
    );
    assert_eq!(outcome(&plan(&artifacts, &after, &Force::None)), 'e');
}

#[test]
fn an_edit_that_holds_our_change_already_is_kept() {
    let base = "1\n2\n3\n";
    let (artifacts, found) = with_edit("ONE\n2\nTHREE\n", &[base], &[base]);
    let kept = plan(&artifacts, &found, &Force::None);
    assert_eq!(outcome(&kept), 'e');
    assert!(kept.lock.entries[&path()].has_text(blob_id(b"1\n2\nTHREE\n")));
}

#[test]
fn no_merge_is_guessed() {
    let base = "1\n2\n3\n";
    for (edited, bases, last, reason) in [
        ("ONE\n2\n3\n", &[][..], &[base][..], NoMerge::NoBase),
        ("1\n2\nDREI\n", &[base], &[base], NoMerge::Overlap),
        ("\0\n2\n3\n", &[base], &[base], NoMerge::Binary),
        ("ONE\n2\n3\n", &[base], &[base, "1\n2\n"], NoMerge::NoBase),
        (
            "ONE\n2\n3\n",
            &[base, "0\n1\n2\n3\n"],
            &[base, "0\n1\n2\n3\n"],
            NoMerge::Overlap,
        ),
        (
            "1\n2\n3\n4\n5\n",
            &["1\n2\n3\n4\n5\nX\n", "Y\n1\n2\n3\n4\n5\n"],
            &["1\n2\n3\n4\n5\nX\n", "Y\n1\n2\n3\n4\n5\n"],
            NoMerge::Overlap,
        ),
    ] {
        let (artifacts, found) = with_edit(edited, bases, last);
        let refused = plan(&artifacts, &found, &Force::None);
        let change = &refused.changes[0];
        assert_eq!(
            (&change.action, &change.why),
            (&Action::Conflict, &Why::EditedAndChanged(reason)),
            "{edited:?}"
        );
        let forced = plan(&artifacts, &found, &Force::All);
        assert_eq!(outcome(&forced), '#', "{edited:?}");
        assert_eq!(forced.changes[0].why, Why::EditedAndChanged(reason));
    }
}

#[test]
fn two_texts_written_last_must_lead_to_one_merge() {
    let outcome = |wanted: &str, edited: &str, bases: [&str; 2]| {
        let (artifacts, found) = with_texts(wanted, edited, &bases, &bases);
        let change = plan(&artifacts, &found, &Force::None).changes.remove(0);
        (change.action, change.why)
    };
    // Two branches each changed one end; the edit is in the middle, and both changes are wanted.
    let (one, two) = ("A\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\nG\n");
    let edited = "A\n2\nmine\n4\n5\n6\nG\n";
    assert_eq!(
        outcome("A\n2\n3\n4\nnew\n6\nG\n", edited, [one, two]),
        (Action::Merge(b"A\n2\nmine\n4\nnew\n6\nG\n".to_vec()), Why::Merged)
    );
    let kept = outcome("A\n2\n3\n4\n5\n6\nG\n", edited, [one, two]);
    assert_eq!(
        kept,
        (Action::KeepEdit, Why::Edited),
        "the edit holds both changes"
    );
    let (action, why) = outcome("1\n2\nTHREE\n", "ONE\n2\n3\n", ["1\n2\n3\n", "ONE\n2\nTHREE\n"]);
    assert_eq!(action, Action::Conflict);
    assert_eq!(why, Why::EditedAndChanged(NoMerge::Ambiguous));
}

fn swap(wanted: &[&str], files: &[&str], obstacles: &[(&str, &str, ObstacleKind)]) -> Vec<(String, Action)> {
    let content = |path: &str| Artifact {
        mode: Mode::Plain,
        content: Content::Copy {
            bytes: path.as_bytes().to_vec().into(),
            original: String::new(),
            key: KeyPath::default(),
        },
    };
    let path = |path: &&str| ArtifactPath::new(*path).unwrap();
    let artifacts: Artifacts = wanted.iter().map(|name| (path(name), content(name))).collect();
    let mut found = Found::default();
    for name in files {
        let file = File::new(name.as_bytes().to_vec(), false);
        found.entries.insert(path(name), Entry::File(file));
        let last = Last::owned(blob_id(name.as_bytes()), false);
        found.lock.entries.insert(path(name), last);
    }
    for (name, at, kind) in obstacles {
        let obstacle = Obstacle {
            path: (*at).to_owned(),
            kind: kind.clone(),
        };
        found.entries.insert(path(name), Entry::Other(obstacle));
        if !wanted.contains(name) {
            found
                .lock
                .entries
                .insert(path(name), Last::owned(blob_id(b""), false));
        }
    }
    plan(&artifacts, &found, &Force::None)
        .changes
        .into_iter()
        .map(|change| (change.path.to_string(), change.action))
        .collect()
}

#[test]
fn a_file_of_ours_may_become_a_folder_and_back() {
    let planned = |pairs: &[(&str, Action)]| -> Vec<(String, Action)> {
        pairs
            .iter()
            .map(|(path, action)| ((*path).to_owned(), action.clone()))
            .collect()
    };
    let folder = |files: &[&str]| {
        ObstacleKind::Folder(Some(
            files
                .iter()
                .map(|path| ArtifactPath::new(*path).unwrap())
                .collect(),
        ))
    };
    assert_eq!(
        swap(&["a/b"], &["a"], &[("a/b", "a", ObstacleKind::File)]),
        planned(&[("a", Action::Prune), ("a/b", Action::Create)])
    );
    assert_eq!(
        swap(&["a"], &["a/b"], &[("a", "a", folder(&["a/b"]))]),
        planned(&[("a", Action::Create), ("a/b", Action::Prune)])
    );
    // Half of the folder is still wanted, or is not ours.
    assert_eq!(
        swap(&["a"], &[], &[("a", "a", ObstacleKind::Folder(None))]),
        planned(&[("a", Action::Conflict)])
    );
    // A run that was killed between the last file and the lock.
    assert_eq!(
        swap(&["a/b"], &["a/b"], &[("a", "a", ObstacleKind::Folder(None))]),
        planned(&[("a", Action::Forget), ("a/b", Action::Keep)])
    );
    assert_eq!(
        swap(&["a"], &["a"], &[("a/b", "a", ObstacleKind::File)]),
        planned(&[("a", Action::Keep), ("a/b", Action::Forget)])
    );
}
