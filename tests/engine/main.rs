//! Every step of the course, built and run by a real Docker engine as the last lines of `pinkogen render` say, and looked at
//! from outside: over HTTP, in a browser, through the engine's eyes.
//!
//! The tests take turns, since their stacks use the same ports. Each removes what it finds of its project before it starts
//! and what it has made when it ends; images stay, so that the next build is quick.

#[cfg(unix)]
mod browser;
#[cfg(unix)]
mod http;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod stack;
#[cfg(unix)]
mod steps;
#[cfg(unix)]
#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "../support/tools.rs"]
mod tools;
