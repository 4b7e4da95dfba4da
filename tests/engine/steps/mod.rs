//! A module for each step.

mod api;
mod dynamic;
mod front_end;
mod hello;
mod persistent;
mod proxy;
mod scale;
