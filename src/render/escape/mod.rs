//! One file a language: how a value is written in it so that it cannot break out of its place.

pub mod compose;
pub mod javascript;
pub mod yaml;

pub use compose::Compose;
pub use javascript::JavaScript;
