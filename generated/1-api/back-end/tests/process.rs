//! The program itself: its start, its log, its statuses, its signals.

mod common;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use api::endpoints::Table;
use api::healthcheck;
use serde_json::Value;

fn api() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sets the variables of a storage that this build can use; false if there is none.
fn give_storage(command: &mut Command, test: &str) -> bool {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("api-process-{test}-{}", std::process::id()));
    if cfg!(feature = "sqlite") {
        command.env("DATABASE_FILE", file);
        return true;
    }
    let Some(postgres) = common::postgres().filter(|_| cfg!(feature = "postgres")) else { return false };
    std::fs::write(&file, postgres.password.0).expect("the folder can be written");
    command.env("DATABASE_PASSWORD_FILE", file);
    command.env("DATABASE_HOST", postgres.host).env("DATABASE_PORT", postgres.port.to_string());
    command.env("DATABASE_USER", postgres.user).env("DATABASE_NAME", postgres.database);
    true
}

struct Process {
    child: Child,
    log: BufReader<ChildStdout>,
    port: u16,
}

impl Process {
    /// Starts the API on a free port, if what its table needs is there.
    fn start(name: &str, linger_ms: u32) -> Option<Self> {
        let mut command = api();
        let needs_storage = !Table::embedded().expect("endpoints.json is right").resources.is_empty();
        if needs_storage && !give_storage(&mut command, name) {
            common::skip("a test of the program", "its table needs storage, and there is none to test with");
            return None;
        }
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        command.env("PORT", port.to_string()).env("STOP_LINGER_MS", linger_ms.to_string());
        let mut child = command.spawn().expect("the program starts");
        let log = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut process = Self { child, log, port };
        while process.line()["message"] != "started" {}
        Some(process)
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.log.read_line(&mut line).expect("the log can be read");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("`{line}` is not JSON: {error}"))
    }

    fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
    }

    fn healthcheck(&self) -> bool {
        let status = api().arg("healthcheck").env("PORT", self.port.to_string()).status();
        status.expect("the program starts").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn terminates_in_order() {
    let Some(mut process) = Process::start("terminate", 1000) else { return };
    assert!(process.healthcheck());
    let start = Instant::now();
    process.signal("TERM");
    assert_eq!(process.line()["message"], "stopping");
    // Alive until the port is closed: nobody should restart what is stopping.
    healthcheck::ask(process.port).expect("it lingers");
    assert_eq!(process.line()["message"], "stopped");
    assert_eq!(process.child.wait().expect("it ends").code(), Some(0));
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(4) && took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn is_interrupted_at_once() {
    let Some(mut process) = Process::start("interrupt", 10_000) else { return };
    let start = Instant::now();
    process.signal("INT");
    assert_eq!(process.child.wait().expect("it ends").code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(!process.healthcheck());
}

#[test]
fn says_all_that_is_wrong_and_ends_with_2() {
    let output = api().env("PORT", "no").env("ALLOWED_ORIGINS", "*").output().expect("the program starts");
    let errors = String::from_utf8(output.stderr).expect("messages are text");
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("`PORT` is `no`") && errors.contains("`ALLOWED_ORIGINS` has `*`"), "{errors}");
    assert_eq!(api().arg("nope").output().expect("the program starts").status.code(), Some(2));
}

#[test]
fn logs_one_line_a_request() {
    let Some(mut process) = Process::start("log", 0) else { return };
    healthcheck::ask(process.port).expect("it is healthy");
    let request = "GET /no\"where?secret HTTP/1.1\r\nHost: test\r\nX-Request-ID: it-is-me\r\nConnection: close\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", process.port)).expect("it listens");
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("the connection is open");
    let line = process.line();
    assert_eq!(line["method"], "GET");
    assert_eq!(line["path"], "/no\"where");
    assert_eq!(line["status"], 404);
    assert_eq!(line["request_id"], "it-is-me");
    assert!(line["ms"].is_f64() && line["time"].is_string() && line["replica"].is_string(), "{line}");
}
