//! Values of a Dockerfile, as the builder reads it.

use std::fmt;

use askama::filters::Escaper;

use super::plain::is_plain;

mod package;
mod reference;

pub use package::{apk_package_fault, apt_package_fault};
pub use reference::{base_fault, reference_fault};

/// The escaper of Dockerfiles and other files without an extension: the value of a variable. It writes the whole value,
/// and askama may hand it a value in pieces, so a template's field is a string or a number; anything else goes through
/// [`filters::bare`].
#[derive(Clone, Copy, Debug)]
pub struct Dockerfile;

impl Escaper for Dockerfile {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, value: &str) -> fmt::Result {
        dest.write_str(&variable(value).ok_or(fmt::Error)?)
    }
}

const CONTROL: &str = "it has a control character, such as a line break";
const LONG: &str = "it is longer than a line of a Dockerfile may be (60,000 bytes, escapes included)";

/// The builder's lines end at 65,535 bytes; this leaves room for the instruction's name and options.
const LONGEST: usize = 60_000;

/// Why a text cannot be the value of an ENV or a LABEL, as the end of the sentence "`x` is no …: it …".
pub fn variable_fault(value: &str) -> Option<&'static str> {
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Some(CONTROL);
    }
    (quoted(value).len() > LONGEST).then_some(LONG)
}

/// Why a list of words cannot be a command in JSON form. Line breaks are fine here; NUL ends a word for the kernel.
pub fn command_fault<S: AsRef<str>>(words: &[S]) -> Option<&'static str> {
    if words.iter().any(|word| word.as_ref().contains('\0')) {
        return Some("it has a NUL character");
    }
    (json_array(words).len() > LONGEST).then_some(LONG)
}

/// Why a path cannot be copied or made: for both ends of a COPY, and for the lines of a `.dockerignore`.
pub fn path_fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.contains(['*', '?', '[', ']', '\\', '"']) {
        return Some("it has a character (`*`, `?`, `[`, `]`, `\\`, `\"`) that Docker takes for a pattern");
    }
    if path.starts_with(char::is_whitespace) || path.ends_with(char::is_whitespace) {
        return Some("it starts or ends with a space, which Docker drops");
    }
    if path.split('/').any(|segment| segment == "..") {
        return Some("it has a `..` segment, which Docker drops");
    }
    if path.chars().any(char::is_control) {
        return Some(CONTROL);
    }
    (path.len() > LONGEST / 4).then_some(LONG)
}

/// In double quotes, where the builder decodes `\\`, `\"` and `\$`.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        if matches!(c, '\\' | '"' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// The value of an ENV, a LABEL or an ARG, plain where that reads back the same, else in double quotes.
pub fn variable(value: &str) -> Option<String> {
    if variable_fault(value).is_some() {
        None
    } else if is_plain(value) {
        Some(value.to_owned())
    } else {
        Some(quoted(value))
    }
}

/// A command in JSON form, which no shell reads.
pub fn command<S: AsRef<str>>(words: &[S]) -> Option<String> {
    (!words.is_empty() && command_fault(words).is_none()).then(|| json_array(words))
}

/// A path in the JSON form of a COPY; unlike in a command, variables and quotes are read there.
pub fn copy_path(path: &str) -> Option<String> {
    path_fault(path)
        .is_none()
        .then(|| json_word(&path.replace('$', r"\$").replace('\'', r"\'")))
}

/// A path in a `.dockerignore`, after `!`.
pub fn ignored_path(path: &str) -> Option<String> {
    path_fault(path).is_none().then(|| path.to_owned())
}

/// Text of a comment that is not the first line, where the builder might take it for an order.
pub fn comment(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn json_word(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

fn json_array<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|word| json_word(word.as_ref())).collect();
    format!("[{}]", words.join(", "))
}

/// The contexts of a Dockerfile that are no value of a variable.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unused_self,
    reason = "what askama makes of a filter"
)]
pub(crate) mod filters {
    use std::fmt::Display;

    use askama::filters::Safe;
    use askama::{Error, Result, Values};

    use super::super::{plain, shell};

    #[askama::filter_fn]
    pub(crate) fn bare(value: impl Display, _: &dyn Values) -> Result<Safe<String>> {
        plain::bare(value.to_string()).map(Safe)
    }

    #[askama::filter_fn]
    pub(crate) fn command<S: AsRef<str>>(words: &[S], _: &dyn Values) -> Result<Safe<String>> {
        super::command(words).map(Safe).ok_or(Error::Fmt)
    }

    #[askama::filter_fn]
    pub(crate) fn comment(text: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        super::comment(text.as_ref()).map(Safe).ok_or(Error::Fmt)
    }

    #[askama::filter_fn]
    pub(crate) fn copy_path(path: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        super::copy_path(path.as_ref()).map(Safe).ok_or(Error::Fmt)
    }

    #[askama::filter_fn]
    pub(crate) fn ignored_path(path: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        super::ignored_path(path.as_ref()).map(Safe).ok_or(Error::Fmt)
    }

    #[askama::filter_fn]
    pub(crate) fn shell_word(word: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        shell::word(word.as_ref()).map(Safe).ok_or(Error::Fmt)
    }
}
