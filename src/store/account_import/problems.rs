//! What is wrong with staged lines that each make sense by themselves.

use futures::Stream;
use sqlx::PgConnection;

use crate::domain::id::TenantId;
use crate::domain::identifier::Kind;

/// A line with the login of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Where the later one is.
    pub line: i64,
    /// Where the first one is.
    pub first: i64,
}

/// A line that does not fit the accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub line: i64,
    /// What is wrong.
    pub what: What,
    /// Which of its names is meant, where it is about one.
    pub kind: Option<Kind>,
}

/// What can be wrong with a line among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum What {
    /// Its broker is no account.
    UnknownBroker,
    /// Its broker is no broker.
    NotABroker,
    /// It is the broker of accounts that no line is about, and would be no broker any more.
    StillABroker,
    /// It lists a name that its account does not have.
    Lacks,
    /// It lists a name that finds another account.
    Taken,
}

/// Streams the lines whose login another line has, in order. Any of them makes merging impossible.
pub fn duplicates(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> impl Stream<Item = sqlx::Result<Duplicate>> + Send {
    sqlx::query_as!(
        Duplicate,
        r#"
        select line, first as "first!"
        from (
            select line, min(line) over (partition by login_key) as first
            from account_import where tenant_id = $1
        ) as numbered
        where line > first
        order by line
        "#,
        tenant_id as TenantId,
    )
    .fetch(db)
}

/// Streams what is wrong with lines once all are merged, in order.
pub fn problems(
    db: &mut PgConnection,
    tenant_id: TenantId,
) -> impl Stream<Item = sqlx::Result<Problem>> + Send {
    sqlx::query_as!(
        Problem,
        r#"
        select i.line as "line!", case when broker.role is null then 'unknown_broker'
            else 'not_a_broker' end as "what!: What", null as "kind: Kind"
        from account_import as i
            left join account as broker
                on broker.tenant_id = i.tenant_id and broker.login_key = i.broker_key
        where i.tenant_id = $1 and i.broker_key is not null and broker.role is distinct from 'broker'
        union all
        select i.line, 'still_a_broker', null
        from account_import as i
            join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
        where i.tenant_id = $1 and i.role <> 'broker' and exists (
            select from account as member
            where member.tenant_id = a.tenant_id and member.broker_id = a.account_id
                and not exists (
                    select from account_import as own
                    where own.tenant_id = member.tenant_id and own.login_key = member.login_key
                        and own.broker_key is not null
                )
        )
        union all
        select i.line, 'lacks', listed.kind
        from account_import as i
            join account as a on a.tenant_id = i.tenant_id and a.login_key = i.login_key
            cross join lateral unnest(i.identifiers) as listed (kind)
        where i.tenant_id = $1 and (
            listed.kind = 'email' and a.email is null or listed.kind = 'phone' and a.phone is null
        )
        union all
        select claim.line, 'taken', claim.kind
        from claimed_import as claim
        where claim.tenant_id = $1 and claim.listed and not exists (
            select from identifier as own
            where own.tenant_id = claim.tenant_id and own.kind = claim.kind
                and own.value = claim.value and own.account_id = claim.account_id
        )
        order by 1, 2, 3
        "#,
        tenant_id as TenantId,
    )
    .fetch(db)
}
