use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Problems};
use super::schema::Spec;
use super::source::Source;
use super::unknown;
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
                let Some((path, is_key)) = remove(&mut table, &span, &KeyPath::default()) else {
                    parsed
                        .problems
                        .push(Problem::error(Place::Bytes(span), message.to_owned()));
                    return parsed;
                };
                parsed.problems.push(explain(&path, is_key, message));
                parsed.broken.push(path);
            }
        }
    }
}

fn explain(path: &KeyPath, is_key: bool, message: &str) -> Problem {
    if let Some(unknown) = unknown::read(message) {
        return unknown::explain(path, &unknown);
    }
    let place = if is_key {
        Place::Key(path.clone())
    } else {
        Place::Value(path.clone())
    };
    let (title, label) = match message.split_once(", expected ") {
        Some((found, expected)) => (
            format!("{found} at `{path}`"),
            format!("expected {}", plain(expected)),
        ),
        None => (format!("`{path}` is not right: {message}"), message.to_owned()),
    };
    Problem::error(place, title).label(label)
}

/// Rust's names of types mean nothing to most people.
fn plain(expected: &str) -> &str {
    match expected {
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "f64" => "a number",
        "struct Spec" | "struct Service" | "struct Proxy" | "struct Resource" | "a map" => "a table",
        other => other,
    }
}

/// Takes the entry whose key or value stands exactly at `span` out of the table.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>, path: &KeyPath) -> Option<(KeyPath, bool)> {
    let hit = table.iter().find_map(|(key, value)| {
        if key.span() == *span {
            Some((key.get_ref().clone(), true))
        } else if value.span() == *span {
            Some((key.get_ref().clone(), false))
        } else {
            None
        }
    });
    if let Some((key, is_key)) = hit {
        table.remove(key.as_ref());
        return Some((path.join(&key), is_key));
    }
    table
        .iter_mut()
        .find_map(|(key, value)| remove_in(value.get_mut(), span, &path.join(key.get_ref())))
}

fn remove_in(value: &mut DeValue<'_>, span: &Range<usize>, path: &KeyPath) -> Option<(KeyPath, bool)> {
    match value {
        DeValue::Table(table) => remove(table, span, path),
        DeValue::Array(items) => {
            if let Some(index) = items.iter().position(|item| item.span() == *span) {
                let kept: Vec<_> = items
                    .iter()
                    .filter(|item| item.span() != *span)
                    .cloned()
                    .collect();
                *items = kept.into_iter().collect();
                return Some((path.index(index), false));
            }
            (0..items.len())
                .find_map(|index| remove_in(items.get_mut(index)?.get_mut(), span, &path.index(index)))
        }
        _ => None,
    }
}
