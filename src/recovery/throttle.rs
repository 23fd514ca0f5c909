//! Counting what may not happen too often.

use serde_json::json;
use sqlx::PgConnection;

use super::audit::{Action as Audited, Entry};
use super::{Fault, Origin, Recovery, meter};
use crate::domain::Timestamp;
use crate::domain::digest::Use;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::limit::{Rate, TooMany};
use crate::store;

/// How often things may happen: the `[limits]` of the server file.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Recovery mails asked for with one identifier.
    pub recovery_per_identifier: Rate,
    /// Recovery mails asked for from one address.
    pub recovery_per_address: Rate,
    /// Recovery mails asked for in one tenant.
    pub recovery_per_tenant: Rate,
    /// Sign-ins tried from one address.
    pub login_per_address: Rate,
    /// One-time codes sent to one account.
    pub codes_per_account: Rate,
    /// Letters sent by the whole server.
    pub mail_per_server: Rate,
}

/// A request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It was one too many.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not count it, so we did not take it either.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// What is counted.
struct Counted<'a> {
    /// Whose window it is; `None`: the whole server's.
    tenant_id: Option<TenantId>,
    scope: &'static str,
    subject: &'a [u8],
    rate: Rate,
}

/// In whose trail a limit that refuses is written down, and about what.
struct Told<'a> {
    tenant_id: TenantId,
    account_id: Option<AccountId>,
    origin: &'a Origin,
}

/// What tries at recovery codes are counted under.
pub(super) const CODE_TRIES: &str = "recovery.code";

impl Recovery {
    /// Counts a recovery request against its caller's address and its tenant, before anything in
    /// it is read. Whether an account exists plays no part.
    pub async fn admit(&self, tenant_id: TenantId, origin: &Origin) -> Result<(), Refused> {
        let limits = self.0.limits;
        let mut db = self.0.db.acquire().await?;
        let network = origin.network().to_string();
        let address = limits.recovery_per_address;
        let told = Told {
            tenant_id,
            account_id: None,
            origin,
        };
        let by_address = Counted {
            tenant_id: None,
            scope: "recovery.address",
            subject: network.as_bytes(),
            rate: address,
        };
        self.count(&mut db, Some(&told), &by_address).await?;
        let by_tenant = Counted {
            tenant_id: Some(tenant_id),
            scope: "recovery.tenant",
            subject: b"",
            rate: limits.recovery_per_tenant,
        };
        self.count(&mut db, Some(&told), &by_tenant).await
    }

    /// Counts a recovery request against the identifier it names.
    pub(super) async fn admit_identifier(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        identifier: &Identifier,
        origin: &Origin,
    ) -> Result<(), Refused> {
        let subject = format!("{:?} {}", identifier.kind, identifier.value);
        self.admit_subject(db, tenant_id, &subject, origin).await
    }

    /// Counts a recovery request against whatever it names somebody by.
    pub(super) async fn admit_subject(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: &str,
        origin: &Origin,
    ) -> Result<(), Refused> {
        let told = Told {
            tenant_id,
            account_id: None,
            origin,
        };
        let counted = Counted {
            tenant_id: Some(tenant_id),
            scope: "recovery.identifier",
            subject: subject.as_bytes(),
            rate: self.0.limits.recovery_per_identifier,
        };
        self.count(db, Some(&told), &counted).await
    }

    /// Counts a try at a recovery code against whose code it would be, over an hour, and returns
    /// how many there were: asking for another code gives no further tries (T-10, lesson L9).
    pub(super) async fn count_code_try(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: &str,
    ) -> Result<i64, Fault> {
        let subject = self.0.keys.digest(Use::Limit, subject.as_bytes());
        let now = self.0.clock.now();
        let until = now + time::Duration::HOUR;
        let window =
            store::throttle::hit(db, Some(tenant_id), CODE_TRIES, subject, now, until).await?;
        Ok(window.hits)
    }

    /// Takes back a try that was right.
    pub(super) async fn take_back_code_try(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: &str,
    ) -> Result<(), Fault> {
        let subject = self.0.keys.digest(Use::Limit, subject.as_bytes());
        let now = self.0.clock.now();
        Ok(store::throttle::take_back(db, Some(tenant_id), CODE_TRIES, subject, now).await?)
    }

