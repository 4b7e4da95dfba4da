//! A load of requests that is the same all the time, on connections that are kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use crate::http::Client;

/// Requests a second, all connections together.
const RATE: u32 = 100;
/// A load that nobody ends ends by itself.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Load {
    is_over: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Tally>>,
}

/// What became of the requests.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) lost: Vec<Lost>,
    pub(crate) slowest: Duration,
}

/// A request without the answer that it should have had.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) method: &'static str,
    #[expect(dead_code, reason = "a failed test shows it")]
    after: Duration,
    #[expect(dead_code, reason = "a failed test shows it")]
    why: String,
}

impl Load {
    /// Each connection asks for these in turn, a method and a path each, and starts with another one.
    pub(crate) fn start(
        port: u16,
        connections: u32,
        requests: &'static [(&'static str, &'static str)],
    ) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let start = Instant::now();
        let worker = |number: u32| {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || {
                let every = Duration::from_secs(1) * connections / RATE;
                sleep(every * number / connections);
                let mut tally = Tally::default();
                let mut client = None;
                for (method, path) in requests.iter().cycle().skip(number as usize) {
                    if is_over.load(Ordering::Relaxed) || start.elapsed() > LIMIT {
                        break;
                    }
                    let began = Instant::now();
                    let answer = ask(&mut client, port, method, path);
                    let took = began.elapsed();
                    tally.asked += 1;
                    tally.slowest = tally.slowest.max(took);
                    if let Err(why) = answer {
                        let after = start.elapsed();
                        tally.lost.push(Lost { method, after, why });
                    }
                    sleep(every.saturating_sub(took));
                }
                tally
            })
        };
        let workers = (0..connections).map(worker).collect();
        Self { is_over, workers }
    }

    pub(crate) fn end(self) -> Tally {
        self.is_over.store(true, Ordering::Relaxed);
        let mut sum = Tally::default();
        for worker in self.workers {
            let tally = worker.join().expect("a worker does not panic");
            sum.asked += tally.asked;
            sum.lost.extend(tally.lost);
            sum.slowest = sum.slowest.max(tally.slowest);
        }
        sum
    }
}

fn ask(client: &mut Option<Client>, port: u16, method: &str, path: &str) -> Result<(), String> {
    let mut kept = match client.take() {
        Some(kept) => kept,
        None => Client::connect(port).map_err(|error| format!("no connection: {error}"))?,
    };
    let answer = kept.ask(method, path, &[]).map_err(|error| error.to_string())?;
    *client = Some(kept);
    if answer.status == 200 {
        Ok(())
    } else {
        Err(format!("{}: {}", answer.status, answer.text().trim()))
    }
}

impl Tally {
    /// Nothing was lost, and enough was asked to mean something.
    pub(crate) fn is_whole(&self) -> Result<(), String> {
        if self.lost.is_empty() && self.asked >= 100 {
            Ok(())
        } else {
            Err(format!("{self:#?}"))
        }
    }

    pub(crate) fn lost(&self, method: &str) -> usize {
        self.lost.iter().filter(|lost| lost.method == method).count()
    }
}
