//! Readers of what somebody else may have written, and the plan, on input that nobody would write.

use std::collections::BTreeSet;
use std::time::Instant;

use pinkogen::key_path::KeyPath;
use pinkogen::render::{Artifact, ArtifactPath, Artifacts, Content, Mode};
use pinkogen::tree::lock::{Class, Last, Written};
use pinkogen::tree::{
    Action, Entry, File, Force, Found, Journal, Lock, Obstacle, ObstacleKind, blob_id, plan,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::figure::figure;

const RUNS: u32 = 1_000_000;

fn fuzz<S: Strategy>(what: &str, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let started = Instant::now();
    let config = Config {
        cases: RUNS,
        failure_persistence: None,
        max_shrink_iters: 10_000,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(strategy, test)
        .unwrap_or_else(|error| panic!("{error}"));
    figure(
        &format!("Fuzz: {what}"),
        "10^6 runs without a panic or a hang",
        &format!("{RUNS} runs in {:.0} s", started.elapsed().as_secs_f64()),
    );
}

/// Pieces of which locks and journals are made, and of which they are not; joined, and cut.
fn text(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

const ID: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn the_reader_of_the_lock() {
    let words = &[
        "# pinkogen.lock 1\n",
        "# pinkogen.lock 1\nowned 100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 a\n",
        "owned ",
        "ejected ",
        "100644 ",
        "100755 ",
        ID,
        " ",
        "a",
        "/",
        "..",
        "\n",
        "\r\n",
        "<<<<<<< ",
        ".git",
    ];
    fuzz("the lock's reader", &text(words), |bytes| {
        if let Ok(lock) = Lock::parse(&bytes) {
            let again = Lock::parse(lock.format().as_bytes());
            prop_assert_eq!(again, Ok(lock), "what is written is read again");
        }
        Ok(())
    });
}

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn the_reader_of_the_journal() {
    let words = &[
        "# pinkogen.journal 1\n",
        "remove ",
        "remove-folder ",
        "move-away ",
        "write ",
        "set-mode ",
        "100755 ",
        ID,
        " ",
        "0 ",
        "- ",
        "99999999999 ",
        "a",
        "/",
        "..",
        "\n",
        "end ",
        "pinkogen.lock",
    ];
    // The sum is right in half of them, or nothing behind it would be tried.
    fuzz(
        "the journal's reader",
        &(text(words), any::<bool>()),
        |(mut bytes, is_summed)| {
            if is_summed {
                bytes.insert(0, b'\n');
                bytes.splice(0..0, *b"# pinkogen.journal 1");
                bytes.push(b'\n');
                let end = format!("end {}\n", blob_id(&bytes));
                bytes.extend_from_slice(end.as_bytes());
            }
            let _ = Journal::parse(&bytes);
            Ok(())
        },
    );
}

const PATHS: [&str; 5] = ["a", "a/x", "a/x/y", "b", "b/z"];

/// Takes numbers from a seed: a strategy for each part would be ten times as slow.
struct Seed(u128);

impl Seed {
    fn below(&mut self, bound: u8) -> u8 {
        let rest = self.0 % u128::from(bound);
        self.0 /= u128::from(bound);
        u8::try_from(rest).expect("it is below a byte")
    }

    fn text(&mut self) -> Option<u8> {
        self.below(5).checked_sub(1)
    }

    fn entry(&mut self) -> Entry {
        match self.below(9) {
            0 | 1 => Entry::None,
            2..7 => Entry::File(File::new(vec![self.below(4); 3], self.below(2) == 0)),
            _ => Entry::Other(Obstacle {
                path: PATHS[usize::from(self.below(5))].to_owned(),
                kind: match self.below(4) {
                    0 => ObstacleKind::Link,
                    1 => ObstacleKind::File,
                    2 => ObstacleKind::Folder(None),
                    _ => ObstacleKind::Folder(Some(PATHS.into_iter().map(path).collect())),
                },
            }),
        }
    }

    fn last(&mut self) -> Option<Last> {
        let class = if self.below(10) == 0 {
            Class::Ejected
        } else {
            Class::Owned
        };
        let texts = [self.text(), self.text()].into_iter().flatten();
        let written: BTreeSet<_> = texts
            .map(|text| Written {
                id: blob_id(&[text; 3]),
                executable: false,
            })
            .collect();
        (!written.is_empty()).then_some(Last { class, written })
    }
}

fn path(name: &str) -> ArtifactPath {
    ArtifactPath::new(name).expect("a path")
}

fn case(seed: u128) -> (Artifacts, Found, Force) {
    let mut seed = Seed(seed);
    let mut artifacts = Artifacts::new();
    let mut found = Found {
        no_modes: seed.below(2) == 0,
        ..Found::default()
    };
    let force = match seed.below(3) {
        0 => Force::None,
        1 => Force::All,
        _ => Force::Paths(BTreeSet::from([path("a/x")])),
    };
    for name in PATHS {
        if let Some(text) = seed.text() {
            let content = Content::Copy {
                bytes: vec![text; 3].into(),
                original: String::new(),
                key: KeyPath::default(),
            };
            let mode = if text == 3 { Mode::Executable } else { Mode::Plain };
            artifacts.insert(path(name), Artifact { mode, content });
        }
        found.entries.insert(path(name), seed.entry());
        if let Some(last) = seed.last() {
            found.lock.entries.insert(path(name), last);
        }
    }
    found.lock_text = Some(found.lock.format().into_bytes());
    (artifacts, found, force)
}

#[test]
#[ignore = "long: cargo test --test faults -- --include-ignored"]
fn the_plan() {
    fuzz("the plan", &any::<u128>(), |seed| {
        let (artifacts, found, force) = case(seed);
        let plan = plan(&artifacts, &found, &force);
        prop_assert!(
            !(force == Force::All && plan.has_conflicts()),
            "force resolves all"
        );
        for change in &plan.changes {
            let (entry, last) = (found.entry(&change.path), found.lock.entries.get(&change.path));
            if let (Action::Update | Action::Prune, Entry::File(file)) = (&change.action, entry) {
                let is_known = last.is_some_and(|last| last.has_text(blob_id(&file.bytes)));
                let is_same = artifacts
                    .get(&change.path)
                    .is_some_and(|artifact| *artifact.bytes() == *file.bytes);
                prop_assert!(
                    is_known || is_same || change.backup.is_some(),
                    "lost without a backup: {change:?}"
                );
            }
            prop_assert!(
                force != Force::None || change.backup.is_none(),
                "no force, no backup"
            );
        }
        Ok(())
    });
}
