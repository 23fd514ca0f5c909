//! Finishing what was begun, whoever still waits for it.

use tracing::Instrument as _;

use super::{Fault, Recovery};

impl Recovery {
    /// Does `work` to its end, also where the caller hangs up or their request takes too long: what
    /// was counted is judged, what was judged is written down.
    pub(super) async fn see_through<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.0
            .in_hand
            .spawn(work.in_current_span())
            .await
            .map_err(Fault::broken)?
    }

    /// Waits until everything that is seen through has ended: whoever asked for it may be gone.
    pub async fn settled(&self) {
        self.0.in_hand.close();
        self.0.in_hand.wait().await;
    }
}
