//! The law of nginx's escapers: a real nginx reads back exactly the value that went in, or the value is refused.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use askama::filters::Escaper;
use pinkogen::render::escape::{Nginx, nginx};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

#[path = "support/corpus.rs"]
mod corpus;
#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "support/tools.rs"]
mod tools;

use corpus::{cases, many};
use tools::{Tool, run};

const IMAGE: &str = "nginx:1.30-alpine";

/// Contexts of the corpus in which no value of a spec is ever rendered.
const NOT_RENDERED: [&str; 4] = [
    "nginx.server_name",
    "nginx.map_value",
    "nginx.comment",
    "nginx.file_start",
];

#[test]
fn the_corpus_is_encoded_as_it_was_read_back() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case.context.starts_with("nginx.")) {
        let (value, context) = (case.value.as_str(), case.context.as_str());
        let encoded = match context.split(' ').next().expect("a word") {
            // Variables are never meant in a value of a spec.
            "nginx.arg_with_variables" => {
                assert_eq!(nginx::argument(value), None, "{value:?}");
                continue;
            }
            "nginx.arg" | "nginx.header_value" => nginx::argument(value),
            "nginx.location_prefix" => nginx::path(value),
            "nginx.location_regex" => nginx::regex(value),
            other => {
                assert!(NOT_RENDERED.contains(&other), "nothing is done about {context}");
                continue;
            }
        };
        seen += 1;
        match case.expected.as_str() {
            // An empty value is no header at all, which is what an empty value says.
            "reject-or-omit" => assert_eq!(encoded.as_deref(), Some("\"\"")),
            "reject" => assert_eq!(encoded, None, "{context}: {value:?}"),
            expected => {
                let encoded = encoded.unwrap_or_else(|| panic!("{context}: {value:?} is refused"));
                let is_plain = encoded == value && expected == format!("\"{value}\"");
                assert!(
                    is_plain || encoded == expected,
                    "{context}: {value:?} is {encoded}"
                );
            }
        }
    }
    assert!(seen > 60, "the corpus has lost its cases: {seen} seen");
}

#[test]
fn the_escaper_writes_the_argument_or_fails() {
    for value in many(2000) {
        let mut written = String::new();
        let result = Nginx.write_escaped_str(&mut written, &value);
        assert_eq!(
            result.ok().map(|()| written),
            nginx::argument(&value),
            "{value:?}"
        );
        assert_eq!(
            nginx::argument(&value).is_none(),
            nginx::argument_fault(&value).is_some(),
            "{value:?}"
        );
    }
}

#[test]
fn an_argument_too_long_for_nginx_is_refused() {
    assert_eq!(nginx::argument(&"a".repeat(4094)), Some("a".repeat(4094)));
    assert_eq!(nginx::argument(&"a".repeat(4095)), None);
    assert_eq!(nginx::argument(&"\"".repeat(2048)), None);
}

#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn nginx_returns_each_argument_byte_for_byte() {
    let arguments: Vec<(String, String)> = many(1500)
        .into_iter()
        .filter_map(|value| nginx::argument(&value).map(|argument| (value, argument)))
        .chain([("a".repeat(4094), "a".repeat(4094))])
        .collect();
    assert!(arguments.len() > 800, "{} arguments", arguments.len());
    let mut locations = String::new();
    for (number, (_, argument)) in arguments.iter().enumerate() {
        writeln!(
            locations,
            "location = /{number} {{ add_header X-Value {argument}; return 200 {argument}; }}"
        )
        .expect("a string");
    }
    let Some(server) = Server::start("arguments", &locations) else {
        return;
    };
    for (number, (value, argument)) in arguments.iter().enumerate() {
        let (head, body) = server.get(&format!("/{number}"));
        assert_eq!(body, value.as_bytes(), "{argument}");
        let header = head
            .split(|byte| *byte == b'\n')
            .find_map(|line| line.strip_prefix(b"X-Value: "))
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        assert_eq!(header.unwrap_or_default(), value.as_bytes(), "{argument}");
    }
}

