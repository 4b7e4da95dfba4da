//! One file a language: how a value is written in it so that it cannot break out of its place.

pub mod dockerfile;
pub mod nginx;
mod plain;
pub mod shell;

pub use dockerfile::Dockerfile;
pub use nginx::Nginx;
