//! Whether the service can do its work.

use std::sync::atomic::Ordering;

use super::{Fault, Recovery};
use crate::store;
use crate::store::job::Backlog;
use crate::store::schema::State;

/// What an operator's probe learns.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// Letters that wait or were given up.
    pub mail: Backlog,
    /// Whether so many wait that something must be wrong.
    pub is_behind: bool,
    /// Whether the schema has every migration this binary knows.
    pub is_current: bool,
}

/// More waiting jobs than this mean that mail does not leave the house.
const MOST_WAITING: i64 = 10_000;

impl Recovery {
    /// Asks the database how things are. Fails when it does not answer.
    pub async fn health(&self) -> Result<Health, Fault> {
        let mut db = self.0.db.acquire().await?;
        if store::schema::state(&mut db).await? != State::Current {
            return Ok(Health {
                mail: Backlog::default(),
                is_behind: false,
                is_current: false,
            });
        }
        let mail = store::job::backlog(&mut db, self.0.clock.now()).await?;
        Ok(Health {
            mail,
            is_behind: mail.waiting > MOST_WAITING,
            is_current: true,
        })
    }

    /// Whether the process was told to stop, so that requests should go elsewhere. Asks nobody: where
    /// the database is slow, proxies must learn it all the same before the process ends.
    pub fn is_leaving(&self) -> bool {
        self.0.is_leaving.load(Ordering::Relaxed)
    }

    /// Says from now on that the process is about to end.
    pub fn leave(&self) {
        self.0.is_leaving.store(true, Ordering::Relaxed);
    }
}
