//! Constants of the programs that a stack ships.

/// The text between two others that are there once.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Result<&'a str, String> {
    if text.matches(before).count() != 1 {
        return Err(format!(
            "`{before}` is there {} times",
            text.matches(before).count()
        ));
    }
    let (_, rest) = text.split_once(before).unwrap_or_default();
    let (found, _) = rest
        .split_once(after)
        .ok_or(format!("no `{after}` after `{before}`"))?;
    Ok(found)
}

/// The number between two texts.
pub(crate) fn number(text: &str, before: &str, after: &str) -> Result<u64, String> {
    let found = between(text, before, after)?;
    found
        .replace('_', "")
        .parse()
        .map_err(|_| format!("`{before}{found}{after}`"))
}

/// The string literals between two texts.
pub(crate) fn strings<'a>(text: &'a str, before: &str, after: &str) -> Result<Vec<&'a str>, String> {
    let found = between(text, before, after)?;
    Ok(found.split('"').skip(1).step_by(2).collect())
}
