//! The law of the YAML and Compose escapers: a real reader reads back exactly the value that went in.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

use pinkogen::render::escape::{compose, yaml};
use pinkogen::stack::Part;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "support/tools.rs"]
mod tools;

use tools::{Tool, repo, run};

/// Whole values of the corpus, whatever language they are meant for; a lone surrogate is no text.
fn corpus() -> Vec<(String, String, String)> {
    let text =
        fs::read_to_string(repo().join("tests/data/quoting-corpus.json")).expect("the corpus is there");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the corpus is JSON");
    let field = |case: &Value, name: &str| case[name].as_str().expect("a string").to_owned();
    cases
        .iter()
        .map(|case| {
            (
                field(case, "context"),
                field(case, "value"),
                field(case, "expected_encoding_or_reject"),
            )
        })
        .collect()
}

/// Texts that are likely to be misread: almost plain words, the reserved ones, every character.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "(\\.{0,2}/)?[A-Za-z0-9_./@:=-]{0,8}",
        "[0-9_.:eExXob+-]{1,8}",
        "[eEinx_.][0-9_.:-]{0,3}",
        "[yYnNtTfFoO~][eErRuUaAlL]?[sSuUlLfFnN]?[eElLsS]?[eE]?:?",
        "[-?:,\\[\\]{}#&*!|>'\"%@` \t\n\ra0$\\\\]{1,6}",
        any::<String>(),
        prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        prop::char::range('\0', '\u{2ff}').prop_map(|c| format!("a{c}b")),
        prop::char::range('\u{2000}', '\u{206f}').prop_map(String::from),
    ]
}

/// The corpus and some thousand texts, the same ones each time.
fn many() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let texts = texts();
    let random = (0..6000).map(|_| texts.new_tree(&mut runner).expect("a text").current());
    let mut all: Vec<String> = corpus()
        .into_iter()
        .map(|(_, value, _)| value)
        .chain(random)
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Each text as an entry of a list, as a value and as a key.
fn document(texts: &[String], scalar: impl Fn(&str) -> String) -> String {
    let mut document = String::from("---\nlist:\n");
    for text in texts {
        let _ = writeln!(document, "  - {}", scalar(text));
    }
    document += "values:\n";
    for (position, text) in texts.iter().enumerate() {
        let _ = writeln!(document, "  v{position}: {}", scalar(text));
    }
    document += "keys:\n";
    for (position, text) in texts
        .iter()
        .enumerate()
        .filter(|(_, text)| yaml::key_fault(text).is_none())
    {
        let _ = writeln!(document, "  {}: k{position}", scalar(text));
    }
    document
}

fn expected(texts: &[String]) -> Value {
    let named = |(position, text): (usize, &String)| (format!("v{position}"), text.clone());
    let keys = texts
        .iter()
        .enumerate()
        .filter(|(_, text)| yaml::key_fault(text).is_none());
    serde_json::json!({
        "list": texts,
        "values": texts.iter().enumerate().map(named).collect::<BTreeMap<_, _>>(),
        "keys": keys.map(|(position, text)| (text.clone(), format!("k{position}"))).collect::<BTreeMap<_, _>>(),
    })
}

/// Names what differs, not the thousands that do not.
#[track_caller]
fn assert_reads(reader: &str, found: &Value, expected: &Value) {
    let Value::Object(parts) = expected else {
        panic!("an object")
    };
    for (part, texts) in parts {
        let pairs: Vec<(&Value, Option<&Value>)> = match texts {
            Value::Array(list) => list.iter().zip((0..).map(|n| found[part].get(n))).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (value, found[part].get(key)))
                .collect(),
            _ => panic!("a list or an object"),
        };
        let misread: Vec<_> = pairs
            .into_iter()
            .filter(|(wanted, found)| Some(*wanted) != *found)
            .take(5)
            .collect();
        assert!(misread.is_empty(), "{reader}, {part}: {misread:?}");
    }
    assert!(found == expected, "{reader} reads something besides");
}

fn saphyr(document: &str) -> Value {
    serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{error}\n{document}"))
}

#[test]
fn the_corpus_is_read_back_by_saphyr() {
    let texts = many();
    assert_reads(
        "serde-saphyr",
        &saphyr(&document(&texts, yaml::scalar)),
        &expected(&texts),
    );
}

