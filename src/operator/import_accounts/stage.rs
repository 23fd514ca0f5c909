//! Bringing lines to where the database can work on all of them at once.

use std::io::{BufRead, Seek};

use futures::stream::{self, StreamExt as _};
use sqlx::PgConnection;

use super::ImportError;
use super::line::Line;
use super::lines::Lines;
use super::members::Said;
use super::row;
use super::secrets::Given;
use crate::domain::account::Reference;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::password::Password;
use crate::domain::tenant::Tenant;
use crate::operator::Operator;
use crate::recovery::Fault;
use crate::store;

/// How many lines one statement takes.
const BATCH: usize = 1_000;
/// How many lines are being hashed or wait for that: enough to keep every core busy while a batch
/// is written.
const AHEAD: usize = 64;

/// A line with nothing in clear any more.
pub(super) struct Hashed {
    pub(super) number: i64,
    pub(super) line: Line,
    pub(super) answer: Option<String>,
    pub(super) passwords: Vec<(PasswordTypeId, String)>,
}

impl Operator {
    /// Reads the file again, hashes what is in clear, and stages every line. Returns how many
    /// there were.
    pub(super) async fn stage<R: BufRead + Seek + Send>(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        lines: &mut Lines<R>,
    ) -> Result<u64, ImportError> {
        lines.rewind()?;
        let mut count = 0;
        let mut rng = self.entropy.fork();
        let read = std::iter::from_fn(|| lines.next_account(&tenant.password_types).transpose());
        let hashed = stream::iter(read).map(|read| async {
            // Every line was good when it was first read.
            let account = read?.map_err(|_| ImportError::Changed)?;
            Ok::<_, ImportError>(self.hash(account.number, account.line).await?)
        });
        let mut batches = std::pin::pin!(hashed.buffered(AHEAD).chunks(BATCH));
        while let Some(batch) = batches.next().await {
            let mut accounts = Vec::with_capacity(batch.len());
            let mut passwords = Vec::with_capacity(batch.len());
            for hashed in batch {
                let mut hashed = hashed?;
                count += 1;
                passwords.extend(row::passwords(&mut hashed));
                let (id, reference) = (AccountId::mint(&mut rng), Reference::mint(&mut rng));
                accounts.push(row::account(hashed, id, reference));
            }
            store::account_import::insert(db, tenant.tenant_id, &accounts).await?;
            store::password_import::insert(db, tenant.tenant_id, &passwords).await?;
        }
        Ok(count)
    }

    async fn hash(&self, number: i64, mut line: Line) -> Result<Hashed, Fault> {
        let mut passwords = Vec::with_capacity(line.passwords.len());
        for (kind, given) in line.passwords.drain(..) {
            let hash = match given {
                Given::Clear(password) => self.hash_one(&password).await?,
                Given::Hashed(phc) => phc.as_str().to_owned(),
            };
            passwords.push((kind, hash));
        }
        let answer = match &line.security {
            Said::Value(security) => Some(self.hash_one(&security.answer).await?),
            Said::Null | Said::Nothing => None,
        };
        Ok(Hashed {
            number,
            line,
            answer,
            passwords,
        })
    }

    async fn hash_one(&self, password: &Password) -> Result<String, Fault> {
        let hasher = self.hasher.as_ref();
        let hasher = hasher.ok_or_else(|| Fault::broken("there is nothing to hash with"))?;
        hasher.hash_patiently(password).await
    }
}
