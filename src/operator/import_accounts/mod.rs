//! Taking over accounts from a file: JSON Lines, one account a line, all of them or none.
//!
//! The file is read twice. The first time every line is checked, and nothing is written; the
//! second time lines are hashed and staged, a batch at a time, and the database merges them in one
//! transaction with a fixed number of statements. So neither memory nor the number of round trips
//! grows with the file beyond its batches.
//!
//! A member that a line leaves out says nothing: a new account gets its default, an old one keeps
//! what it has. `null` clears. For names that find the account, leaving out `identifiers` means
//! that every name of a new account, and every name that the line itself gives to an old one,
//! finds it if it finds nobody else yet.

mod json;
mod line;
mod lines;
mod members;
mod merge;
mod report;
mod row;
mod secrets;
mod stage;

use std::io::{self, BufRead, Seek};

use serde_json::json;

use self::lines::Lines;
pub use self::report::{BadLine, Contact, Report};
use super::Operator;
use super::audit::Action;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Lines are bad; which and why was said as they were found.
    #[error("nothing was imported: {count} bad {}", if *.count == 1 { "line" } else { "lines" })]
    BadLines {
        /// How many.
        count: u64,
    },
    /// The file was not the same when it was read again.
    #[error("nothing was imported: the file changed while it was read")]
    Changed,
    /// The file could not be read.
    #[error("nothing was imported: the file could not be read")]
    Unreadable(#[from] io::Error),
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Passes bad lines on and counts them.
struct Judge<'a> {
    on_bad: &'a mut dyn FnMut(BadLine),
    count: u64,
}

impl Judge<'_> {
    fn condemn(&mut self, bad: BadLine) {
        self.count += 1;
        (self.on_bad)(bad);
    }

    fn verdict(&self) -> Result<(), ImportError> {
        match self.count {
            0 => Ok(()),
            count => Err(ImportError::BadLines { count }),
        }
    }
}

impl Operator {
    /// Creates and updates a tenant's accounts as a file says, by login name. Bad lines go to
    /// `on_bad` as they are found, in order, and keep all others from being imported.
    ///
    /// Two imports into one tenant take turns.
    pub async fn import_accounts(
        &self,
        tenant: &Tenant,
        lines: impl BufRead + Seek + Send,
        on_bad: &mut dyn FnMut(BadLine),
    ) -> Result<Report, ImportError> {
        let mut lines = Lines::of(lines)?;
        let mut judge = Judge { on_bad, count: 0 };
        while let Some(read) = lines.next_account(&tenant.password_types)? {
            if let Err(bad) = read {
                judge.condemn(bad);
            }
        }
        judge.verdict()?;

        let tenant_id = tenant.tenant_id;
        let mut tx = self.db.begin().await?;
        store::turn::take(&mut tx, &format!("account import {tenant_id}")).await?;
        let count = self.stage(&mut tx, tenant, &mut lines).await?;
        let now = self.clock.now();
        let report = merge::merge(&mut tx, tenant_id, count, &mut judge, now).await?;
        let detail = json!({
            "lines": report.lines,
            "created": report.created,
            "updated": report.updated,
            "passwords": report.passwords,
        });
        self.record(&mut tx, tenant_id, Action::AccountsImported, detail, now)
            .await?;
        tx.commit().await?;
        Ok(report)
    }
}
