//! How the API stops without losing a request.
//!
//! On SIGTERM, in this order:
//!
//! 1. **Linger** (`STOP_LINGER_MS`, 4 s). Connections are still accepted and requests served, but `/readyz` answers
//!    503 and every answer says `Connection: close`. So a proxy's idle connections end by themselves, if it keeps them
//!    for less than the linger: none is closed just as the proxy sends a request on it.
//! 2. **Refuse** (the last second of the linger; the last quarter, if the linger is shorter than 4 s). GET and HEAD are
//!    answered with 503, which tells the proxy to ask another replica and to leave this one alone. What cannot be asked
//!    twice, such as POST, is served.
//! 3. **Close**. Everything that the kernel has accepted is taken out of its queue until there is nothing left, and the
//!    listener is closed in the same breath: there is no `await` between, and so hardly a moment in which the kernel
//!    could accept a connection that nobody will serve.
//! 4. **Stay** (3 s at least, at most the longest time that a request may take). Requests in flight are answered, and
//!    so are those on connections that have not sent anything yet. New connections are refused at once, which the
//!    proxy notices; an address that no longer exists would let it wait.
//! 5. **Exit** with status 0.
//!
//! On SIGINT (Ctrl-C) steps 1 and 2 are left out, and step 4 lasts no longer than the requests in flight. A SIGINT
//! while stopping ends the process at once; another SIGTERM changes nothing.
//!
//! Hyper's own graceful shutdown is not used: it closes a connection that has been accepted and has not sent its first
//! request, and a POST that was under way is lost. `Connection: close` does what is needed.

mod connections;
mod serve;
mod signals;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Problem;
use crate::health;

pub use serve::{Outcome, serve};
pub use signals::{Signal, Signals};

/// How far the stop has come; clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicU8>);

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Phase {
    Serving,
    Lingering,
    Refusing,
    Closed,
}

impl Stop {
    /// Has the stop begun?
    pub fn is_leaving(&self) -> bool {
        !self.is_in(Phase::Serving)
    }

    fn is_in(&self, phase: Phase) -> bool {
        self.0.load(Ordering::Relaxed) == phase as u8
    }

    fn enter(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::Relaxed);
    }
}

/// How long the steps of a stop take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The first step, without the refusing.
    pub linger: Duration,
    pub refuse: Duration,
    pub stay_at_least: Duration,
    pub stay_at_most: Duration,
}

impl Times {
    /// The times after SIGTERM.
    pub fn new(linger: Duration, longest_request: Duration) -> Self {
        // Longer than a proxy needs to forget the address: its resolver's time to live, and a connect time-out.
        let stay_at_least = Duration::from_secs(3);
        let refuse = Duration::from_secs(1).min(linger / 4);
        Self {
            linger: linger.saturating_sub(refuse),
            refuse,
            stay_at_least,
            stay_at_most: longest_request.max(stay_at_least),
        }
    }

    /// The times after SIGINT: what is in flight is finished, and an answer just written leaves the process.
    fn quick(self) -> Self {
        Self { linger: Duration::ZERO, refuse: Duration::ZERO, stay_at_least: Duration::from_millis(50), ..self }
    }
}

/// Closes connections while this replica is leaving.
pub async fn close(State(stop): State<Stop>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if stop.is_leaving() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Sends away what another replica can answer as well, when it is time to.
pub async fn refuse(State(stop): State<Stop>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if stop.is_in(Phase::Refusing) && is_safe && !health::is_path(request.uri().path()) {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this replica is stopping").into_response();
    }
    next.run(request).await
}
