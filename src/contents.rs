use std::fmt;
use std::ops::{Deref, Range};
use std::ptr;
use std::sync::Arc;

/// Contents that are read once and never copied: an input, its copy among the artifacts, and what was found there are one piece
/// of one buffer.
#[derive(Clone, Default)]
pub struct Contents {
    buffer: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Contents {
    /// A piece of what was read into one buffer.
    pub(crate) fn piece(buffer: &Arc<Vec<u8>>, range: Range<usize>) -> Self {
        assert!(range.end <= buffer.len(), "a piece lies in its buffer");
        Self {
            buffer: Arc::clone(buffer),
            range,
        }
    }
}

impl Deref for Contents {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }
}

impl From<Vec<u8>> for Contents {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            range: 0..bytes.len(),
            buffer: Arc::new(bytes),
        }
    }
}

impl PartialEq for Contents {
    fn eq(&self, other: &Self) -> bool {
        are_equal(self, other)
    }
}

impl Eq for Contents {}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Whether the bytes are the same; those of one place are, without a look.
pub(crate) fn are_equal(one: &[u8], other: &[u8]) -> bool {
    ptr::eq(one, other) || one == other
}
