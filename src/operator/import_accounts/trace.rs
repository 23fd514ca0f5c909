//! What an import leaves behind on accounts that were there: an event for each that it lets somebody
//! else in to, or keeps somebody out of, and a letter to where its mail went before.
//!
//! An import of many such accounts is many letters, and somebody who waits for a link waits behind them.
//! So their turns come one after the other, at half of what the server may send
//! (docs/decisions/0081-an-import-leaves-a-trace-on-each-account.md).

use serde_json::json;
use sqlx::PgConnection;
use time::Duration;

use super::ImportError;
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::alteration::Part;
use crate::domain::id::{EventId, JobId, PasswordTypeId};
use crate::domain::limit::Rate;
use crate::domain::tenant::Tenant;
use crate::operator::Operator;
use crate::operator::audit::{Action, Entry};
use crate::recovery::{ImportedJob, Job, Origin};
use crate::store;
use crate::store::account_import::{Altered, list_alterations};
use crate::store::job_turn::NewJob;

/// How many accounts one statement takes.
const BATCH: i64 = 1_000;

impl Operator {
    /// Writes an event on every account that was altered, and promises the letters. Returns how many.
    pub(super) async fn trace(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<u64, ImportError> {
        let tenant_id = tenant.tenant_id;
        let mut turns = Turns::from(now, self.mail);
        let mut after = 0;
        loop {
            let batch = list_alterations(db, tenant_id, after, BATCH).await?;
            let Some(last) = batch.last() else {
                return Ok(turns.taken);
            };
            after = last.line;
            let mut events = Vec::with_capacity(batch.len());
            let mut jobs = Vec::with_capacity(batch.len());
            for altered in batch {
                let event = self.event(tenant_id, entry(tenant, &altered), now);
                if let Some(job) = letter(altered, event.event_id, now) {
                    jobs.push(NewJob {
                        job_id: JobId::mint(now, &mut self.entropy.fork()),
                        work: Job::Imported(job),
                        due_at: turns.next(),
                    });
                }
                events.push(event);
            }
            store::audit_event::insert_all(db, tenant_id, &events).await?;
            store::job_turn::enqueue_all(db, tenant_id, &jobs).await?;
        }
    }
}

/// What is written down: which parts, never what they were or are. Addresses are no part of the trail.
fn entry(tenant: &Tenant, altered: &Altered) -> Entry<'static> {
    let name = |id: &PasswordTypeId| {
        let kind = tenant.type_numbered(*id)?;
        Some(kind.spec.internal_name.clone())
    };
    let passwords: Vec<_> = altered.passwords.iter().filter_map(name).collect();
    let mut detail = json!({ "changed": altered.parts, "passwords": passwords });
    if altered.parts.contains(&Part::Status) {
        detail["was"] = json!(altered.was);
        detail["status"] = json!(altered.is);
    }
    Entry {
        action: Action::AccountImported,
        outcome: "done",
        account_id: Some(altered.account_id),
        detail,
    }
}

/// The letter that an owner gets: none who has no address to tell, nor one whose account is not in use,
/// unless they are told that it is so.
fn letter(altered: Altered, event_id: EventId, now: Timestamp) -> Option<ImportedJob> {
    let status = altered.parts.contains(&Part::Status).then_some(altered.is);
    let is_reached = altered.is == AccountStatus::Active || status == Some(AccountStatus::Disabled);
    let mut parts = altered.parts;
    parts.retain(|part| part.is_told());
    if !is_reached || parts.is_empty() && altered.passwords.is_empty() {
        return None;
    }
    Some(ImportedJob {
        account_id: altered.account_id,
        to: altered.email?.as_str().to_owned(),
        parts,
        passwords: altered.passwords,
        status,
        at: now,
        origin: Origin::operator(event_id.to_string()),
    })
}

/// When letters are due that are promised together.
struct Turns {
    first: Timestamp,
    /// How long after one the next is due.
    pace: Duration,
    taken: u64,
}

impl Turns {
    /// The first turn is now. `None`: so are all.
    fn from(now: Timestamp, most: Option<Rate>) -> Self {
        let pace = most.map_or(Duration::ZERO, |most| most.per / (most.times / 2).max(1));
        Self {
            first: now,
            pace,
            taken: 0,
        }
    }

    fn next(&mut self) -> Timestamp {
        let before = i32::try_from(self.taken).unwrap_or(i32::MAX);
        self.taken += 1;
        let wait = self.pace.checked_mul(before).unwrap_or(Duration::MAX);
        self.first.checked_add(wait).unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever asks for a link while many letters of an import wait is not behind them.
    #[test]
    fn letters_of_an_import_take_half_of_what_may_be_sent() {
        let now = Timestamp::UNIX_EPOCH;
        let rate = |times, per| Some(Rate { times, per });
        let mut turns = Turns::from(now, rate(20_000, Duration::HOUR));
        let due: Vec<_> = (0..100_000).map(|_| turns.next()).collect();
        assert_eq!(turns.taken, 100_000);
        assert_eq!(due.first(), Some(&now));
        let within = due.iter().filter(|due| **due < now + Duration::HOUR);
        assert_eq!(within.count(), 10_000);
        let last = *due.last().unwrap() - now;
        assert!(last < Duration::hours(10), "{last}");

        let mut turns = Turns::from(now, rate(1, Duration::DAY));
        assert_eq!([turns.next(), turns.next()], [now, now + Duration::DAY]);
        let mut turns = Turns::from(now, None);
        assert_eq!([turns.next(), turns.next()], [now, now]);
    }
}
