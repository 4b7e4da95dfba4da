//! Runs programs that must not run for ever.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use crate::tools::report;

/// Runs a command that must end with 0 before its time is up.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let output = run_whatever(command, limit)?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(report(command, &output))
    }
}

/// Runs a command that may end with any status, but must end before its time is up: else it is killed, and all that it
/// has started.
pub(crate) fn run_whatever(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let stdout = read(child.stdout.take());
    let stderr = read(child.stderr.take());
    let status = wait(&mut child, limit);
    if status.is_none() {
        kill(&mut child);
    }
    let output = Output {
        status: status.unwrap_or_default(),
        stdout: stdout.join().expect("the reader does not panic"),
        stderr: stderr.join().expect("the reader does not panic"),
    };
    match status {
        Some(_) => Ok(output),
        None => Err(format!(
            "killed after {} s: {}",
            limit.as_secs(),
            report(command, &output)
        )),
    }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What could be read is all there is to show.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        sleep(Duration::from_millis(10));
    }
    None
}

fn kill(child: &mut Child) {
    let group = format!("-{}", child.id());
    // It may have ended by itself meanwhile.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    let _ = child.wait();
}

/// Asks until the answer is there, or fails with the last reason.
pub(crate) fn eventually<T>(
    limit: Duration,
    mut ask: impl FnMut() -> Result<T, String>,
) -> Result<T, String> {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(reason) if start.elapsed() > limit => {
                return Err(format!("not within {} s: {reason}", limit.as_secs_f32()));
            }
            Err(_) => sleep(Duration::from_millis(50)),
        }
    }
}
