use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Problems};
use crate::key_path::{KeyPath, Segment};

/// The spec's text and its TOML document with the place of each key and value. It knows no meaning.
#[derive(Clone, Debug)]
pub struct Source<'t> {
    /// As the user knows the file.
    pub path: String,
    pub text: &'t str,
    pub(super) table: DeTable<'t>,
}

impl<'t> Source<'t> {
    /// Reads TOML; all syntax errors at once.
    pub fn open(path: impl Into<String>, text: &'t str) -> Result<Self, (Self, Problems)> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let table = document.into_inner();
        let source = Self {
            path: path.into(),
            text,
            table,
        };
        if errors.is_empty() {
            return Ok(source);
        }
        let mut problems = Problems::default();
        for error in errors {
            let end = source.text.len();
            let span = error.span().unwrap_or(end..end);
            let message = error.message().replace('\n', ", ");
            let (title, label) = match message.split_once(", expected ") {
                Some((title, "nothing")) => (title, String::new()),
                Some((title, expected)) => (title, format!("expected {expected}")),
                None => (message.as_str(), String::new()),
            };
            problems
                .push(Problem::error(Place::Bytes(span), format!("this is not TOML: {title}")).label(label));
        }
        Err((source, problems))
    }

    /// The bytes at which a place stands; for what is not written, the nearest table around it.
    pub fn bytes(&self, place: &Place) -> Range<usize> {
        match place {
            Place::Bytes(range) => range.clone(),
            Place::Key(path) => self.find(path).0,
            Place::Value(path) => self.find(path).1,
        }
    }

    /// Whether the key is written.
    pub fn has(&self, path: &KeyPath) -> bool {
        let mut here = Here::Table(&self.table);
        path.segments().iter().all(|segment| match here.step(segment) {
            Some((_, _, next)) => {
                here = next;
                true
            }
            None => false,
        })
    }

    fn find(&self, path: &KeyPath) -> (Range<usize>, Range<usize>) {
        let mut here = Here::Table(&self.table);
        let mut found = (0..0, 0..0);
        for segment in path.segments() {
            match here.step(segment) {
                Some((key, value, next)) => {
                    found = (key.unwrap_or_else(|| value.clone()), value);
                    here = next;
                }
                None => return (found.0.clone(), found.0),
            }
        }
        found
    }
}

#[derive(Clone, Copy)]
enum Here<'a, 't> {
    Table(&'a DeTable<'t>),
    Value(&'a DeValue<'t>),
}

impl Here<'_, '_> {
    fn step(&self, segment: &Segment) -> Option<(Option<Range<usize>>, Range<usize>, Self)> {
        match (*self, segment) {
            (Self::Table(table) | Self::Value(DeValue::Table(table)), Segment::Key(name)) => {
                let (key, value) = table.get_key_value(name.as_str())?;
                Some((Some(key.span()), value.span(), Self::Value(value.get_ref())))
            }
            (Self::Value(DeValue::Array(items)), Segment::Index(index)) => {
                let item = items.get(*index)?;
                Some((None, item.span(), Self::Value(item.get_ref())))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_found() {
        let text = "name = \"x\"\n[services.a]\nneeds = [\"b\", \"c\"]\n";
        let source = Source::open("spec.toml", text).expect("TOML");
        let at = |place| &text[source.bytes(&place)];
        let needs = KeyPath::new(["services", "a", "needs"]);
        assert_eq!(at(Place::Key(needs.clone())), "needs");
        assert_eq!(at(Place::Value(needs.index(1))), "\"c\"");
        assert_eq!(at(Place::Value(KeyPath::new(["services", "a", "port"]))), "a");
        assert!(source.has(&needs) && !source.has(&needs.index(2)));
    }

    #[test]
    fn every_syntax_error_is_told() {
        let (_, problems) = Source::open("spec.toml", "a = \nb = 'x\n[c\n").expect_err("no TOML");
        assert!(problems.count(super::super::Level::Error) >= 3, "{problems:?}");
    }
}
