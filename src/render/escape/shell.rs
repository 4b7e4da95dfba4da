//! A word of the POSIX shell on one line, as in a Dockerfile's RUN.

use super::plain::is_plain;

/// Why a text cannot be such a word, as the end of the sentence "`x` is no …: it …".
pub fn word_fault(text: &str) -> Option<&'static str> {
    text.chars()
        .any(|c| c.is_control() && c != '\t')
        .then_some("it has a control character, such as a line break")
}

/// The word; nothing is expanded between single quotes. One that starts with `-` still reads as an option: put `--` before.
pub fn word(text: &str) -> Option<String> {
    if word_fault(text).is_some() {
        None
    } else if is_plain(text) {
        Some(text.to_owned())
    } else {
        Some(format!("'{}'", text.replace('\'', r"'\''")))
    }
}
