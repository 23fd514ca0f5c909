//! What a page shows to whoever opens a link.

use super::Tokens;
use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::digest::Use;
use crate::domain::identifier::Kind;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Purpose, Secret};
use crate::recovery::tools::Fault;
use crate::store;
use crate::store::recovery_token::Life;

/// What is known of a token that somebody holds.
pub enum Look {
    /// It would be taken now.
    Live(Box<Live>),
    /// It was good once. Told to its holder alone: nobody else can name its digest
    /// (standards, section 8).
    Ended(Ending),
    /// It never was, or its account is out of use.
    Unknown,
}

/// A token that would be taken.
pub struct Live {
    /// Whom it was mailed to.
    pub account: Account,
    /// What kind of name its owner signs in with, as far as the pages are concerned.
    pub signs_in_by: Kind,
    /// When it dies of age.
    pub expires_at: Timestamp,
    /// What its letter is known by.
    pub reference: Option<String>,
}

/// Why a token is good no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was used.
    Spent,
    /// It died of age.
    Expired,
    /// A newer one took its place, or what it was for is done.
    Replaced,
}

impl Tokens {
    /// A name for a secret that reveals nothing of it, not even to whoever reads the database.
    pub fn nickname(&self, secret: &Secret) -> String {
        let digest = self
            .tools
            .keys
            .digest(Use::Limit, secret.reveal().as_bytes());
        hex::encode(&digest.as_bytes()[..6])
    }

    /// The code of the tenant that a token belongs to: for whoever holds no more than the token.
    pub async fn tenant_of(&self, secret: &Secret) -> Result<Option<String>, Fault> {
        let digests = secret.digests(&self.tools.keys);
        let mut db = self.tools.db.acquire().await?;
        Ok(store::recovery_token::tenant_code(&mut db, &digests).await?)
    }

    /// Looks at a token of a purpose. Spends nothing, extends nothing.
    pub async fn look(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        purpose: Purpose,
    ) -> Result<Look, Fault> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let digests = secret.digests(&self.tools.keys);
        let mut db = self.tools.db.acquire().await?;
        let life = store::recovery_token::life(&mut db, tenant_id, &digests, purpose).await?;
        let Some(life) = life else {
            return Ok(Look::Unknown);
        };
        if let Some(ending) = ending(&life, now) {
            return Ok(Look::Ended(ending));
        }
        let account = self
            .bearer(&mut db, tenant_id, secret, purpose, None)
            .await?;
        let Some(account) = account else {
            return Ok(Look::Unknown);
        };
        let found_by = store::identifier::list(&mut db, tenant_id, account.account_id).await?;
        let kinds = &tenant.settings.pages.identifiers;
        Ok(Look::Live(Box::new(Live {
            signs_in_by: account.signs_in_by(kinds, &found_by),
            account,
            expires_at: life.expires_at,
            reference: life.reference,
        })))
    }
}

fn ending(life: &Life, now: Timestamp) -> Option<Ending> {
    if life.is_spent {
        Some(Ending::Spent)
    } else if life.is_voided {
        Some(Ending::Replaced)
    } else if life.expires_at <= now {
        Some(Ending::Expired)
    } else {
        None
    }
}
