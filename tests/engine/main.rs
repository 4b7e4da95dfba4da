//! Every step of the course, built and run by a real Docker engine as the last lines of `pinkogen render` say, and looked at
//! from outside: over HTTP, in a browser, through the engine's eyes.
//!
//! The tests take turns, since their stacks use the same ports. Each removes what it finds of its project before it starts
//! and what it has made when it ends; images stay, so that the next build is quick. A check that could pass for a wrong
//! reason is seen to fail, too: what breaks the stack for it `is_noticed`.
#![cfg(unix)]

#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "../support/tools.rs"]
mod tools;

mod browser;
mod hardening;
mod heads;
mod http;
mod layers;
mod load;
mod process;
mod rendered_crate;
mod stack;
mod steps;
mod tour;
mod turns;
