//! JavaScript and TypeScript: string literals, JSON, and what stands in a comment.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Writes a text as one string literal, quotes included, that is safe inside a `<script>` too.
///
/// askama hands it what one call of `write_str` gets: a template takes strings, and types that display as one piece.
#[derive(Clone, Copy, Debug)]
pub struct JavaScript;

impl Escaper for JavaScript {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        dest.write_str(&literal(string))
    }
}

pub fn literal(text: &str) -> String {
    json(&serde_json::Value::from(text).to_string())
}

/// JSON as an expression: outside its strings there is nothing to escape.
pub fn json(text: &str) -> String {
    let mut expression = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // No end of a `<script>`, no comment of HTML's, no entity; and no line break of old JavaScript's; and nothing
            // that reorders the line for whoever reads it.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(expression, "\\u{:04x}", u32::from(c));
            }
            _ => expression.push(c),
        }
    }
    expression
}

/// A text on one line of a `/** … */` comment: it says the same to a reader, and cannot end the comment.
pub fn comment(text: &str) -> String {
    text.replace("*/", "*\\/").replace(
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
        " ",
    )
}

/// The contexts of a script's template that are no string literal.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what askama makes of a filter"
)]
pub(crate) mod filters {
    use askama::filters::Safe;
    use askama::{Result, Values};

    #[askama::filter_fn]
    pub(crate) fn comment(text: &str, _: &dyn Values) -> Result<Safe<String>> {
        Ok(Safe(super::comment(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_ends_where_it_should() {
        assert_eq!(literal("a\"\\\n"), r#""a\"\\\n""#);
        assert_eq!(
            literal("</script>&\u{2028}"),
            r#""\u003c/script\u003e\u0026\u2028""#
        );
    }

    #[test]
    fn a_comment_goes_on() {
        assert_eq!(
            comment("/api/*/x\r\nevil()\u{2029}*/*/"),
            "/api/*\\/x  evil() *\\/*\\/"
        );
    }
}
