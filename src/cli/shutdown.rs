//! Ending in good order.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Failure;

/// How long requests and letters under way may take to end. A supervisor waits 10 seconds before
/// it kills.
pub(super) const GRACE: Duration = Duration::from_secs(8);

/// Turns true at the first SIGTERM or SIGINT. A second one ends the process at once.
pub(super) fn listen() -> Result<watch::Receiver<bool>, Failure> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut times = 0;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            times += 1;
            if times > 1 {
                std::process::exit(1);
            }
            tracing::info!("told to stop");
            stop.send_replace(true);
        }
    });
    Ok(stopped)
}

/// Waits until it is time to stop.
pub(super) async fn wait(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can tell us any more, which is a reason to stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}
