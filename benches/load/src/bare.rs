//! The least that could answer: axum and one statement. What it reaches is the limit for whoever does
//! more.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::Failure;
use crate::people::PEOPLE;

/// A table like the one that the server queues in, and one like that of its tokens.
pub const TABLES: &str = "
create table bench_job (
    tenant_id    bigint      not null references tenant,
    job_id       uuid        not null,
    work         jsonb       not null,
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    leased_until timestamptz,
    attempts     integer     not null default 0,
    dead_at      timestamptz,
    last_error   text,
    primary key (tenant_id, job_id)
);
create index bench_job_due on bench_job (due_at) where dead_at is null;
create table bench_token (
    tenant_id  bigint      not null,
    digest     bytea       not null,
    account_id bigint      not null,
    expires_at timestamptz not null,
    primary key (tenant_id, digest)
);
insert into bench_token
    select 1, sha256(number::text::bytea), number, timestamptz '2100-01-01'
    from generate_series(1, 10000) as number;
analyze bench_token;
";

pub const INSERT: &str = "insert into bench_job (tenant_id, job_id, work, created_at, due_at) \
    values (1, $1, $2::jsonb, $3, $3)";

pub const SELECT: &str = "select account_id from bench_token \
    where tenant_id = 1 and digest = sha256($1::text::bytea) and expires_at > $2";

/// What a job of the server looks like.
pub const WORK: &str = r#"{"job":"token","identifier":{"kind":"login","value":"person-12345"},"user_type":"Native","purpose":"reset","language":"en","origin":{"address":"127.0.0.1","request_id":"0123456789abcdef0123456789abcdef"}}"#;

/// Serves until it is killed. As many connections to the database as the server has.
pub async fn serve(what: &str, address: SocketAddr, url: &str) -> Result<(), Failure> {
    let health = Router::new().route("/health/ready", get(async || "ready"));
    let router = if what == "empty" {
        health.route("/", get(async || "hello"))
    } else {
        let db = PgPoolOptions::new()
            .max_connections(16)
            .connect(url)
            .await?;
        let (insert, select) = (db.clone(), db);
        let served = Router::new()
            .route("/insert", post(self::insert).with_state(insert))
            .route("/select", post(self::select).with_state(Arc::new(select)));
        health.merge(served)
    };
    let listener = TcpListener::bind(address).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn insert(State(db): State<PgPool>, _body: Bytes) -> StatusCode {
    let done = sqlx::query(INSERT)
        .bind(Uuid::now_v7())
        .bind(WORK)
        .bind(OffsetDateTime::now_utc())
        .execute(&db)
        .await;
    status(&done)
}

async fn select(State(db): State<Arc<PgPool>>, body: Bytes) -> StatusCode {
    // A number that follows from what was sent, so that not every call meets the same row.
    let number = body
        .iter()
        .fold(7_usize, |sum, byte| sum * 31 % PEOPLE + usize::from(*byte));
    let found = sqlx::query(SELECT)
        .bind((number % 10_000 + 1).to_string())
        .bind(OffsetDateTime::now_utc())
        .fetch_optional(&*db)
        .await;
    status(&found)
}

fn status<T>(done: &Result<T, sqlx::Error>) -> StatusCode {
    if done.is_ok() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}
