//! What needs no quotes: most of what is ever rendered.

/// Whether a text stands for itself, unquoted, as an argument of nginx, of a Dockerfile's instruction and of the shell.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_./:@+-".contains(&byte))
}

/// A value whose own grammar keeps it plain (a number, a time, a name, an image), where the target knows no quotes or
/// the value is a part of a word. Not a guess: anything else fails.
pub(super) fn bare(text: String) -> askama::Result<String> {
    if is_plain(&text) {
        Ok(text)
    } else {
        Err(askama::Error::Fmt)
    }
}
