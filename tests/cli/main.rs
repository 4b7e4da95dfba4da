//! The program as a user runs it.

#[path = "../support/sandbox.rs"]
mod sandbox;
#[path = "../support/tools.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod tools;

mod check;
mod diff;
mod eject;
mod git;
mod init;
mod json;
mod render;
mod secrets;
mod usage;