#[test]
fn the_corpus_is_written_as_it_says_unless_it_is_plain() {
    for (context, value, encoding) in corpus() {
        let written = match context.as_str() {
            "yaml.string" => yaml::scalar(&value),
            "compose.environment value" => compose::scalar(&value),
            _ => continue,
        };
        if encoding != "reject" && !yaml::is_plain(&value) {
            assert_eq!(written, encoding, "{context}: {value:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_back(text in texts()) {
        let texts = [text];
        prop_assert_eq!(saphyr(&document(&texts, yaml::scalar)), expected(&texts));
    }

    #[test]
    fn a_scalar_is_one_line_and_one_node(text in texts()) {
        let scalar = yaml::scalar(&text);
        let breaks_the_line = |c: char| c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c);
        prop_assert!(!scalar.contains(breaks_the_line));
        let found = saphyr(&format!("a: {scalar}\nb: end\n"));
        prop_assert_eq!(found, serde_json::json!({ "a": text, "b": "end" }));
    }

    #[test]
    fn compose_doubles_every_dollar_and_nothing_else(text in texts()) {
        let found = saphyr(&format!("- {}\n", compose::scalar(&text)));
        prop_assert_eq!(found, serde_json::json!([text.replace('$', "$$")]));
    }

    #[test]
    fn a_quantity_is_a_number_or_the_text_itself(text in prop_oneof!["[0-9]{1,3}(\\.[0-9]{1,2})?[a-z]?", texts()]) {
        let found = saphyr(&format!("- {}\n", yaml::quantity(&text)));
        let number: Option<serde_json::Number> = text.parse().ok();
        let is_number = number.as_ref().is_some_and(|number| found[0] == Value::Number(number.clone()));
        prop_assert!(found[0] == text.as_str() || is_number, "{:?}: {}", text, found);
    }
}

/// Runs a reader that prints as JSON what it has read from standard input.
fn read(command: &mut Command, document: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.yaml");
    fs::write(&path, document).expect("it is written");
    command.arg(&path).env("PYTHONIOENCODING", "utf-8");
    let output = run(command).unwrap_or_else(|report| panic!("{report}"));
    serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
}

#[test]
#[ignore = "needs PyYAML: cargo test -- --include-ignored"]
fn the_corpus_is_read_back_by_pyyaml_and_libyaml() {
    let Some(python) = Tool::find("python-parsers") else {
        return;
    };
    let texts = many();
    for loader in ["SafeLoader", "CSafeLoader"] {
        let program = format!(
            "import json, sys, yaml\nwith open(sys.argv[1], 'rb') as f: json.dump(yaml.load(f, yaml.{loader}), sys.stdout)"
        );
        let found = read(
            python.command().args(["-c", &program]),
            &document(&texts, yaml::scalar),
        );
        assert_reads(loader, &found, &expected(&texts));
    }
}

#[test]
#[ignore = "needs Node.js and dclint: cargo test -- --include-ignored"]
fn the_corpus_is_read_back_by_the_readers_in_javascript() {
    let (Some(node), Some(dclint)) = (Tool::find("node"), Tool::find("dclint")) else {
        return;
    };
    let program = dclint.path().canonicalize().expect("it exists");
    let modules = program
        .ancestors()
        .find(|folder| folder.ends_with("node_modules"))
        .expect("dclint is installed by npm");
    let texts = many();
    for reader in [
        "require('yaml').parse(text, { version: '1.2' })",
        "require('yaml').parse(text, { version: '1.1' })",
        "require('js-yaml').load(text)",
    ] {
        let program = format!(
            "const text = require('fs').readFileSync(process.argv[1], 'utf8'); process.stdout.write(JSON.stringify({reader}))"
        );
        let found = read(
            node.command().env("NODE_PATH", modules).args(["-e", &program]),
            &document(&texts, yaml::scalar),
        );
        assert_reads(reader, &found, &expected(&texts));
    }
}

/// Environment and arguments of a process inside a container, through Compose.
#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn a_container_is_given_exactly_the_value() {
    let Some(docker) = Tool::docker() else { return };
    let texts: Vec<String> = many()
        .into_iter()
        .filter(|text| compose::argument_fault(text).is_none())
        .collect();
    // A process has no room for all of them at once, in either place.
    for texts in texts.chunks(1000) {
        let mut file =
            String::from("name: pinkogen-escape-yaml\nservices:\n  echo:\n    image: debian:trixie-slim\n");
        file += "    network_mode: none\n    environment:\n";
        for (position, text) in texts.iter().enumerate() {
            let _ = writeln!(file, "      PINKOGEN_{position}: {}", compose::scalar(text));
        }
        let variable = [Part::Text("$".into()), Part::Variable("${PINKOGEN_X}".into())];
        let _ = writeln!(file, "      PINKOGEN_X: {}", compose::interpolated(&variable));
        file += "    command:\n";
        let shell = [
            "sh",
            "-c",
            "cat /proc/$$/environ /proc/$$/cmdline",
            "sh",
            "pinkogen-arguments",
        ];
        for word in shell.into_iter().chain(texts.iter().map(String::as_str)) {
            let _ = writeln!(file, "      - {}", compose::scalar(word));
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("compose.yaml");
        fs::write(&path, file).expect("it is written");
        let mut command = docker.command();
        command
            .env("PINKOGEN_X", "a $b")
            .args(["compose", "-f"])
            .arg(&path);
        let output =
            run(command.args(["run", "--rm", "-T", "echo"])).unwrap_or_else(|report| panic!("{report}"));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let words: Vec<&str> = printed.split_terminator('\0').collect();
        let mark = words
            .iter()
            .position(|word| *word == "pinkogen-arguments")
            .expect("the mark");
        assert_eq!(words[mark + 1..], *texts);
        let environment: BTreeMap<&str, &str> = words[..mark]
            .iter()
            .filter_map(|word| word.split_once('='))
            .collect();
        for (position, text) in texts.iter().enumerate() {
            assert_eq!(environment[&*format!("PINKOGEN_{position}")], text);
        }
        assert_eq!(environment["PINKOGEN_X"], "$a $b");
    }
}
