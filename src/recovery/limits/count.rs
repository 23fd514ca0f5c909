//! Counting what may not happen too often.

use std::sync::Arc;

use serde_json::json;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};
use time::Duration;

use super::Limiter;
use super::rates::{Full, LimitError};
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::limit::{Rate, Scope, TooMany};
use crate::domain::subject::Subject;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::{Allowance, Fault, Origin, meter};
use crate::store;
use crate::store::recovery_request::{Ceiling, Ceilings, Counted as Windows};
use crate::store::throttle::Window;

/// What is counted.
struct Counted<'a> {
    /// Whose window it is; `None`: the whole server's.
    tenant_id: Option<TenantId>,
    scope: Scope,
    subject: Subject<'a>,
    rate: Rate,
}

/// How long a form that is sent again counts as the same.
const SAME_FORM: Duration = Duration::minutes(10);

impl Limiter {
    /// How many recovery mails may be asked for from one address.
    pub(in crate::recovery) fn recovery_per_address(&self) -> Rate {
        self.limits.recovery_per_address
    }

    /// The limits on recovery requests, in the order in which they refuse: on the address, on the
    /// tenant, on the name.
    fn recovery_limits(&self) -> [(Scope, Rate); 3] {
        let limits = self.limits;
        [
            (Scope::RecoveryAddress, limits.recovery_per_address),
            (Scope::RecoveryTenant, limits.recovery_per_tenant),
            (Scope::RecoveryIdentifier, limits.recovery_per_identifier),
        ]
    }

    /// The limits on recovery requests, for windows that open now.
    pub(in crate::recovery) fn ceilings(&self, now: Timestamp) -> Ceilings {
        let ceiling = |(scope, rate): (Scope, Rate)| Ceiling {
            scope,
            times: rate.times.into(),
            resets_at: now + rate.per,
        };
        let [address, tenant, name] = self.recovery_limits().map(ceiling);
        let once = Rate {
            times: 1,
            per: SAME_FORM,
        };
        Ceilings {
            address,
            tenant,
            name,
            form: ceiling((Scope::Form, once)),
        }
    }

    /// What becomes of a recovery request that was counted: the first limit that was full refuses it.
    pub(in crate::recovery) fn admitted(&self, windows: &Windows) -> Result<(), Full> {
        let windows = [
            Some(&windows.address),
            windows.tenant.as_ref(),
            windows.name.as_ref(),
        ];
        for (window, (scope, rate)) in windows.into_iter().zip(self.recovery_limits()) {
            window.map_or(Ok(()), |window| within(scope, rate, window))?;
        }
        Ok(())
    }

    /// Counts an attempt at a recovery code against whose code it would be, over an hour, and returns
    /// how many there were: asking for another code gives no further attempts (T-10, lesson L9).
    pub(in crate::recovery) async fn count_code_attempt(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: Subject<'_>,
    ) -> Result<i64, Fault> {
        let subject = subject.digest(&self.tools.keys);
        let now = self.tools.clock.now();
        let until = now + time::Duration::HOUR;
        let window = store::throttle::hit(
            db,
            Some(tenant_id),
            Scope::RecoveryCode,
            subject,
            now,
            until,
        )
        .await?;
        Ok(window.hits)
    }

    /// Releases an attempt that was right: it does not count.
    pub(in crate::recovery) async fn release_code_attempt(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: Subject<'_>,
    ) -> Result<(), Fault> {
        let subject = subject.digest(&self.tools.keys);
        let now = self.tools.clock.now();
        Ok(
            store::throttle::take_back(db, Some(tenant_id), Scope::RecoveryCode, subject, now)
                .await?,
        )
    }

    /// Counts a sign-in against its caller's address. Returns the connection that this took, for what
    /// follows.
    pub(in crate::recovery) async fn admit_sign_in(
        self: &Arc<Self>,
        tenant_id: TenantId,
        origin: &Origin,
    ) -> Result<PoolConnection<Postgres>, LimitError> {
        let counted = Counted {
            tenant_id: None,
            scope: Scope::LoginAddress,
            subject: Subject::Network(origin.network()),
            rate: self.limits.login_per_address,
        };
        let mut db = self.tools.db.acquire().await?;
        let window = self.hit(&mut db, &counted).await?;
        let allowance = Allowance::of("sign-in-per-address", counted.rate, &window);
        origin.note.write(allowance);
        if let Err(full) = within(counted.scope, counted.rate, &window) {
            drop(db);
            self.note_refusal(tenant_id, None, origin, &full).await;
            return Err(TooMany::from(full).into());
        }
        Ok(db)
    }

    /// Counts a one-time code against the account it is for.
    pub(in crate::recovery) async fn admit_code(
        self: &Arc<Self>,
        tenant_id: TenantId,
        account_id: AccountId,
        origin: &Origin,
    ) -> Result<(), LimitError> {
        let counted = Counted {
            tenant_id: Some(tenant_id),
            scope: Scope::CodesAccount,
            subject: Subject::Recipient(account_id),
            rate: self.limits.codes_per_account,
        };
        let window = {
            let mut db = self.tools.db.acquire().await?;
            self.hit(&mut db, &counted).await?
        };
        if let Err(full) = within(counted.scope, counted.rate, &window) {
            self.note_refusal(tenant_id, Some(account_id), origin, &full)
                .await;
            return Err(TooMany::from(full).into());
        }
        Ok(())
    }

