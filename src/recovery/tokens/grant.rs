//! Looking at a link's secret or a code, and counting wrong codes.

use serde_json::{Value, json};

use super::Tokens;
use super::forgotten::{ForgottenError, Grant, Recoverable};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::code::{Binding, Code};
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, TenantId, TokenId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::{BlockPolicy, Status};
use crate::domain::subject::Subject;
use crate::domain::tenant::{Profile, Tenant};
use crate::domain::token::Purpose;
use crate::domain::user::User;
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Entry, Signal, transition};
use crate::recovery::tools::Origin;
use crate::store;
use crate::store::account::Security;
use crate::store::password::{Key, Stored};

/// Whose password may be recovered, and what stands for the grant.
pub(in crate::recovery) struct Granted {
    pub(in crate::recovery) account: Account,
    pub(in crate::recovery) digests: Vec<Digest>,
    pub(in crate::recovery) security: Option<Security>,
}

/// What a recovery code is bound to: one request of one account.
pub(in crate::recovery) fn binding(
    tenant_id: TenantId,
    account_id: AccountId,
    token_id: TokenId,
) -> Binding {
    Binding::to(&[&"recovery", &tenant_id, &account_id, &token_id])
}

impl Tokens {
    /// What the bearer of a grant must do to get their password back. A key is not spent by it; a
    /// wrong code counts.
    pub async fn look_at_grant(
        &self,
        tenant: &Tenant,
        grant: &Grant,
        origin: &Origin,
    ) -> Result<Recoverable, ForgottenError> {
        let granted = self.granted(tenant, grant, origin).await?;
        let kind = access_type(tenant)?;
        Ok(Recoverable {
            account: granted.account,
            password_type_id: kind.password_type_id,
            mode: kind.spec.mode,
            question: granted.security.map(|security| security.question),
        })
    }

    pub(in crate::recovery) async fn granted(
        &self,
        tenant: &Tenant,
        grant: &Grant,
        origin: &Origin,
    ) -> Result<Granted, ForgottenError> {
        if !tenant.settings.cyclos.forgotten_password {
            return Err(ForgottenError::Off);
        }
        let (account, digests) = match grant {
            Grant::Key(None) => return Err(ForgottenError::Key),
            Grant::Key(Some(secret)) => {
                let (tenant_id, purpose) = (tenant.tenant_id, Purpose::Reset);
                let mut db = self.tools.db.acquire().await?;
                let found = self
                    .bearer(&mut db, tenant_id, secret, purpose, None)
                    .await?;
                let account = found.ok_or_else(|| {
                    self.audit.signal(tenant_id, Signal::Token, origin);
                    ForgottenError::Key
                })?;
                (account, secret.digests(&self.tools.keys))
            }
            Grant::Code { user, code } => self.of_code(tenant, user, code, origin).await?,
        };
        if !self.accounts.is_eligible(tenant, &account).await? {
            return Err(ForgottenError::Key);
        }
        // What somebody knows proves little: `hardened` neither asks nor listens.
        let security = if tenant.settings.profile == Profile::Hardened {
            None
        } else {
            let mut db = self.tools.db.acquire().await?;
            store::account::security(&mut db, tenant.tenant_id, account.account_id).await?
        };
        Ok(Granted {
            account,
            digests,
            security,
        })
    }

