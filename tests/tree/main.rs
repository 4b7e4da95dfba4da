//! The user's tree on a real disk: what `observe`, `plan` and `apply` do there, and that git takes what `patches` writes.
#![cfg(unix)]

mod conflicts;
#[path = "../support/figure.rs"]
mod figure;
mod git;
mod hostile;
mod recover;
mod sequences;
mod settled;
mod support;
