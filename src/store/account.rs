//! Table `account`.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus, Reference, Role, UserType};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{EmailAddress, Identifier, Kind, LoginName, Phone};
use crate::domain::language::Language;

/// A security question.
pub struct Security {
    /// What is asked.
    pub question: String,
    /// The hash of the right answer, trimmed and folded.
    pub answer_hash: String,
}

/// One select list for every statement that reads accounts.
macro_rules! select_account {
    ($rest:literal, $($value:expr),+ $(,)?) => {
        sqlx::query_as!(
            Account,
            r#"
            select account_id as "account_id: AccountId", reference as "reference: Reference",
                login as "login: LoginName", user_type as "user_type: UserType",
                email as "email: EmailAddress", phone as "phone: Phone", name,
                language as "language: Language", role as "role: Role",
                status as "status: AccountStatus"
            "# + $rest,
            $($value),+
        )
    };
}

/// Finds an account by one of its identifiers.
pub async fn find_by_identifier(
    db: &mut PgConnection,
    tenant_id: TenantId,
    identifier: &Identifier,
) -> sqlx::Result<Option<Account>> {
    select_account!(
        r#"
        from identifier join account using (tenant_id, account_id)
        where tenant_id = $1 and kind = $2 and value = $3
        "#,
        tenant_id as TenantId,
        identifier.kind as Kind,
        identifier.value,
    )
    .fetch_optional(db)
    .await
}

/// Finds an account by the first of several identifiers that leads to one: one of each kind at most.
///
/// The limit says so to Postgres, which takes an array for a long one and would else plan anew for the
/// arrays of each call: that costs ten times what it takes to look.
pub async fn find_by_any(
    db: &mut PgConnection,
    tenant_id: TenantId,
    identifiers: &[Identifier],
) -> sqlx::Result<Option<Account>> {
    if let [identifier] = identifiers {
        return find_by_identifier(db, tenant_id, identifier).await;
    }
    let kinds: Vec<_> = identifiers.iter().map(|one| one.kind.as_str()).collect();
    let values: Vec<_> = identifiers.iter().map(|one| one.value.as_str()).collect();
    select_account!(
        r#"
        from (
                select * from unnest($2::text[], $3::text[]) with ordinality as asked (kind, value, place)
                limit 3
            ) as asked
            join identifier using (kind, value)
            join account using (tenant_id, account_id)
        where tenant_id = $1
        order by place
        limit 1
        "#,
        tenant_id as TenantId,
        &kinds as &[&str],
        &values as &[&str],
    )
    .fetch_optional(db)
    .await
}

/// Finds an account by its number.
pub async fn find(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<Account>> {
    select_account!(
        r#"
        from account
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await
}

/// Finds an account by its login name, whether or not that is one of its identifiers.
pub async fn find_by_login(
    db: &mut PgConnection,
    tenant_id: TenantId,
    login_key: &str,
) -> sqlx::Result<Option<Account>> {
    select_account!(
        r#"
        from account
        where tenant_id = $1 and login_key = $2
        "#,
        tenant_id as TenantId,
        login_key,
    )
    .fetch_optional(db)
    .await
}

/// Reads an account and keeps anybody else from changing it, or minting for it, until the
/// transaction ends.
pub async fn lock(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<AccountStatus>> {
    sqlx::query_scalar!(
        r#"
        select status as "status: AccountStatus" from account
        where tenant_id = $1 and account_id = $2
        for no key update
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await
}

/// Lists the active accounts, of a type or of any, whose mail goes to an address, by login name.
pub async fn list_by_email(
    db: &mut PgConnection,
    tenant_id: TenantId,
    email_key: &str,
    user_type: Option<UserType>,
) -> sqlx::Result<Vec<Account>> {
    select_account!(
        r#"
        from account
        where tenant_id = $1 and email_key = $2 and ($3::text is null or user_type = $3) and status = 'active'
        order by login_key
        "#,
        tenant_id as TenantId,
        email_key,
        user_type as Option<UserType>,
    )
    .fetch_all(db)
    .await
}

/// Lists a tenant's accounts by login name, a page at a time: those after `after`.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: &str,
    most: i64,
) -> sqlx::Result<Vec<Account>> {
    select_account!(
        r#"
        from account
        where tenant_id = $1 and login_key > $2
        order by login_key
        limit $3
        "#,
        tenant_id as TenantId,
        after,
        most,
    )
    .fetch_all(db)
    .await
}

/// Whether an identifier names an active account.
pub async fn is_known(
    db: &mut PgConnection,
    tenant_id: TenantId,
    identifier: &Identifier,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select from identifier join account using (tenant_id, account_id)
            where tenant_id = $1 and kind = $2 and value = $3 and status = 'active'
        ) as "is_known!"
        "#,
        tenant_id as TenantId,
        identifier.kind as Kind,
        identifier.value,
    )
    .fetch_one(db)
    .await
}

/// Whether an account's owner has agreed to the terms, if they ever said.
pub async fn consent(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        "select consent_granted from account where tenant_id = $1 and account_id = $2",
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_one(db)
    .await
}

/// Stores whether an account's owner agrees to the terms.
pub async fn set_consent(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    is_granted: bool,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update account set consent_granted = $3, updated_at = $4
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        is_granted,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Until when no token may be sent for an account, if somebody froze its recovery.
pub async fn frozen_until(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<Timestamp>> {
    sqlx::query_scalar!(
        "select recovery_frozen_until from account where tenant_id = $1 and account_id = $2",
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_one(db)
    .await
}

/// Lets no token be sent for an account until then; `None` lets them again.
pub async fn freeze(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    until: Option<Timestamp>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update account set recovery_frozen_until = $3, updated_at = $4
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        until,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores whether an account may be used.
pub async fn set_status(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    status: AccountStatus,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update account set status = $3, updated_at = $4
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
        status as AccountStatus,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When an account was made and last changed.
pub async fn dates(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<(Timestamp, Timestamp)>> {
    let row = sqlx::query!(
        "select created_at, updated_at from account where tenant_id = $1 and account_id = $2",
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.created_at, row.updated_at)))
}

/// The security question of an account, and what its answer is compared with, if it has one.
pub async fn security(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<Security>> {
    sqlx::query_as!(
        Security,
        r#"
        select security_question as "question!", security_answer_hash as "answer_hash!"
        from account
        where tenant_id = $1 and account_id = $2 and security_question is not null
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await
}

/// The number of the broker who manages an account, if somebody does.
pub async fn broker_id(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<AccountId>> {
    let row = sqlx::query_scalar!(
        r#"
        select broker_id as "broker_id: AccountId" from account
        where tenant_id = $1 and account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.flatten())
}

/// The login name of the broker who manages an account, if somebody does.
pub async fn broker(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<Option<LoginName>> {
    sqlx::query_scalar!(
        r#"
        select broker.login as "login: LoginName"
        from account join account as broker
            on broker.tenant_id = account.tenant_id and broker.account_id = account.broker_id
        where account.tenant_id = $1 and account.account_id = $2
        "#,
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_optional(db)
    .await
}
