use std::fmt::Display;
use std::io;
use std::net::Ipv4Addr;
use std::process::ExitCode;

use tokio::net::TcpListener;

use crate::app::app;
use crate::config::Config;
use crate::endpoints::Table;
use crate::log;
use crate::stop::{self, Outcome, Signals, Stop, Times};
use crate::storage::Storage;

/// The process could not do its work: storage out of reach, port taken.
const FAILED: u8 = 1;
/// The configuration or the endpoint table is wrong, and trying again will not help.
const MISCONFIGURED: u8 = 2;

/// Runs the API until it is told to stop, and returns the status of the process.
pub fn run() -> ExitCode {
    let (table, config) = match configure() {
        Ok(both) => both,
        Err(problems) => {
            for problem in problems {
                eprintln!("error: {problem}");
            }
            return ExitCode::from(MISCONFIGURED);
        }
    };
    log::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed("the runtime does not start", error),
    };
    runtime.block_on(start(table, config))
}

/// Reads the embedded table and the environment, and collects what is wrong with either.
fn configure() -> Result<(Table, Config), Vec<String>> {
    let table = Table::embedded()?;
    let config = Config::read(|name| std::env::var(name).ok(), &table)?;
    Ok((table, config))
}

async fn start(table: Table, config: Config) -> ExitCode {
    // Before anything that takes time: as process 1 of a container we get no signal that has no handler.
    let mut signals = match Signals::install() {
        Ok(signals) => signals,
        Err(error) => return failed("the signal handlers cannot be installed", error),
    };
    let storage = tokio::select! {
        storage = Storage::open(&config.storage, &table) => match storage {
            Ok(storage) => storage,
            Err(error) => return failed("the storage cannot be used", error),
        },
        _ = signals.any() => return ExitCode::SUCCESS,
    };
    let listener = match listen(config.port).await {
        Ok(listener) => listener,
        Err(error) => return failed(&format!("port {} cannot be listened on", config.port), error),
    };
    let stop = Stop::default();
    let times = Times::new(config.linger, table.longest_request());
    let endpoints = table.endpoints.len();
    let app = app(table, &config, storage, stop.clone());
    tracing::info!(port = config.port, endpoints, "started");
    match stop::serve(listener, app, stop, times, signals).await {
        Outcome::Finished => tracing::info!("stopped"),
        Outcome::CutOff { requests } => tracing::warn!(requests, "stopped with requests unanswered"),
    }
    ExitCode::SUCCESS
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
}

fn failed(what: &str, error: impl Display) -> ExitCode {
    tracing::error!(error = %error, "{what}");
    ExitCode::from(FAILED)
}
