use std::fmt;

use sha1::{Digest, Sha1};

/// The id that git gives a file's bytes (SHA-1 always), so that git can be asked for them later.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BlobId([u8; 20]);

/// The blob id of some bytes, as `git hash-object` prints it.
pub fn blob_id(bytes: &[u8]) -> BlobId {
    blob_id_of(std::iter::once(bytes))
}

/// The blob id of bytes in pieces.
pub(super) fn blob_id_of<'a>(pieces: impl Iterator<Item = &'a [u8]> + Clone) -> BlobId {
    let length: usize = pieces.clone().map(<[u8]>::len).sum();
    let mut hash = Sha1::new();
    hash.update(format!("blob {length}\0"));
    pieces.for_each(|piece| hash.update(piece));
    BlobId(hash.finalize().into())
}

impl BlobId {
    /// Reads 40 hexadecimal digits in lower case.
    pub(super) fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 40 {
            return None;
        }
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Some(Self(id))
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut hex = [0; 40];
        for (place, digit) in hex.iter_mut().zip(digits) {
            *place = DIGITS[usize::from(digit)];
        }
        f.write_str(str::from_utf8(&hex).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_git_says() {
        for (bytes, id) in [
            ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            ("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
        ] {
            assert_eq!(blob_id(bytes.as_bytes()).to_string(), id);
            assert_eq!(BlobId::parse(id), Some(blob_id(bytes.as_bytes())));
        }
    }

    #[test]
    fn only_forty_small_digits_are_an_id() {
        let id = "ce013625030ba8dba906f756967f9e9ca394464a";
        for hex in [
            &id[1..],
            &format!("{id}0"),
            &id.to_uppercase(),
            &id.replace('c', "é"),
        ] {
            assert_eq!(BlobId::parse(hex), None, "{hex}");
        }
    }
}
