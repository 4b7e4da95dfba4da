//! Values of a Dockerfile, as BuildKit reads it.

use std::borrow::Cow;
use std::fmt;

use askama::filters::{Escaper, Safe};

use super::plain::is_plain;

mod package;
mod reference;

pub use package::{apk_package_fault, apt_package_fault};
pub use reference::{base_fault, reference_fault};

/// The escaper of Dockerfiles and other files without an extension: the value of an ENV, a LABEL or an ARG, plain where
/// that reads back the same, else in double quotes.
#[derive(Clone, Copy, Debug)]
pub struct Dockerfile;

impl Escaper for Dockerfile {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, value: &str) -> fmt::Result {
        dest.write_str(&variable(value).ok_or(fmt::Error)?)
    }
}

const CONTROL: &str = "it has a control character, such as a line break";
const LONG: &str = "it is longer than a line of a Dockerfile may be (60,000 bytes, escapes included)";

/// A line of BuildKit's ends at 65,535 bytes; this leaves room for the instruction's name and options.
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

/// In double quotes, where BuildKit decodes `\\`, `\"` and `\$`.
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

fn variable(value: &str) -> Option<Cow<'_, str>> {
    if variable_fault(value).is_some() {
        None
    } else if is_plain(value) {
        Some(Cow::Borrowed(value))
    } else {
        Some(Cow::Owned(quoted(value)))
    }
}

fn json_word(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

fn json_array<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|word| json_word(word.as_ref())).collect();
    format!("[{}]", words.join(", "))
}

/// A command in JSON form, which no shell reads.
#[askama::filter_fn]
pub fn json_words<S: AsRef<str>>(words: &[S], _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    if words.is_empty() || command_fault(words).is_some() {
        return Err(askama::Error::Fmt);
    }
    Ok(Safe(json_array(words)))
}

/// A path in a COPY's JSON form; unlike in a command, variables are expanded there.
#[askama::filter_fn]
pub fn path_word(path: impl AsRef<str>, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let path = path.as_ref();
    match path_fault(path) {
        Some(_) => Err(askama::Error::Fmt),
        None => Ok(Safe(json_word(&path.replace('$', r"\$")))),
    }
}

/// A path in a `.dockerignore`, after `!`.
#[askama::filter_fn]
pub fn ignore_path(path: impl AsRef<str>, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let path = path.as_ref();
    match path_fault(path) {
        Some(_) => Err(askama::Error::Fmt),
        None => Ok(Safe(path.to_owned())),
    }
}

/// Text inside a comment that is not the first line.
#[askama::filter_fn]
pub fn comment(text: impl fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let text = text.to_string();
    if text.chars().any(char::is_control) {
        return Err(askama::Error::Fmt);
    }
    Ok(Safe(text))
}
