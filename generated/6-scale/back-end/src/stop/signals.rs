use std::future::pending;
use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// SIGTERM: an orchestrator wants this replica to go.
    Terminate,
    /// SIGINT: somebody has pressed Ctrl-C.
    Interrupt,
}

/// The signals that have come and have not been looked at.
pub struct Signals(Receiver<Signal>);

impl Signals {
    /// Takes the signals of the process over.
    pub fn install() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (sender, signals) = Self::channel();
        tokio::spawn(async move {
            loop {
                let signal = tokio::select! {
                    _ = terminate.recv() => Signal::Terminate,
                    _ = interrupt.recv() => Signal::Interrupt,
                };
                if sender.send(signal).await.is_err() {
                    return;
                }
            }
        });
        Ok(signals)
    }

    /// Signals that are sent by hand.
    pub fn channel() -> (Sender<Signal>, Self) {
        let (sender, receiver) = channel(8);
        (sender, Self(receiver))
    }

    /// Waits for a signal.
    pub async fn any(&mut self) -> Signal {
        match self.0.recv().await {
            Some(signal) => signal,
            None => pending().await,
        }
    }

    /// Waits for SIGINT.
    pub async fn interrupt(&mut self) {
        while self.any().await != Signal::Interrupt {}
    }
}
