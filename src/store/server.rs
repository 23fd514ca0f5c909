//! The database server itself: what a diagnosis asks of it, and nothing else does.

use sqlx::PgConnection;

use crate::domain::Timestamp;

/// What the server says about itself and about us.
#[derive(Clone, Debug)]
pub struct Server {
    /// 150018 is version 15.18.
    pub version: i32,
    /// What time it believes it is.
    pub clock: Timestamp,
    /// How many connections it grants to roles like ours.
    pub connections: i32,
    /// Whether it is a copy that takes no writes.
    pub is_standby: bool,
    /// How it stores text.
    pub encoding: String,
    /// Who we are to it.
    pub role: String,
    /// Whether we may make tables, as migrations do.
    pub may_create: bool,
}

/// The tables that a server reads and adds to.
const TABLES: [&str; 15] = [
    "account",
    "api_key",
    "audit_event",
    "identifier",
    "job",
    "keyring",
    "password",
    "password_history",
    "password_type",
    "recovery_token",
    "session",
    "shadow_password",
    "tenant",
    "tenant_host",
    "throttle",
];

/// Asks the server. The one statement that asks for its time: to compare it with ours.
pub async fn describe(db: &mut PgConnection) -> sqlx::Result<Server> {
    sqlx::query_as!(
        Server,
        r#"
        select current_setting('server_version_num')::int as "version!",
            clock_timestamp() as "clock!",
            current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true), '0')::int
                as "connections!",
            pg_is_in_recovery() as "is_standby!",
            pg_encoding_to_char(encoding)::text as "encoding!",
            current_user::text as "role!",
            coalesce(has_schema_privilege(current_schema(), 'create'), false) as "may_create!"
        from pg_database where datname = current_database()
        "#,
    )
    .fetch_one(db)
    .await
}

/// Which of the server's processes serves this statement. Behind a pooler it may be another each time.
pub async fn process(db: &mut PgConnection) -> sqlx::Result<i32> {
    sqlx::query_scalar!(r#"select pg_backend_pid() as "process!""#)
        .fetch_one(db)
        .await
}

/// Which of our tables exist and may not be read or added to by us.
pub async fn forbidden_tables(db: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let names: Vec<String> = TABLES.iter().map(|name| (*name).to_owned()).collect();
    sqlx::query_scalar!(
        r#"
        select name as "name!" from unnest($1::text[]) as name
        where to_regclass(name) is not null
            and not (has_table_privilege(to_regclass(name), 'select')
                and has_table_privilege(to_regclass(name), 'insert'))
        "#,
        &names,
    )
    .fetch_all(db)
    .await
}