    /// Counts an attempt at the codes of an account's access clients, over an hour, and returns how many there
    /// were. Of more than `most` none is let through.
    pub(in crate::recovery) async fn admit_activation(
        self: &Arc<Self>,
        tenant_id: TenantId,
        account_id: AccountId,
        most: u32,
        origin: &Origin,
    ) -> Result<i64, LimitError> {
        let counted = Counted {
            tenant_id: Some(tenant_id),
            scope: Scope::ActivationCode,
            subject: Subject::Account(account_id),
            rate: Rate {
                times: most,
                per: Duration::HOUR,
            },
        };
        let window = {
            let mut db = self.tools.db.acquire().await?;
            self.hit(&mut db, &counted).await?
        };
        if let Err(full) = within(counted.scope, counted.rate, &window) {
            self.note_refusal(tenant_id, Some(account_id), origin, &full)
                .await;
            return Err(TooMany::from(full).into());
        }
        Ok(window.hits)
    }

    /// Releases an attempt that was right: it does not count.
    pub(in crate::recovery) async fn release_activation(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        account_id: AccountId,
    ) -> Result<(), Fault> {
        let subject = Subject::Account(account_id).digest(&self.tools.keys);
        let (scope, now) = (Scope::ActivationCode, self.tools.clock.now());
        Ok(store::throttle::take_back(db, Some(tenant_id), scope, subject, now).await?)
    }

    /// Counts a letter against what the whole server may send.
    pub(in crate::recovery) async fn admit_letter(
        &self,
        db: &mut PgConnection,
    ) -> Result<(), LimitError> {
        let counted = Counted {
            tenant_id: None,
            scope: Scope::MailServer,
            subject: Subject::Everything,
            rate: self.limits.mail_per_server,
        };
        self.count(db, &counted).await
    }

    /// Writes down that a letter waits for what the whole server may send, if it is the first of a
    /// tenant to wait until `until`.
    pub(in crate::recovery) async fn note_budget(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        until: Timestamp,
    ) -> Result<(), Fault> {
        let (subject, now) = (
            Subject::Everything.digest(&self.tools.keys),
            self.tools.clock.now(),
        );
        let scope = Scope::MailServerNoted;
        let window = store::throttle::hit(db, Some(tenant_id), scope, subject, now, until).await?;
        if window.hits > 1 {
            return Ok(());
        }
        let entry = Entry::new(AuditAction::LimitReached, "put off", None);
        let entry = entry.with(json!({ "scope": Scope::MailServer.as_str() }));
        self.audit.record(db, tenant_id, entry).await
    }

    /// Releases a letter that was counted and did not leave, so that a mail server in trouble
    /// does not use the budget up.
    pub(in crate::recovery) async fn release_letter(
        &self,
        db: &mut PgConnection,
    ) -> Result<(), Fault> {
        let subject = Subject::Everything.digest(&self.tools.keys);
        let now = self.tools.clock.now();
        Ok(store::throttle::take_back(db, None, Scope::MailServer, subject, now).await?)
    }

    /// Counts, and refuses what is too much.
    async fn count(&self, db: &mut PgConnection, counted: &Counted<'_>) -> Result<(), LimitError> {
        let window = self.hit(db, counted).await?;
        Ok(within(counted.scope, counted.rate, &window).map_err(TooMany::from)?)
    }

    async fn hit(&self, db: &mut PgConnection, counted: &Counted<'_>) -> Result<Window, Fault> {
        let now = self.tools.clock.now();
        let subject = counted.subject.digest(&self.tools.keys);
        let until: Timestamp = now + counted.rate.per;
        Ok(store::throttle::hit(db, counted.tenant_id, counted.scope, subject, now, until).await?)
    }

    /// Writes down that something was refused, if it is the first that its limit refused in a window, and
    /// no other: a flood of requests is no flood of rows. The refusal stands whether or not that succeeds.
    pub(in crate::recovery) async fn note_refusal(
        self: &Arc<Self>,
        tenant_id: TenantId,
        account_id: Option<AccountId>,
        origin: &Origin,
        full: &Full,
    ) {
        if !full.is_first {
            return;
        }
        let (scope, Rate { times, per }) = (full.scope, full.rate);
        let seconds = per.whole_seconds();
        let detail = json!({ "scope": scope.as_str(), "times": times, "seconds": seconds });
        let (this, origin) = (Arc::clone(self), origin.clone());
        // Whoever hangs up at the right moment does not go unseen.
        let noted = self.tools.run_to_completion::<(), Fault, _>(async move {
            let entry = Entry {
                account_id,
                ..Entry::new(AuditAction::LimitReached, "refused", Some(&origin))
            };
            let mut db = this.tools.db.acquire().await?;
            this.audit
                .record(&mut db, tenant_id, entry.with(detail))
                .await
        });
        if let Err(fault) = noted.await {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(
                error = fault,
                scope = scope.as_str(),
                "could not write down that a limit was reached"
            );
        }
    }
}

/// Whether one more fits into a window that it was counted in.
fn within(scope: Scope, rate: Rate, window: &Window) -> Result<(), Full> {
    let over = window.hits - i64::from(rate.times);
    if over <= 0 {
        return Ok(());
    }
    meter::limit_hit(scope);
    Err(Full {
        scope,
        rate,
        is_first: over == 1,
        retry_at: window.resets_at,
    })
}
