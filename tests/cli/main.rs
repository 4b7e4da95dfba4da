//! The program as a user runs it.

#[path = "../support/sandbox.rs"]
mod sandbox;

mod check;
mod diff;
mod init;
mod render;
mod secrets;
mod usage;