    /// Whose live code this is. Every attempt is counted before it is evaluated, under the name that was
    /// typed where it leads to nobody, so that nobody can tell.
    async fn of_code(
        &self,
        tenant: &Tenant,
        user: &User,
        code: &Code,
        origin: &Origin,
    ) -> Result<(Account, Vec<Digest>), ForgottenError> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let kind = access_type(tenant)?;
        let most = i64::from(kind.spec.max_tries);
        let id = kind.password_type_id;
        self.limits.admit_sign_in(tenant_id, origin).await?;
        let mut tx = self.tools.db.begin().await?;
        let account = self.accounts.find_user(&mut tx, tenant_id, user).await?;
        let subject = match &account {
            Some(account) => Subject::Account(account.account_id),
            // Two spellings of one name count together, as they do where they lead to somebody.
            None => Subject::of_nobodys_code(user),
        };
        let attempts = self
            .limits
            .count_code_attempt(&mut tx, tenant_id, subject)
            .await?;
        if attempts > most {
            tx.commit().await?;
            return Err(ForgottenError::Blocked(id, closed(kind, now)));
        }
        let is_active = |account: &&Account| account.status == AccountStatus::Active;
        let live = match account.as_ref().filter(is_active) {
            Some(account) => {
                store::recovery_token::find_code(&mut tx, tenant_id, account.account_id, now)
                    .await?
            }
            None => None,
        };
        if let (Some(account), Some((token_id, digest))) = (&account, live) {
            let binding = binding(tenant_id, account.account_id, token_id);
            if code.is(digest, &binding, &self.tools.keys) {
                self.limits
                    .release_code_attempt(&mut tx, tenant_id, subject)
                    .await?;
                tx.commit().await?;
                return Ok((account.clone(), vec![digest]));
            }
        }
        let is_last = attempts == most;
        let detail = match (&account, is_last) {
            (Some(account), true) => {
                let is_live = live.is_some();
                self.close(&mut tx, tenant, kind, (account.account_id, is_live))
                    .await?
            }
            // A name that nobody has closes too, or the next sign-in would tell (D-10).
            (None, true) => {
                self.attempts
                    .close_decoy_of(&mut tx, tenant_id, &kind.spec.rules(), user)
                    .await?;
                json!({})
            }
            (Some(_) | None, false) => json!({}),
        };
        let entry = Entry {
            account_id: account.map(|account| account.account_id),
            detail,
            ..Entry::new(AuditAction::RecoveryTried, "wrong code", Some(origin))
        };
        self.audit.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        Err(if is_last {
            ForgottenError::Blocked(id, closed(kind, now))
        } else {
            ForgottenError::Code(id)
        })
    }

    /// Drops the request and closes the password, as too many wrong attempts at it would have (8.6).
    /// Returns what an auditor is told of that.
    async fn close(
        &self,
        db: &mut sqlx::PgConnection,
        tenant: &Tenant,
        kind: &PasswordType,
        (account_id, is_live): (AccountId, bool),
    ) -> Result<Value, ForgottenError> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        store::account::lock(db, tenant_id, account_id).await?;
        // Only the request that was guessed at: whoever guesses at none kills no link.
        if is_live {
            let purpose = Some(Purpose::Reset);
            store::recovery_token::void(db, tenant_id, account_id, purpose, now).await?;
        }
        let before = store::password::lock(db, key).await?;
        let rules = kind.spec.rules();
        if before.hash.is_none() || before.facts.status(now, &rules) == Status::Disabled {
            // Attempts at it are counted by a decoy, as at nobody, or the next sign-in would tell (D-10).
            let subject = Subject::Account(account_id);
            self.attempts
                .close_decoy(db, tenant_id, &rules, subject)
                .await?;
            return Ok(transition(
                kind,
                "tries",
                (&before.facts, &before.facts),
                now,
            ));
        }
        let facts = before.facts.closed(now, &rules);
        let detail = transition(kind, "tries", (&before.facts, &facts), now);
        if facts != before.facts {
            store::password::save(db, key, &Stored { facts, ..before }, now).await?;
        }
        Ok(detail)
    }
}

/// How a password stands that wrong attempts have just closed.
fn closed(kind: &PasswordType, now: crate::domain::Timestamp) -> Status {
    match kind.spec.block {
        BlockPolicy::For(seconds) => Status::TemporarilyBlocked {
            until: now + time::Duration::seconds(seconds.cast_signed()),
        },
        BlockPolicy::Forever => Status::IndefinitelyBlocked,
        BlockPolicy::Disable => Status::Disabled,
    }
}
