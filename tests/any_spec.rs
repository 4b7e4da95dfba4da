//! Laws that hold for any spec, however broken: nothing panics, no refusal is silent, what resolves renders, and no value
//! leaves its place.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pinkogen::render::{ArtifactPath, Artifacts, render};
use pinkogen::spec::{self, Places, Source};
use pinkogen::stack::resolve;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use walkdir::WalkDir;

/// A spec that is there, and its place.
#[derive(Debug)]
struct Seed {
    text: String,
    places: Places,
}

impl Seed {
    fn read(spec: &Path) -> Self {
        Self {
            text: fs::read_to_string(spec).expect("a spec"),
            places: Places::find(Some(spec), None).expect("its place"),
        }
    }
}

/// Every example and every tested spec, sound or broken.
static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| {
    let specs = ["examples", "tests/specs"].into_iter().flat_map(|folder| {
        WalkDir::new(repo().join(folder))
            .sort_by_file_name()
            .into_iter()
            .map(|entry| entry.expect("an entry").into_path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
    });
    specs.map(|spec| Seed::read(&spec)).collect()
});

static SOUND: LazyLock<Vec<&Seed>> = LazyLock::new(|| {
    let seeds = SEEDS.iter();
    seeds
        .filter(|seed| run(&seed.text, &seed.places).is_some())
        .collect()
});

/// Values that some language reads as something else.
static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Case {
        value: String,
    }
    let text = fs::read_to_string(repo().join("tests/data/quoting-corpus.json")).expect("the corpus");
    let cases: Vec<Case> = serde_json::from_str(&text).expect("JSON");
    let mut values: Vec<String> = cases.into_iter().map(|case| case.value).collect();
    for (first, length) in [("", 300), ("", 5000), ("/", 1001), ("/", 4093)] {
        values.push(format!("{first}{}", "A".repeat(length)));
    }
    values.push("/é".to_owned());
    values.sort();
    values.dedup();
    values
});

/// Runs all stages that do not write, as `pinkogen check` does.
fn run(text: &str, places: &Places) -> Option<Artifacts> {
    let source = match Source::open("spec.toml", text) {
        Ok(source) => source,
        Err((source, problems)) => {
            assert!(problems.has_errors(), "it is refused in silence");
            spec::draw(&source, &problems, false);
            return None;
        }
    };
    let parsed = spec::parse(&source);
    let (inputs, mut problems) = spec::load(&parsed.spec, places);
    let (stack, unresolved) = resolve(&source, &parsed, &inputs, places);
    problems.extend(parsed.problems);
    problems.extend(unresolved);
    let drawn = spec::draw(&source, &problems, false);
    assert!(
        drawn
            .chars()
            .all(|c| c == '\n' || !c.is_control() || text.contains(c)),
        "a control character is shown: {drawn:?}"
    );
    match stack {
        None => {
            assert!(problems.has_errors(), "it is refused in silence");
            None
        }
        Some(_) if problems.has_errors() => None,
        Some(stack) => {
            Some(render(&stack).unwrap_or_else(|error| panic!("what resolves renders: {error}\n{text}")))
        }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Delete,
    Double,
    /// By a piece of any spec.
    Foreign(Index, Index),
    /// By a string of the corpus.
    Text(Index),
    By(&'static str),
}

/// What is edited. What is no TOML any more is undone, but for words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cut {
    Keys,
    Values,
    /// A key with its value.
    Entries,
    Words,
}

type Edit = (Cut, Index, Change);

fn edit() -> impl Strategy<Value = Edit> {
    const ODD: &[&str] = &[
        "0",
        "-1",
        "2",
        "1.5",
        "nan",
        "true",
        "[]",
        "{}",
        "[1]",
        "\"\"",
        "''",
        "=",
        ".",
        "2024-01-01",
        "99999999999",
        "\"é\"",
        "\"\\u0000\"",
        "\"${X:-y}\"",
        "\"/\"",
        "\"#\"",
        "\"..\"",
        "\n",
        "\r\n",
        "\u{feff}",
        "\"~ (a+)+$\"",
        "\"= /\"",
        "\"GET /{a}\"",
        "services",
        "proxy",
        "image",
    ];
    let cut = prop_oneof![
        4 => Just(Cut::Keys),
        8 => Just(Cut::Values),
        4 => Just(Cut::Entries),
        1 => Just(Cut::Words),
    ];
    let change = prop_oneof![
        1 => Just(Change::Delete),
        1 => Just(Change::Double),
        4 => any::<(Index, Index)>().prop_map(|(spec, piece)| Change::Foreign(spec, piece)),
        1 => any::<Index>().prop_map(Change::Text),
        1 => select(ODD).prop_map(Change::By),
    ];
    (cut, any::<Index>(), change)
}

fn edited(seed: &Seed, edits: &[Edit]) -> String {
    let mut text = seed.text.clone();
    for (cut, place, change) in edits {
        let pieces = pieces(&text, *cut);
        if pieces.is_empty() {
            continue;
        }
        let range = place.get(&pieces).clone();
        let piece = match change {
            Change::Delete => String::new(),
            Change::Double => text[range.clone()].repeat(2),
            Change::Foreign(spec, piece) => {
                let other = &spec.get(&SEEDS[..]).text;
                let pieces = self::pieces(other, *cut);
                if pieces.is_empty() {
                    continue;
                }
                other[piece.get(&pieces).clone()].to_owned()
            }
            Change::Text(value) => quoted(value.get::<String>(&CORPUS)),
            Change::By(text) => (*text).to_owned(),
        };
        let mut next = text.clone();
        next.replace_range(range, &piece);
        if *cut == Cut::Words || DeTable::parse(&next).is_ok() {
            text = next;
        }
    }
    text
}

fn pieces(text: &str, cut: Cut) -> Vec<Range<usize>> {
    let entries = || entries(text).into_iter();
    match cut {
        Cut::Keys => entries().filter_map(|entry| entry.key).collect(),
        Cut::Values => entries().map(|entry| entry.value).collect(),
        Cut::Entries => entries()
            .filter_map(|entry| Some(entry.key?.start..entry.value.end))
            .collect(),
        Cut::Words => words(text),
    }
}

/// Strings, words, spaces, and every other character on its own.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let while_in = |set: fn(char) -> bool| rest.find(|c| !set(c)).unwrap_or(rest.len());
        let length = match first {
            '"' | '\'' => rest[1..].find(first).map_or(1, |end| end + 2),
            c if c.is_alphanumeric() => while_in(|c| c.is_alphanumeric() || "-_".contains(c)),
            ' ' => while_in(|c| c == ' '),
            c => c.len_utf8(),
        };
        words.push(start..start + length);
        start += length;
    }
    words
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spec_panics(sound in any::<bool>(), seed in any::<Index>(), edits in prop::collection::vec(edit(), 1..5)) {
        let seed = if sound { seed.get::<&Seed>(&SOUND) } else { seed.get::<Seed>(&SEEDS) };
        run(&edited(seed, &edits), &seed.places);
    }
}

