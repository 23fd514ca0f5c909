//! Letting somebody in, in one statement.

use super::SignIn;
use crate::recovery::audit::Entry;
use crate::recovery::tools::{Fault, meter};
use crate::store;
use crate::store::password::Key;
use crate::store::password_try::Value;
use crate::store::sign_in::{Entrance, WayIn};

impl SignIn {
    /// Sees that an account is active and its password is as it was left, leaves it otherwise, writes that
    /// down, and stores a way in, in one statement. Returns whether it was so; nothing happens if not.
    pub(in crate::recovery) async fn enter(
        &self,
        key: Key,
        (from, to): (&Value, &Value),
        entry: Entry<'_>,
        way_in: WayIn<'_>,
    ) -> Result<bool, Fault> {
        let (action, outcome, now) = (entry.action, entry.outcome, self.tools.clock.now());
        let event = self.audit.event(key.tenant_id, entry);
        let entrance = Entrance {
            key,
            from,
            to,
            event: &event,
        };
        let mut db = self.tools.db.acquire().await?;
        let is_in = store::sign_in::enter(&mut db, entrance, way_in, now).await?;
        if is_in {
            meter::verb(action.as_str(), outcome);
        }
        Ok(is_in)
    }
}
