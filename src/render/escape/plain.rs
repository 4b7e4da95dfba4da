use std::fmt;

use askama::filters::Safe;

/// Whether a value stands for itself, unquoted, as an argument of nginx, of a Dockerfile and of the shell.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_./:@+-".contains(&byte))
}

/// A value whose own grammar keeps it plain (a number, a duration, a name, an image), where quotes are not part of the
/// target's grammar. Anything else fails.
#[askama::filter_fn]
pub fn bare(value: impl fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    let value = value.to_string();
    if is_plain(&value) {
        Ok(Safe(value))
    } else {
        Err(askama::Error::Fmt)
    }
}
