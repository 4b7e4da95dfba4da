//! The proxy's image, built from what is rendered, before one nginx that stands for all services.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use super::{exact, odd, prefix, proxy_text, routed, text};
use crate::render::dockerfile::proxy_dockerfile;
use crate::stack::{NGINX_IMAGE, Stack};

#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "../../../../tests/support/tools.rs"]
mod tools;

use tools::{Tool, run};

/// Answers with the port and the path that it was asked at.
const SERVICES: &str = "daemon off; error_log stderr; events {} http { access_log off; server {
    listen 3000; listen 5252; listen 9000;
    location / { default_type text/plain; return 200 \"$server_port $request_uri $http_host\"; }
} }";

#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn requests_go_where_the_table_says() {
    let mut table = odd();
    table.proxy.as_mut().expect("a proxy").origin = Some("http://localhost:8088".to_owned());
    let Some(proxy) = Proxy::start("odd", &table) else {
        return;
    };
    for (path, answer) in [
        ("/", "404"),
        ("/wiki", "9000 /wiki"),
        ("/wiki/", "3000 /wiki/"),
        ("/wiki/a%2Fb?c=%20", "3000 /wiki/a%2Fb?c=%20"),
        ("/wikis", "404"),
        ("/v1", "5252 /"),
        ("/v1/", "5252 /"),
        ("/v1/a%20b?c=%2F", "5252 /a%20b?c=%2F"),
        ("/v1s", "404"),
        ("/v1/healthz", "404"),
        ("/v1/%68ealthz", "404"),
        ("/v1//readyz", "404"),
        ("/v1/x/../metrics", "404"),
        ("/v1/healthzz", "5252 /healthzz"),
        ("/a%20b;$x%7B%5C%22%C3%A9/z", "3000 /a%20b;$x%7B%5C%22%C3%A9/z"),
        ("/u/12.json", "5252 /u/12.json"),
        ("/u/1.json", "404"),
        ("/x.PNG", "3000 /x.PNG"),
    ] {
        assert_eq!(
            proxy.get(path),
            answer
                .parse::<u16>()
                .map_or(format!("{answer} localhost:8088"), |code| code.to_string()),
            "{path}"
        );
    }
}

#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn what_an_api_keeps_for_itself_is_nowhere_to_be_found() {
    let table = routed(vec![
        exact("/metrics", "wiki"),
        prefix("/", "back-end"),
        prefix("/healthz", "back-end"),
    ]);
    let Some(proxy) = Proxy::start("reserved", &table) else {
        return;
    };
    for (path, answer) in [
        ("/healthz", "404"),
        ("/readyz", "404"),
        ("//readyz", "404"),
        ("/metrics", "3000 /metrics localhost"),
        ("/healthz/x", "5252 /healthz/x localhost"),
    ] {
        assert_eq!(proxy.get(path), answer, "{path}");
    }
}

/// A running proxy, its services and their network, until it is dropped.
struct Proxy {
    docker: Tool,
    name: String,
    address: String,
}

impl Proxy {
    fn start(name: &str, stack: &Stack) -> Option<Self> {
        let docker = Tool::docker()?;
        let name = format!("pinkogen-nginx-{name}-{}", std::process::id());
        let mut proxy = Self {
            docker,
            name,
            address: String::new(),
        };
        let name = proxy.name.clone();
        let services = format!("{name}-services");
        let folder = tempfile::tempdir().expect("a folder");
        let path = |file: &str| folder.path().join(file).to_str().expect("a path").to_owned();
        fs::write(path("nginx.conf"), proxy_text(stack)).expect("a file");
        fs::write(
            path("Dockerfile"),
            text(proxy_dockerfile(stack).expect("it renders")),
        )
        .expect("a file");
        fs::write(path("services.conf"), SERVICES).expect("a file");

        proxy.docker(&["network", "create", &name]);
        let mut create = vec![
            "create",
            "--name",
            &services,
            "--network",
            &name,
            "--entrypoint",
            "nginx",
        ];
        for alias in ["back-end", "front-end", "wiki"] {
            create.extend(["--network-alias", alias]);
        }
        proxy.docker(&[&create[..], &[NGINX_IMAGE]].concat());
        proxy.docker(&[
            "cp",
            "--quiet",
            &path("services.conf"),
            &format!("{services}:/etc/nginx/nginx.conf"),
        ]);
        proxy.docker(&["start", &services]);
        proxy.docker(&[
            "build",
            "--quiet",
            "--tag",
            &name,
            folder.path().to_str().expect("a path"),
        ]);
        let hardened = [
            "--read-only",
            "--tmpfs",
            "/tmp",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
        ];
        let run = [
            "run",
            "--detach",
            "--name",
            &name,
            "--network",
            &name,
            "--publish",
            "127.0.0.1::8080",
        ];
        proxy.docker(&[&run[..], &hardened, &[&name]].concat());
        proxy.address = proxy.docker(&["port", &name, "8080"]);
        for _ in 0..100 {
            if proxy.docker(&["inspect", "--format", "{{.State.Health.Status}}", &name]) == "healthy" {
                return Some(proxy);
            }
            sleep(Duration::from_millis(200));
        }
        panic!(
            "the proxy does not get healthy: {}",
            proxy.docker(&["logs", &name])
        );
    }

    /// What Docker prints.
    fn docker(&self, arguments: &[&str]) -> String {
        let output = run(self.docker.command().args(arguments)).unwrap_or_else(|report| panic!("{report}"));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The body of a 200, else the status.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).expect("a status");
        match answer.split_once("\r\n\r\n") {
            Some((_, body)) if status == "200" => body.to_owned(),
            _ => status.to_owned(),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let services = format!("{}-services", self.name);
        let remove = |arguments: &[&str]| {
            if let Err(report) = run(self.docker.command().args(arguments)) {
                assert!(std::thread::panicking(), "{report}");
            }
        };
        remove(&["rm", "--force", "--volumes", &self.name, &services]);
        remove(&["network", "rm", &self.name]);
        remove(&["image", "rm", "--force", &self.name]);
    }
}
