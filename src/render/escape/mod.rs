//! One file a language: how a value is written in it so that it cannot break out of its place.

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
