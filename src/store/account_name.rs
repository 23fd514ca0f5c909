//! Tables `account` and `identifier`: the names of accounts, as they are stored and as they are compared.

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::identifier::{EmailAddress, Identifier, Kind, LoginName, Phone};

/// The names of an account, and what they are compared by.
pub struct Stored {
    /// Whose they are.
    pub account_id: AccountId,
    /// The login name.
    pub login: LoginName,
    /// What it is compared by.
    pub login_key: String,
    /// The address.
    pub email: Option<EmailAddress>,
    /// What it is compared by.
    pub email_key: Option<String>,
    /// The phone number, which is what it is compared by.
    pub phone: Option<Phone>,
}

/// An account that a name belongs to already.
pub struct Holder {
    /// Which one.
    pub account_id: AccountId,
    /// Its login name.
    pub login: LoginName,
}

/// A name in its new form.
pub struct Renamed<'a> {
    /// Whose it is.
    pub account_id: AccountId,
    /// What it was compared by.
    pub from: &'a str,
    /// What it is compared by now.
    pub to: &'a Identifier,
    /// How it is stored now.
    pub stored: &'a str,
}

/// Lists the accounts that may have a name to be cleaned, in order, a page at a time: one with characters
/// outside ASCII, an address that ends in a dot, or a phone number.
pub async fn list_doubtful(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: Option<AccountId>,
    most: i64,
) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as!(
        Stored,
        r#"
        select account_id as "account_id: AccountId", login as "login: LoginName", login_key,
            email as "email: EmailAddress", email_key, phone as "phone: Phone"
        from account
        where tenant_id = $1 and ($2::bigint is null or account_id > $2)
            and (octet_length(login) <> length(login) or octet_length(email) <> length(email)
                or email like '%.' or phone is not null)
        order by account_id
        limit $3
        "#,
        tenant_id as TenantId,
        after as Option<AccountId>,
        most,
    )
    .fetch_all(db)
    .await
}

/// Finds who else has a name: by its login name, or since the name finds it.
pub async fn holder(
    db: &mut PgConnection,
    tenant_id: TenantId,
    not: AccountId,
    name: &Identifier,
) -> sqlx::Result<Option<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"
        select account_id as "account_id: AccountId", login as "login: LoginName"
        from account
        where tenant_id = $1 and account_id <> $2 and account_id in (
            select account_id from account where tenant_id = $1 and $3 = 'login' and login_key = $4
            union all
            select account_id from identifier where tenant_id = $1 and kind = $3 and value = $4
        )
        limit 1
        "#,
        tenant_id as TenantId,
        not as AccountId,
        name.kind.as_str(),
        name.value,
    )
    .fetch_optional(db)
    .await
}

/// Whether an account is found by a name.
pub async fn finds(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    kind: Kind,
    value: &str,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select from identifier
            where tenant_id = $1 and kind = $2 and value = $3 and account_id = $4
        ) as "finds!"
        "#,
        tenant_id as TenantId,
        kind as Kind,
        value,
        account_id as AccountId,
    )
    .fetch_one(db)
    .await
}

/// Which of some keys are those of login names.
pub async fn known(
    db: &mut PgConnection,
    tenant_id: TenantId,
    login_keys: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select login_key from account where tenant_id = $1 and login_key = any ($2)",
        tenant_id as TenantId,
        login_keys,
    )
    .fetch_all(db)
    .await
}

/// Gives an account's name its new form, and what finds the account by it too. Nobody else may have it.
pub async fn rename(
    db: &mut PgConnection,
    tenant_id: TenantId,
    renamed: &Renamed<'_>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with renamed as (
            update account set
                login = case $3 when 'login' then $6 else login end,
                login_key = case $3 when 'login' then $5 else login_key end,
                email = case $3 when 'email' then $6 else email end,
                email_key = case $3 when 'email' then $5 else email_key end,
                phone = case $3 when 'phone' then $6 else phone end,
                updated_at = $7
            where tenant_id = $1 and account_id = $2
        )
        update identifier set value = $5
        where tenant_id = $1 and account_id = $2 and kind = $3 and value = $4
        "#,
        tenant_id as TenantId,
        renamed.account_id as AccountId,
        renamed.to.kind.as_str(),
        renamed.from,
        renamed.to.value,
        renamed.stored,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What an account's login name is compared by.
pub async fn login_key(
    db: &mut PgConnection,
    tenant_id: TenantId,
    account_id: AccountId,
) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        "select login_key from account where tenant_id = $1 and account_id = $2",
        tenant_id as TenantId,
        account_id as AccountId,
    )
    .fetch_one(db)
    .await
}
