//! YAML, for the scalars of block style: values and keys.

use std::fmt::Write;

/// Words that one reader or another takes for a boolean, nothing, or a number.
const RESERVED: [&str; 12] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none",
];

/// The whole scalar, quotes included.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Whether every reader takes the text, unquoted, for itself: `(\.{0,2}/)?[A-Za-z_][A-Za-z0-9_./@:=-]*`, no reserved
/// word, no `:` at the end, where it makes a key, and no power of ten without a number, such as `e5`, which is one all the
/// same to the npm package `yaml` in its mode for YAML 1.1.
pub fn is_plain(text: &str) -> bool {
    let word = ["../", "./", "/"]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_./@:=-".contains(&byte))
        && !word.ends_with(':')
        && !is_power(word)
        && !RESERVED
            .iter()
            .any(|reserved| reserved.eq_ignore_ascii_case(word))
}

fn is_power(word: &str) -> bool {
    word.strip_prefix(['e', 'E'])
        .map(|power| power.strip_prefix('-').unwrap_or(power))
        .is_some_and(|power| !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number with or without a unit, such as `2`, `0.5`, `256m`, `16s`; anything else is written as a string.
pub fn quantity(text: &str) -> String {
    let number = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let unit = text.len() - number.len();
    let is_number = match number.split_once('.') {
        None => is_decimal(number),
        Some((whole, part)) => {
            is_decimal(whole) && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
        }
    };
    if is_number && unit <= 1 {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Why a text is no key, as the end of the sentence "`x` cannot be a key: …".
pub fn key_fault(text: &str) -> Option<&'static str> {
    // YAML 1.2.2, 7.4.2: 1,024 with the quotes; each character may be an escape of six.
    (text.chars().count() > 170).then_some("it is longer than 170 characters")
}

/// Digits without a leading zero, which makes an octal number for some.
fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// Double-quoted (YAML 1.2.2, 5.7), with what no reader prints, or what would reorder the line, as escapes.
fn quoted(text: &str) -> String {
    let mut scalar = String::with_capacity(text.len() + 2);
    scalar.push('"');
    for c in text.chars() {
        let code = u32::from(c);
        match c {
            '\\' => scalar.push_str("\\\\"),
            '"' => scalar.push_str("\\\""),
            '\n' => scalar.push_str("\\n"),
            '\t' => scalar.push_str("\\t"),
            '\r' => scalar.push_str("\\r"),
            '\0' => scalar.push_str("\\0"),
            _ if c.is_control() => {
                let _ = write!(scalar, "\\x{code:02x}");
            }
            '\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(scalar, "\\u{code:04x}");
            }
            _ => scalar.push(c),
        }
    }
    scalar.push('"');
    scalar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_leaves_unquoted_is_plain() {
        for plain in [
            "softy-pinko",
            "./back-end",
            "../secrets/db-password",
            "/var/lib/postgresql/data",
            "postgres:17",
            "data:/var/lib/data",
            "http://localhost:9000",
            "name@sha256:0a",
            "/tmp:size=64m",
            "_x",
        ] {
            assert_eq!(scalar(plain), plain);
        }
    }

    #[test]
    fn what_some_reader_takes_for_something_else_is_quoted() {
        for text in [
            "",
            " ",
            "no",
            "On",
            "NULL",
            "/.",
            "...",
            "1",
            "08",
            "12:30",
            "1e3",
            "~",
            "a: b",
            "a:",
            "a #b",
            "- a",
            "a b",
            "é",
            "=",
            "<<",
            ".inf",
            "0x1f",
            "a,b",
            "*a",
            "&a",
            "!a",
            "@a",
            "65532:65532",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(
            scalar("a\"\\\n\u{85}\u{2028}\u{202e}\0"),
            r#""a\"\\\n\x85\u2028\u202e\0""#
        );
    }

    #[test]
    fn a_quantity_is_a_number_and_at_most_a_unit() {
        for text in ["0", "2", "0.5", "256m", "16s", "1.25"] {
            assert_eq!(quantity(text), text);
        }
        for text in ["", "m", "0777", "1.", ".5", "1ms", "1 s", "1\n", "-1", "1e3"] {
            assert_ne!(quantity(text), text);
        }
    }
}
