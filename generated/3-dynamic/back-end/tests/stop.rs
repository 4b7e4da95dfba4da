//! The lossless stop, over real connections and with short times.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use api::app::app;
use api::stop::{Outcome, Signal, Signals, Stop, Times, serve};
use api::storage::Storage;
use common::{config, table};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

const TIMES: Times = Times {
    linger: Duration::from_millis(300),
    refuse: Duration::from_millis(300),
    stay_at_least: Duration::from_millis(300),
    stay_at_most: Duration::from_secs(2),
};
/// In the middle of a step.
const HALF: Duration = Duration::from_millis(150);
const STEP: Duration = Duration::from_millis(300);

struct Server {
    address: SocketAddr,
    signals: Sender<Signal>,
    outcome: JoinHandle<Outcome>,
}

impl Server {
    async fn start() -> Self {
        let table = table(&json!([
            { "method": "GET", "path": "/x", "name": "getX", "status": 200, "text": "got" },
            { "method": "POST", "path": "/x", "name": "postX", "status": 201, "text": "posted", "timeout_ms": 5000 },
        ]));
        let config = config(&[], &table).expect("the variables are right");
        let stop = Stop::default();
        let app = app(table, &config, Storage::None, stop.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the listener has an address");
        let (sender, signals) = Signals::channel();
        let outcome = tokio::spawn(serve(listener, app, stop, TIMES, signals));
        Self { address, signals: sender, outcome }
    }

    async fn signal(&self, signal: Signal) {
        self.signals.send(signal).await.expect("the server is there");
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.expect("the server accepts"))
    }

    async fn ask(&self, method: &str, path: &str) -> String {
        self.connect().await.ask(method, path).await
    }

    /// Waits for the end, which must come soon.
    async fn outcome(self) -> Outcome {
        timeout(Duration::from_secs(5), self.outcome).await.expect("the server ends").expect("it does not panic")
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("the connection is open");
    }

    /// Reads an answer; its body is so short that it comes in one piece.
    async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = timeout(Duration::from_secs(5), self.0.read(&mut buffer)).await.expect("an answer comes");
            let read = read.expect("the connection is not reset");
            answer.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&answer);
            if read == 0 || text.split_once("\r\n\r\n").is_some_and(|(_, body)| !body.is_empty()) {
                return text.into_owned();
            }
        }
    }

    async fn ask(&mut self, method: &str, path: &str) -> String {
        self.send(&request(method, path)).await;
        self.answer().await
    }

    async fn is_closed(&mut self) -> bool {
        matches!(timeout(Duration::from_secs(1), self.0.read(&mut [0])).await, Ok(Ok(0)))
    }
}

fn request(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
}

#[track_caller]
fn is(answer: &str, status: u16, closes: bool) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "not {status}: {answer}");
    assert_eq!(answer.contains("connection: close\r\n"), closes, "{answer}");
}

#[tokio::test]
async fn before_the_stop_connections_are_kept() {
    let server = Server::start().await;
    let mut client = server.connect().await;
    for _ in 0..2 {
        is(&client.ask("GET", "/x").await, 200, false);
    }
    is(&client.ask("GET", "/readyz").await, 200, false);
}

#[tokio::test]
async fn in_the_linger_all_is_served_and_connections_close() {
    let server = Server::start().await;
    let mut idle = server.connect().await;
    is(&idle.ask("GET", "/x").await, 200, false);
    server.signal(Signal::Terminate).await;
    sleep(HALF).await;
    is(&server.ask("GET", "/x").await, 200, true);
    is(&server.ask("POST", "/x").await, 201, true);
    is(&server.ask("GET", "/nope").await, 404, true);
    is(&server.ask("GET", "/healthz").await, 200, true);
    is(&server.ask("GET", "/readyz").await, 503, true);
    is(&idle.ask("POST", "/x").await, 201, true);
    assert!(idle.is_closed().await);
    assert_eq!(server.outcome().await, Outcome::Finished);
}

#[tokio::test]
async fn at_its_end_only_what_cannot_be_asked_twice_is_served() {
    let server = Server::start().await;
    server.signal(Signal::Terminate).await;
    sleep(STEP + HALF).await;
    is(&server.ask("GET", "/x").await, 503, true);
    is(&server.ask("POST", "/x").await, 201, true);
    is(&server.ask("GET", "/healthz").await, 200, true);
    is(&server.ask("GET", "/readyz").await, 503, true);
    assert_eq!(server.outcome().await, Outcome::Finished);
}

#[tokio::test]
async fn after_the_close_it_stays_for_those_that_have_not_asked_yet() {
    let server = Server::start().await;
    let mut unread = server.connect().await;
    server.signal(Signal::Terminate).await;
    sleep(2 * STEP + HALF).await;
    assert!(TcpStream::connect(server.address).await.is_err(), "the listener is still open");
    assert!(!server.outcome.is_finished());
    is(&unread.ask("GET", "/x").await, 200, true);
    assert_eq!(server.outcome().await, Outcome::Finished);
}

#[tokio::test]
async fn after_the_close_what_was_accepted_is_answered() {
    let server = Server::start().await;
    let mut unread = server.connect().await;
    let mut kept = server.connect().await;
    is(&kept.ask("GET", "/x").await, 200, false);
    let mut in_flight = server.connect().await;
    in_flight.send("POST /x HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\na").await;
    server.signal(Signal::Terminate).await;
    sleep(2 * STEP + HALF).await;

    assert!(TcpStream::connect(server.address).await.is_err(), "the listener is still open");
    is(&unread.ask("GET", "/x").await, 200, true);
    is(&kept.ask("POST", "/x").await, 201, true);
    // Longer than the stay lasts without a request in flight.
    sleep(STEP).await;
    in_flight.send("b").await;
    is(&in_flight.answer().await, 201, true);
    assert_eq!(server.outcome().await, Outcome::Finished);
}

#[tokio::test]
async fn connections_that_wait_in_the_queue_are_served() {
    let server = Server::start().await;
    server.signal(Signal::Terminate).await;
    // One thread runs all of this test, so that nothing is accepted while it is blocked: across the close.
    sleep(STEP + HALF).await;
    let mut queued: Vec<_> = (0..50)
        .map(|_| std::net::TcpStream::connect(server.address).expect("the kernel accepts"))
        .map(|stream| {
            stream.set_nonblocking(true).expect("the socket is open");
            Client(TcpStream::from_std(stream).expect("the socket is sound"))
        })
        .collect();
    std::thread::sleep(STEP);
    for client in &mut queued {
        let answer = client.ask("POST", "/x").await;
        is(&answer, 201, true);
    }
    assert_eq!(server.outcome().await, Outcome::Finished);
}

#[tokio::test]
async fn what_takes_too_long_is_cut_off() {
    let server = Server::start().await;
    let mut client = server.connect().await;
    client.send("POST /x HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\na").await;
    sleep(HALF).await;
    server.signal(Signal::Interrupt).await;
    sleep(HALF).await;
    assert!(!server.outcome.is_finished());
    server.signal(Signal::Terminate).await;
    server.signal(Signal::Interrupt).await;
    assert_eq!(server.outcome().await, Outcome::CutOff { requests: 1 });
}

#[tokio::test]
async fn an_interrupt_ends_an_idle_server_at_once() {
    let server = Server::start().await;
    let mut client = server.connect().await;
    is(&client.ask("GET", "/x").await, 200, false);
    server.signal(Signal::Interrupt).await;
    let outcome = timeout(STEP, server.outcome()).await.expect("there is no linger");
    assert_eq!(outcome, Outcome::Finished);
}
