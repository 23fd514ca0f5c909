//! Tables `tenant` and `tenant_host`.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::Timestamp;
use crate::domain::id::TenantId;
use crate::domain::password_type::PasswordType;
use crate::domain::tenant::{Settings, Tenant};

/// A tenant as a statement returns it: its password types ride along, so that a request costs one
/// round trip.
pub(super) struct Row {
    pub(super) tenant_id: TenantId,
    pub(super) settings: Json<Settings>,
    pub(super) password_types: Json<Vec<PasswordType>>,
}

impl From<Row> for Tenant {
    fn from(row: Row) -> Self {
        Self {
            tenant_id: row.tenant_id,
            settings: row.settings.0,
            password_types: row.password_types.0,
        }
    }
}

/// A host name that is somebody's already.
pub struct TakenHost {
    /// The host name.
    pub host: String,
    /// The code of the tenant it belongs to.
    pub owner: String,
}

/// One select list for every statement that reads tenants.
macro_rules! select_tenant {
    ($rest:literal $(, $value:expr)* $(,)?) => {
        select_tenant!(Row, "", $rest $(, $value)*)
    };
    ($row:ident, $more:literal, $rest:literal $(, $value:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            "select " + $more + r#"tenant_id as "tenant_id: TenantId", settings as "settings: Json<Settings>",
                (
                    select coalesce(jsonb_agg(jsonb_build_object(
                        'password_type_id', password_type_id, 'spec', spec) order by position), '[]')
                    from password_type where password_type.tenant_id = tenant.tenant_id
                ) as "password_types!: Json<Vec<PasswordType>>"
            "# + $rest
            $(, $value)*
        )
    };
}

/// Finds a tenant by its code, exactly as written.
pub async fn find_by_code(db: &mut PgConnection, code: &str) -> sqlx::Result<Option<Tenant>> {
    let row = select_tenant!(
        r#"
        from tenant
        where code = $1
        "#,
        code,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Tenant::from))
}

/// A host name, and the tenant that requests to it belong to.
pub struct Hosted {
    /// The host name as it was asked for.
    pub host: String,
    /// The tenant.
    pub tenant: Tenant,
}

struct HostedRow {
    host: String,
    tenant_id: TenantId,
    settings: Json<Settings>,
    password_types: Json<Vec<PasswordType>>,
}

/// Finds the tenants that have these host names, each else the one of the code `default`. A name that
/// leads to none is left out. Only what a name leads to is read.
pub async fn find_by_hosts(
    db: &mut PgConnection,
    hosts: &[&str],
    default: Option<&str>,
) -> sqlx::Result<Vec<Hosted>> {
    let rows = select_tenant!(
        HostedRow,
        r#"host as "host!", "#,
        r#"
        from unnest($1::text[]) as asked (host)
            join tenant on tenant_id = coalesce(
                (select tenant_host.tenant_id from tenant_host where tenant_host.host = asked.host),
                (select by_code.tenant_id from tenant as by_code where code = $2)
            )
        "#,
        hosts as &[&str],
        default,
    )
    .fetch_all(db)
    .await?;
    let hosted = rows.into_iter().map(|row| Hosted {
        host: row.host,
        tenant: Row {
            tenant_id: row.tenant_id,
            settings: row.settings,
            password_types: row.password_types,
        }
        .into(),
    });
    Ok(hosted.collect())
}

/// Finds a tenant by its number.
pub async fn find(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<Option<Tenant>> {
    let row = select_tenant!(
        r#"
        from tenant
        where tenant_id = $1
        "#,
        tenant_id as TenantId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Tenant::from))
}

/// Lists every tenant by code.
pub async fn list(db: &mut PgConnection) -> sqlx::Result<Vec<Tenant>> {
    let rows = select_tenant!(
        r#"
        from tenant
        order by code
        "#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Tenant::from).collect())
}

/// Creates or updates the tenant of that code. The row stays locked, so two operators who apply
/// at once take turns.
pub async fn upsert(
    db: &mut PgConnection,
    settings: &Settings,
    now: Timestamp,
) -> sqlx::Result<TenantId> {
    sqlx::query_scalar!(
        r#"
        insert into tenant (code, settings, created_at, updated_at) values ($1, $2, $3, $3)
        on conflict (code) do update
        set settings = excluded.settings, updated_at = excluded.updated_at
        returning tenant_id as "tenant_id: TenantId"
        "#,
        settings.code,
        Json(settings) as _,
        now,
    )
    .fetch_one(db)
    .await
}

/// Gives up every host name of a tenant.
pub async fn forget_hosts(db: &mut PgConnection, tenant_id: TenantId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from tenant_host where tenant_id = $1",
        tenant_id as TenantId
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes host names for a tenant. One that another tenant has violates `tenant_host_pkey`.
pub async fn insert_hosts(
    db: &mut PgConnection,
    tenant_id: TenantId,
    hosts: &[String],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into tenant_host (host, tenant_id) select host, $2 from unnest($1::text[]) as host",
        hosts,
        tenant_id as TenantId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Which of `hosts` is another tenant's than that of `code`, and the code of whose it is.
pub async fn find_taken_host(
    db: &mut PgConnection,
    code: &str,
    hosts: &[String],
) -> sqlx::Result<Option<TakenHost>> {
    sqlx::query_as!(
        TakenHost,
        r#"
        select host, code as owner from tenant_host join tenant using (tenant_id)
        where host = any($2) and code <> $1
        order by host
        limit 1
        "#,
        code,
        hosts,
    )
    .fetch_optional(db)
    .await
}
