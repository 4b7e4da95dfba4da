//! As much of an HTTP client as looks at a stack from outside: one connection, kept alive.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any part of a stack waits for an answer.
const LIMIT: Duration = Duration::from_secs(20);
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address(port), CONNECT_LIMIT)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: format!("localhost:{port}"),
        })
    }

    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> io::Result<Answer> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n",
            self.host
        );
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head += "\r\n";
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.read(method)
    }

    fn read(&mut self, method: &str) -> io::Result<Answer> {
        let start = self.line()?;
        let status = start
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok())
            .ok_or_else(|| broken(&format!("`{start}` starts no answer")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| broken(&format!("`{line}` is no header")))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        if method != "HEAD" && status != 204 && status != 304 {
            let length = answer.header("content-length").and_then(|text| text.parse().ok());
            answer.body = vec![0; length.ok_or_else(|| broken("the answer has no length"))?];
            self.stream.read_exact(&mut answer.body)?;
        }
        Ok(answer)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The headers that let the pages of other origins in.
    pub(crate) fn cors_headers(&self) -> Vec<&str> {
        self.headers
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| name.starts_with("access-control-"))
            .collect()
    }
}

pub(crate) fn try_get(port: u16, path: &str) -> io::Result<Answer> {
    Client::connect(port)?.ask("GET", path, &[])
}

/// Asks on a connection of its own.
pub(crate) fn ask(port: u16, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    Client::connect(port)
        .and_then(|mut client| client.ask(method, path, headers))
        .unwrap_or_else(|error| panic!("{method} http://localhost:{port}{path}: {error}"))
}

pub(crate) fn get(port: u16, path: &str) -> Answer {
    ask(port, "GET", path, &[])
}

/// Is somebody listening there?
pub(crate) fn is_open(port: u16) -> bool {
    TcpStream::connect_timeout(&address(port), CONNECT_LIMIT).is_ok()
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
