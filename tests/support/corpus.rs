//! The corpus of values that are easily misread, and random ones in its manner.

use std::fs;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::tools::repo;

pub(crate) struct Case {
    pub(crate) context: String,
    pub(crate) value: String,
    /// How it was written when a real reader read it back, or `reject`.
    pub(crate) expected: String,
}

pub(crate) fn cases() -> Vec<Case> {
    let text =
        fs::read_to_string(repo().join("tests/data/quoting-corpus.json")).expect("the corpus is there");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the corpus is JSON");
    let field = |case: &Value, name: &str| case[name].as_str().expect("a string").to_owned();
    cases
        .iter()
        .map(|case| Case {
            context: field(case, "context"),
            value: field(case, "value"),
            expected: field(case, "expected_encoding_or_reject"),
        })
        .collect()
}

/// The values of the corpus, whatever language they are meant for, and some random ones, the same each time.
pub(crate) fn many(random: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let texts = prop_oneof![
        "[-_./:@+A-Za-z0-9]{1,12}",
        "[\\\\\"'$ #;{}<>&|!~=,*?()\\[\\]`%\ta1n\\-]{1,8}",
        "[a\\\\\"']{1,5}[$#;{}<]{0,3}",
        "(<<|\\$\\{|\\$\\(|#|--|~|=|@|\\^)[A-Za-z\"' ]{0,6}",
        prop::char::range('\0', '\u{ff}').prop_map(|c| format!("a{c}b")),
        prop::char::range('\u{2000}', '\u{206f}').prop_map(String::from),
        any::<String>(),
    ];
    let random = (0..random).map(|_| texts.new_tree(&mut runner).expect("a text").current());
    let mut all: Vec<String> = cases().into_iter().map(|case| case.value).collect();
    all.extend(random);
    all.sort_unstable();
    all.dedup();
    all
}
