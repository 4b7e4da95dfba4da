//! A small HTTP API that is told by data what to serve.
//!
//! ```text
//! endpoints.json ──> endpoints::Table ─┐
//! environment ─────> config::Config ───┼─> app::app ──> stop::serve
//!                    storage::Storage ─┘
//! ```
//!
//! A request passes, from the outside in: `log` (request id, one line), `headers`, `cors`, `stop` (is this replica
//! leaving?), `panic`, and then its endpoint's handler in `handlers`, under that endpoint's limits.

pub mod app;
pub mod config;
pub mod cors;
pub mod endpoints;
pub mod error;
pub mod handlers;
pub mod headers;
pub mod health;
pub mod healthcheck;
pub mod log;
pub mod panic;
pub mod stop;
pub mod storage;

mod run;

pub use run::run;
