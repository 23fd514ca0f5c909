//! Accounts as an import would take them back.

use sqlx::PgConnection;

use crate::domain::account::{AccountStatus, Role, UserType};
use crate::domain::id::TenantId;

/// An account and everything a line may say of it.
pub struct Exported {
    /// What comes after this one is exported next.
    pub login_key: String,
    /// Its login name.
    pub login: String,
    /// Which of its names SSPR knows it by.
    pub user_type: UserType,
    /// Where its mail goes.
    pub email: Option<String>,
    /// Where its SMS go.
    pub phone: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
    /// The language of its letters.
    pub language: Option<String>,
    /// What it may do to others.
    pub role: Role,
    /// The login name of its broker.
    pub broker: Option<String>,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// Which of its names find it.
    pub identifiers: Vec<String>,
    /// A question that its owner can answer.
    pub security_question: Option<String>,
    /// The hash of the answer.
    pub security_answer_hash: Option<String>,
    /// The internal names of the types that it has passwords of, in the order of `hashes`.
    pub password_types: Vec<String>,
    /// The hashes of those passwords.
    pub hashes: Vec<String>,
}

/// Begins a transaction in which all pages are of one moment.
pub async fn begin(db: &sqlx::PgPool) -> sqlx::Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    db.begin_with("begin isolation level repeatable read, read only")
        .await
}

/// Lists a tenant's accounts by login name, a page at a time: those after `after`. A value that was
/// reset, and that its owner never had, is none.
pub async fn list(
    db: &mut PgConnection,
    tenant_id: TenantId,
    after: &str,
    most: i64,
) -> sqlx::Result<Vec<Exported>> {
    sqlx::query_as!(
        Exported,
        r#"
        select a.login_key, a.login, a.user_type as "user_type: UserType", a.email, a.phone, a.name,
            a.language, a.role as "role: Role", broker.login as "broker?",
            a.status as "status: AccountStatus",
            array(
                select kind from identifier as i
                where i.tenant_id = a.tenant_id and i.account_id = a.account_id
                order by kind
            ) as "identifiers!",
            a.security_question, a.security_answer_hash,
            array(
                select t.internal_name
                from password as p join password_type as t using (tenant_id, password_type_id)
                where p.tenant_id = a.tenant_id and p.account_id = a.account_id
                    and p.standing = 'set' and p.hash is not null
                order by p.password_type_id
            ) as "password_types!",
            array(
                select p.hash
                from password as p
                where p.tenant_id = a.tenant_id and p.account_id = a.account_id
                    and p.standing = 'set' and p.hash is not null
                order by p.password_type_id
            ) as "hashes!"
        from account as a
            left join account as broker
                on broker.tenant_id = a.tenant_id and broker.account_id = a.broker_id
        where a.tenant_id = $1 and a.login_key > $2
        order by a.login_key
        limit $3
        "#,
        tenant_id as TenantId,
        after,
        most,
    )
    .fetch_all(db)
    .await
}
