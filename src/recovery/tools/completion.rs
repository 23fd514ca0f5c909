//! Running to completion what was begun, whoever still waits for it.

use tracing::Instrument as _;

use super::Tools;
use super::fault::Fault;

impl Tools {
    /// Runs `work` to completion, also where the caller hangs up or their request takes too long: what
    /// was counted is evaluated, what was evaluated is written down.
    ///
    /// It begins when this is called. What it keeps is in the task alone, and not once more in whoever waits.
    pub(in crate::recovery) fn run_to_completion<T, E, W>(
        &self,
        work: W,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, W>
    where
        W: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let work = self.running.spawn(work.in_current_span());
        async move { work.await.map_err(Fault::broken)? }
    }

    /// Waits until everything that is run to completion has ended: whoever asked for it may be gone.
    pub(in crate::recovery) async fn finish_running(&self) {
        self.running.close();
        self.running.wait().await;
    }
}
