//! The two questions that an orchestrator asks.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::Problem;
use crate::stop::Stop;
use crate::storage::Storage;

/// Is the process alive? If not, it should be restarted.
pub const ALIVE: &str = "/healthz";
/// Should it get requests? If not, others should get them meanwhile.
pub const READY: &str = "/readyz";

/// Is this one of the health paths?
pub fn is_path(path: &str) -> bool {
    path == ALIVE || path == READY
}

pub async fn alive() -> Response {
    ok()
}

pub async fn ready(State((storage, stop)): State<(Storage, Stop)>) -> Response {
    if stop.is_leaving() {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this replica is stopping").into_response();
    }
    match storage.ready().await {
        Ok(()) => ok(),
        Err(error) => {
            // Requests for health paths are not logged, but this is worth a line.
            tracing::warn!(%error, "not ready");
            Problem::from(error).into_response()
        }
    }
}

fn ok() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n").into_response()
}
