use std::collections::BTreeSet;

use crate::stack::PathSegment;

/// The segments of an endpoint's path, or why it is none.
pub(super) fn path_segments(path: &str) -> Result<Vec<PathSegment>, &'static str> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err("it does not start with `/`");
    };
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let mut names = BTreeSet::new();
    rest.split('/')
        .map(|segment| {
            if segment.is_empty() {
                return Err("it has an empty segment (`//`, or `/` at its end)");
            }
            if matches!(segment, "." | "..") {
                return Err("it has a `.` or `..` segment");
            }
            if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                let legal = name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                if !legal {
                    return Err("a parameter is `{name}`: lower-case letters, digits and `_`");
                }
                if !names.insert(name.to_owned()) {
                    return Err("it has a parameter twice");
                }
                return Ok(PathSegment::Parameter(name.to_owned()));
            }
            if !segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            {
                return Err("a segment is letters, digits and `-._~`, or a parameter such as `{id}`");
            }
            if !segment.contains(|c: char| c.is_ascii_alphanumeric()) {
                // It would leave no trace in the name of its function.
                return Err("it has a segment without a letter or a digit");
            }
            Ok(PathSegment::Literal(segment.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::path_segments;

    #[test]
    fn paths_are_checked() {
        assert_eq!(path_segments("/api/{id}/x").expect("a path").len(), 3);
        for bad in [
            "", "api", "/a/", "//", "/a b", "/{Id}", "/{a}/{a}", "/../x", "/a?b", "/é", "/-", "/a/~",
        ] {
            assert!(path_segments(bad).is_err(), "{bad}");
        }
    }
}
