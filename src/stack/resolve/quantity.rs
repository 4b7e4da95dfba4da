//! Sizes and lengths of time.

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{Place, Quantity, shown};
use crate::stack::{Bytes, Seconds};

impl Resolver<'_> {
    pub(super) fn seconds(&mut self, key: &KeyPath, quantity: &Quantity) -> Option<Seconds> {
        let units = [("s", 1), ("m", 60), ("h", 3600)];
        let found = match quantity {
            Quantity::Number(_) => None,
            Quantity::Text(text) => multiply(text, &units),
        };
        let seconds = found
            .and_then(|seconds| u32::try_from(seconds).ok())
            .filter(|seconds| (1..=86_400).contains(seconds));
        if seconds.is_none() {
            self.error(
                Place::Value(key.clone()),
                format!("{} is no length of time", written(quantity)),
                "a whole number with its unit, from \"1s\" to \"24h\"",
                "the units are `s`, `m` and `h`, as in \"10s\"",
            );
        }
        seconds.map(Seconds)
    }

    pub(super) fn bytes(&mut self, key: &KeyPath, quantity: &Quantity) -> Option<Bytes> {
        let units = [("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30), ("", 1)];
        let found = match quantity {
            Quantity::Number(number) => u64::try_from(*number).ok(),
            Quantity::Text(text) => multiply(&text.to_lowercase(), &units),
        };
        let bytes = found.filter(|bytes| (1..=1 << 40).contains(bytes));
        if bytes.is_none() {
            self.error(
                Place::Value(key.clone()),
                format!("{} is no size", written(quantity)),
                "a number of bytes, or a whole number with its unit",
                "the units are `k`, `m` and `g`, as in \"64k\" or \"10m\"",
            );
        }
        bytes.map(Bytes)
    }
}

fn multiply(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    units.iter().find_map(|(unit, factor)| {
        let digits = text.strip_suffix(unit)?;
        let number: u64 = digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())??;
        number.checked_mul(*factor)
    })
}

fn written(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Number(number) => format!("`{number}`"),
        Quantity::Text(text) => shown(text),
    }
}

#[cfg(test)]
mod tests {
    use super::multiply;

    #[test]
    fn units_are_multiplied() {
        let units = [("k", 1024), ("", 1)];
        assert_eq!(multiply("2k", &units), Some(2048));
        assert_eq!(multiply("7", &units), Some(7));
        for bad in ["", "k", "-1k", "1.5k", "1 k", "18446744073709551615k"] {
            assert_eq!(multiply(bad, &units), None, "{bad}");
        }
    }
}
