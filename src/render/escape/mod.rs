//! One file a language: how a value is written in it so that it cannot break out of its place.
//!
//! An escaper of askama's writes the *whole* value, quotes included, or fails. It sees a value piece by piece, so a
//! template's field is a string or a number; everything else goes through a filter, which collects it first.

pub mod compose;
pub mod dockerfile;
pub mod javascript;
pub mod nginx;
mod plain;
pub mod shell;
pub mod yaml;

pub use compose::Compose;
pub use dockerfile::Dockerfile;
pub use javascript::JavaScript;
pub use nginx::Nginx;

/// What templates call by name where the escaper of their language is not what the place needs.
pub mod filters {
    pub use super::dockerfile::{comment, ignore_path, json_words, path_word};
    pub use super::nginx::{location, regex};
    pub use super::plain::bare;
    pub use super::shell::shell_word;
}
