//! Recovery requests: tables `throttle` and `job` in one statement.

use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::throttle::Window;
use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::id::{JobId, TenantId};
use crate::domain::limit::Scope;

/// What is counted of a request, and what it promises if no limit refuses it.
pub struct Request<W> {
    /// Whom it asks.
    pub tenant_id: TenantId,
    /// Whence.
    pub address: Digest,
    /// Whom it is about; `None`: it does not say.
    pub name: Option<Digest>,
    /// What tells the form it came from from others; a form that was taken promises nothing again.
    pub form: Option<Digest>,
    /// What it promises.
    pub promise: Option<(JobId, W)>,
}

/// How much a limit lets through, and when a window that opened now would end.
#[derive(Clone, Copy, Debug)]
pub struct Ceiling {
    /// The scope its windows are counted in.
    pub scope: Scope,
    /// How many in one window.
    pub times: i64,
    /// The end of a window that opens now.
    pub resets_at: Timestamp,
}

/// What requests are counted against, in this order.
pub struct Ceilings {
    /// Requests from one address.
    pub address: Ceiling,
    /// Requests in one tenant.
    pub tenant: Ceiling,
    /// Requests about one name.
    pub name: Ceiling,
    /// Forms that count as the same.
    pub form: Ceiling,
}

/// The windows that a request was counted in, as it found them with itself in them: up to the first
/// that was full.
pub struct Counted {
    /// Of its address.
    pub address: Window,
    /// Of its tenant.
    pub tenant: Option<Window>,
    /// Of whom it is about.
    pub name: Option<Window>,
}

