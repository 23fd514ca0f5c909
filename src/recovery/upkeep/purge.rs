//! Forgetting what has ended.

use time::Duration;

use super::Upkeep;
use crate::recovery::tools::Fault;
use crate::store;

/// How long dead tokens and keys are kept, for people who ask why one no longer works.
const TOKENS_KEPT: Duration = Duration::days(7);
/// How long attempts at names that nobody has are remembered, counted from the last.
const DECOYS_KEPT: Duration = Duration::days(30);
/// How long letters that were given up are kept, for people to see and to send again.
const DEAD_JOBS_KEPT: Duration = Duration::days(30);
/// How many rows one statement deletes at most, so that none holds locks for long.
const BATCH: i64 = 1_000;

impl Upkeep {
    /// Deletes tokens, keys, sessions, limit windows and dead jobs that have ended long enough ago, and what
    /// wrong values are recognised by, in small batches. Returns how many rows went or forgot.
    pub async fn purge(&self) -> Result<u64, Fault> {
        let now = self.tools.clock.now();
        let mut db = self.tools.db.acquire().await?;
        let mut gone = 0;
        loop {
            let tokens = store::recovery_token::forget_expired(&mut db, now - TOKENS_KEPT, BATCH);
            let tokens = tokens.await?;
            let keys = store::api_key::forget_dead(&mut db, now - TOKENS_KEPT, BATCH).await?;
            let windows = store::throttle::forget_ended(&mut db, now, BATCH).await?;
            let sessions = store::session::forget_expired(&mut db, now, BATCH).await?;
            let before = now - DECOYS_KEPT;
            let decoys = store::shadow_password::forget_untouched(&mut db, before, BATCH).await?;
            let before = now - DEAD_JOBS_KEPT;
            let jobs = store::job::forget_dead(&mut db, before, BATCH).await?;
            let values = store::password::forget_recent(&mut db, now, BATCH).await?
                + store::shadow_password::forget_recent(&mut db, now, BATCH).await?;
            let batch = tokens + keys + windows + sessions + decoys + jobs + values;
            gone += batch;
            if batch == 0 {
                return Ok(gone);
            }
        }
    }

    /// Deletes earlier passwords that no policy asks for any more, page by page. It reads them all, so it
    /// is for now and then. Returns how many rows went.
    pub async fn trim_history(&self) -> Result<u64, Fault> {
        let mut db = self.tools.db.acquire().await?;
        let (mut gone, mut after) = (0, None);
        while let Some((last, page)) =
            store::password_history::forget_surplus(&mut db, after, BATCH).await?
        {
            gone += page;
            after = Some(last);
        }
        Ok(gone)
    }
}
