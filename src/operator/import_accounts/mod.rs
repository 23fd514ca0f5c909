//! Taking over accounts from a file: JSON Lines or CSV, one account a line, all of them or none.
//!
//! The file is read twice. The first time every line is checked, and nothing is written; the
//! second time what is in clear is hashed, what is weakly hashed is wrapped, and lines are staged, a batch at a time, and the database merges them in one
//! transaction with a fixed number of statements. So neither memory nor the number of round trips
//! grows with the file beyond its batches.
//!
//! A member that a line leaves out says nothing: a new account gets its default, an old one keeps
//! what it has. `null` clears. For names that find the account, leaving out `identifiers` means
//! that every name of a new account, and every name that the line itself gives to an old one,
//! finds it if it finds nobody else yet.

mod csv;
mod held;
mod json;
mod line;
mod lines;
mod members;
mod merge;
mod policy;
mod report;
mod row;
mod secrets;
mod stage;
mod trace;

use std::io::{self, BufRead, Seek};

use serde_json::json;

use self::lines::{Lines, Numbered};
pub use self::report::{BadLine, Cleaned, Contact, Report};
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

/// What a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    #[default]
    JsonLines,
    /// A header that names the members, and one record for each account.
    Csv,
}

/// What becomes of an import once all of it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// It stays.
    #[default]
    Commit,
    /// It is taken back: only the report was asked for.
    TakeBack,
}

/// How a file is imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// What it is written in.
    pub format: Format,
    /// What becomes of it.
    pub end: End,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many lines were checked.
    Checked {
        /// How many.
        lines: u64,
    },
    /// So many lines were hashed and staged.
    Staged {
        /// How many.
        lines: u64,
        /// How many there are.
        of: u64,
    },
    /// All lines are staged; the database makes accounts of them.
    Merging,
}

/// Whom an import tells what it finds.
pub struct Listeners<'a> {
    /// Hears of bad lines as they are found, in order.
    pub on_bad: &'a mut dyn FnMut(BadLine),
    /// Hears how far it has come, now and then.
    pub on_step: &'a mut dyn FnMut(Step),
}

/// The most cleaned names that a report names.
const CLEANED_MAX: usize = 1_000;
/// After how many checked lines a step is told.
const STEP: u64 = 1_000;

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
    /// Creates and updates a tenant's accounts as JSON Lines say, by login name. Bad lines go to
    /// `on_bad` as they are found, in order, and keep all others from being imported.
    pub async fn import_accounts(
        &self,
        tenant: &Tenant,
        lines: impl BufRead + Seek + Send,
        on_bad: &mut dyn FnMut(BadLine),
    ) -> Result<Report, ImportError> {
        let listeners = Listeners {
            on_bad,
            on_step: &mut |_| {},
        };
        self.import_file(tenant, lines, Import::default(), listeners)
            .await
    }

    /// Like [`Self::import_accounts`], of any format, and with an end of choice.
    ///
    /// Two imports into one tenant take turns.
    pub async fn import_file(
        &self,
        tenant: &Tenant,
        file: impl BufRead + Seek + Send,
        import: Import,
        listeners: Listeners<'_>,
    ) -> Result<Report, ImportError> {
        let Listeners { on_bad, on_step } = listeners;
        let mut lines = Lines::of(file, import.format)?;
        let mut judge = Judge { on_bad, count: 0 };
        let mut of = 0;
        let (mut cleaned, mut cleaned_count) = (Vec::new(), 0);
        while let Some(read) = lines.next_account(tenant.into())? {
            let bad = match read {
                Ok(Numbered { number, line }) => {
                    let weak = self.find_weak(tenant, &line).await?;
                    let found = line.cleaned.into_iter().map(|member| Cleaned {
                        line: number.unsigned_abs(),
                        member,
                    });
                    for found in found {
                        cleaned_count += 1;
                        cleaned.extend((cleaned.len() < CLEANED_MAX).then_some(found));
                    }
                    weak.map(|message| BadLine::new(number, message))
                }
                Err(bad) => Some(bad),
            };
            if let Some(bad) = bad {
                judge.condemn(bad);
            }
            of += 1;
            if of % STEP == 0 {
                on_step(Step::Checked { lines: of });
            }
        }
        judge.verdict()?;

        let tenant_id = tenant.tenant_id;
        let mut tx = self.db.begin().await?;
        store::turn::take(&mut tx, &format!("account import {tenant_id}")).await?;
        let staged = self
            .stage(&mut tx, tenant, &mut lines, (of, &mut *on_step))
            .await?;
        on_step(Step::Merging);
        let now = self.clock.now();
        let merged = self.merge(&mut tx, tenant, staged, &mut judge).await?;
        let report = Report {
            cleaned_count,
            cleaned,
            ..merged
        };
        let detail = json!({
            "lines": report.lines,
            "created": report.created,
            "updated": report.updated,
            "passwords": report.passwords,
            "told": report.told,
        });
        self.record(&mut tx, tenant_id, Action::AccountsImported, detail, now)
            .await?;
        match import.end {
            End::Commit => tx.commit().await?,
            End::TakeBack => tx.rollback().await?,
        }
        Ok(report)
    }
}
