use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use super::blob::BlobId;
use crate::render::{ArtifactPath, PathFault};

const HEADER: &str = "# pinkogen.lock 1";

/// What pinkogen wrote last, by path.
///
/// Its file is merged by git as a union, so one path may have several texts: each counts as written last.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Lock {
    pub entries: BTreeMap<ArtifactPath, Last>,
}

/// What was written last to one path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Last {
    pub class: Class,
    pub written: BTreeSet<Written>,
}

/// Whose a file is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// Pinkogen's: written again by each `render`.
    Owned,
    /// The user's, who took it over: never written.
    Ejected,
}

/// One text and the owner's x bit.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Written {
    pub id: BlobId,
    pub executable: bool,
}

impl Last {
    pub fn owned(id: BlobId, executable: bool) -> Self {
        Self {
            class: Class::Owned,
            written: BTreeSet::from([Written { id, executable }]),
        }
    }

    pub fn has_text(&self, id: BlobId) -> bool {
        self.written.iter().any(|written| written.id == id)
    }

    pub(super) fn has_mode(&self, executable: bool) -> bool {
        self.written
            .iter()
            .any(|written| written.executable == executable)
    }
}

/// Why a lock's text is not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LockFault {
    /// Not even a lock.
    Header,
    /// Of a pinkogen that this one does not know.
    Version,
    ConflictMarker,
    CutOff,
    NotUtf8,
    Malformed,
    Path(PathFault),
    TwoClasses,
}

impl fmt::Display for LockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => write!(f, "this is not `{HEADER}`, which a lock starts with"),
            Self::Version => f.write_str("the lock was written by another version of pinkogen"),
            Self::ConflictMarker => f.write_str("git left a conflict marker"),
            Self::CutOff => f.write_str("the line is cut off"),
            Self::NotUtf8 => f.write_str("this is not UTF-8"),
            Self::Malformed => f.write_str("this is not `class mode id path`"),
            Self::Path(fault) => write!(f, "the path leaves what pinkogen may write: {fault}"),
            Self::TwoClasses => f.write_str("the path is both owned and ejected"),
        }
    }
}

/// A lock that is not believed: nothing can be decided before the user has chosen another.
#[derive(Debug)]
pub struct LockError {
    pub path: PathBuf,
    /// Counted from 1.
    pub line: usize,
    pub fault: LockFault,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, fault } = self;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(|| ".".into(), |folder| folder.display().to_string());
        write!(f, "cannot believe `{}`, line {line}: {fault}; ", path.display())?;
        if *fault == LockFault::Version {
            f.write_str("use that version, or ")?;
        }
        write!(
            f,
            "in `{folder}` take back one whole lock with `git checkout --ours {lock}` (or `git checkout HEAD -- {lock}`), then run `pinkogen render`",
            lock = ArtifactPath::LOCK,
        )
    }
}

impl std::error::Error for LockError {}

impl Lock {
    /// Reads the text of a lock. The error is the number of the line, from 1, and what is wrong with it.
    pub fn parse(text: &[u8]) -> Result<Self, (usize, LockFault)> {
        let mut lock = Self::default();
        for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
            let fault = |fault| (index + 1, fault);
            let line = str::from_utf8(line).map_err(|_| fault(LockFault::NotUtf8))?;
            let line = line.strip_suffix('\n').ok_or(fault(LockFault::CutOff))?;
            if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
                .iter()
                .any(|marker| line.starts_with(marker))
            {
                return Err(fault(LockFault::ConflictMarker));
            }
            if index > 0 {
                lock.line(line).map_err(fault)?;
            } else if line != HEADER {
                return Err(fault(if line.starts_with("# pinkogen.lock ") {
                    LockFault::Version
                } else {
                    LockFault::Header
                }));
            }
        }
        if text.is_empty() {
            return Err((1, LockFault::CutOff));
        }
        Ok(lock)
    }

    fn line(&mut self, line: &str) -> Result<(), LockFault> {
        let mut words = line.splitn(4, ' ');
        let mut word = || words.next().ok_or(LockFault::Malformed);
        let class = match word()? {
            "owned" => Class::Owned,
            "ejected" => Class::Ejected,
            _ => return Err(LockFault::Malformed),
        };
        let executable = match word()? {
            "100644" => false,
            "100755" => true,
            _ => return Err(LockFault::Malformed),
        };
        let id = BlobId::parse(word()?).ok_or(LockFault::Malformed)?;
        let path = ArtifactPath::new(word()?).map_err(LockFault::Path)?;
        let last = self.entries.entry(path).or_insert_with(|| Last {
            class,
            written: BTreeSet::new(),
        });
        if last.class != class {
            return Err(LockFault::TwoClasses);
        }
        last.written.insert(Written { id, executable });
        Ok(())
    }

    pub fn format(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for (path, Last { class, written }) in &self.entries {
            let class = match class {
                Class::Owned => "owned",
                Class::Ejected => "ejected",
            };
            for Written { id, executable } in written {
                let mode = mode_word(*executable);
                writeln!(text, "{class} {mode} {id} {path}").expect("a string takes everything");
            }
        }
        text
    }
}

