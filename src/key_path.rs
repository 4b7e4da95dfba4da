use std::fmt;
use std::sync::Arc;

/// One step from a table to a value inside it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Segment {
    Key(String),
    Index(usize),
}

/// Where something stands in the spec, such as `services.api.endpoints."GET /x"`: the one way in which later stages point into it.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct KeyPath(Arc<[Segment]>);

impl KeyPath {
    pub fn new<const N: usize>(keys: [&str; N]) -> Self {
        keys.iter().fold(Self::default(), |path, key| path.join(key))
    }

    #[must_use]
    pub fn join(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    fn with(&self, segment: Segment) -> Self {
        Self(self.0.iter().cloned().chain([segment]).collect())
    }
}

impl From<Vec<Segment>> for KeyPath {
    fn from(segments: Vec<Segment>) -> Self {
        Self(segments.into())
    }
}

/// As TOML writes a dotted key: segments that are not bare keys are quoted.
impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    if is_bare(key) {
                        f.write_str(key)?;
                    } else {
                        write!(f, "{key:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_toml_writes_it() {
        let path = KeyPath::new(["services", "back-end", "endpoints", "GET /x"]);
        assert_eq!(path.to_string(), "services.back-end.endpoints.\"GET /x\"");
        let path = KeyPath::new(["services", "a", "needs"]).index(1);
        assert_eq!(path.to_string(), "services.a.needs[1]");
    }
}
