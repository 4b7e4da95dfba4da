use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;

/// How long a client may take to send the head of a request, idling before it included: longer than the 60 s for which
/// most proxies keep an idle connection, so that it is the proxy that closes it, and never while it sends a request.
const HEADER_TIME_LIMIT: Duration = Duration::from_secs(75);

/// Serves connections, and knows how many of them have a request in flight.
pub(super) struct Connections {
    http: http1::Builder,
    app: TowerToHyperService<Router>,
    busy: Arc<AtomicUsize>,
}

impl Connections {
    pub(super) fn new(app: Router) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME_LIMIT);
        Self { http, app: TowerToHyperService::new(app), busy: Arc::default() }
    }

    /// How many connections have a request in flight, from its head to the last byte of its answer.
    pub(super) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    /// Serves a connection in a task of its own.
    pub(super) fn serve(&self, stream: TcpStream) {
        // An answer goes out when it is written; if that cannot be had, a little later.
        let _ = stream.set_nodelay(true);
        let busy = Arc::new(Busy { is_busy: AtomicBool::new(false), count: Arc::clone(&self.busy) });
        let app = self.app.clone();
        let service = service_fn(move |request| {
            busy.begin();
            let busy = Arc::clone(&busy);
            let response = app.call(request);
            async move {
                let response = response.await;
                if response.as_ref().is_ok_and(is_kept_alive) {
                    busy.end();
                }
                response
            }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection has failed");
            }
        });
    }
}

/// Whether one connection has a request in flight.
///
/// An answer that closes its connection is in flight until the connection has ended, and then `Busy` is dropped: hyper
/// does not tell when an answer has been written, and the process must not end before.
struct Busy {
    is_busy: AtomicBool,
    count: Arc<AtomicUsize>,
}

impl Busy {
    fn begin(&self) {
        if !self.is_busy.swap(true, Ordering::Relaxed) {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn end(&self) {
        if self.is_busy.swap(false, Ordering::Relaxed) {
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.end();
    }
}

fn is_kept_alive(response: &Response<Body>) -> bool {
    !response.headers().contains_key(header::CONNECTION)
}
