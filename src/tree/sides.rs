//! What is shown of a conflict: the lines that the edit and we want differently. Pure.

use similar::{ChangeTag, TextDiff, TextMerge};

use super::entry::Entry;
use super::found::Found;
use crate::render::{ArtifactPath, Artifacts};

/// A piece of a file in which two texts meet. Lines are without their ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sides {
    /// The first line of each, counted from 0.
    pub found_line: usize,
    pub wanted_line: usize,
    /// What lies there.
    pub found: Vec<String>,
    /// What would be written.
    pub wanted: Vec<String>,
}

/// Where what lies there and what is wanted meet: with a base the overlaps alone, else all differences.
///
/// Nothing for what is not text, and for what is no file.
pub fn sides(path: &ArtifactPath, artifacts: &Artifacts, found: &Found) -> Vec<Sides> {
    let (Some(artifact), Entry::File(file)) = (artifacts.get(path), found.entry(path)) else {
        return Vec::new();
    };
    let wanted = artifact.bytes();
    let (Ok(wanted), Ok(edited)) = (str::from_utf8(&wanted), str::from_utf8(&file.bytes)) else {
        return Vec::new();
    };
    let last = found.lock.entries.get(path);
    let base = last.and_then(|last| {
        let base = found.bases.get(&last.written.first()?.id)?;
        str::from_utf8(base).ok()
    });
    let overlaps = base
        .map(|base| overlaps(base, edited, wanted))
        .unwrap_or_default();
    if overlaps.is_empty() {
        differences(edited, wanted)
    } else {
        overlaps
    }
}

fn overlaps(base: &str, edited: &str, wanted: &str) -> Vec<Sides> {
    let merge = TextMerge::from_lines(base, edited, wanted);
    let lines = |range: std::ops::Range<usize>, line: &dyn Fn(usize) -> Option<String>| {
        range.filter_map(line).collect()
    };
    merge
        .conflicts()
        .map(|region| Sides {
            found_line: region.ours_range().start,
            wanted_line: region.theirs_range().start,
            found: lines(region.ours_range(), &|index| merge.ours_line(index).map(bare)),
            wanted: lines(region.theirs_range(), &|index| merge.theirs_line(index).map(bare)),
        })
        .collect()
}

fn differences(edited: &str, wanted: &str) -> Vec<Sides> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        edited.split_inclusive('\n').collect(),
        wanted.split_inclusive('\n').collect(),
    );
    let diff = TextDiff::from_slices(&old, &new);
    let groups = diff.grouped_ops(0);
    let sides = groups.iter().filter_map(|group| {
        let mut sides = Sides {
            found_line: group.first()?.old_range().start,
            wanted_line: group.first()?.new_range().start,
            found: Vec::new(),
            wanted: Vec::new(),
        };
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            match change.tag() {
                ChangeTag::Equal => {}
                ChangeTag::Delete => sides.found.push(bare(change.value())),
                ChangeTag::Insert => sides.wanted.push(bare(change.value())),
            }
        }
        Some(sides)
    });
    sides.collect()
}

fn bare(line: &str) -> String {
    line.trim_end_matches(['\n', '\r']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(found_line: usize, wanted_line: usize, found: &[&str], wanted: &[&str]) -> Sides {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        Sides {
            found_line,
            wanted_line,
            found: lines(found),
            wanted: lines(wanted),
        }
    }

    #[test]
    fn only_what_overlaps_is_shown_where_there_is_a_base() {
        assert_eq!(
            overlaps(
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                "0\n1\n2\n3\n4\n5\n6\nmine\n8\n9\n",
                "1\n2\n3\nours\n5\n6\nSEVEN\n8\n9\n"
            ),
            [side(7, 6, &["mine"], &["SEVEN"])]
        );
    }

    #[test]
    fn all_differences_are_shown_where_there_is_none() {
        assert_eq!(
            differences("1\nmine\n3\n4\n", "1\n2\n3\n4\n5\n"),
            [side(1, 1, &["mine"], &["2"]), side(4, 4, &[], &["5"])]
        );
    }
}
