//! Whether the service can do its work.

use super::{Fault, Recovery};
use crate::store;
use crate::store::job::Backlog;

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

/// More due jobs than this mean that mail does not leave the house.
const MOST_DUE: i64 = 10_000;

impl Recovery {
    /// Asks the database how things are. Fails when it does not answer.
    pub async fn health(&self) -> Result<Health, Fault> {
        let mut db = self.0.db.acquire().await?;
        let mail = store::job::backlog(&mut db, self.0.clock.now()).await?;
        let is_current = store::schema::is_current(&mut db).await?;
        Ok(Health {
            mail,
            is_behind: mail.due > MOST_DUE,
            is_current,
        })
    }
}
