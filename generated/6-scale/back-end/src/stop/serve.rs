use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::connections::Connections;
use super::{Phase, Signal, Signals, Stop, Times};

/// How often it is looked whether the last request has been answered.
const TICK: Duration = Duration::from_millis(10);

/// How the stop ended.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Everything has been answered.
    Finished,
    /// Time was up, or somebody was in a hurry, while requests were in flight.
    CutOff { requests: usize },
}

/// Serves until a signal comes, and then stops in the order of the [module](super).
pub async fn serve(listener: TcpListener, app: Router, stop: Stop, times: Times, mut signals: Signals) -> Outcome {
    let connections = Connections::new(app);
    let times = match accept_until(&listener, &connections, signals.any()).await {
        Signal::Terminate => times,
        Signal::Interrupt => times.quick(),
    };
    tracing::info!("stopping");
    tokio::select! {
        () = leave(listener, &connections, &stop, times) => {}
        () = signals.interrupt() => {}
    }
    match connections.busy() {
        0 => Outcome::Finished,
        requests => Outcome::CutOff { requests },
    }
}

async fn leave(listener: TcpListener, connections: &Connections, stop: &Stop, times: Times) {
    stop.enter(Phase::Lingering);
    accept_until(&listener, connections, sleep(times.linger)).await;
    stop.enter(Phase::Refusing);
    accept_until(&listener, connections, sleep(times.refuse)).await;

    let queued = close(listener);
    stop.enter(Phase::Closed);
    let closed = Instant::now();
    match queued.and_then(|queued| queued.into_iter().map(TcpStream::from_std).collect::<io::Result<Vec<_>>>()) {
        Ok(queued) => queued.into_iter().for_each(|stream| connections.serve(stream)),
        Err(error) => tracing::error!(%error, "the queue of connections could not be emptied"),
    }

    sleep(times.stay_at_least).await;
    while connections.busy() > 0 && closed.elapsed() < times.stay_at_most {
        sleep(TICK).await;
    }
}

/// Accepts and serves connections until `end` comes.
async fn accept_until<E: Future>(listener: &TcpListener, connections: &Connections, end: E) -> E::Output {
    let mut end = pin!(end);
    loop {
        tokio::select! {
            output = &mut end => return output,
            stream = accept(listener) => connections.serve(stream),
        }
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                // Out of file descriptors, most likely: it helps to wait until some connections have ended.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Takes all connections out of the kernel's queue and closes the listener at once.
///
/// Not through tokio, which asks the kernel only after the kernel has called, and so may not have heard of the latest
/// connections; and not `async`, so that nothing can come between the last accept and the close.
fn close(listener: TcpListener) -> io::Result<Vec<std::net::TcpStream>> {
    let listener = listener.into_std()?;
    let mut queued = Vec::new();
    loop {
        match listener.accept() {
            Ok((stream, _)) => queued.push(stream),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if is_the_clients(&error) || error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                break;
            }
        }
    }
    drop(listener);
    queued.iter().try_for_each(|stream| stream.set_nonblocking(true))?;
    Ok(queued)
}

/// Has the client gone before its connection was accepted?
fn is_the_clients(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused)
}
