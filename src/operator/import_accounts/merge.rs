//! From staged lines to accounts: the statements in their order, and what may be wrong with lines
//! among others.

use futures::stream::{Stream, TryStreamExt as _};
use sqlx::PgConnection;

use super::stage::Staged;
use super::{BadLine, Contact, ImportError, Judge, Report};
use crate::domain::Timestamp;
use crate::domain::id::TenantId;
use crate::domain::tenant::Tenant;
use crate::operator::Operator;
use crate::store;
use crate::store::account_import::{self as table, Duplicate, Problem, What};

/// The most contacts that a report names.
const CONTACTS_MAX: i64 = 1_000;
/// A name that was cleaned, where somebody is kept apart under it as it was.
const APART: &str = "has a login name with something in it that cannot be seen, and an account is kept apart under \
    it; give that one another with `rekey account rename`";
/// From so many lines on, a bad plan would cost more than finding a good one.
const ANALYZE_FROM: u64 = 500;

impl Operator {
    /// Merges every staged line, or finds out which cannot be; and leaves a trace on each account that
    /// was there.
    pub(super) async fn merge(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        staged: Staged,
        judge: &mut Judge<'_>,
    ) -> Result<Report, ImportError> {
        let now = self.clock.now();
        let mut report = merge(db, tenant.tenant_id, staged, judge, now).await?;
        report.told = self.trace(db, tenant, now).await?;
        table::clear(db, tenant.tenant_id).await?;
        store::password_import::clear(db, tenant.tenant_id).await?;
        Ok(report)
    }
}

async fn merge(
    db: &mut PgConnection,
    tenant_id: TenantId,
    staged: Staged,
    judge: &mut Judge<'_>,
    now: Timestamp,
) -> Result<Report, ImportError> {
    let is_big = staged.lines >= ANALYZE_FROM;
    if is_big {
        table::analyze(db).await?;
    }
    for line in &staged.apart {
        judge.condemn(BadLine::new(*line, APART));
    }
    judge.verdict()?;
    judge_all(judge, table::duplicates(db, tenant_id), duplicate).await?;

    let existing = table::lock_accounts(db, tenant_id).await?;
    table::note_alterations(db, tenant_id).await?;
    table::void_tokens(db, tenant_id, now).await?;
    table::end_keys(db, tenant_id, now).await?;
    table::end_sessions(db, tenant_id).await?;
    let created = table::create_accounts(db, tenant_id, now).await?;
    if is_big {
        table::analyze(db).await?;
    }
    table::update_accounts(db, tenant_id, now).await?;
    table::end_keys_of_disabled(db, tenant_id, now).await?;
    table::end_sessions_of_inactive(db, tenant_id).await?;
    table::forget_identifiers(db, tenant_id).await?;
    table::claim_identifiers(db, tenant_id).await?;
    if is_big {
        table::analyze(db).await?;
    }
    judge_all(judge, table::problems(db, tenant_id), problem).await?;

    table::keep_history(db, tenant_id).await?;
    let passwords = table::set_passwords(db, tenant_id, now).await?;
    table::trim_history(db, tenant_id).await?;
    let changed = table::count_changed(db, tenant_id).await?;
    let contacts = table::list_contacts(db, tenant_id, CONTACTS_MAX).await?;

    Ok(Report {
        lines: staged.lines,
        created,
        updated: changed.unsigned_abs(),
        unchanged: (existing - changed).unsigned_abs(),
        passwords: passwords.unsigned_abs(),
        schemes: staged.schemes,
        wrapped: staged.wrapped,
        told: 0,
        contact_count: contacts.first().map_or(0, |first| first.of.unsigned_abs()),
        contacts: contacts.into_iter().map(Contact::from).collect(),
        cleaned_count: 0,
        cleaned: Vec::new(),
    })
}

/// Passes every finding on. Fails when there was any.
async fn judge_all<T>(
    judge: &mut Judge<'_>,
    found: impl Stream<Item = sqlx::Result<T>>,
    put: fn(T) -> BadLine,
) -> Result<(), ImportError> {
    let mut found = std::pin::pin!(found);
    while let Some(item) = found.try_next().await? {
        judge.condemn(put(item));
    }
    judge.verdict()
}

fn duplicate(Duplicate { line, first }: Duplicate) -> BadLine {
    BadLine::new(line, format!("`login` is that of line {first}"))
}

fn problem(Problem { line, what, kind }: Problem) -> BadLine {
    let kind = kind.map_or("name", |kind| kind.as_str());
    let message = match what {
        What::UnknownBroker => "`broker` is no account of the tenant, nor of the file".to_owned(),
        What::NotABroker => "`broker` does not have the role broker".to_owned(),
        What::StillABroker => {
            "`role` must stay broker: accounts that are not in the file have this broker".to_owned()
        }
        What::Lacks => format!("`identifiers` lists {kind}, which the account does not have"),
        What::Taken => format!("`identifiers` lists {kind}, which finds another account"),
    };
    BadLine::new(line, message)
}
