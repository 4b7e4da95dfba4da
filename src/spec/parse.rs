use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Problems};
use super::schema::Spec;
use super::source::Source;
use super::unknown;
use super::words::{on_one_line, shown};
use crate::key_path::KeyPath;

/// A spec as far as it could be read, and what could not be.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub spec: Spec,
    /// Keys that are written but broken, so that nobody complains that they are missing.
    pub broken: Vec<KeyPath>,
    pub problems: Problems,
}

/// Deserialises the document; every unknown key and wrong type is told, not just the first.
///
/// serde stops at the first fault, so that the key or value at exactly the fault's place is taken out of a copy and the
/// rest is tried again, until it passes.
pub fn parse(source: &Source<'_>) -> Parsed {
    let mut table = source.table.clone();
    let mut parsed = Parsed::default();
    loop {
        let whole = toml::Spanned::new(0..source.text.len(), table.clone());
        match Spec::deserialize(toml::de::Deserializer::from(whole)) {
            Ok(spec) => {
                parsed.spec = spec;
                return parsed;
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let message = error.message();
                // Places are those of the document: a list in the copy may be shorter.
                let found = find(&source.table, &span, &KeyPath::default());
                let Some((path, is_key)) = found.filter(|_| remove(&mut table, &span)) else {
                    parsed
                        .problems
                        .push(Problem::error(Place::Bytes(span), on_one_line(message)));
                    parsed.broken.push(KeyPath::default());
                    return parsed;
                };
                let is_told = parsed.broken.iter().any(|broken| broken.starts_with(&path));
                if !is_told {
                    parsed.problems.push(explain(&path, is_key, message));
                }
                parsed.broken.push(path);
            }
        }
    }
}

fn explain(path: &KeyPath, is_key: bool, message: &str) -> Problem {
    let unknown = unknown::read(message);
    let at = shown(&path.to_string());
    if unknown.as_ref().is_some_and(unknown::Unknown::is_date) {
        return Problem::error(Place::Value(path.clone()), format!("invalid type: date at {at}"))
            .label("a date is written as a string, in quotes");
    }
    if let Some(unknown) = unknown {
        return unknown::explain(path, &unknown);
    }
    let place = if is_key {
        Place::Key(path.clone())
    } else {
        Place::Value(path.clone())
    };
    let (title, label) = match message.rsplit_once(", expected ") {
        Some((found, expected)) => (
            format!("{} at {at}", in_words(&on_one_line(found))),
            format!("expected {}", plain(expected)),
        ),
        None => (format!("{at} is not right"), on_one_line(message)),
    };
    Problem::error(place, title).label(label)
}

/// TOML's words for what serde calls otherwise.
fn in_words(found: &str) -> String {
    match found {
        "invalid type: map" => "invalid type: table".to_owned(),
        "invalid type: sequence" => "invalid type: list".to_owned(),
        other => other.to_owned(),
    }
}

/// Rust's names of types mean nothing to most people.
fn plain(expected: &str) -> &str {
    match expected {
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}
/// The entry, or the item of a list, whose key or value stands exactly at `span`; and whether it is the key.
fn find(table: &DeTable<'_>, span: &Range<usize>, path: &KeyPath) -> Option<(KeyPath, bool)> {
    let entry = table.iter().find_map(|(key, value)| {
        let is_key = key.span() == *span;
        (is_key || value.span() == *span).then(|| (path.join(key.get_ref()), is_key))
    });
    entry.or_else(|| {
        table
            .iter()
            .find_map(|(key, value)| find_in(value.get_ref(), span, &path.join(key.get_ref())))
    })
}

fn find_in(value: &DeValue<'_>, span: &Range<usize>, path: &KeyPath) -> Option<(KeyPath, bool)> {
    match value {
        DeValue::Table(table) => find(table, span, path),
        DeValue::Array(items) => {
            let item = items.iter().position(|item| item.span() == *span);
            item.map(|index| (path.index(index), false)).or_else(|| {
                items
                    .iter()
                    .enumerate()
                    .find_map(|(index, item)| find_in(item.get_ref(), span, &path.index(index)))
            })
        }
        _ => None,
    }
}

/// Takes what stands exactly at `span` out of the table; whether there was something.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let key = table
        .iter()
        .find(|(key, value)| key.span() == *span || value.span() == *span)
        .map(|(key, _)| key.get_ref().clone());
    if let Some(key) = key {
        return table.remove(key.as_ref()).is_some();
    }
    table
        .iter_mut()
        .any(|(_, value)| remove_in(value.get_mut(), span))
}

fn remove_in(value: &mut DeValue<'_>, span: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove(table, span),
        DeValue::Array(items) => {
            if items.iter().any(|item| item.span() == *span) {
                let kept = items.iter().filter(|item| item.span() != *span).cloned();
                *items = kept.collect::<Vec<_>>().into_iter().collect();
                return true;
            }
            (0..items.len()).any(|index| {
                items
                    .get_mut(index)
                    .is_some_and(|item| remove_in(item.get_mut(), span))
            })
        }
        _ => false,
    }
}
