//! The record of a run that is putting its files in place: whoever finds it can finish the run.

use std::fmt::{self, Write as _};

use super::blob::{BlobId, blob_id};
use super::lock::mode_word;
use crate::render::ArtifactPath;

const HEADER: &str = "# pinkogen.journal 1";

/// What one run does, in order. Each step can be told from what lies there: not yet done, done, or neither.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Journal {
    pub(super) steps: Vec<Step>,
}

/// Paths are those of artifacts, or the lock's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Step {
    Remove {
        path: String,
        before: BlobId,
    },
    /// Only if it is empty.
    RemoveFolder {
        path: String,
    },
    /// Something in the way goes to a backup.
    MoveAway {
        path: String,
        backup: u32,
    },
    Write {
        path: String,
        /// The name of the new file in the stage.
        staged: u32,
        /// `None` if there is none, or what is there goes by another step.
        before: Option<BlobId>,
        after: BlobId,
    },
    SetMode {
        path: String,
        id: BlobId,
        executable: bool,
    },
}

impl Step {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Remove { path, .. }
            | Self::RemoveFolder { path }
            | Self::MoveAway { path, .. }
            | Self::Write { path, .. }
            | Self::SetMode { path, .. } => path,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remove { path, before } => write!(f, "remove {before} {path}"),
            Self::RemoveFolder { path } => write!(f, "remove-folder {path}"),
            Self::MoveAway { path, backup } => write!(f, "move-away {backup} {path}"),
            Self::Write {
                path,
                staged,
                before,
                after,
            } => {
                let before = before.map_or_else(|| "-".to_owned(), |before| before.to_string());
                write!(f, "write {staged} {before} {after} {path}")
            }
            Self::SetMode { path, id, executable } => {
                write!(f, "set-mode {} {id} {path}", mode_word(*executable))
            }
        }
    }
}

impl Journal {
    pub(super) fn format(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for step in &self.steps {
            writeln!(text, "{step}").expect("a string takes everything");
        }
        let end = blob_id(text.as_bytes());
        writeln!(text, "end {end}").expect("a string takes everything");
        text
    }

    /// Reads the text of a journal; `None` if it is not whole. Like the lock, it is not trusted.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let (body, end) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let body = &text[..=body.len()];
        if BlobId::parse(end.strip_prefix("end ")?)? != blob_id(body.as_bytes()) {
            return None;
        }
        let mut lines = body.strip_suffix('\n')?.split('\n');
        (lines.next()? == HEADER).then_some(())?;
        let steps = lines.map(step).collect::<Option<_>>()?;
        Some(Self { steps })
    }
}

fn step(line: &str) -> Option<Step> {
    let (kind, rest) = line.split_once(' ')?;
    let mut words = rest.splitn(
        match kind {
            "remove-folder" => 1,
            "remove" | "move-away" => 2,
            "set-mode" => 3,
            "write" => 4,
            _ => return None,
        },
        ' ',
    );
    let step = match kind {
        "remove" => Step::Remove {
            before: BlobId::parse(words.next()?)?,
            path: path(words.next()?)?,
        },
        "remove-folder" => Step::RemoveFolder {
            path: path(words.next()?)?,
        },
        "move-away" => Step::MoveAway {
            backup: words.next()?.parse().ok()?,
            path: path(words.next()?)?,
        },
        "set-mode" => Step::SetMode {
            executable: match words.next()? {
                "100644" => false,
                "100755" => true,
                _ => return None,
            },
            id: BlobId::parse(words.next()?)?,
            path: path(words.next()?)?,
        },
        _ => Step::Write {
            staged: words.next()?.parse().ok()?,
            before: match words.next()? {
                "-" => None,
                id => Some(BlobId::parse(id)?),
            },
            after: BlobId::parse(words.next()?)?,
            path: {
                let text = words.next()?;
                if text == ArtifactPath::LOCK {
                    text.to_owned()
                } else {
                    path(text)?
                }
            },
        },
    };
    Some(step)
}

fn path(text: &str) -> Option<String> {
    ArtifactPath::new(text).ok().map(|path| path.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Journal {
        let (a, b) = (blob_id(b"a"), blob_id(b"b"));
        let write = |path: &str, staged, before| Step::Write {
            path: path.into(),
            staged,
            before,
            after: b,
        };
        Journal {
            steps: vec![
                Step::Remove {
                    path: "x y/z".into(),
                    before: a,
                },
                Step::RemoveFolder { path: "x y".into() },
                Step::MoveAway {
                    path: "link".into(),
                    backup: 3,
                },
                write("x y", 0, None),
                write("é", 1, Some(a)),
                Step::SetMode {
                    path: "run".into(),
                    id: a,
                    executable: true,
                },
                write("pinkogen.lock", 2, Some(a)),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let journal = journal();
        assert_eq!(Journal::parse(journal.format().as_bytes()), Some(journal));
        let empty = Journal::default();
        assert_eq!(Journal::parse(empty.format().as_bytes()), Some(empty));
    }

    #[test]
    fn it_is_whole_or_not_believed() {
        let text = journal().format();
        for end in 0..text.len() {
            assert_eq!(Journal::parse(&text.as_bytes()[..end]), None, "cut at {end}");
        }
        assert_eq!(Journal::parse(text.replace("x y", "x z").as_bytes()), None);
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let id = blob_id(b"");
        for line in [
            format!("remove {id} ../a"),
            format!("remove {id} /etc/passwd"),
            format!("remove {id} pinkogen.lock"),
            "remove-folder .git".to_owned(),
            "move-away 1 a/../b".to_owned(),
            "move-away x a".to_owned(),
            format!("write 0 - {id} .pinkogen/x"),
            format!("write ../0 - {id} a"),
            format!("write 0 - {id}"),
            format!("set-mode 100600 {id} a"),
            "other a".to_owned(),
        ] {
            let body = format!("{HEADER}\n{line}\n");
            let text = format!("{body}end {}\n", blob_id(body.as_bytes()));
            assert_eq!(Journal::parse(text.as_bytes()), None, "{line}");
        }
    }
}
