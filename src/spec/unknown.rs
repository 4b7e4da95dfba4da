//! Unknown keys: serde's message has the allowed names, people want the nearest one.

use super::problem::{Place, Problem};
use super::suggest::nearest;
use crate::key_path::KeyPath;

pub(super) struct Unknown {
    key: String,
    allowed: Vec<String>,
}

/// Reads serde's "unknown field `x`, expected one of `a`, `b`".
pub(super) fn read(message: &str) -> Option<Unknown> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once("`, ")?;
    let allowed = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Unknown {
        key: key.to_owned(),
        allowed,
    })
}

pub(super) fn explain(path: &KeyPath, unknown: &Unknown) -> Problem {
    let table = path
        .segments()
        .len()
        .checked_sub(1)
        .map(|n| path.segments()[..n].to_vec())
        .unwrap_or_default();
    let place = if table.is_empty() {
        "the spec".to_owned()
    } else {
        format!("`{}`", KeyPath::from(table))
    };
    let problem = Problem::error(
        Place::Key(path.clone()),
        format!("unknown key `{}` in {place}", unknown.key),
    );
    let allowed = unknown
        .allowed
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match nearest(&unknown.key, unknown.allowed.iter().map(String::as_str)) {
        Some(name) => problem
            .label(format!("did you mean `{name}`?"))
            .help(format!("allowed here: {allowed}")),
        None => problem
            .label("not known here")
            .help(format!("allowed here: {allowed}")),
    }
}
