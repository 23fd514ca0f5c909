//! Ending in good order.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

use super::Failure;

/// How long requests and letters under way may take to end. With the usual `server.drain` before it, and
/// [`LAST_WORDS`] twice after it, that is less than the 10 seconds a supervisor waits before it kills.
pub(super) const GRACE: Duration = Duration::from_secs(6);
/// How long each of the last things that are written may take.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(750);

/// When to end, in two steps: first the server is said to be leaving, so that proxies send their
/// requests elsewhere; then it takes no more.
#[derive(Clone)]
pub(super) struct Stop {
    leaving: watch::Receiver<bool>,
    closing: watch::Receiver<bool>,
}

/// Follows the signals. SIGTERM lets `drain` pass between the two steps; SIGINT comes from somebody
/// at a terminal, who waits for nothing. A second signal ends the process at once. SIGHUP never does.
pub(super) fn listen(drain: Duration) -> Result<Stop, Failure> {
    let (leave, leaving) = watch::channel(false);
    let (close, closing) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Who shows a certificate looks at its files then; nobody ends for it.
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move { while hangup.recv().await.is_some() {} });
    tokio::spawn(async move {
        let drain = tokio::select! {
            _ = terminate.recv() => drain,
            _ = interrupt.recv() => Duration::ZERO,
        };
        let again = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(1)
        };
        tokio::pin!(again);
        tracing::info!(drain = drain.as_secs(), "told to stop");
        leave.send_replace(true);
        let _: Result<(), _> = timeout(drain, &mut again).await;
        close.send_replace(true);
        again.await;
    });
    Ok(Stop { leaving, closing })
}

impl Stop {
    /// Turns true when the server is to leave.
    pub(super) fn leaving(&self) -> watch::Receiver<bool> {
        self.leaving.clone()
    }

    /// Turns true when nothing more is to be taken.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.clone()
    }

    /// Whether the server is leaving.
    pub(super) fn is_leaving(&self) -> bool {
        *self.leaving.borrow()
    }

    /// Waits until the server is leaving.
    pub(super) async fn left(&self) {
        wait(self.leaving.clone()).await;
    }

    /// Waits until nothing more is to be taken.
    pub(super) async fn closed(&self) {
        wait(self.closing.clone()).await;
    }
}

async fn wait(mut told: watch::Receiver<bool>) {
    // An error means that nobody can tell us any more, which is a reason to stop too.
    let _ = told.wait_for(|told| *told).await;
}