    /// Counts a sign-in against its caller's address.
    pub(super) async fn admit_sign_in(
        &self,
        tenant_id: TenantId,
        origin: &Origin,
    ) -> Result<(), Refused> {
        let network = origin.network().to_string();
        let told = Told {
            tenant_id,
            account_id: None,
            origin,
        };
        let counted = Counted {
            tenant_id: None,
            scope: "login.address",
            subject: network.as_bytes(),
            rate: self.0.limits.login_per_address,
        };
        let mut db = self.0.db.acquire().await?;
        self.count(&mut db, Some(&told), &counted).await
    }

    /// Counts a one-time code against the account it is for.
    pub(super) async fn admit_code(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        account_id: AccountId,
        origin: &Origin,
    ) -> Result<(), Refused> {
        let subject = account_id.to_string();
        let told = Told {
            tenant_id,
            account_id: Some(account_id),
            origin,
        };
        let counted = Counted {
            tenant_id: Some(tenant_id),
            scope: "codes.account",
            subject: subject.as_bytes(),
            rate: self.0.limits.codes_per_account,
        };
        self.count(db, Some(&told), &counted).await
    }

    /// Counts a letter against what the whole server may send.
    pub(super) async fn admit_letter(&self, db: &mut PgConnection) -> Result<(), Refused> {
        let counted = Counted {
            tenant_id: None,
            scope: "mail.server",
            subject: b"",
            rate: self.0.limits.mail_per_server,
        };
        self.count(db, None, &counted).await
    }

    /// Writes down that a letter waits for what the whole server may send, if it is the first of a
    /// tenant to wait until `until`.
    pub(super) async fn note_budget(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        until: Timestamp,
    ) -> Result<(), Fault> {
        let (subject, now) = (self.0.keys.digest(Use::Limit, b""), self.0.clock.now());
        let scope = "mail.server.noted";
        let window = store::throttle::hit(db, Some(tenant_id), scope, subject, now, until).await?;
        if window.hits > 1 {
            return Ok(());
        }
        let entry = Entry::new(Audited::LimitReached, "put off", None);
        let entry = entry.with(json!({ "scope": "mail.server" }));
        self.record(db, tenant_id, entry).await
    }

    /// Takes back a letter that was counted and did not leave, so that a mail server in trouble
    /// does not use the budget up.
    pub(super) async fn take_back_letter(&self, db: &mut PgConnection) -> Result<(), Fault> {
        let subject = self.0.keys.digest(Use::Limit, b"");
        let now = self.0.clock.now();
        Ok(store::throttle::take_back(db, None, "mail.server", subject, now).await?)
    }

    /// Counts, and refuses what is too much. The first refusal of a window is written down, and no
    /// other: a flood of requests is no flood of rows.
    async fn count(
        &self,
        db: &mut PgConnection,
        told: Option<&Told<'_>>,
        counted: &Counted<'_>,
    ) -> Result<(), Refused> {
        let Counted {
            tenant_id,
            scope,
            subject,
            rate,
        } = *counted;
        let now = self.0.clock.now();
        let subject = self.0.keys.digest(Use::Limit, subject);
        let resets_at: Timestamp = now + rate.per;
        let window = store::throttle::hit(db, tenant_id, scope, subject, now, resets_at).await?;
        let over = window.hits - i64::from(rate.times);
        if over <= 0 {
            return Ok(());
        }
        meter::limit_hit(scope);
        if let (1, Some(told)) = (over, told) {
            let entry = Entry {
                account_id: told.account_id,
                ..Entry::new(Audited::LimitReached, "refused", Some(told.origin))
            };
            let seconds = rate.per.whole_seconds();
            let entry =
                entry.with(json!({ "scope": scope, "times": rate.times, "seconds": seconds }));
            self.record(db, told.tenant_id, entry).await?;
        }
        Err(TooMany {
            retry_at: window.resets_at,
        }
        .into())
    }
}
