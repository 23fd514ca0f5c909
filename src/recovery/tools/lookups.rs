//! What nearly every request asks the database first, asked together with others who ask the same.
//!
//! Whose key is this, whose host, whose token, whose session: cheap questions, of which a busy server asks thousands
//! a second, and each would pay for a connection and a round trip. Those that come in while others
//! are out are asked by one statement. Nothing is kept: every question is asked of the
//! database after it was put (docs/decisions/0008 and 0062).

use std::collections::HashMap;
use std::iter::once;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};
use tokio::time::timeout;

use crate::domain::digest::Digest;
use crate::domain::id::AccountId;
use crate::domain::key::Kind;
use crate::domain::tenant::Tenant;
use crate::recovery::tools::batches::{Batches, Waiting, tell_all};
use crate::recovery::{Fault, Recovery};
use crate::store;
use crate::store::api_key::Presented;
use crate::store::recovery_token::Peek;
use crate::store::session::{Asked as AskedSession, SignedIn};

/// How long the database may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// The questions that wait, by kind.
#[derive(Default)]
pub(in crate::recovery) struct Lookups {
    keys: Batches<AskedKey, Option<Presented>>,
    hosts: Batches<AskedHost, Option<Arc<Tenant>>>,
    tokens: Batches<Peek, Option<AccountId>>,
    sessions: Batches<AskedSession, Option<SignedIn>>,
}

/// A question that is asked together with others of its kind.
pub(in crate::recovery) trait Lookup: Send + Sync + Sized + 'static {
    /// What is known then.
    type Answer: Send + 'static;

    /// Where such questions wait.
    fn waiting(lookups: &Lookups) -> &Batches<Self, Self::Answer>;

    /// One answer for each question, in their order.
    fn find(
        recovery: &Recovery,
        db: &mut PgConnection,
        asked: &[&Self],
    ) -> impl Future<Output = sqlx::Result<Vec<Self::Answer>>> + Send;
}

/// Whose key is this, known by its digests?
pub(in crate::recovery) struct AskedKey(pub(in crate::recovery) Vec<Digest>);

impl Lookup for AskedKey {
    type Answer = Option<Presented>;

    fn waiting(lookups: &Lookups) -> &Batches<Self, Self::Answer> {
        &lookups.keys
    }

    async fn find(
        _: &Recovery,
        db: &mut PgConnection,
        asked: &[&Self],
    ) -> sqlx::Result<Vec<Self::Answer>> {
        let mut digests: Vec<_> = asked.iter().flat_map(|key| &key.0).copied().collect();
        digests.sort_unstable_by_key(|digest| *digest.as_bytes());
        digests.dedup();
        let found = store::api_key::find_all(db, Kind::Sspr, &digests).await?;
        let of = |key: &Self| found.iter().find(|found| key.0.contains(&found.digest));
        Ok(asked.iter().map(|key| of(key).cloned()).collect())
    }
}

/// Which tenant has this host name, else which is the default one?
pub(in crate::recovery) struct AskedHost(pub(in crate::recovery) String);

impl Lookup for AskedHost {
    type Answer = Option<Arc<Tenant>>;

    fn waiting(lookups: &Lookups) -> &Batches<Self, Self::Answer> {
        &lookups.hosts
    }

    async fn find(
        recovery: &Recovery,
        db: &mut PgConnection,
        asked: &[&Self],
    ) -> sqlx::Result<Vec<Self::Answer>> {
        let mut hosts: Vec<_> = asked.iter().map(|host| host.0.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let default = recovery.0.default_tenant.as_deref();
        let found = store::tenant::find_by_hosts(db, &hosts, default).await?;
        let found = found
            .into_iter()
            .map(|hosted| (hosted.host, Arc::new(hosted.tenant)));
        let found: HashMap<_, _> = found.collect();
        let of = |host: &Self| found.get(&host.0).cloned();
        Ok(asked.iter().map(|host| of(host)).collect())
    }
}

impl Lookup for Peek {
    type Answer = Option<AccountId>;

    fn waiting(lookups: &Lookups) -> &Batches<Self, Self::Answer> {
        &lookups.tokens
    }

    async fn find(
        recovery: &Recovery,
        db: &mut PgConnection,
        asked: &[&Self],
    ) -> sqlx::Result<Vec<Self::Answer>> {
        store::recovery_token::peek_all(db, asked, recovery.0.clock.now()).await
    }
}

impl Lookup for AskedSession {
    type Answer = Option<SignedIn>;

    fn waiting(lookups: &Lookups) -> &Batches<Self, Self::Answer> {
        &lookups.sessions
    }

    async fn find(
        recovery: &Recovery,
        db: &mut PgConnection,
        asked: &[&Self],
    ) -> sqlx::Result<Vec<Self::Answer>> {
        store::session::find_all(db, asked, recovery.0.clock.now()).await
    }
}

impl Recovery {
    /// Asks, together with whoever else asks such a thing at this moment.
    pub(in crate::recovery) async fn look_up<Q: Lookup>(
        &self,
        asked: Q,
    ) -> Result<Q::Answer, Fault> {
        let find = || {
            let this = self.clone();
            async move { this.find_for::<Q>().await }
        };
        Q::waiting(&self.0.lookups).ask(asked, find).await
    }

    /// Asks for everybody who waits, on one connection for as long as there is somebody.
    async fn find_for<Q: Lookup>(&self) {
        let mut db = None;
        let mut serving = Q::waiting(&self.0.lookups).serving();
        while let Some(batch) = serving.next() {
            self.find_batch(&mut db, batch).await;
        }
    }

    /// Asks for a batch, and tells everybody. A question that cannot be answered takes no other with
    /// it: each is then asked alone.
    async fn find_batch<Q: Lookup>(
        &self,
        db: &mut Option<PoolConnection<Postgres>>,
        batch: Vec<Waiting<Q, Q::Answer>>,
    ) {
        let asked: Vec<_> = batch.iter().map(|waiting| &waiting.request).collect();
        match self.find_all(db, &asked).await {
            Ok(answers) => {
                for (waiting, answer) in batch.into_iter().zip(answers) {
                    waiting.asker.tell(Ok(answer));
                }
            }
            Err(Fault::Broken(_)) if batch.len() > 1 => {
                let mut rest = batch.into_iter();
                while let Some(Waiting { request, asker }) = rest.next() {
                    let found = self.find_all(db, &[&request]).await;
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

    async fn find_all<Q: Lookup>(
        &self,
        db: &mut Option<PoolConnection<Postgres>>,
        asked: &[&Q],
    ) -> Result<Vec<Q::Answer>, Fault> {
        let mut connection = match db.take() {
            Some(connection) => connection,
            None => self.0.db.acquire().await?,
        };
        let Ok(found) = timeout(PATIENCE, Q::find(self, &mut connection, asked)).await else {
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
