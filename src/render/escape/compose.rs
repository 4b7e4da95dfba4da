//! Compose: YAML in which every scalar is interpolated, so that a literal `$` is written twice.

use std::fmt::{self, Write};

use askama::filters::Escaper;

use super::yaml;
use crate::stack::Part;

/// Writes a text as one whole scalar, quotes included.
///
/// askama hands it what one call of `write_str` gets: a template takes strings, and types that display as one piece.
#[derive(Clone, Copy, Debug)]
pub struct Compose;

impl Escaper for Compose {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        dest.write_str(&scalar(string))
    }
}

/// A literal text.
pub fn scalar(text: &str) -> String {
    yaml::scalar(&text.replace('$', "$$"))
}

/// Literal text and variables that Compose fills in, as one scalar.
pub fn interpolated(parts: &[Part]) -> String {
    let text: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.replace('$', "$$"),
            Part::Variable(variable) => variable.clone(),
        })
        .collect();
    yaml::scalar(&text)
}

/// A published port: our own grammar, in the single quotes that linters of Compose want.
fn port(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Why a container cannot be given a text as an argument or as the value of a variable, as the end of the sentence "`x` cannot be given: …".
pub fn argument_fault(text: &str) -> Option<&'static str> {
    text.contains('\0')
        .then_some("a NUL ends every argument and every variable of a process")
}

/// Why a folder cannot be kept in memory, as the end of the sentence "`x` cannot be kept in memory: …".
pub fn tmpfs_fault(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        Some("it is not absolute")
    } else if path.contains([':', ',']) {
        Some("Compose takes `:` and `,` in it for the start of an option")
    } else {
        argument_fault(path)
    }
}

/// The contexts of a template of Compose's that are no literal text.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what askama makes of a filter"
)]
pub(crate) mod filters {
    use std::fmt::Display;

    use askama::filters::Safe;
    use askama::{Result, Values};

    use super::{Part, yaml};

    #[askama::filter_fn]
    pub(crate) fn interpolated(parts: &[Part], _: &dyn Values) -> Result<Safe<String>> {
        Ok(Safe(super::interpolated(parts)))
    }

    #[askama::filter_fn]
    pub(crate) fn port(text: &str, _: &dyn Values) -> Result<Safe<String>> {
        Ok(Safe(super::port(text)))
    }

    #[askama::filter_fn]
    pub(crate) fn quantity(number: impl Display, _: &dyn Values) -> Result<Safe<String>> {
        Ok(Safe(yaml::quantity(&number.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_is_doubled_and_a_variable_is_not() {
        assert_eq!(scalar("a$b"), r#""a$$b""#);
        let parts = [
            Part::Text("$1 ".into()),
            Part::Variable("${X:-\"}".into()),
            Part::Text("$".into()),
        ];
        assert_eq!(interpolated(&parts), r#""$$1 ${X:-\"}$$""#);
        assert_eq!(interpolated(&[Part::Text("postgres:17".into())]), "postgres:17");
        assert_eq!(interpolated(&[]), r#""""#);
    }

    #[test]
    fn ports_are_single_quoted() {
        assert_eq!(port("127.0.0.1:80:8080"), "'127.0.0.1:80:8080'");
        assert_eq!(port("${X:-'}:80"), "'${X:-''}:80'");
    }

    #[test]
    fn faults() {
        assert!(argument_fault("a\0").is_some());
        assert!(argument_fault("a\n$").is_none());
        assert!(tmpfs_fault("/tmp").is_none());
        for path in ["tmp", "/a:b", "/a,b", "/a\0"] {
            assert!(tmpfs_fault(path).is_some(), "{path:?}");
        }
    }
}
