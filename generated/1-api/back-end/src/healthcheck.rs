//! `api healthcheck`: the container's health check, so that the image needs neither a shell nor curl.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::config::DEFAULT_PORT;
use crate::health;

const TIME_LIMIT: Duration = Duration::from_secs(2);
const WANTED: &[u8] = b"HTTP/1.1 200 ";

/// Asks the API on this host whether it is alive; status 0 if so, else 1 and the reason on standard error.
pub fn run() -> ExitCode {
    let port = std::env::var("PORT").ok().filter(|value| !value.is_empty());
    let port = port.map_or(Ok(DEFAULT_PORT), |value| value.parse());
    let answer = match port {
        Ok(port) => ask(port).map_err(|error| format!("port {port}: {error}")),
        Err(error) => Err(format!("`PORT`: {error}")),
    };
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: not healthy: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Succeeds if what listens on `port` answers its health path with 200.
pub fn ask(port: u16) -> io::Result<()> {
    let deadline = Instant::now() + TIME_LIMIT;
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), TIME_LIMIT)?;
    stream.set_write_timeout(Some(TIME_LIMIT))?;
    write!(stream, "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n", health::ALIVE)?;

    let mut answer = Vec::new();
    while answer.len() < WANTED.len() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let mut buffer = [0; 256];
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => answer.extend_from_slice(&buffer[..read]),
        }
    }
    if answer.starts_with(WANTED) {
        return Ok(());
    }
    let line = answer.split(|&byte| byte == b'\r').next().unwrap_or_default();
    Err(io::Error::other(format!("the answer is `{}`", String::from_utf8_lossy(line))))
}
