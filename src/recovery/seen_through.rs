//! Finishing what was begun, whoever still waits for it.

use tracing::Instrument as _;

use super::Fault;

/// Does `work` to its end, also where the caller hangs up or their request takes too long: what was
/// counted is judged, what was judged is written down.
pub(super) async fn seen_through<T, E>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
{
    tokio::spawn(work.in_current_span())
        .await
        .map_err(Fault::broken)?
}
