//! Table `session`.

use sqlx::PgConnection;

use super::password::block;
use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus, Reference, Role, UserType};
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, KeyId, PasswordTypeId, SessionId, TenantId};
use crate::domain::identifier::{EmailAddress, Kind, LoginName, Phone};
use crate::domain::language::Language;
use crate::domain::status::{Facts, Standing};

/// A session as it is stored.
pub struct Session {
    /// Names it without revealing it.
    pub session_id: SessionId,
    /// Who is signed in.
    pub account_id: AccountId,
    /// What they typed as their name, unless an access client opened it.
    pub principal: Option<String>,
    /// What kind of name that was.
    pub principal_kind: Option<Kind>,
    /// The access client that opened it.
    pub client_id: Option<KeyId>,
    /// Whether half of its token travels in a cookie.
    pub split: bool,
    /// Whether the second password is still missing.
    pub pending: bool,
    /// How many idle seconds it lives.
    pub timeout: i32,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, nearly.
    pub touched_at: Timestamp,
}

/// Stores a session that ends at `expires_at` unless it is used.
pub async fn insert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    session: &Session,
    digest: Digest,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into session (tenant_id, session_id, account_id, digest, principal, principal_kind,
            client_id, split, pending, timeout, created_at, touched_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        "#,
        tenant_id as TenantId,
        session.session_id as SessionId,
        session.account_id as AccountId,
        digest as Digest,
        session.principal,
        session.principal_kind as Option<Kind>,
        session.client_id as Option<KeyId>,
        session.split,
        session.pending,
        session.timeout,
        session.created_at,
        session.touched_at,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A question who is signed in.
pub struct Asked {
    /// The tenant that was asked.
    pub tenant_id: TenantId,
    /// What would be kept of the session's token, with any of the secret keys.
    pub digests: Vec<Digest>,
    /// The tenant's access password.
    pub access_type: PasswordTypeId,
}

/// A session, whose it is, and how their access password stands, all of one moment.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Who is signed in, active or not.
    pub account: Account,
    /// What was done to their access password.
    pub access: Facts,
}

/// Finds live sessions by what is kept of their tokens, one answer for each question.
pub async fn find_all(
    db: &mut PgConnection,
    asked: &[&Asked],
    now: Timestamp,
) -> sqlx::Result<Vec<Option<SignedIn>>> {
    let (mut places, mut tenant_ids) = (Vec::new(), Vec::new());
    let (mut digests, mut access_types) = (Vec::new(), Vec::new());
    for (place, one) in (0_i32..).zip(asked) {
        for digest in &one.digests {
            places.push(place);
            tenant_ids.push(one.tenant_id);
            digests.push(*digest);
            access_types.push(one.access_type);
        }
    }
    let rows = sqlx::query!(
        r#"
        select place as "place!", session_id as "session_id: SessionId",
            account_id as "account_id: AccountId", principal,
            principal_kind as "principal_kind: Kind", client_id as "client_id: KeyId", split, pending,
            timeout, session.created_at, touched_at,
            reference as "reference: Reference", login as "login: LoginName",
            user_type as "user_type: UserType", email as "email: EmailAddress",
            phone as "phone: Phone", name, language as "language: Language", role as "role: Role",
            status as "status: AccountStatus",
            standing as "standing?: Standing", set_at as "set_at?", disabled_at as "disabled_at?",
            failures as "failures?", blocked_until as "blocked_until?",
            blocked_forever as "blocked_forever?", blocks as "blocks?"
        from unnest($1::int[], $2::bigint[], $3::bytea[], $4::bigint[])
                as asked (place, asked_tenant, asked_digest, password_type_id)
            cross join lateral (
                select * from session
                where tenant_id = asked_tenant and digest = asked_digest
                limit 1
            ) as session
            join account using (tenant_id, account_id)
            left join password using (tenant_id, account_id, password_type_id)
        where expires_at > $5
        "#,
        &places,
        &tenant_ids as &[TenantId],
        &digests as &[Digest],
        &access_types as &[PasswordTypeId],
        now,
    )
    .fetch_all(db)
    .await?;
    let mut found: Vec<_> = asked.iter().map(|_| None).collect();
    for row in rows {
        let place = usize::try_from(row.place).ok();
        let Some(found) = place.and_then(|place| found.get_mut(place)) else {
            continue;
        };
        let session = Session {
            session_id: row.session_id,
            account_id: row.account_id,
            principal: row.principal,
            principal_kind: row.principal_kind,
            client_id: row.client_id,
            split: row.split,
            pending: row.pending,
            timeout: row.timeout,
            created_at: row.created_at,
            touched_at: row.touched_at,
        };
        let account = Account {
            account_id: row.account_id,
            reference: row.reference,
            login: row.login,
            user_type: row.user_type,
            email: row.email,
            phone: row.phone,
            name: row.name,
            language: row.language,
            role: row.role,
            status: row.status,
        };
        let access = row.standing.map_or_else(Facts::default, |standing| Facts {
            standing,
            set_at: row.set_at,
            disabled_at: row.disabled_at,
            failures: row.failures.unwrap_or_default().unsigned_abs(),
            block: block(row.blocked_until, row.blocked_forever == Some(true)),
            blocks: row.blocks.unwrap_or_default().unsigned_abs(),
        });
        *found = Some(SignedIn {
            session,
            account,
            access,
        });
    }
    Ok(found)
}

