//! A word of the POSIX shell, as in a Dockerfile's RUN, on one line.

use std::borrow::Cow;

use askama::filters::Safe;

use super::plain::is_plain;

/// Why a text cannot be a word on one line of a shell command, as the end of the sentence "`x` is no …: it …".
pub fn word_fault(value: &str) -> Option<&'static str> {
    value
        .chars()
        .any(|c| c.is_control() && c != '\t')
        .then_some("it has a control character, such as a line break")
}

/// Nothing is expanded between single quotes; a word that starts with `-` still reads as an option (put `--` before it).
pub fn quoted(value: &str) -> Option<Cow<'_, str>> {
    if word_fault(value).is_some() {
        None
    } else if is_plain(value) {
        Some(Cow::Borrowed(value))
    } else {
        Some(Cow::Owned(format!("'{}'", value.replace('\'', r"'\''"))))
    }
}

#[askama::filter_fn]
pub fn shell_word(value: impl AsRef<str>, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    quoted(value.as_ref())
        .map(|word| Safe(word.into_owned()))
        .ok_or(askama::Error::Fmt)
}