/// Counts requests in the order given, and promises what those ask that no limit refuses. Returns one
/// answer for each.
///
/// A limit counts what those before it let through. Rows are locked in one order, limit by limit and
/// then by what they count, so that two batches wait for each other and never in a circle. Of requests
/// that come from one form the first asks, and what becomes of it becomes of the others.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn record<W: Serialize + Sync>(
    db: &mut PgConnection,
    tenant_subject: Digest,
    requests: &[Request<W>],
    ceilings: &Ceilings,
    now: Timestamp,
) -> sqlx::Result<Vec<Counted>> {
    let tenant_ids: Vec<_> = requests.iter().map(|request| request.tenant_id).collect();
    let addresses: Vec<_> = requests.iter().map(|request| request.address).collect();
    let names: Vec<_> = requests.iter().map(|request| request.name).collect();
    let forms: Vec<_> = requests.iter().map(|request| request.form).collect();
    let promises = || requests.iter().map(|request| request.promise.as_ref());
    let job_ids: Vec<_> = promises().map(|job| job.map(|(id, _)| *id)).collect();
    let works: Vec<_> = promises()
        .map(|job| job.map(|(_, work)| Json(work)))
        .collect();
    let Ceilings {
        address,
        tenant,
        name,
        form,
    } = ceilings;
    let rows = sqlx::query!(
        r#"
        with asked as (
            select place, tenant_id, address, name, form, job_id, work
            from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::uuid[], $6::jsonb[])
                with ordinality as a (tenant_id, address, name, form, job_id, work, place)
        ),
        address_window as (
            insert into throttle as t (tenant_id, scope, subject, hits, resets_at)
            select 0, $9, address, count(*), $10 from asked group by address order by address
            on conflict (tenant_id, scope, subject) do update set
                hits = excluded.hits + case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then 0 else t.hits end,
                resets_at = case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then excluded.resets_at else t.resets_at end
            returning subject, hits, resets_at
        ),
        by_address as (
            select a.*, w.resets_at as address_resets_at,
                w.hits - count(*) over (partition by address) + row_number() over (partition by address order by place) as address_hits
            from asked a join address_window w on w.subject = a.address
        ),
        tenant_window as (
            insert into throttle as t (tenant_id, scope, subject, hits, resets_at)
            select tenant_id, $12, $8, count(*), $13 from by_address where address_hits <= $11
            group by tenant_id order by tenant_id
            on conflict (tenant_id, scope, subject) do update set
                hits = excluded.hits + case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then 0 else t.hits end,
                resets_at = case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then excluded.resets_at else t.resets_at end
            returning tenant_id, hits, resets_at
        ),
        by_tenant as (
            select a.*, w.resets_at as tenant_resets_at,
                w.hits - count(*) over (partition by tenant_id) + row_number() over (partition by tenant_id order by place) as tenant_hits
            from by_address a join tenant_window w using (tenant_id)
            where address_hits <= $11
        ),
        placed as (
            select *, case when form is null then place else min(place) over (partition by tenant_id, form) end as first_place
            from by_tenant where tenant_hits <= $14
        ),
        fresh as (
            select * from placed a
            where place = first_place and (form is null or not exists (
                select from throttle t
                where t.tenant_id = a.tenant_id and t.scope = $18 and t.subject = a.form
                    and t.resets_at > $7 and t.resets_at <= $19::timestamptz + interval '1 minute'
            ))
        ),
        name_window as (
            insert into throttle as t (tenant_id, scope, subject, hits, resets_at)
            select tenant_id, $15, name, count(*), $16 from fresh where name is not null
            group by tenant_id, name order by tenant_id, name
            on conflict (tenant_id, scope, subject) do update set
                hits = excluded.hits + case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then 0 else t.hits end,
                resets_at = case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then excluded.resets_at else t.resets_at end
            returning tenant_id, subject, hits, resets_at
        ),
        by_name as (
            select a.*, w.resets_at as name_resets_at,
                w.hits - count(*) over (partition by a.tenant_id, name) + row_number() over (partition by a.tenant_id, name order by place) as name_hits
            from fresh a left join name_window w on w.tenant_id = a.tenant_id and w.subject = a.name
        ),
        form_window as (
            insert into throttle as t (tenant_id, scope, subject, hits, resets_at)
            select tenant_id, $18, form, 1, $19 from by_name
            where form is not null and (name_hits is null or name_hits <= $17)
            order by tenant_id, form
            on conflict (tenant_id, scope, subject) do update set
                hits = excluded.hits + case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then 0 else t.hits end,
                resets_at = case when t.resets_at <= $7 or t.resets_at > excluded.resets_at + interval '1 minute' then excluded.resets_at else t.resets_at end
            returning tenant_id, subject, hits
        ),
        promised as (
            insert into job (tenant_id, job_id, work, created_at, due_at)
            select a.tenant_id, job_id, work, $7, $7
            from by_name a left join form_window w on w.tenant_id = a.tenant_id and w.subject = a.form
            where job_id is not null and (name_hits is null or name_hits <= $17)
                and (form is null or w.hits = 1)
            order by place
        )
        select a.address_hits as "address_hits!", a.address_resets_at as "address_resets_at!",
            t.tenant_hits as "tenant_hits?", t.tenant_resets_at as "tenant_resets_at?",
            n.name_hits as "name_hits?", n.name_resets_at as "name_resets_at?"
        from by_address a left join by_tenant t using (place) left join placed p using (place)
            left join by_name n on n.place = p.first_place
        order by a.place
        "#,
        &tenant_ids as &[TenantId],
        &addresses as &[Digest],
        &names as &[Option<Digest>],
        &forms as &[Option<Digest>],
        &job_ids as &[Option<JobId>],
        works as _,
        now,
        tenant_subject as Digest,
        address.scope.as_str(),
        address.resets_at,
        address.times,
        tenant.scope.as_str(),
        tenant.resets_at,
        tenant.times,
        name.scope.as_str(),
        name.resets_at,
        name.times,
        form.scope.as_str(),
        form.resets_at,
    )
    .fetch_all(db)
    .await?;
    let window = |hits: Option<i64>, resets_at: Option<Timestamp>| {
        let (hits, resets_at) = hits.zip(resets_at)?;
        Some(Window { hits, resets_at })
    };
    let counted = rows.into_iter().map(|row| Counted {
        address: Window {
            hits: row.address_hits,
            resets_at: row.address_resets_at,
        },
        tenant: window(row.tenant_hits, row.tenant_resets_at),
        name: window(row.name_hits, row.name_resets_at),
    });
    Ok(counted.collect())
}
