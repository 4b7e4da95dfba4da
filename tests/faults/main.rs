//! What the user's tree survives, in figures: kills, failing disks, races, hostile input, and what it all costs.
//!
//! Each test prints its row of the README's table. All of them, as CI runs them:
//!
//! ```sh
//! cargo test --test faults -- --include-ignored 2>&1 | grep '^|'
//! ```
#![cfg(target_os = "linux")]

mod cells;
#[path = "../support/copy.rs"]
mod copy;
mod cut;
mod errors;
#[path = "../support/figure.rs"]
mod figure;
mod fuzz;
mod kill;
mod links;
mod order;
mod pairs;
mod strace;
#[path = "../support/tools.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod tools;
mod world;
