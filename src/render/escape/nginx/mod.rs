//! Arguments of nginx.conf.

use std::fmt;

use askama::filters::Escaper;

use super::plain::is_plain;

mod regex_fault;

pub use regex_fault::regex_fault;

/// The escaper of `.conf`: an argument without variables. It writes the whole value, and askama may hand it a value in
/// pieces, so a template's field is a string or a number; anything else goes through [`filters::bare`].
#[derive(Clone, Copy, Debug)]
pub struct Nginx;

impl Escaper for Nginx {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, value: &str) -> fmt::Result {
        dest.write_str(&argument(value).ok_or(fmt::Error)?)
    }
}

/// nginx reads an argument into a buffer of 4,096 bytes, quotes and their escapes included.
const LONGEST: usize = 4094;
/// So that a path fits even where a pattern has a backslash before each character, and quotes another before that.
const LONGEST_PATH: usize = 1000;
const CONTROL: &str = "it has a control character, such as a line break";
const LONG: &str = "it is longer than nginx takes (4,094 bytes, escapes included)";

/// Why a text cannot be an argument, as the end of the sentence "`x` is no …: it …". An empty one is `""`, which as a
/// header's value means that the header is not sent.
pub fn argument_fault(value: &str) -> Option<&'static str> {
    if value.contains('$') {
        // No escape exists: `\$` is a backslash and a variable.
        return Some("it has a `$`, which nginx always takes for a variable");
    }
    literal_fault(value)
}

/// Why a text cannot be the path of a location.
pub fn path_fault(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        // `= /a`, `~ a`, `@a`: a modifier, even inside quotes.
        return Some("it does not start with `/`");
    }
    if path.contains(['?', '#']) {
        return Some("it has a `?` or a `#`: nginx compares the path alone");
    }
    if has_percent_code(path) {
        return Some("it has a percent code: nginx compares decoded paths, so write the character itself");
    }
    let mut segments = path[1..].split('/').rev();
    let last = segments.next().unwrap_or_default();
    if matches!(last, "." | "..") || segments.any(|segment| matches!(segment, "" | "." | "..")) {
        return Some(
            "it has an empty, `.` or `..` segment, which nginx takes out of a request before it compares",
        );
    }
    if path.len() > LONGEST_PATH {
        return Some("it is longer than 1,000 bytes");
    }
    literal_fault(path)
}

fn has_percent_code(path: &str) -> bool {
    path.as_bytes()
        .windows(3)
        .any(|code| code[0] == b'%' && code[1].is_ascii_hexdigit() && code[2].is_ascii_hexdigit())
}

fn literal_fault(value: &str) -> Option<&'static str> {
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Some(CONTROL);
    }
    (quoted(value).len() - 2 > LONGEST).then_some(LONG)
}

/// In double quotes, where nginx decodes `\\` and `\"` (and `\n`, `\t`, `\r`, which a doubled backslash keeps apart).
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', r"\\").replace('"', r#"\""#))
}

/// An argument, plain where that reads back the same, else in double quotes.
pub fn argument(value: &str) -> Option<String> {
    argument_fault(value).is_none().then(|| plain_or_quoted(value))
}

/// The path of a location, where `$` is literal.
pub fn path(path: &str) -> Option<String> {
    path_fault(path).is_none().then(|| plain_or_quoted(path))
}

/// The pattern of a location or a rewrite, where `$` is literal.
pub fn regex(pattern: &str) -> Option<String> {
    regex_fault(pattern).is_none().then(|| quoted(pattern))
}

fn plain_or_quoted(value: &str) -> String {
    if is_plain(value) {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// The contexts of a template of nginx's that are no argument of their own.
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

    use super::super::plain;

    #[askama::filter_fn]
    pub(crate) fn bare(value: impl Display, _: &dyn Values) -> Result<Safe<String>> {
        plain::bare(value.to_string()).map(Safe)
    }

    #[askama::filter_fn]
    pub(crate) fn path(path: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        super::path(path.as_ref()).map(Safe).ok_or(Error::Fmt)
    }

    #[askama::filter_fn]
    pub(crate) fn regex(pattern: impl AsRef<str>, _: &dyn Values) -> Result<Safe<String>> {
        super::regex(pattern.as_ref()).map(Safe).ok_or(Error::Fmt)
    }
}
