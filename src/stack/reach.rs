//! Which route nginx takes for a path.
//!
//! In the order of `ngx_http_core_find_location`: an exact match, then the first regex in written order, then the longest
//! prefix.

use fancy_regex::{Regex, RegexBuilder};

use super::{Matcher, Route};

/// Compiles a pattern as near to nginx's PCRE as pure Rust comes.
pub(crate) fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, Box<fancy_regex::Error>> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .build()
        .map_err(Box::new)
}

/// Whether the route, taken alone, matches the path.
pub(crate) fn matches(route: &Route, path: &str) -> bool {
    match &route.matcher {
        Matcher::Regex { pattern, ignore_case } => {
            compile(pattern, *ignore_case).is_ok_and(|regex| regex.is_match(path).unwrap_or(false))
        }
        _ => route.covers(path),
    }
}

/// The route that answers, of all that match.
pub(crate) fn winner<'a>(routes: &'a [Route], path: &str) -> Option<&'a Route> {
    let matching: Vec<&Route> = routes.iter().filter(|route| matches(route, path)).collect();
    let rank = |route: &&&Route| match &route.matcher {
        Matcher::Exact(_) => (0, 0),
        // `/p` is rendered as `= /p` as well.
        Matcher::Prefix(prefix) if prefix == path && prefix != "/" => (1, 0),
        Matcher::Regex { .. } => (2, 0),
        Matcher::Prefix(prefix) => (3, usize::MAX - prefix.len()),
    };
    matching.iter().min_by_key(rank).copied()
}
