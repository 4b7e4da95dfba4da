//! A small HTTP API that is told by data what to serve.
//!
//! ```text
//! endpoints.json ──> endpoints::Table ─┐
//! environment ─────> config::Config ───┼─> app::app ──> stop::serve
//!                    storage::Storage ─┘
//! ```
//!
//! A request passes, from the outside in: `log` (request id, one line), `stop::close`, `headers`, `cors`,
//! `stop::refuse`, `panic`, and then the handler of its endpoint in `handlers`, under that endpoint's limits.

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
