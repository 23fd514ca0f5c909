//! Counting what may not happen too often.

use sqlx::PgConnection;
use time::Duration;

use super::jobs::Job;
use super::{Allowance, Fault, Origin, Recovery, meter};
use crate::domain::Timestamp;
use crate::domain::digest::{Digest, Use};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::Identifier;
use crate::domain::limit::{Rate, TooMany};
use crate::store;
use crate::store::recovery_request::{Ceiling, Ceilings, Counted, Request};
use crate::store::throttle::Window;

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

/// What tries at recovery codes are counted under.
pub(super) const CODE_TRIES: &str = "recovery.code";

/// How long a form that is sent again counts as the same.
const SAME_FORM: Duration = Duration::minutes(10);

impl Recovery {
    /// Counts a recovery request that asks for nothing, since nobody can make out what it says,
    /// against its caller's address and its tenant. One that asks is counted where it is
    /// taken.
    pub async fn admit(&self, tenant_id: TenantId, origin: &Origin) -> Result<(), Refused> {
        let request = self.request_from(tenant_id, origin);
        self.take(origin, request).await
    }

    /// A recovery request that neither names anybody nor asks for anything yet.
    pub(super) fn request_from(&self, tenant_id: TenantId, origin: &Origin) -> Request<Job> {
        let network = origin.network().to_string();
        Request {
            tenant_id,
            address: self.0.keys.digest(Use::Limit, network.as_bytes()),
            name: None,
            form: None,
            promise: None,
        }
    }

    /// What recovery requests about an identifier are counted under, whoever has it.
    pub(super) fn subject_of(&self, identifier: &Identifier) -> Digest {
        self.subject(&format!("{:?} {}", identifier.kind, identifier.value))
    }

    /// What recovery requests about whatever names somebody are counted under.
    pub(super) fn subject(&self, text: &str) -> Digest {
        self.0.keys.digest(Use::Limit, text.as_bytes())
    }

    /// What recovery requests in a tenant are counted under, which the row's tenant tells apart.
    pub(super) fn tenant_subject(&self) -> Digest {
        self.0.keys.digest(Use::Limit, b"")
    }

    /// The limits on recovery requests, for windows that open now.
    pub(super) fn ceilings(&self, now: Timestamp) -> Ceilings {
        let limits = self.0.limits;
        let ceiling = |scope, rate: Rate| Ceiling {
            scope,
            times: rate.times.into(),
            resets_at: now + rate.per,
        };
        let once = Rate {
            times: 1,
            per: SAME_FORM,
        };
        Ceilings {
            address: ceiling("recovery.address", limits.recovery_per_address),
            tenant: ceiling("recovery.tenant", limits.recovery_per_tenant),
            name: ceiling("recovery.identifier", limits.recovery_per_identifier),
            form: ceiling("form", once),
        }
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
    pub(super) async fn admit_sign_in(&self, origin: &Origin) -> Result<(), Refused> {
        let network = origin.network().to_string();
        let rate = self.0.limits.login_per_address;
        let mut db = self.0.db.acquire().await?;
        let window = self
            .hit(&mut db, None, "login.address", network.as_bytes(), rate)
            .await?;
        let allowance = Allowance::of("sign-in-per-address", rate, &window);
        origin.note.write(allowance);
        within("login.address", rate, &window)
    }

    /// Counts a one-time code against the account it is for.
    pub(super) async fn admit_code(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        account_id: AccountId,
    ) -> Result<(), Refused> {
        let (subject, rate) = (account_id.to_string(), self.0.limits.codes_per_account);
        self.count(
            db,
            Some(tenant_id),
            "codes.account",
            subject.as_bytes(),
            rate,
        )
        .await
    }

    /// Counts a letter against what the whole server may send.
    pub(super) async fn admit_letter(&self, db: &mut PgConnection) -> Result<(), Refused> {
        self.count(db, None, "mail.server", b"", self.0.limits.mail_per_server)
            .await
    }

    /// Takes back a letter that was counted and did not leave, so that a mail server in trouble
    /// does not use the budget up.
    pub(super) async fn take_back_letter(&self, db: &mut PgConnection) -> Result<(), Fault> {
        let subject = self.0.keys.digest(Use::Limit, b"");
        let now = self.0.clock.now();
        Ok(store::throttle::take_back(db, None, "mail.server", subject, now).await?)
    }

    async fn count(
        &self,
        db: &mut PgConnection,
        tenant_id: Option<TenantId>,
        scope: &'static str,
        subject: &[u8],
        rate: Rate,
    ) -> Result<(), Refused> {
        let window = self.hit(db, tenant_id, scope, subject, rate).await?;
        within(scope, rate, &window)
    }

    async fn hit(
        &self,
        db: &mut PgConnection,
        tenant_id: Option<TenantId>,
        scope: &'static str,
        subject: &[u8],
        rate: Rate,
    ) -> Result<Window, Fault> {
        let now = self.0.clock.now();
        let subject = self.0.keys.digest(Use::Limit, subject);
        let resets_at: Timestamp = now + rate.per;
        Ok(store::throttle::hit(db, tenant_id, scope, subject, now, resets_at).await?)
    }
}

fn within(scope: &'static str, rate: Rate, window: &Window) -> Result<(), Refused> {
    if window.hits > i64::from(rate.times) {
        meter::limit_hit(scope);
        let retry_at = window.resets_at;
        return Err(TooMany { retry_at }.into());
    }
    Ok(())
}

/// What becomes of a recovery request that was counted: the first limit that was full refuses it.
pub(super) fn judge(counted: &Counted, ceilings: &Ceilings) -> Result<(), TooMany> {
    let windows = [
        (Some(&counted.address), &ceilings.address),
        (counted.tenant.as_ref(), &ceilings.tenant),
        (counted.name.as_ref(), &ceilings.name),
    ];
    for (window, ceiling) in windows {
        if let Some(Window { hits, resets_at }) = window
            && *hits > ceiling.times
        {
            meter::limit_hit(ceiling.scope);
            return Err(TooMany {
                retry_at: *resets_at,
            });
        }
    }
    Ok(())
}