/// One value of twenty at each place, another one at each; all of them below.
#[test]
fn no_value_leaves_its_place() {
    put_everywhere(20);
}

#[test]
#[ignore = "takes two minutes: cargo test --test any_spec -- --include-ignored"]
fn no_value_of_all_leaves_its_place() {
    put_everywhere(1);
}

fn put_everywhere(stride: usize) {
    for spec in [
        "examples/6-scale/spec.toml",
        "examples/4-persistent/spec.toml",
        "tests/specs/valid/every-form/spec.toml",
        "tests/specs/valid/secrets-and-variables.toml",
    ] {
        let seed = Seed::read(&repo().join(spec));
        let wanted = shape(&run(&seed.text, &seed.places).expect("a sound spec"));
        let mut resolved = 0;
        let entries = entries(&seed.text);
        let keys = entries.iter().filter_map(|entry| entry.key.clone());
        let strings = entries
            .iter()
            .filter(|entry| entry.is_string)
            .map(|entry| entry.value.clone());
        let strings: Vec<_> = keys.chain(strings).collect();
        for (number, place) in strings.into_iter().enumerate() {
            for value in CORPUS.iter().skip(number % stride).step_by(stride) {
                let mut text = seed.text.clone();
                text.replace_range(place.clone(), &quoted(value));
                if let Some(artifacts) = run(&text, &seed.places) {
                    resolved += 1;
                    assert_eq!(
                        shape(&artifacts),
                        wanted,
                        "{spec}: {value:?} for {}",
                        &seed.text[place.clone()]
                    );
                }
            }
        }
        assert!(
            resolved > CORPUS.len() / stride,
            "hardly any value was taken: {resolved}"
        );
    }
}

/// How many services compose.yaml has, and how many keys each of them, whatever they are called.
fn shape(artifacts: &Artifacts) -> Vec<usize> {
    #[derive(serde::Deserialize)]
    struct Compose {
        services: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
        #[serde(flatten)]
        rest: BTreeMap<String, serde_json::Value>,
    }
    let path = ArtifactPath::new("compose.yaml").expect("a path");
    let yaml = artifacts[&path].bytes().into_owned();
    let text = String::from_utf8(yaml).expect("UTF-8");
    let compose: Compose = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    // A volume may become a folder of the host's, which is declared nowhere else.
    let rest = compose.rest.keys().filter(|key| *key != "volumes").count();
    let mut services: Vec<usize> = compose.services.values().map(BTreeMap::len).collect();
    services.sort_unstable();
    [vec![rest, services.len()], services].concat()
}

/// Where a key and its value stand, or an item of a list.
struct Entry {
    key: Option<Range<usize>>,
    value: Range<usize>,
    is_string: bool,
}

/// All entries of a document, in their order; nothing if it is no TOML.
fn entries(text: &str) -> Vec<Entry> {
    fn walk(key: Option<Range<usize>>, value: &Spanned<DeValue<'_>>, found: &mut Vec<Entry>) {
        let is_string = matches!(value.get_ref(), DeValue::String(_));
        let span = value.span();
        // A table with a header stands at its own key.
        let value_span = key.clone().filter(|key| key.end >= span.start).unwrap_or(span);
        found.push(Entry {
            key,
            value: value_span,
            is_string,
        });
        match value.get_ref() {
            DeValue::Array(items) => items.iter().for_each(|item| walk(None, item, found)),
            DeValue::Table(table) => walk_table(table, found),
            _ => {}
        }
    }
    fn walk_table(table: &DeTable<'_>, found: &mut Vec<Entry>) {
        for (key, value) in table {
            walk(Some(key.span()), value, found);
        }
    }
    let mut found = Vec::new();
    if let Ok(document) = DeTable::parse(text) {
        walk_table(document.get_ref(), &mut found);
    }
    found.sort_by_key(|entry| entry.value.start);
    found
}

fn repo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
