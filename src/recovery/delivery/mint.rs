//! Making a token where it is sent: the same one at every attempt, for as long as it is of use.

use rand::CryptoRng;
use serde_json::json;
use sqlx::PgConnection;
use time::Duration;

use super::Delivery;
use super::order::TokenOrder;
use super::undone::Undone;
use crate::domain::account::Account;
use crate::domain::code::Code;
use crate::domain::id::{AccountId, TokenId};
use crate::domain::medium::Medium;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose, Secret};
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::reference;
use crate::recovery::tokens::binding;
use crate::recovery::tools::{Fault, Tools};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;
use crate::store::recovery_token::NewToken;
use crate::store::recovery_token_letter::End;

/// How long a code lives that is typed: at most as long as links do (standard T-05).
const CODE_LIFETIME: Duration = Duration::minutes(10);
/// From when on a first attempt at a letter is late, so that somebody may have asked again meanwhile.
const LATE: Duration = Duration::MINUTE;
/// Eight digits: what people can type from a phone, 26 bits (T-01).
const CODE_LENGTH: u32 = 8;
const DIGITS: &str = "0123456789";

/// A token whose digest is committed and which may not have been sent yet.
pub(super) struct Minted {
    pub(in crate::recovery) token_id: TokenId,
    pub(in crate::recovery) reference: String,
    pub(in crate::recovery) secret: Minting,
    pub(in crate::recovery) lifetime: Duration,
    pub(in crate::recovery) account: Account,
}

pub(super) enum Minting {
    Link(Secret),
    Code(Code),
}

