//! `${NAME}` in values: Compose fills it in, at few places.

use super::Resolver;
use crate::spec::{Place, shown};
use crate::stack::{EnvName, Part};

impl Resolver<'_> {
    /// `${NAME}` outside of where Compose fills it in would stay as it is, and nobody means that. Whether it was told.
    pub(super) fn no_interpolation(&mut self, at: Place, text: &str) -> bool {
        let variable = parts(text).into_iter().find_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Text(_) => None,
        });
        if let Some(variable) = &variable {
            self.error(
                at,
                format!("{} cannot be filled in here", shown(variable)),
                "it would stay as it is",
                "`${NAME}` works in `env`, `image` and `publish`, where Compose fills it in",
            );
        }
        variable.is_some()
    }
}

/// Splits at `${NAME}`, `${NAME:-x}`, `${NAME-x}`, `${NAME:?x}`, `${NAME?x}`; every other `$` is literal.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let end = rest[start..].find('}').map(|end| start + end + 1);
        match end.map(|end| &rest[start..end]) {
            Some(variable) if is_variable(variable) => {
                literal.push_str(&rest[..start]);
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Variable(variable.to_owned()));
                rest = &rest[start + variable.len()..];
            }
            _ => {
                literal.push_str(&rest[..start + 2]);
                rest = &rest[start + 2..];
            }
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() || parts.is_empty() {
        parts.push(Part::Text(literal));
    }
    parts
}

/// Whether a text is one interpolation that Compose fills in.
pub(super) fn is_variable(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return false;
    };
    let name_end = inner
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name_end);
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    EnvName::new(name).is_ok()
        && (name_end == inner.len() || rest.starts_with(['-', '?']))
        && !rest.contains(['$', '{'])
}

/// What Compose takes for `${NAME:-default}` where the variable is not set.
pub(super) fn default(variable: &str) -> Option<&str> {
    let rest = variable.trim_start_matches(|c: char| c != ':' && c != '-' && c != '?');
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    rest.strip_prefix('-')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolations_are_split_off() {
        let text = |text: &str| Part::Text(text.to_owned());
        let variable = |text: &str| Part::Variable(text.to_owned());
        assert_eq!(parts("a${B}c"), [text("a"), variable("${B}"), text("c")]);
        assert_eq!(parts("${B:-x y}"), [variable("${B:-x y}")]);
        assert_eq!(parts("$B $$ ${ ${1}"), [text("$B $$ ${ ${1}")]);
        assert_eq!(parts(""), [text("")]);
    }
}
