//! Whether the service can do its work.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::timeout;

use super::Upkeep;
use crate::recovery::tools::Fault;
use crate::recovery::tools::meter::PoolState;
use crate::store;
use crate::store::job::{Backlog, Oldest};
use crate::store::schema::State;

/// What an operator's probe learns.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// Letters that wait or were given up.
    pub mail: Backlog,
    /// Since when the oldest of them wait.
    pub oldest: Oldest,
    /// The connections to the database.
    pub pool: PoolState,
    /// Whether so many wait that something must be wrong.
    pub is_behind: bool,
    /// Whether the schema has every migration this binary knows.
    pub is_current: bool,
}

/// Why nobody can say how the service is.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    /// Every connection is in use, and none came free for a while.
    #[error("every connection to the database is in use")]
    Saturated(PoolState),
    /// The database did not answer.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for Unwell {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// How long a probe waits for a connection. Requests are more patient: a server on which they have to
/// be should get fewer of them.
const PATIENCE: Duration = Duration::from_secs(2);

impl Health {
    /// More waiting jobs than this mean that mail does not leave the house.
    pub const MOST_WAITING: i64 = 10_000;

    /// Whether the service can do its work.
    pub fn is_ready(&self) -> bool {
        self.is_current && !self.is_behind
    }
}

impl Upkeep {
    /// Asks the database how things are. Fails when it does not answer.
    pub async fn health(&self) -> Result<Health, Unwell> {
        let pool = self.tools.db.state();
        let mut db = match timeout(PATIENCE, self.tools.db.acquire()).await {
            Ok(acquired) => acquired?,
            Err(elapsed) => {
                let pool = self.tools.db.state();
                return Err(if pool.is_saturated() {
                    Unwell::Saturated(pool)
                } else {
                    Fault::from(elapsed).into()
                });
            }
        };
        timeout(PATIENCE, self.examine(&mut db, pool))
            .await
            .map_err(Fault::from)?
            .map_err(Unwell::from)
    }

    async fn examine(&self, db: &mut PgConnection, pool: PoolState) -> sqlx::Result<Health> {
        let state = store::schema::state(db).await?;
        if state != State::Current {
            return Ok(Health {
                mail: Backlog::default(),
                oldest: Oldest::default(),
                pool,
                is_behind: false,
                is_current: false,
            });
        }
        let mail = store::job::backlog(db, self.tools.clock.now()).await?;
        let oldest = store::job::oldest(db, self.tools.clock.now()).await?;
        Ok(Health {
            mail,
            oldest,
            pool,
            is_behind: mail.waiting > Health::MOST_WAITING,
            is_current: true,
        })
    }

    /// Whether the process was told to stop, so that requests should go elsewhere. Asks nobody: where
    /// the database is slow, proxies must learn it all the same before the process ends.
    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    /// Says from now on that the process is about to end.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Relaxed);
    }
}
