//! What follows when the access password of an account changes.

use sqlx::PgConnection;

use super::Replacement;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, KeyId, PasswordTypeId, SessionId, TenantId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::Facts;
use crate::recovery::outbox::{Job, Notice, NoticeJob};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::{Key, Stored};

/// Whose access changed, and from where.
#[derive(Clone, Copy)]
pub(in crate::recovery) struct Changed<'a> {
    pub(in crate::recovery) tenant_id: TenantId,
    pub(in crate::recovery) account_id: AccountId,
    pub(in crate::recovery) origin: &'a Origin,
    /// What asked for the change and may stay.
    pub(in crate::recovery) keep: Option<Keep>,
}

/// A way of being signed in that outlives a change of the password.
#[derive(Clone, Copy)]
pub(in crate::recovery) enum Keep {
    Key(KeyId),
    Session(SessionId),
}

impl Replacement {
    /// Replaces a stored password, and remembers the old value where the type forbids its return.
    pub(in crate::recovery) async fn replace(
        &self,
        db: &mut PgConnection,
        kind: &PasswordType,
        key: Key,
        before: &Stored,
        after: (Facts, String),
    ) -> Result<(), Fault> {
        let (facts, hash) = after;
        let now = self.tools.clock.now();
        store::password::save(
            db,
            key,
            &Stored {
                hash: Some(hash),
                code: None,
                facts,
                ..Stored::default()
            },
            now,
        )
        .await?;
        if let (true, Some(hash), Some(set_at)) =
            (kind.spec.history > 0, &before.hash, before.facts.set_at)
        {
            store::password_history::insert(db, key, hash, set_at).await?;
            // The value just stored is one of the last, so one less of the earlier ones counts.
            let keep = i64::from(kind.spec.history) - 1;
            store::password_history::trim(db, key, keep).await?;
        }
        Ok(())
    }

    /// Ends every way in that the old password may have opened: live tokens of every purpose, every
    /// session, and every key its owner signed in for.
    pub(in crate::recovery) async fn end_access(
        &self,
        db: &mut PgConnection,
        changed: Changed<'_>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let Changed {
            tenant_id,
            account_id,
            keep,
            ..
        } = changed;
        let (key, session) = match keep {
            None => (None, None),
            Some(Keep::Key(key_id)) => (Some(key_id), None),
            Some(Keep::Session(session_id)) => (None, Some(session_id)),
        };
        Ok(store::access::end(db, tenant_id, account_id, session, key, now).await?)
    }

    /// Promises the account's owner a notice about their access password.
    pub(in crate::recovery) async fn notify(
        &self,
        db: &mut PgConnection,
        changed: Changed<'_>,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.notify_of(db, changed, notice, None, now).await
    }

    /// Promises the account's owner a notice about one of their passwords; `None`: the one they
    /// sign in with.
    pub(in crate::recovery) async fn notify_of(
        &self,
        db: &mut PgConnection,
        changed: Changed<'_>,
        notice: Notice,
        password_type_id: Option<PasswordTypeId>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let job = Job::Notice(NoticeJob {
            account_id: changed.account_id,
            notice,
            password_type_id,
            at: now,
            origin: changed.origin.clone(),
        });
        self.outbox.promise(db, changed.tenant_id, &job, now).await
    }
}
