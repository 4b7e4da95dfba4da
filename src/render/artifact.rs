use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::contents::Contents;
use crate::key_path::KeyPath;

/// A path of a file inside the output folder: relative, `/`-separated, without `.`, `..`, empty or hidden-by-us segments.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ArtifactPath(String);

/// Why a text is no path inside the output folder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PathFault {
    Empty,
    Absolute,
    /// A segment is empty, `.` or `..`.
    Segment,
    /// A backslash, a colon, a control character: not the same file on every system.
    Character,
    /// Inside `.pinkogen/`, or the lock itself.
    Reserved,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Absolute => "it is absolute",
            Self::Segment => "it has an empty, `.` or `..` segment",
            Self::Character => "it has a backslash, a colon or a control character",
            Self::Reserved => "the name is reserved for pinkogen's own records",
        })
    }
}

impl ArtifactPath {
    pub const LOCK: &str = "pinkogen.lock";
    pub const STATE: &str = ".pinkogen";

    pub fn new(path: impl Into<String>) -> Result<Self, PathFault> {
        let path = path.into();
        if path.is_empty() {
            return Err(PathFault::Empty);
        }
        if path.starts_with('/') {
            return Err(PathFault::Absolute);
        }
        let is_bad = |c: char| c.is_control() || c == '\\' || c == ':';
        if path.chars().any(is_bad) {
            return Err(PathFault::Character);
        }
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(PathFault::Segment);
        }
        let first = path.split('/').next().unwrap_or_default();
        if path.eq_ignore_ascii_case(Self::LOCK)
            || first.eq_ignore_ascii_case(Self::STATE)
            || path.split('/').any(|part| part.eq_ignore_ascii_case(".git"))
        {
            return Err(PathFault::Reserved);
        }
        Ok(Self(path))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The owner's execute bit, which is all of a mode that git, and so pinkogen, keeps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    Plain,
    Executable,
}

/// A piece of a rendered file (a location, a service, a stanza) and the key of the spec that it comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
    pub key: KeyPath,
    /// Whole lines without the last newline.
    pub text: String,
}

impl Block {
    pub fn new(key: KeyPath, text: impl Into<String>) -> Self {
        Self {
            key,
            text: text.into(),
        }
    }
}

/// What a file holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// Rendered text: blocks in order, each ended by a newline.
    Blocks(Vec<Block>),
    /// An input file of the user's, copied byte for byte.
    Copy {
        bytes: Contents,
        /// Where the original lies, relative to the spec's folder.
        original: String,
        key: KeyPath,
    },
}

/// One file that pinkogen writes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Artifact {
    pub mode: Mode,
    pub content: Content,
}

impl Artifact {
    pub fn rendered(blocks: Vec<Block>) -> Self {
        Self {
            mode: Mode::Plain,
            content: Content::Blocks(blocks),
        }
    }

    /// The file's bytes: for blocks, their texts, each with one newline at its end.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.content {
            Content::Copy { bytes, .. } => Cow::Borrowed(bytes),
            Content::Blocks(blocks) => Cow::Owned(
                blocks
                    .iter()
                    .flat_map(|block| block.text.bytes().chain([b'\n']))
                    .collect(),
            ),
        }
    }

    /// The bytes of a copy.
    pub(crate) fn copied(&self) -> Option<&Contents> {
        match &self.content {
            Content::Copy { bytes, .. } => Some(bytes),
            Content::Blocks(_) => None,
        }
    }

    /// The key of the spec from which a line (counted from 0) comes.
    pub fn key_of_line(&self, line: usize) -> Option<&KeyPath> {
        match &self.content {
            Content::Copy { key, .. } => Some(key),
            Content::Blocks(blocks) => {
                let mut next = 0;
                blocks.iter().find_map(|block| {
                    next += block.text.matches('\n').count() + 1;
                    (line < next).then_some(&block.key)
                })
            }
        }
    }
}

/// Everything that a stack renders to, by path.
pub type Artifacts = BTreeMap<ArtifactPath, Artifact>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (path, fault) in [
            ("", PathFault::Empty),
            ("/etc/passwd", PathFault::Absolute),
            ("a/../b", PathFault::Segment),
            ("a//b", PathFault::Segment),
            ("./a", PathFault::Segment),
            ("a\\b", PathFault::Character),
            ("c:x", PathFault::Character),
            ("a\nb", PathFault::Character),
            (".pinkogen/journal", PathFault::Reserved),
            (".git/config", PathFault::Reserved),
            ("a/.GIT/config", PathFault::Reserved),
            ("pinkogen.lock", PathFault::Reserved),
        ] {
            assert_eq!(ArtifactPath::new(path), Err(fault), "{path:?}");
        }
        assert!(ArtifactPath::new("back-end/src/main.rs").is_ok());
        assert!(ArtifactPath::new("site/.well-known/x y").is_ok());
    }

    #[test]
    fn lines_lead_back_to_their_key() {
        let artifact = Artifact::rendered(vec![
            Block::new(KeyPath::new(["a"]), "1\n2"),
            Block::new(KeyPath::new(["b"]), "3"),
        ]);
        assert_eq!(&*artifact.bytes(), b"1\n2\n3\n");
        assert_eq!(artifact.key_of_line(1), Some(&KeyPath::new(["a"])));
        assert_eq!(artifact.key_of_line(2), Some(&KeyPath::new(["b"])));
        assert_eq!(artifact.key_of_line(3), None);
    }
}
