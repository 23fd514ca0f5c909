//! Putting nothing in the place of a value that its owner says is somebody else's.

use sqlx::PgConnection;

use super::Replacement;
use crate::domain::Timestamp;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Standing;
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::password::{Key, Stored};

impl Replacement {
    /// Takes the value of a password away for good: no unlock and no enabling brings it back, and it
    /// is kept among the earlier ones alone, where the type forbids their return. Under the account's
    /// lock.
    pub(in crate::recovery) async fn disown(
        &self,
        db: &mut PgConnection,
        kind: &PasswordType,
        key: Key,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let before = store::password::lock(db, key).await?;
        if before.hash.is_none() && before.facts.standing == Standing::NeverCreated {
            return Ok(());
        }
        let none = Stored {
            facts: before.facts.disowned(),
            ..Stored::default()
        };
        store::password::save(db, key, &none, now).await?;
        let history = i64::from(kind.spec.history);
        if let (true, Some(hash), Some(set_at)) = (history > 0, &before.hash, before.facts.set_at) {
            store::password_history::insert(db, key, hash, set_at).await?;
            // No value is stored now, so all that may not return are earlier ones.
            store::password_history::trim(db, key, history).await?;
        }
        Ok(())
    }
}
