use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Git's own alphabet, which is not that of Ascii85.
const ALPHABET: &[u8; 85] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Bytes in one line of base 85.
const LINE: usize = 52;

/// A `GIT binary patch`, which can be applied in both directions.
pub(super) fn patch(old: &[u8], new: &[u8]) -> String {
    let mut text = String::from("GIT binary patch\n");
    literal(&mut text, new);
    literal(&mut text, old);
    text
}

fn literal(text: &mut String, bytes: &[u8]) {
    writeln!(text, "literal {}", bytes.len()).expect("a string takes everything");
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes everything");
    let packed = encoder.finish().expect("memory takes everything");
    for line in packed.chunks(LINE) {
        text.push(length_letter(line.len()));
        base85(text, line);
        text.push('\n');
    }
    text.push('\n');
}

/// A to Z for 1 to 26, a to z for 27 to 52.
fn length_letter(length: usize) -> char {
    let length = u8::try_from(length).expect("a line has at most 52 bytes");
    char::from(if length <= 26 {
        b'A' + length - 1
    } else {
        b'a' + length - 27
    })
}

/// Five digits for four bytes, the last ones padded with zeros.
fn base85(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        let mut value = u32::from_be_bytes(word);
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(value % 85) as usize];
            value /= 85;
        }
        text.extend(digits.map(char::from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lengths_are_git_s() {
        let encoded = |bytes: &[u8]| {
            let mut text = String::new();
            base85(&mut text, bytes);
            text
        };
        assert_eq!(encoded(&[0; 4]), "00000");
        assert_eq!(encoded(&[0xff; 4]), "|NsC0");
        assert_eq!(encoded(&[0xff]), encoded(&[0xff, 0, 0, 0]));
        assert_eq!([1, 26, 27, 52].map(length_letter), ['A', 'Z', 'a', 'z']);
    }
}
