//! What nearly every request asks the database first, asked together with others who ask the same.
//!
//! Whose key is this, whose host, whose token, whose session: cheap questions, of which a busy server asks thousands
//! a second, and each would pay for a connection and a round trip. Those that come in while others
//! are out are asked by one statement. Nothing is kept: every question is asked of the
//! database after it was put (docs/decisions/0008 and 0062).

use std::iter::once;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};
use tokio::time::timeout;

use super::Tools;
use super::batcher::{Batcher, Waiting, tell_all};
use super::fault::Fault;
use crate::domain::Timestamp;

/// How long the database may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// A question that is asked together with others of its kind.
pub(in crate::recovery) trait Question: Send + Sync + Sized + 'static {
    /// What is known then.
    type Answer: Send + 'static;

    /// What every question of the kind needs to be asked.
    type Context: Send + Sync + 'static;

    /// One answer for each question, in their order.
    fn ask(
        context: &Self::Context,
        db: &mut PgConnection,
        questions: &[&Self],
        now: Timestamp,
    ) -> impl Future<Output = sqlx::Result<Vec<Self::Answer>>> + Send;
}

/// Asks questions of one kind.
pub(in crate::recovery) struct Loader<Q: Question> {
    tools: Arc<Tools>,
    context: Q::Context,
    batcher: Batcher<Q, Q::Answer>,
}

impl<Q: Question> Loader<Q> {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, context: Q::Context) -> Arc<Self> {
        Arc::new(Self {
            tools,
            context,
            batcher: Batcher::default(),
        })
    }

    /// Asks, together with whoever else asks such a thing at this moment.
    pub(in crate::recovery) async fn load(
        self: &Arc<Self>,
        question: Q,
    ) -> Result<Q::Answer, Fault> {
        let serve = || {
            let this = Arc::clone(self);
            async move { this.serve().await }
        };
        self.batcher.submit(question, serve).await
    }

    /// Asks for everybody who waits, on one connection for as long as there is somebody.
    async fn serve(&self) {
        let mut db = None;
        let mut serving = self.batcher.serving();
        while let Some(batch) = serving.next() {
            self.ask_batch(&mut db, batch).await;
        }
    }

    /// Asks for a batch, and tells everybody. A question that cannot be answered takes no other with
    /// it: each is then asked alone.
    async fn ask_batch(
        &self,
        db: &mut Option<PoolConnection<Postgres>>,
        batch: Vec<Waiting<Q, Q::Answer>>,
    ) {
        let questions: Vec<_> = batch.iter().map(|waiting| &waiting.request).collect();
        match self.ask_all(db, &questions).await {
            Ok(answers) => {
                for (waiting, answer) in batch.into_iter().zip(answers) {
                    waiting.asker.tell(Ok(answer));
                }
            }
            Err(Fault::Broken(_)) if batch.len() > 1 => {
                let mut rest = batch.into_iter();
                while let Some(Waiting { request, asker }) = rest.next() {
                    let found = self.ask_all(db, &[&request]).await;
                    if let Err(fault @ (Fault::Unavailable(_) | Fault::Busy { .. })) = found {
                        // The others would wait as long for as little.
                        let rest = rest.map(|waiting| waiting.asker);
                        return tell_all(once(asker).chain(rest), fault);
                    }
                    let none = || Fault::broken("a question was not answered");
                    asker.tell(found.and_then(|found| found.into_iter().next().ok_or_else(none)));
                }
            }
            Err(fault) => tell_all(batch.into_iter().map(|waiting| waiting.asker), fault),
        }
    }

    async fn ask_all(
        &self,
        db: &mut Option<PoolConnection<Postgres>>,
        questions: &[&Q],
    ) -> Result<Vec<Q::Answer>, Fault> {
        let mut connection = match db.take() {
            Some(connection) => connection,
            None => self.tools.db.acquire().await?,
        };
        let now = self.tools.clock.now();
        let asked = Q::ask(&self.context, &mut connection, questions, now);
        let Ok(found) = timeout(PATIENCE, asked).await else {
            // It may still be at work on this; nobody else gets it.
            connection.close_on_drop();
            let slow = "the database did not answer in time";
            return Err(Fault::Unavailable(slow.into()));
        };
        let found = found?;
        *db = Some(connection);
        Ok(found)
    }
}
