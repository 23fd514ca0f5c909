//! Table `recovery_token`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, TenantId, TokenId};
use crate::domain::token::{Claim, Form, Purpose};

/// A token to be stored.
pub struct NewToken {
    /// Names it without revealing it.
    pub token_id: TokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What it is for.
    pub purpose: Purpose,
    /// How its secret looks.
    pub form: Form,
    /// What is kept of its secret.
    pub digest: Digest,
    /// When it was minted.
    pub created_at: Timestamp,
    /// When it dies of age.
    pub expires_at: Timestamp,
    /// What its letter is known by, for people.
    pub reference: String,
}

/// How far the life of a token has gone.
pub struct Life {
    /// When it dies of age.
    pub expires_at: Timestamp,
    /// Whether it was used.
    pub is_spent: bool,
    /// Whether it was ended before it was used.
    pub is_voided: bool,
    /// What its letter is known by, for people.
    pub reference: Option<String>,
}

/// Stores a token. A second live one for the same account and purpose violates
/// `recovery_token_live`: void the old one first.
pub async fn insert(
    db: &mut PgConnection,
    tenant_id: TenantId,
    token: &NewToken,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into recovery_token
            (tenant_id, token_id, account_id, purpose, form, digest, created_at, expires_at, reference)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        tenant_id as TenantId,
        token.token_id as TokenId,
        token.account_id as AccountId,
        token.purpose as Purpose,
        token.form as Form,
        token.digest as Digest,
        token.created_at,
        token.expires_at,
        token.reference,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A question whose live token this is.
pub struct Peek {
    /// The tenant that was asked.
    pub tenant_id: TenantId,
    /// What would be kept of the token, with any of the secret keys.
    pub digests: Vec<Digest>,
    /// What it must be for; `None` takes any that recovers.
    pub purpose: Option<Purpose>,
    /// What must lead to the same account.
    pub claim: Option<Claim>,
}

/// Finds whose live token this is, without spending it, as [`peek_all`] does.
pub async fn peek(
    db: &mut PgConnection,
    tenant_id: TenantId,
    digests: &[Digest],
    purpose: Option<Purpose>,
    claim: Option<&Claim>,
    now: Timestamp,
) -> sqlx::Result<Option<AccountId>> {
    let asked = Peek {
        tenant_id,
        digests: digests.to_vec(),
        purpose,
        claim: claim.cloned(),
    };
    let found = peek_all(db, &[&asked], now).await?;
    Ok(found.into_iter().next().flatten())
}

/// Finds whose live tokens these are, one answer for each question, without spending them. Tokens of a
/// disabled account, or of an access password that was disabled, are dead. An `EzsignUser` is known by
/// its address, also where that finds somebody else for everybody (contracts/sspr.md, section 2).
///
/// A token is found by nothing but its digest: the planner would look among the live tokens of the tenant
/// as long as it believes them to be few.
pub async fn peek_all(
    db: &mut PgConnection,
    asked: &[&Peek],
    now: Timestamp,
) -> sqlx::Result<Vec<Option<AccountId>>> {
    // A row for each digest that a token may be kept under.
    let asked_by_digest = asked.iter().enumerate().flat_map(|(place, peek)| {
        let digests = peek.digests.iter();
        digests.map(move |digest| (place, *peek, *digest))
    });
    let (mut places, mut tenant_ids, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    let (mut purposes, mut types) = (Vec::new(), Vec::new());
    let (mut kinds, mut values) = (Vec::new(), Vec::new());
    for (place, peek, digest) in asked_by_digest {
        let claim = peek.claim.as_ref();
        places.push(i32::try_from(place).unwrap_or(i32::MAX));
        tenant_ids.push(peek.tenant_id);
        digests.push(digest);
        purposes.push(peek.purpose.map(Purpose::as_str));
        types.push(claim.map(|claim| claim.user_type.as_str()));
        kinds.push(claim.map(|claim| claim.identifier.kind.as_str()));
        values.push(claim.map(|claim| claim.identifier.value.as_str()));
    }
    let rows = sqlx::query!(
        r#"
        select place as "place!", account_id as "account_id: AccountId"
        from unnest($1::int[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[])
                as asked (place, asked_tenant, asked_digest, asked_purpose, asked_type, asked_kind, asked_value)
            cross join lateral (
                select * from recovery_token
                where tenant_id = asked_tenant and digest = asked_digest
                limit 1
            ) as token
            join account using (tenant_id, account_id)
        where (purpose = asked_purpose or asked_purpose is null and purpose <> 'disown')
            and spent_at is null and voided_at is null and expires_at > $8 and status = 'active'
            and (asked_type is null or user_type = asked_type)
            and (asked_kind is null or exists (
                select from identifier
                where identifier.tenant_id = token.tenant_id and kind = asked_kind
                    and value = asked_value and identifier.account_id = token.account_id
            ) or asked_type = 'EzsignUser' and asked_kind = 'email' and email_key = asked_value)
            and (asked_purpose = 'disown' or not exists (
                select from password join password_type using (tenant_id, password_type_id)
                where password.tenant_id = token.tenant_id
                    and password.account_id = token.account_id
                    and access and disabled_at is not null
            ))
        "#,
        &places,
        &tenant_ids as &[TenantId],
        &digests as &[Digest],
        &purposes as &[Option<&str>],
        &types as &[Option<&str>],
        &kinds as &[Option<&str>],
        &values as &[Option<&str>],
        now,
    )
    .fetch_all(db)
    .await?;
    let mut found = vec![None; asked.len()];
    for row in rows {
        let place = usize::try_from(row.place).ok();
        if let Some(found) = place.and_then(|place| found.get_mut(place)) {
            *found = Some(row.account_id);
        }
    }
    Ok(found)
}

/// How far the life of a token has gone, whoever's it is and however it ended.
pub async fn life(
    db: &mut PgConnection,
    tenant_id: TenantId,
    digests: &[Digest],
    purpose: Purpose,
) -> sqlx::Result<Option<Life>> {
    sqlx::query_as!(
        Life,
        r#"
        select expires_at, spent_at is not null as "is_spent!", voided_at is not null as "is_voided!",
            reference
        from recovery_token
        where tenant_id = $1 and digest = any($2) and purpose = $3
        "#,
        tenant_id as TenantId,
        digests as &[Digest],
        purpose as Purpose,
    )
    .fetch_optional(db)
    .await
}

/// The code of the tenant whose token has one of these digests, however its life ended.
pub async fn tenant_code(
    db: &mut PgConnection,
    digests: &[Digest],
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select code from recovery_token join tenant using (tenant_id) where digest = any($1) limit 1",
        digests as &[Digest],
    )
    .fetch_optional(db)
    .await
}

/// Spends a live token of an active account. Of any number of concurrent calls, one gets `true`.
pub async fn spend(
    db: &mut PgConnection,
    tenant_id: TenantId,
    digests: &[Digest],
    purpose: Purpose,
    account_id: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update recovery_token as token set spent_at = $5
        from account
        where token.tenant_id = $1 and token.digest = any($2) and token.purpose = $3
            and token.account_id = $4 and token.spent_at is null and token.voided_at is null
            and token.expires_at > $5
            and account.tenant_id = token.tenant_id and account.account_id = token.account_id
            and account.status = 'active'
        "#,
        tenant_id as TenantId,
        digests as &[Digest],
        purpose as Purpose,
        account_id as AccountId,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the live "not me" token that an earlier attempt at the same letter carried. Those of
/// other letters live on: whoever made one change may have made the next one too.
pub async fn void_of_letter(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    reference: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update recovery_token set voided_at = $4
        where tenant_id = $1 and account_id = $2 and purpose = 'disown' and reference = $3
            and spent_at is null and voided_at is null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        reference,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends an account's live tokens of one purpose, or all that recover it: not the "not me" ones.
pub async fn void(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    purpose: Option<Purpose>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update recovery_token set voided_at = $4
        where tenant_id = $1 and account_id = $2
            and (purpose = $3 or $3::text is null and purpose <> 'disown')
            and spent_at is null and voided_at is null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        purpose as Option<Purpose>,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The live code of an account, if it has one: its name and what is kept of it.
pub async fn find_code(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    now: Timestamp,
) -> sqlx::Result<Option<(TokenId, Digest)>> {
    let row = sqlx::query!(
        r#"
        select token_id as "token_id: TokenId", digest as "digest: Digest" from recovery_token
        where tenant_id = $1 and account_id = $2 and purpose = 'reset' and form = 'code'
            and spent_at is null and voided_at is null and expires_at > $3
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.token_id, row.digest)))
}

/// Counts a wrong answer given with a live reset token, and returns how many there are now; nothing
/// where the token is no longer live.
pub async fn count_wrong_answer(
    db: &mut PgConnection,
    tenant_id: TenantId,
    digests: &[Digest],
    now: Timestamp,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        r#"
        update recovery_token set wrong_answers = wrong_answers + 1
        where tenant_id = $1 and digest = any($2) and purpose = 'reset'
            and spent_at is null and voided_at is null and expires_at > $3
        returning wrong_answers
        "#,
        tenant_id as TenantId,
        digests as &[Digest],
        now,
    )
    .fetch_optional(db)
    .await
}

/// Takes back an answer that was counted as wrong and was right, or was not compared.
pub async fn take_back_answer(
    db: &mut PgConnection,
    tenant_id: TenantId,
    digests: &[Digest],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update recovery_token set wrong_answers = wrong_answers - 1
        where tenant_id = $1 and digest = any($2) and wrong_answers > 0
        "#,
        tenant_id as TenantId,
        digests as &[Digest],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends every live token of all tenants. Returns whose, once for each.
pub async fn void_all(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<Vec<TenantId>> {
    sqlx::query_scalar!(
        r#"
        update recovery_token set voided_at = $1 where spent_at is null and voided_at is null
        returning tenant_id as "tenant_id: TenantId"
        "#,
        now,
    )
    .fetch_all(db)
    .await
}

/// Deletes up to `most` tokens that died of age before `before`. Returns how many there were.
pub async fn forget_expired(
    db: &mut PgConnection,
    before: Timestamp,
    most: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        r#"
        delete from recovery_token where (tenant_id, token_id) in (
            select tenant_id, token_id from recovery_token where expires_at <= $1
            order by expires_at
            limit $2
            for update skip locked
        )
        "#,
        before,
        most,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
