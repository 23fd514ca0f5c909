//! Whether letters leave.

use sqlx::PgConnection;
use time::Duration;

use super::finding::{Finding, fail, ok, warn};
use crate::recovery::Clock;
use crate::store;

/// A worker looks every second; what is due for longer has none.
const LATE: Duration = Duration::minutes(5);

pub(super) async fn check(db: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let now = Clock::system().now();
    let backlog = store::job::backlog(db, now).await?;
    let oldest = store::job::oldest(db, now).await?.due_since;
    let late = oldest
        .map(|due_at| now - due_at)
        .filter(|late| *late > LATE);
    let waiting = backlog.waiting;
    let backlog_finding = match late {
        Some(late) => {
            let minutes = late.whole_minutes();
            let found = format!(
                "{waiting} letters wait, one of them for {minutes} minutes: nobody sends them"
            );
            let mend = "start `rekey serve` without --no-worker, or `rekey serve --worker-only`, and \
                        see its log";
            fail("backlog", found, mend)
        }
        None => ok("backlog", format!("{waiting} letters wait")),
    };
    let dead = backlog.dead;
    let dead_finding = if dead == 0 {
        ok("dead-letters", "none")
    } else {
        let found = format!("{dead} letters were given up");
        let mend =
            "see why with `rekey job list --dead`; then `rekey job retry` or `rekey job drop`";
        warn("dead-letters", found, mend)
    };
    Ok(vec![backlog_finding, dead_finding])
}
