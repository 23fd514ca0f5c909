//! Counting what may not happen too often.

use sqlx::PgConnection;

use super::{Fault, Origin, Recovery};
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
        self.count(
            &mut db,
            None,
            "recovery.address",
            network.as_bytes(),
            address,
        )
        .await?;
        self.count(
            &mut db,
            Some(tenant_id),
            "recovery.tenant",
            b"",
            limits.recovery_per_tenant,
        )
        .await
    }

    /// Counts a recovery request against the identifier it names.
    pub(super) async fn admit_identifier(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        identifier: &Identifier,
    ) -> Result<(), Refused> {
        let subject = format!("{:?} {}", identifier.kind, identifier.value);
        self.admit_subject(db, tenant_id, &subject).await
    }

    /// Counts a recovery request against whatever it names somebody by.
    pub(super) async fn admit_subject(
        &self,
        db: &mut PgConnection,
        tenant_id: TenantId,
        subject: &str,
    ) -> Result<(), Refused> {
        let rate = self.0.limits.recovery_per_identifier;
        self.count(
            db,
            Some(tenant_id),
            "recovery.identifier",
            subject.as_bytes(),
            rate,
        )
        .await
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
        self.count(&mut db, None, "login.address", network.as_bytes(), rate)
            .await
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
        scope: &str,
        subject: &[u8],
        rate: Rate,
    ) -> Result<(), Refused> {
        let now = self.0.clock.now();
        let subject = self.0.keys.digest(Use::Limit, subject);
        let resets_at: Timestamp = now + rate.per;
        let window = store::throttle::hit(db, tenant_id, scope, subject, now, resets_at).await?;
        if window.hits > i64::from(rate.times) {
            return Err(TooMany {
                retry_at: window.resets_at,
            }
            .into());
        }
        Ok(())
    }
}
