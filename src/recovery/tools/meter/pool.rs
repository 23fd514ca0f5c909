//! The connections to the database, and how long work waits for one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use futures::future::BoxFuture;
use serde::Serialize;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Transaction};

/// The pool, watched. A verb takes a connection for a while, or a transaction.
pub(in crate::recovery) struct Pool {
    pool: PgPool,
    waiting: AtomicU32,
}

/// How the pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PoolState {
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// The most there may be.
    pub max: u32,
    /// How many callers wait for one.
    pub waiting: u32,
}

impl PoolState {
    /// Whether the next caller would have to wait.
    pub fn is_saturated(self) -> bool {
        self.open >= self.max && self.idle == 0
    }
}

impl Pool {
    pub(in crate::recovery) fn new(pool: PgPool) -> Self {
        Self {
            pool,
            waiting: AtomicU32::new(0),
        }
    }

    /// Takes a connection.
    pub(in crate::recovery) async fn acquire(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        self.watched(Box::pin(self.pool.acquire())).await
    }

    /// Begins a transaction.
    pub(in crate::recovery) async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.watched(Box::pin(self.pool.begin())).await
    }

    /// How things are at this moment.
    pub(in crate::recovery) fn state(&self) -> PoolState {
        PoolState {
            open: self.pool.size(),
            idle: u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX),
            max: self.pool.options().get_max_connections(),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Opening a connection, which taking one may come to, is a future of many kilobytes. In a box, which it
    /// must be given in, it does not make room for itself in every request for as long as that lasts.
    async fn watched<T>(&self, work: BoxFuture<'_, sqlx::Result<T>>) -> sqlx::Result<T> {
        let since = Instant::now();
        let _waiting = Waiting::count(&self.waiting);
        let got = work.await;
        metrics::histogram!("rekey_database_acquire_seconds").record(since.elapsed());
        got
    }
}

/// Somebody who waits; dropped when they have a connection, and when they gave up.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn count(number: &'a AtomicU32) -> Self {
        number.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
