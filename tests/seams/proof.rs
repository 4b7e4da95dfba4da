//! How a seam is proven: its check passes on every case, and fails when one of the files says something else.

use std::collections::BTreeSet;

use pinkogen::stack::SEAMS;

use crate::cases::{cases, named};
use crate::rendered::Rendered;

pub(crate) type Check = fn(&Rendered) -> Result<(), String>;

pub(crate) struct Proof {
    /// As in the table of seams.
    pub(crate) name: &'static str,
    pub(crate) check: Check,
    pub(crate) breaks: &'static [Break],
}

/// In a case, a file in which a text is replaced: the check must notice it.
pub(crate) struct Break(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

impl Proof {
    pub(crate) fn holds(&self) {
        let seam = SEAMS
            .iter()
            .find(|seam| seam.test == self.name)
            .expect("a row of the table");
        let mut read = BTreeSet::new();
        for (name, rendered) in cases() {
            let rendered = rendered.clone();
            if let Err(fault) = (self.check)(&rendered) {
                panic!("{name}: {fault}");
            }
            read.extend(rendered.looked_at());
        }
        for file in seam.files {
            assert!(
                read.iter().any(|path| fits(file, path)),
                "`{file}` is in the row, and the check does not read it"
            );
        }
    }

    pub(crate) fn breaks(&self) {
        assert!(!self.breaks.is_empty());
        for Break(case, file, from, to) in self.breaks {
            let broken = named(case).with(file, from, to);
            assert!(
                (self.check)(&broken).is_err(),
                "{case}: `{file}` may have `{to}` for `{from}`, and nobody notices"
            );
        }
    }
}

/// Whether a path is one of those that a row names.
pub(crate) fn fits(file: &str, path: &str) -> bool {
    match file.strip_prefix('*') {
        Some(end) => path
            .strip_suffix(end)
            .is_some_and(|service| !service.contains('/')),
        None => file == path,
    }
}

/// Fails with a text unless something holds.
macro_rules! ensure {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err(format!($($text)+));
        }
    };
}
pub(crate) use ensure;
