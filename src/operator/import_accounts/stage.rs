//! Bringing lines to where the database can work on all of them at once.

use std::collections::BTreeMap;
use std::io::{BufRead, Seek};

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use sqlx::PgConnection;

use super::held::{Held, wrapping_salt};
use super::line::Line;
use super::lines::{Lines, Numbered};
use super::row::{self, Hashed};
use super::secrets::Given;
use super::{ImportError, Step};
use crate::domain::account::Reference;
use crate::domain::digest::Use;
use crate::domain::hash::Hash;
use crate::domain::id::AccountId;
use crate::domain::password::Password;
use crate::domain::tenant::Tenant;
use crate::operator::Operator;
use crate::recovery::{Fault, Hasher};
use crate::store;

/// How many lines one statement takes.
const BATCH: usize = 1_000;
/// How many lines of a batch are being hashed or wait for that: enough to keep every core busy.
const AHEAD: usize = 64;

/// What was staged.
#[derive(Default)]
pub(super) struct Staged {
    pub(super) lines: u64,
    /// How many hashes there were, by scheme.
    pub(super) schemes: BTreeMap<&'static str, u64>,
    /// How many of them were weak.
    pub(super) wrapped: u64,
    /// Lines with a name that, as it is written, still finds an account by itself.
    pub(super) apart: Vec<i64>,
}

impl Operator {
    /// Reads the file again, hashes what is in clear, wraps what is weak, and stages every line.
    pub(super) async fn stage<R: BufRead + Seek + Send>(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        lines: &mut Lines<R>,
        (of, on_step): (u64, &mut dyn FnMut(Step)),
    ) -> Result<Staged, ImportError> {
        lines.rewind()?;
        let mut staged = Staged::default();
        let mut rng = self.entropy.fork();
        loop {
            let batch = read(lines, tenant)?;
            if batch.is_empty() {
                return Ok(staged);
            }
            let held = Held::by(db, tenant.tenant_id, &batch).await?;
            let hashing = stream::iter(batch)
                .map(|account| self.hash(tenant, account.number, account.line, &held));
            let batch: Vec<_> = hashing.buffered(AHEAD).try_collect().await?;
            let mut accounts = Vec::with_capacity(batch.len());
            let mut passwords = Vec::with_capacity(batch.len());
            let mut former = Vec::new();
            for mut hashed in batch {
                staged.lines += 1;
                staged.wrapped += hashed.wrapped;
                for scheme in &hashed.given {
                    *staged.schemes.entry(scheme).or_default() += 1;
                }
                passwords.extend(row::passwords(&mut hashed));
                let line = hashed.number;
                former.extend(hashed.line.former.drain(..).map(|key| (key, line)));
                let (id, reference) = (AccountId::mint(&mut rng), Reference::mint(&mut rng));
                accounts.push(row::account(hashed, id, reference));
            }
            store::account_import::insert(db, tenant.tenant_id, &accounts).await?;
            if !former.is_empty() {
                let keys: Vec<_> = former.iter().map(|(key, _)| key.clone()).collect();
                let known = store::account_name::known(db, tenant.tenant_id, &keys).await?;
                let apart = former.into_iter().filter(|(key, _)| known.contains(key));
                staged.apart.extend(apart.map(|(_, line)| line));
            }
            store::password_import::insert(db, tenant.tenant_id, &passwords).await?;
            on_step(Step::Staged {
                lines: staged.lines,
                of,
            });
        }
    }

    async fn hash(
        &self,
        tenant: &Tenant,
        number: i64,
        line: Line,
        held: &Held,
    ) -> Result<Hashed, Fault> {
        let mut hashed = Hashed {
            number,
            line,
            answer: None,
            passwords: Vec::new(),
            given: Vec::new(),
            wrapped: 0,
        };
        let login_key = hashed.line.login.key().value;
        let owner = format!("{} {login_key}", tenant.tenant_id);
        for (kind, given) in std::mem::take(&mut hashed.line.passwords) {
            let context = format!("{owner} password {kind}");
            let held = held.of(&login_key, Some(kind));
            let hash = self.rest(given, (&context, held), &mut hashed).await?;
            hashed.passwords.push((kind, hash));
        }
        if let Some(answer) = hashed.line.answer.take() {
            let context = format!("{owner} answer");
            let held = held.of(&login_key, None);
            let answer = self.rest(answer, (&context, held), &mut hashed).await?;
            hashed.answer = Some(answer);
        }
        Ok(hashed)
    }

    /// Brings a secret into the form that it rests in: the one that it rests in already, where it is
    /// what is held.
    async fn rest(
        &self,
        given: Given,
        (context, held): (&str, Option<&str>),
        hashed: &mut Hashed,
    ) -> Result<String, Fault> {
        let hash = match given {
            Given::Clear(password) => return self.rest_clear(&password, held).await,
            Given::Hashed(hash) => hash,
        };
        hashed.given.push(hash.scheme());
        match hash {
            Hash::Plain { recipe, digest } if recipe.is_weak() => {
                hashed.wrapped += 1;
                // The same line always gets the same salt, so that it changes nothing when it is
                // imported again. The digest has no part in it: the salt would tell of it.
                let context = format!("{context} {recipe}");
                let salt = self.keys.digest(Use::Salt, context.as_bytes());
                let mut half = [0; 16];
                half.copy_from_slice(&salt.as_bytes()[..16]);
                // What is held was perhaps wrapped under a secret key that was replaced since.
                let half = held.and_then(wrapping_salt).unwrap_or(half);
                self.hasher()?.wrap_patiently(recipe, digest, half).await
            }
            hash @ (Hash::Plain { .. } | Hash::Wrapped { .. }) => Ok(hash.to_string()),
        }
    }

    async fn rest_clear(&self, password: &Password, held: Option<&str>) -> Result<String, Fault> {
        let hasher = self.hasher()?;
        if let Some(held) = held {
            match hasher.verify_patiently(password, held).await {
                Ok(true) => return Ok(held.to_owned()),
                // What cannot be read is another value at any rate.
                Ok(false) | Err(Fault::Broken(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        hasher.hash_patiently(password).await
    }

    fn hasher(&self) -> Result<&Hasher, Fault> {
        let hasher = self.hasher.as_ref();
        hasher.ok_or_else(|| Fault::broken("there is nothing to hash with"))
    }
}

/// The next lines, as many as one statement takes.
fn read<R: BufRead + Seek>(
    lines: &mut Lines<R>,
    tenant: &Tenant,
) -> Result<Vec<Numbered>, ImportError> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        match lines.next_account(tenant.into())? {
            // Every line was good when it was first read.
            Some(read) => batch.push(read.map_err(|_| ImportError::Changed)?),
            None => break,
        }
    }
    Ok(batch)
}
