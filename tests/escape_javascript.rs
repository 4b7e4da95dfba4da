//! The law of the JavaScript escaper: a real engine reads back exactly the value that went in.

use std::fmt::Write;
use std::fs;

use html5gum::{Token, Tokenizer};
use pinkogen::render::escape::javascript::{comment, json, literal};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "support/tools.rs"]
mod tools;

use tools::{Tool, repo, run};

/// The corpus, whatever language it is meant for: context, value, what is expected.
fn corpus() -> Vec<[String; 3]> {
    let text =
        fs::read_to_string(repo().join("tests/data/quoting-corpus.json")).expect("the corpus is there");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the corpus is JSON");
    let field = |case: &Value, name: &str| case[name].as_str().expect("a string").to_owned();
    cases
        .iter()
        .map(|case| ["context", "value", "expected_encoding_or_reject"].map(|name| field(case, name)))
        .collect()
}

/// Texts that are likely to end a literal, a comment or a script too early, and every character.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-*/<>!&'\"`\\\\$\\{\\}x; \r\n\t]{1,8}",
        "</?[sS]cript ?>?",
        any::<String>(),
        prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        prop::char::range('\0', '\u{2ff}').prop_map(|c| format!("a{c}b")),
        prop::char::range('\u{2000}', '\u{206f}').prop_map(|c| format!("*{c}/")),
    ]
}

/// The corpus and some thousand texts, the same ones each time.
fn many() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let texts = texts();
    let random = (0..3000).map(|_| texts.new_tree(&mut runner).expect("a text").current());
    corpus()
        .into_iter()
        .map(|[_, value, _]| value)
        .chain(random)
        .collect()
}

#[test]
fn the_corpus_is_written_as_it_says() {
    for [context, value, encoding] in corpus() {
        if context == "js.string inside <script>" {
            assert_eq!(literal(&value), encoding, "{value:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_literal_is_json(text in texts()) {
        let found: Value = serde_json::from_str(&literal(&text))?;
        prop_assert_eq!(found, Value::from(text));
    }

    #[test]
    fn a_script_ends_where_it_is_meant_to(text in texts()) {
        let script = format!("const a = {};", literal(&text));
        let page = format!("<script>{script}</script>");
        let mut found = Vec::new();
        for token in Tokenizer::new(page.as_str()) {
            let Ok(token) = token;
            found.push(match token {
                Token::StartTag(tag) => format!("<{}>", String::from_utf8_lossy(&tag.name)),
                Token::EndTag(tag) => format!("</{}>", String::from_utf8_lossy(&tag.name)),
                Token::String(text) => String::from_utf8_lossy(&text).into_owned(),
                // A page may hold characters that it had better not.
                Token::Error(_) => String::new(),
                other => format!("{other:?}"),
            });
        }
        prop_assert_eq!(found.concat(), page);
        prop_assert_eq!(found.first().map(String::as_str), Some("<script>"));
        prop_assert_eq!(found.last().map(String::as_str), Some("</script>"));
    }

    #[test]
    fn a_comment_stays_on_its_line(text in texts()) {
        let comment = comment(&text);
        prop_assert!(!comment.contains("*/"));
        let breaks_the_line = |c: char| c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c);
        prop_assert!(!comment.contains(breaks_the_line));
    }
}

#[test]
#[ignore = "needs Node.js: cargo test -- --include-ignored"]
fn node_reads_literals_json_and_comments_back() {
    let Some(node) = Tool::find("node") else { return };
    let texts = many();
    let mut module = String::from("export const literals = [\n");
    for text in &texts {
        let _ = writeln!(module, "  {},", literal(text));
    }
    let pretty = serde_json::to_string_pretty(&serde_json::json!({ "texts": texts })).expect("JSON");
    let _ = writeln!(
        module,
        "];\nexport const {{ texts }} = {};\nexport let comments = 0;",
        json(&pretty)
    );
    for text in &texts {
        let _ = writeln!(module, "/**\n * {}\n */\ncomments += 1;", comment(text));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("module.mjs");
    fs::write(&path, module).expect("it is written");
    let print =
        "import(process.argv[1]).then((module) => process.stdout.write(JSON.stringify({ ...module })))";
    let output =
        run(node.command().args(["-e", print]).arg(&path)).unwrap_or_else(|report| panic!("{report}"));
    let found: Value = serde_json::from_slice(&output.stdout).expect("node prints JSON");
    let different = |name: &str| {
        (0..)
            .zip(&texts)
            .find(|(n, text)| found[name][*n] != text.as_str())
    };
    assert_eq!(different("literals"), None);
    assert_eq!(different("texts"), None);
    assert_eq!(found["comments"], texts.len());
}
