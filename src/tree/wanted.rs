use std::borrow::Cow;

use super::blob::{BlobId, blob_id_of};
use super::entry::Entry;
use super::lock::Written;
use crate::contents::are_equal;
use crate::render::{Artifact, Content, Mode};

/// A file that is to be there. Most are there already, so that it is compared piece by piece, and not put together.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    artifact: &'a Artifact,
    pub(super) id: BlobId,
    pub(super) executable: bool,
    /// Whether its bytes are what was found.
    pub(super) is_there: bool,
}

impl<'a> Wanted<'a> {
    /// What is wanted where that was found. Bytes that are there already have their id already.
    pub(super) fn new(artifact: &'a Artifact, found: &Entry) -> Self {
        let there = match found {
            Entry::File(file) if is(artifact, &file.bytes) => Some(file.id),
            Entry::None | Entry::File(_) | Entry::Other(_) => None,
        };
        Self {
            artifact,
            id: there.unwrap_or_else(|| blob_id_of(pieces(artifact))),
            executable: artifact.mode == Mode::Executable,
            is_there: there.is_some(),
        }
    }

    pub(super) fn bytes(&self) -> Cow<'a, [u8]> {
        self.artifact.bytes()
    }

    pub(super) fn written(&self) -> Written {
        Written {
            id: self.id,
            executable: self.executable,
        }
    }
}

/// Whether the artifact's bytes are these.
pub(super) fn is(artifact: &Artifact, bytes: &[u8]) -> bool {
    if let Content::Copy { bytes: wanted, .. } = &artifact.content {
        return are_equal(wanted, bytes);
    }
    let mut rest = bytes;
    for piece in pieces(artifact) {
        match rest.strip_prefix(piece) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// The artifact's bytes, in order.
fn pieces(artifact: &Artifact) -> impl Iterator<Item = &[u8]> + Clone {
    let (copy, blocks) = match &artifact.content {
        Content::Copy { bytes, .. } => (Some(&**bytes), &[][..]),
        Content::Blocks(blocks) => (None, &**blocks),
    };
    let blocks = blocks.iter().flat_map(|block| [block.text.as_bytes(), b"\n"]);
    copy.into_iter().chain(blocks)
}

#[cfg(test)]
mod tests {
    use super::super::blob::blob_id;
    use super::super::entry::File;
    use super::*;
    use crate::key_path::KeyPath;
    use crate::render::Block;

    #[test]
    fn pieces_are_the_bytes() {
        let block = |text: &str| Block::new(KeyPath::default(), text);
        for blocks in [vec![], vec![block("")], vec![block("a\nb"), block("c")]] {
            let artifact = Artifact::rendered(blocks);
            let bytes = artifact.bytes().into_owned();
            assert_eq!(Wanted::new(&artifact, &Entry::None).id, blob_id(&bytes));
            let there = Wanted::new(&artifact, &Entry::File(File::new(bytes.clone(), false)));
            assert!(there.is_there && there.id == blob_id(&bytes));
            assert!(is(&artifact, &bytes));
            assert!(!is(&artifact, &[&*bytes, b"x"].concat()));
            assert!(bytes.is_empty() || !is(&artifact, &bytes[..bytes.len() - 1]));
        }
    }
}
