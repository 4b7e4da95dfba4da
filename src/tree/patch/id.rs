use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::tree::blob::blob_id;

/// The id of a file's bytes in the repository that the patch is for; zeros for no file.
pub(super) fn hex(bytes: Option<&[u8]>, is_sha256: bool) -> String {
    match (bytes, is_sha256) {
        (None, is_sha256) => "0".repeat(if is_sha256 { 64 } else { 40 }),
        (Some(bytes), false) => blob_id(bytes).to_string(),
        (Some(bytes), true) => {
            let mut hash = Sha256::new();
            hash.update(format!("blob {}\0", bytes.len()));
            hash.update(bytes);
            hash.finalize().iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_git_says() {
        let empty = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
        assert_eq!(hex(Some(b""), true), empty);
        assert_eq!(hex(None, true).len(), 64);
        assert_eq!(hex(Some(b""), false), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }
}
