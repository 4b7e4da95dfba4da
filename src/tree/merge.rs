use std::fmt;

use similar::TextMerge;

/// Why an edit and our change were not merged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NoMerge {
    /// What was written last could not be had back from git.
    NoBase,
    Overlap,
    /// One of the three is not text.
    Binary,
    /// What was written last is more than one text, and they lead to different results.
    Ambiguous,
}

impl fmt::Display for NoMerge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBase => "git does not have what was written last, so nothing can be merged",
            Self::Overlap => "the edit and the change touch the same or neighbouring lines",
            Self::Binary => "it is not text, so nothing can be merged",
            Self::Ambiguous => "two branches wrote it last, and the edit merges with each in another way",
        })
    }
}

/// The text that has both the edit and our change. As in git, changes of neighbouring lines are no clean merge.
pub(super) fn merge(base: &[u8], edited: &[u8], wanted: &[u8]) -> Result<Vec<u8>, NoMerge> {
    let merge = TextMerge::from_lines(text(base)?, text(edited)?, text(wanted)?);
    if merge.is_conflicted() {
        return Err(NoMerge::Overlap);
    }
    Ok(merge.to_string().into_bytes())
}

fn text(bytes: &[u8]) -> Result<&str, NoMerge> {
    str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or(NoMerge::Binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(base: &str, edited: &str, wanted: &str, merged: Result<&str, NoMerge>) {
        let merged = merged.map(|text| text.as_bytes().to_vec());
        assert_eq!(
            merge(base.as_bytes(), edited.as_bytes(), wanted.as_bytes()),
            merged
        );
    }

    #[test]
    fn changes_apart_are_merged() {
        case("1\n2\n3\n", "A\n2\n3\n", "1\n2\nB\n", Ok("A\n2\nB\n"));
        case("1\n2\n3\n", "1\n2\n3", "0\n1\n2\n3\n", Ok("0\n1\n2\n3"));
        case(
            "1\r\n2\r\n3\r\n",
            "A\r\n2\r\n3\r\n",
            "1\r\n2\r\nB\r\n",
            Ok("A\r\n2\r\nB\r\n"),
        );
        case("1\n2\n3\n", "A\n2\n3\n", "A\n2\n3\n4\n", Ok("A\n2\n3\n4\n"));
        case("1\n2\n3\n", "2\n3\n", "1\n2\n", Ok("2\n"));
    }

    #[test]
    fn changes_that_touch_are_not() {
        case("1\n2\n3\n", "A\n2\n3\n", "B\n2\n3\n", Err(NoMerge::Overlap));
        case("1\n2\n3\n", "A\n2\n3\n", "1\nB\n3\n", Err(NoMerge::Overlap));
        case("1\n2\n", "1\nA\n2\n", "1\nB\n2\n", Err(NoMerge::Overlap));
        case("1\n2\n", "", "1\nB\n", Err(NoMerge::Overlap));
        case("", "A\n", "B\n", Err(NoMerge::Overlap));
    }

    #[test]
    fn only_text_is_merged() {
        assert_eq!(
            merge(b"1\n\0\n3\n", b"A\n\0\n3\n", b"1\n\0\nB\n"),
            Err(NoMerge::Binary)
        );
        assert_eq!(
            merge(b"1\n\xff\n3\n", b"A\n2\n3\n", b"1\n2\nB\n"),
            Err(NoMerge::Binary)
        );
    }
}
