/// The known name that a misspelt one most likely means.
///
/// A third of its letters may differ, or it is cut off (`env` for `environment`).
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST_STEM: usize = 3;
    let written = written.to_lowercase();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        let allowed = (name.chars().count() / 3).max(1);
        let stem = written.len().min(name.len()) >= SHORTEST_STEM
            && (written.starts_with(&name) || name.starts_with(&written));
        let distance = strsim::damerau_levenshtein(&written, &name);
        if distance <= allowed {
            Some((0, distance))
        } else {
            stem.then_some((1, distance))
        }
    };
    known
        .into_iter()
        .filter_map(|name| Some((distance(name)?, name)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("prot", ["port", "publish"]), Some("port"));
        assert_eq!(nearest("backend", ["back-end", "front-end"]), Some("back-end"));
        assert_eq!(nearest("environment", ["env", "engine"]), Some("env"));
        assert_eq!(nearest("endpoint", ["endpoints", "env"]), Some("endpoints"));
        for unlike in ["zebra", "like", "pool", ""] {
            assert_eq!(nearest(unlike, ["port", "site", "publish"]), None, "{unlike}");
        }
    }
}