/// A mode as git writes it.
pub(super) fn mode_word(executable: bool) -> &'static str {
    if executable { "100755" } else { "100644" }
}

#[cfg(test)]
mod tests {
    use super::super::blob::blob_id;
    use super::*;

    const ID: &str = "ce013625030ba8dba906f756967f9e9ca394464a";
    const OTHER: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    #[test]
    fn what_is_written_is_read_again() {
        let text = format!(
            "{HEADER}\nowned 100644 {ID} a b/c  d\nejected 100755 {ID} x\nowned 100644 {ID} é\nowned 100755 {OTHER} é\n"
        );
        let lock = Lock::parse(text.as_bytes()).unwrap();
        assert_eq!(lock.entries.len(), 3);
        assert_eq!(lock.format(), text);
    }

    #[test]
    fn a_union_keeps_each_text_and_its_order_is_mended() {
        let text = format!(
            "{HEADER}\nowned 100644 {OTHER} b\nowned 100644 {OTHER} a\nowned 100644 {ID} a\nowned 100644 {ID} a\n"
        );
        let lock = Lock::parse(text.as_bytes()).unwrap();
        let last = &lock.entries[&ArtifactPath::new("a").unwrap()];
        assert!(last.has_text(blob_id(b"hello\n")) && last.has_text(blob_id(b"")));
        assert_eq!(
            lock.format(),
            format!("{HEADER}\nowned 100644 {ID} a\nowned 100644 {OTHER} a\nowned 100644 {OTHER} b\n")
        );
    }

    #[test]
    fn what_cannot_be_believed_is_named() {
        let line = format!("owned 100644 {ID} ");
        for (text, number, fault) in [
            (String::new(), 1, LockFault::CutOff),
            ("# pinkogen.lock 1".into(), 1, LockFault::CutOff),
            ("# pinkogen.lock 2\n".into(), 1, LockFault::Version),
            ("# pinkogen.lock 1\r\n".into(), 1, LockFault::Version),
            ("{}\n".into(), 1, LockFault::Header),
            ("\n".into(), 1, LockFault::Header),
            (format!("{HEADER}\n{line}a\n\n"), 3, LockFault::Malformed),
            (format!("{HEADER}\n{line}a"), 2, LockFault::CutOff),
            (
                format!("{HEADER}\n<<<<<<< HEAD\n{line}a\n"),
                2,
                LockFault::ConflictMarker,
            ),
            ("<<<<<<< HEAD\n".into(), 1, LockFault::ConflictMarker),
            (format!("{HEADER}\n=======\n"), 2, LockFault::ConflictMarker),
            (
                format!("{HEADER}\nforeign 100644 {ID} a\n"),
                2,
                LockFault::Malformed,
            ),
            (
                format!("{HEADER}\nowned 100600 {ID} a\n"),
                2,
                LockFault::Malformed,
            ),
            (
                format!("{HEADER}\nowned 100644 {} a\n", &ID[1..]),
                2,
                LockFault::Malformed,
            ),
            (format!("{HEADER}\nowned 100644 {ID}\n"), 2, LockFault::Malformed),
            (
                format!("{HEADER}\n{line}\n"),
                2,
                LockFault::Path(PathFault::Empty),
            ),
            (
                format!("{HEADER}\n{line}a\r\n"),
                2,
                LockFault::Path(PathFault::Character),
            ),
            (
                format!("{HEADER}\n{line}../a\n"),
                2,
                LockFault::Path(PathFault::Segment),
            ),
            (
                format!("{HEADER}\n{line}/etc/passwd\n"),
                2,
                LockFault::Path(PathFault::Absolute),
            ),
            (
                format!("{HEADER}\n{line}.git/config\n"),
                2,
                LockFault::Path(PathFault::Reserved),
            ),
            (
                format!("{HEADER}\n{line}a\nejected 100644 {ID} a\n"),
                3,
                LockFault::TwoClasses,
            ),
        ] {
            assert_eq!(Lock::parse(text.as_bytes()), Err((number, fault)), "{text:?}");
        }
        assert_eq!(
            Lock::parse(b"# pinkogen.lock 1\nowned \xff\n"),
            Err((2, LockFault::NotUtf8))
        );
    }

    #[test]
    fn cut_anywhere_it_is_refused_but_at_the_end_of_a_line() {
        let text = format!("{HEADER}\nowned 100644 {ID} a\nowned 100755 {OTHER} b/c\n");
        for end in 0..text.len() {
            let parsed = Lock::parse(&text.as_bytes()[..end]);
            assert_eq!(parsed.is_ok(), text[..end].ends_with('\n'), "cut at {end}");
        }
    }

    #[test]
    fn the_message_names_the_way_out() {
        let error = LockError {
            path: "generated/pinkogen.lock".into(),
            line: 3,
            fault: LockFault::ConflictMarker,
        };
        assert_eq!(
            error.to_string(),
            "cannot believe `generated/pinkogen.lock`, line 3: git left a conflict marker; in `generated` take back one whole lock with \
             `git checkout --ours pinkogen.lock` (or `git checkout HEAD -- pinkogen.lock`), then run `pinkogen render`"
        );
    }
}