#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn nginx_finds_each_path() {
    let mut paths: Vec<(String, String)> = many(1500)
        .into_iter()
        .map(|value| format!("/{}", value.trim_matches('/')))
        .filter_map(|value| nginx::path(&value).map(|path| (value, path)))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    assert!(paths.len() > 600, "{} paths", paths.len());
    let mut locations = String::new();
    for (number, (_, path)) in paths.iter().enumerate() {
        writeln!(locations, "location = {path} {{ return 200 {number}; }}").expect("a string");
    }
    let Some(server) = Server::start("paths", &locations) else {
        return;
    };
    for (number, (value, path)) in paths.iter().enumerate() {
        let mut target = String::new();
        for byte in value.bytes() {
            match byte {
                b'/' => target.push('/'),
                byte => write!(target, "%{byte:02X}").expect("a string"),
            }
        }
        let (_, body) = server.get(&target);
        assert_eq!(body, number.to_string().as_bytes(), "{path}");
    }
}

#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn nginx_compiles_each_pattern() {
    let mut runner = TestRunner::deterministic();
    let parts = prop::sample::select(vec![
        "(", "(?:", "(?=", "(?!", ")", "[", "[^", "]", "a", "z", "-", "]", "\\", "\\d", "\\w", "\\b", "\\.",
        "\\]", "\\[", "*", "+", "?", "{2}", "{2,}", "{1,5}", "{", "}", ",", "|", "^", "$", "/", ".", ":",
        "&&", "~", "#", ";", "\"", "'", " ", "=", "!",
    ]);
    let random = prop::collection::vec(parts, 1..10).prop_map(|parts| parts.concat());
    let mut patterns: Vec<String> = (0..20_000)
        .map(|_| random.new_tree(&mut runner).expect("a pattern").current())
        .chain(many(0))
        .filter_map(|pattern| nginx::regex(&pattern))
        .collect();
    patterns.sort_unstable();
    patterns.dedup();
    assert!(patterns.len() > 1000, "{} patterns", patterns.len());
    let mut locations = String::new();
    for pattern in &patterns {
        writeln!(locations, "location ~ {pattern} {{ return 204; }}").expect("a string");
    }
    Server::start("patterns", &locations);
}

/// An nginx that serves some locations, until it is dropped.
struct Server {
    docker: Tool,
    container: String,
    address: String,
}

impl Server {
    /// None where there is no Docker; an nginx that does not start fails the test with what it says.
    fn start(name: &str, locations: &str) -> Option<Self> {
        let docker = Tool::docker()?;
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = format!(
            "daemon off; pid /tmp/nginx.pid; error_log stderr; events {{}}\n\
             http {{ access_log off; large_client_header_buffers 4 16k; server {{ listen 8080;\n{locations}}} }}\n"
        );
        fs::write(folder.path().join("nginx.conf"), configuration).expect("a file");
        let container = format!("pinkogen-escape-nginx-{name}-{}", std::process::id());
        let server = Self {
            docker,
            container,
            address: String::new(),
        };
        let mut create = server.docker.command();
        create.args([
            "create",
            "--name",
            &server.container,
            "--publish",
            "127.0.0.1::8080",
            "--entrypoint",
            "nginx",
            IMAGE,
        ]);
        run(&mut create).expect("a container");
        let mut copy = server.docker.command();
        copy.args(["cp", "--quiet"]).arg(folder.path().join("nginx.conf"));
        run(copy.arg(format!("{}:/etc/nginx/nginx.conf", server.container))).expect("a copy");
        let mut test = server.docker.command();
        run(test.args(["start", &server.container])).expect("a start");
        Some(server.with_address())
    }

    fn with_address(mut self) -> Self {
        for _ in 0..100 {
            let mut port = self.docker.command();
            if let Ok(output) = run(port.args(["port", &self.container, "8080"])) {
                String::from_utf8_lossy(&output.stdout)
                    .trim()
                    .clone_into(&mut self.address);
                if self.try_get("/").is_some_and(|answer| !answer.is_empty()) {
                    return self;
                }
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let mut logs = self.docker.command();
        let output = run(logs.args(["logs", &self.container])).expect("logs");
        panic!(
            "nginx does not serve: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn get(&self, target: &str) -> (Vec<u8>, Vec<u8>) {
        let answer = self.try_get(target).expect("an answer");
        let end = answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .expect("a head");
        (answer[..end].to_vec(), answer[end + 4..].to_vec())
    }

    fn try_get(&self, target: &str) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        write!(stream, "GET {target} HTTP/1.0\r\nHost: x\r\n\r\n").ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut remove = self.docker.command();
        if let Err(report) = run(remove.args(["rm", "--force", "--volumes", &self.container])) {
            assert!(std::thread::panicking(), "{report}");
        }
    }
}
