use std::fmt;

/// A number of bytes, written in the spec as `1m`, `64k`, `2g` or a number; the units are powers of 1,024, as nginx and Compose have them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Bytes(pub u64);

impl Bytes {
    pub const fn mebi(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }
}

/// As nginx and Compose read it: the largest unit that divides it.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0"),
            n if n % (1 << 30) == 0 => write!(f, "{}g", n >> 30),
            n if n % (1 << 20) == 0 => write!(f, "{}m", n >> 20),
            n if n % (1 << 10) == 0 => write!(f, "{}k", n >> 10),
            n => write!(f, "{n}"),
        }
    }
}

/// A length of time in whole seconds, written in the spec as `10s`, `5m`, `2h`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Seconds(pub u32);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

impl std::ops::Add for Seconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_the_largest_unit() {
        for (bytes, text) in [
            (0, "0"),
            (1000, "1000"),
            (1024, "1k"),
            (1 << 20, "1m"),
            (3 << 30, "3g"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
    }
}
