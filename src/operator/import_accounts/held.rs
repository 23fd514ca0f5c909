//! What accounts have already, so that a value in a file that is theirs changes nothing: a hash that is
//! made anew has another salt, and tells nobody that it is of the same value.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::lines::Numbered;
use super::secrets::Given;
use crate::domain::hash::{Hash, Recipe};
use crate::domain::id::{PasswordTypeId, TenantId};
use crate::store::password_import::{Held as Row, held};

/// The hashes of the accounts that some lines are about.
#[derive(Default)]
pub(super) struct Held(HashMap<(String, Option<PasswordTypeId>), String>);

impl Held {
    /// Looks them up, where a line gives a value that is hashed here.
    pub(super) async fn by(
        db: &mut PgConnection,
        tenant_id: TenantId,
        lines: &[Numbered],
    ) -> sqlx::Result<Self> {
        let gives = |numbered: &&Numbered| {
            let passwords = numbered.line.passwords.iter().map(|(_, given)| given);
            passwords.chain(&numbered.line.answer).any(Given::is_made)
        };
        let keys: Vec<_> = lines
            .iter()
            .filter(gives)
            .map(|numbered| numbered.line.login.key().value)
            .collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let rows = held(db, tenant_id, &keys).await?.into_iter();
        let keyed = rows.map(|row: Row| ((row.login_key, row.password_type_id), row.hash));
        Ok(Self(keyed.collect()))
    }

    /// The hash of a password; `None` for its type: of the answer to the security question.
    pub(super) fn of(&self, login_key: &str, kind: Option<PasswordTypeId>) -> Option<&str> {
        self.0
            .get(&(login_key.to_owned(), kind))
            .map(String::as_str)
    }
}

/// The salt that a wrapped hash was made with.
pub(super) fn wrapping_salt(held: &str) -> Option<[u8; 16]> {
    match Hash::parse(held).ok()? {
        Hash::Wrapped {
            outer: Recipe::Argon2 { salt, .. },
            ..
        } => salt.try_into().ok(),
        Hash::Wrapped { .. } | Hash::Plain { .. } => None,
    }
}