/// How a token stands when its letter is about to leave.
enum Standing {
    /// No attempt at this letter has stored it.
    New,
    /// An earlier attempt has, and it may be in somebody's hand.
    Live,
    /// There is nothing left to send, in a word.
    Over(&'static str),
}

impl Delivery {
    /// Finds whom the question was about and commits a token for them, which supersedes the last one. The
    /// token follows from the job: another attempt commits the same one, so that a letter which arrived
    /// unbeknown to us stays good. Where there is nobody to write to, or the token was spent or superseded
    /// meanwhile, the job is done.
    pub(super) async fn mint(
        &self,
        tenant: &Tenant,
        lease: Lease,
        order: &TokenOrder,
    ) -> Result<Option<Minted>, Undone> {
        let tenant_id = tenant.tenant_id;
        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::RecoveryAsked, "", Some(&order.origin))
            .with(json!({ "purpose": order.purpose }));
        let account = match self.addressee(&mut tx, tenant, order).await? {
            Ok(found) => found,
            Err(outcome) => {
                let entry = Entry { outcome, ..entry };
                self.audit.record(&mut tx, tenant_id, entry).await?;
                store::job::finish(&mut tx, lease).await?;
                tx.commit().await?;
                return Ok(None);
            }
        };
        let account_id = account.account_id;
        let entry = entry.of(account_id);
        let now = self.tools.clock.now();
        let (token_id, mut rng) = name_token(&self.tools, lease, account_id)?;
        let (secret, digest, lifetime) = match order.form {
            Form::Link => {
                let secret = Secret::mint(&mut rng);
                let digest = secret.digest(&self.tools.keys);
                let lifetime = tenant.settings.token_lifetime();
                (Minting::Link(secret), digest, lifetime)
            }
            Form::Code => {
                let code = Code::mint(DIGITS, CODE_LENGTH, &mut rng);
                let binding = binding(tenant_id, account_id, token_id);
                let digest = code.digest(&binding, &self.tools.keys);
                let lifetime = tenant.settings.token_lifetime().min(CODE_LIFETIME);
                (Minting::Code(code), digest, lifetime)
            }
        };
        let token = NewToken {
            token_id,
            account_id,
            purpose: order.purpose,
            form: order.form,
            digest,
            created_at: now,
            expires_at: now + lifetime,
            reference: reference(lease.job_id),
        };
        let over = put(&mut tx, tenant, lease, &token).await?;
        let outcome = over.unwrap_or("minted");
        let entry = Entry { outcome, ..entry };
        self.audit.record(&mut tx, tenant_id, entry).await?;
        if over.is_some() {
            store::job::finish(&mut tx, lease).await?;
            tx.commit().await?;
            return Ok(None);
        }
        // Last, so that the one row every worker counts on is held for no longer than a commit.
        if order.medium == Medium::Email {
            self.limits.admit_letter(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(Some(Minted {
            token_id,
            reference: token.reference,
            secret,
            lifetime,
            account,
        }))
    }
}

/// Names the token of a job for an account, the same at every attempt, and returns what its secret is to be
/// drawn from. Each account has its own, so that no attempt sends one person another's.
pub(super) fn name_token(
    tools: &Tools,
    lease: Lease,
    account_id: AccountId,
) -> Result<(TokenId, impl CryptoRng + Send + use<>), Fault> {
    let mut rng = tools.derived(&lease.nonce, &format!("token of {account_id}"))?;
    // By the time of the request, so that tokens sort as requests do.
    let token_id = TokenId::mint(lease.job_id.minted_at(), &mut rng);
    Ok((token_id, rng))
}

/// Stores a token, which ends the last one, or has its life begin anew where an earlier attempt has stored it.
/// Returns in a word why it is not to be sent, if it is not.
pub(super) async fn put(
    db: &mut PgConnection,
    tenant: &Tenant,
    lease: Lease,
    token: &NewToken,
) -> Result<Option<&'static str>, Undone> {
    let (tenant_id, token_id, now) = (tenant.tenant_id, token.token_id, token.created_at);
    match standing(db, tenant, lease, token).await? {
        Standing::New => {
            let (account_id, purpose) = (token.account_id, Some(token.purpose));
            store::recovery_token::void(db, tenant_id, account_id, purpose, now).await?;
            store::recovery_token::insert(db, tenant_id, token).await?;
            Ok(None)
        }
        Standing::Live => {
            let expires_at = token.expires_at;
            store::recovery_token_letter::renew(db, tenant_id, token_id, now, expires_at).await?;
            Ok(None)
        }
        Standing::Over(outcome) => Ok(Some(outcome)),
    }
}

/// Whether a token is still to be sent. A newer request has its own letter, which this one may not make
/// worthless; the database knows the moment of a request to the millisecond.
async fn standing(
    db: &mut PgConnection,
    tenant: &Tenant,
    lease: Lease,
    token: &NewToken,
) -> Result<Standing, Undone> {
    let tenant_id = tenant.tenant_id;
    match store::recovery_token_letter::end(db, tenant_id, token.token_id).await? {
        Some(End::Spent) => return Ok(Standing::Over("used since")),
        Some(End::Voided) => return Ok(Standing::Over("ended since")),
        Some(End::Live) => return Ok(Standing::Live),
        None => {}
    }
    // Not where it is on time: requests are taken in their order, and clocks may have been put back.
    let is_late = token.created_at - lease.job_id.minted_at() > LATE;
    if lease.attempts <= 1 && !is_late {
        return Ok(Standing::New);
    }
    let bound = TokenId::after(lease.job_id.minted_at());
    let (account_id, purpose) = (token.account_id, token.purpose);
    let is_newer =
        store::recovery_token_letter::has_since(db, tenant_id, account_id, purpose, bound);
    if is_newer.await? {
        return Ok(Standing::Over("asked again since"));
    }
    // A letter that comes late and whose token no attempt has stored, since none came so far: what it was for
    // may be done by another way.
    if token.purpose == Purpose::Reset {
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: access_type(tenant)?.password_type_id,
        };
        let set_at = store::password::find(db, key).await?.facts.set_at;
        if set_at > Some(lease.job_id.minted_at()) {
            return Ok(Standing::Over("set since"));
        }
    }
    Ok(Standing::New)
}