/// Lets a live session live on until `expires_at`.
pub async fn touch(
    db: &mut PgConnection,
    tenant_id: TenantId,
    session_id: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update session set touched_at = $3, expires_at = $4
        where tenant_id = $1 and session_id = $2 and touched_at < $3
        "#,
        tenant_id as TenantId,
        session_id as SessionId,
        now,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a session is live, and nobody ends it until the transaction does.
pub async fn lock_live(
    db: &mut PgConnection,
    tenant_id: TenantId,
    session_id: SessionId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let live = sqlx::query_scalar!(
        r#"
        select pending from session
        where tenant_id = $1 and session_id = $2 and expires_at > $3
        for update
        "#,
        tenant_id as TenantId,
        session_id as SessionId,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(live.is_some())
}

/// Notes that the second password of a session was given. Returns whether it was still missing.
pub async fn complete(
    db: &mut PgConnection,
    tenant_id: TenantId,
    session_id: SessionId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update session set pending = false
        where tenant_id = $1 and session_id = $2 and pending
        "#,
        tenant_id as TenantId,
        session_id as SessionId,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a session. Returns whether there was one.
pub async fn end(
    db: &mut PgConnection,
    tenant_id: TenantId,
    session_id: SessionId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from session where tenant_id = $1 and session_id = $2",
        tenant_id as TenantId,
        session_id as SessionId,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every session of an account, but for one that may stay. Returns how many there were.
pub async fn end_owned(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    keep: Option<SessionId>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from session
        where tenant_id = $1 and account_id = $2 and session_id is distinct from $3
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        keep as Option<SessionId>,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Ends every session that an access client opened.
pub async fn end_of_client(
    db: &mut PgConnection,
    tenant_id: TenantId,
    client_id: KeyId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from session where tenant_id = $1 and client_id = $2",
        tenant_id as TenantId,
        client_id as KeyId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends every session of all tenants. Returns whose, once for each.
pub async fn end_all(db: &mut PgConnection) -> sqlx::Result<Vec<TenantId>> {
    sqlx::query_scalar!(r#"delete from session returning tenant_id as "tenant_id: TenantId""#)
        .fetch_all(db)
        .await
}

/// Deletes up to `most` sessions that have ended of age. Returns how many there were.
pub async fn forget_expired(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from session where (tenant_id, session_id) in (
            select tenant_id, session_id from session where expires_at <= $1
            order by expires_at
            limit $2
            for update skip locked
        )
        "#,
        now,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
