//! Signing somebody in: tables `account`, `password`, `api_key` or `session`, and `audit_event` in one
//! statement, of which everything happens or nothing does.
//!
//! The account is locked first, as whoever disables it or replaces its password locks it, and is looked at
//! under that lock. Then its password is [swapped](super::password_try::swap), and everything else comes from
//! the row that this leaves: an account or a password that changed meanwhile leaves none. An account that
//! somebody else holds at this moment is passed over and leaves none either: nobody waits here with an
//! attempt that is counted and not cleared yet.

use ipnet::IpNet;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::api_key::NewKey;
use super::password::{Key, columns, number};
use super::password_try::Value;
use super::session::Session;
use crate::domain::Timestamp;
use crate::domain::audit::{Event, SALT};
use crate::domain::digest::{Digest, Signed};
use crate::domain::id::{AccountId, EventId, KeyId, PasswordTypeId, SessionId, TenantId};
use crate::domain::identifier::Kind as Name;
use crate::domain::key::Kind;

/// Who signs in: with which password, as it must be found and as it is left.
pub struct Entrance<'a> {
    /// Which password of whom.
    pub key: Key,
    /// As it must be found.
    pub from: &'a Value,
    /// As it is left.
    pub to: &'a Value,
    /// What is written down of it.
    pub event: &'a Event,
}

/// The statement, but for what is stored of the way in.
macro_rules! enter {
    ($db:expr, $entrance:expr, $way_in:literal $(, $value:expr)* $(,)?) => {{
        let Entrance { key, from, to, event } = $entrance;
        let (from_until, from_forever) = columns(from.facts.block);
        let (until, forever) = columns(to.facts.block);
        sqlx::query!(
            r#"
            with holder as (
                select account_id from account
                where tenant_id = $1 and account_id = $2 and status = 'active'
                for no key update skip locked
            ), proven as (
                update password as p
                set hash = $4, failures = $5, blocked_until = $6, blocked_forever = $7, blocks = $8,
                    disabled_at = $9, changed_at = $10,
                    recent = null, recent_at = null, recent_until = null
                from holder
                where p.tenant_id = $1 and p.account_id = $2 and p.password_type_id = $3
                    and p.account_id = holder.account_id
                    and p.hash = $11 and p.failures = $12 and p.blocked_until is not distinct from $13
                    and p.blocked_forever = $14 and p.blocks = $15
                    and p.disabled_at is not distinct from $16 and p.changed_at = $17
                returning p.account_id
            ), noted as (
                insert into audit_event (tenant_id, event_id, at, action, outcome, account_id, actor_id,
                    address, address_salt, address_digest, request_id, detail, digest)
                select $1, $18, $19, $20, $21, account_id, $22, $23, $24, $25, $26, $27, $28
                from proven
                returning event_id
            )
            "# + $way_in
                + "insert into audit_unsealed (tenant_id, event_id) select $1, event_id from noted",
            key.tenant_id as TenantId,
            key.account_id as AccountId,
            key.password_type_id as PasswordTypeId,
            to.hash,
            number(to.facts.failures),
            until,
            forever,
            number(to.facts.blocks),
            to.facts.disabled_at,
            to.changed_at,
            from.hash,
            number(from.facts.failures),
            from_until,
            from_forever,
            number(from.facts.blocks),
            from.facts.disabled_at,
            from.changed_at,
            event.event_id as EventId,
            event.at,
            event.action,
            event.outcome,
            event.actor_id as Option<AccountId>,
            event.address.map(|address| address.address) as Option<IpNet>,
            event.address.map(|address| address.salt) as Option<[u8; SALT]>,
            event.address_digest as Option<Signed>,
            event.request_id,
            Json(&event.detail) as _,
            event.digest as Option<Signed>,
            $($value),*
        )
        .execute($db)
        .await
        .map(|done| done.rows_affected() == 1)
    }};
}

/// What somebody gets who signs in.
pub enum WayIn<'a> {
    /// Nothing that lasts: it is for one call.
    Call,
    /// A key of theirs.
    Key(&'a NewKey<'a>),
    /// A session, what is kept of its token, and when it ends unless it is used.
    Session(&'a Session, Digest, Timestamp),
}

/// Lets somebody in to their active account. Returns whether all was as it must be found.
pub async fn enter(
    db: &mut PgConnection,
    entrance: Entrance<'_>,
    way_in: WayIn<'_>,
    now: Timestamp,
) -> sqlx::Result<bool> {
    match way_in {
        WayIn::Call => enter!(db, entrance, ""),
        WayIn::Key(new) => enter!(
            db,
            entrance,
            r#"
            , key as (
                insert into api_key (tenant_id, key_id, kind, name, digest, must_sign, account_id, expires_at,
                    created_at)
                select $1, $29, $30, $31, $32, $33, account_id, $34, $35 from proven
            )
            "#,
            new.key_id as KeyId,
            new.kind as Kind,
            new.name,
            new.digest as Digest,
            new.must_sign,
            new.expires_at,
            now,
        ),
        WayIn::Session(session, digest, expires_at) => enter!(
            db,
            entrance,
            r#"
            , opened as (
                insert into session (tenant_id, session_id, account_id, digest, principal,
                    principal_kind, split, pending, timeout, created_at, touched_at, expires_at)
                select $1, $29, account_id, $30, $31, $32, $33, $34, $35, $36, $37, $38 from proven
            )
            "#,
            session.session_id as SessionId,
            digest as Digest,
            session.principal,
            session.principal_kind as Option<Name>,
            session.split,
            session.pending,
            session.timeout,
            session.created_at,
            session.touched_at,
            expires_at,
        ),
    }
}
