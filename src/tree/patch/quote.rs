use std::fmt::Write as _;
use std::path::{Component, Path};

/// A path as git writes it in a patch, with its `a/` or `b/`: in quotes, as in C, if it has anything but plain ASCII.
pub(super) fn quoted(side: &str, prefix: &Path, path: &str) -> String {
    let mut bytes = side.as_bytes().to_vec();
    for component in prefix.components() {
        if let Component::Normal(name) = component {
            bytes.extend_from_slice(name.as_encoded_bytes());
            bytes.push(b'/');
        }
    }
    bytes.extend_from_slice(path.as_bytes());
    quote(&bytes)
}

fn quote(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 2);
    let mut is_plain = true;
    for &byte in bytes {
        let escape = match byte {
            b'"' => '"',
            b'\\' => '\\',
            0x07 => 'a',
            0x08 => 'b',
            b'\t' => 't',
            b'\n' => 'n',
            0x0b => 'v',
            0x0c => 'f',
            b'\r' => 'r',
            b' '..=b'~' => {
                text.push(char::from(byte));
                continue;
            }
            _ => {
                write!(text, "\\{byte:03o}").expect("a string takes everything");
                is_plain = false;
                continue;
            }
        };
        text.push('\\');
        text.push(escape);
        is_plain = false;
    }
    if is_plain { text } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_git_writes() {
        for (path, quoted_path) in [
            ("a b/c.txt", "a/top/a b/c.txt"),
            ("a\"b", r#""a/top/a\"b""#),
            ("é", r#""a/top/\303\251""#),
            ("a\tb\u{1}\u{7f}\\", r#""a/top/a\tb\001\177\\""#),
        ] {
            assert_eq!(quoted("a/", Path::new("top"), path), quoted_path);
        }
        assert_eq!(quoted("b/", Path::new(""), "x"), "b/x");
    }
}
