//! Words of messages: what a user wrote, made safe to show, and lists as sentences have them.

use super::suggest::nearest;

/// What is shown of a long text.
const LONGEST: usize = 60;

/// A text of the user's in backticks, on one line, cut where it is long.
pub fn shown(text: &str) -> String {
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    format!("`{}`", on_one_line(text))
}

/// A text whose line breaks and invisible characters are seen, cut where it is long.
pub(super) fn on_one_line(text: &str) -> String {
    let mut safe: String = text
        .chars()
        .take(LONGEST)
        .flat_map(|c| {
            let escaped = (c.is_control() || is_invisible(c)).then(|| c.escape_unicode());
            let plain = escaped.is_none().then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        safe.push('…');
    }
    safe
}

/// Marks that turn the direction of a line, or end it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// "`a`", "`a` and `b`", "`a`, `b` and `c`".
pub fn all_of(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    list(names, "and")
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`".
pub fn any_of(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    list(names, "or")
}

fn list(names: impl IntoIterator<Item = impl AsRef<str>>, last_joint: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| shown(name.as_ref())).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} {last_joint} {last}", others.join(", ")),
    }
}

/// "the service is `a`", "the services are `a` and `b`".
pub fn the_known(thing: &str, names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    let verb = if names.len() == 1 { " is" } else { "s are" };
    format!("the {thing}{verb} {}", all_of(names))
}

/// The label of an unknown name: the nearest known one, else what it is not.
pub fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    match nearest(written, known) {
        Some(name) => format!("did you mean {}?", shown(name)),
        None => otherwise.into(),
    }
}

/// A text as TOML and JSON write a string, for a line to paste.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_safe_to_show() {
        assert_eq!(shown("a \"b\""), "`a \"b\"`");
        assert_eq!(shown("a\n\u{1b}[31m"), r"`a\u{a}\u{1b}[31m`");
        assert_eq!(shown("\u{202e}x"), r"`\u{202e}x`");
        assert_eq!(shown(&"ä".repeat(61)), format!("`{}…`", "ä".repeat(60)));
    }

    #[test]
    fn lists_are_written_as_sentences_have_them() {
        assert_eq!(all_of(["a"]), "`a`");
        assert_eq!(all_of(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(any_of(["a", "b"]), "`a` or `b`");
        assert_eq!(the_known("service", ["a"]), "the service is `a`");
        assert_eq!(the_known("service", ["a", "b"]), "the services are `a` and `b`");
    }

    #[test]
    fn the_nearest_name_is_the_label() {
        assert_eq!(did_you_mean("prot", ["port"], "no"), "did you mean `port`?");
        assert_eq!(did_you_mean("zebra", ["port"], "no"), "no");
    }
}
