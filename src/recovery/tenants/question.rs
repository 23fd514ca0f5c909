//! What nearly every request asks first: whose key, whose host?

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::PgConnection;

use crate::domain::Timestamp;
use crate::domain::digest::Digest;
use crate::domain::key::Kind;
use crate::domain::tenant::Tenant;
use crate::recovery::tools::loader::Question;
use crate::store;
use crate::store::api_key::Presented;

/// Whose key is this, known by its digests?
pub(super) struct KeyQuestion(pub(super) Vec<Digest>);

impl Question for KeyQuestion {
    type Answer = Option<Presented>;
    type Context = ();

    async fn ask(
        (): &(),
        db: &mut PgConnection,
        questions: &[&Self],
        _: Timestamp,
    ) -> sqlx::Result<Vec<Self::Answer>> {
        let mut digests: Vec<_> = questions.iter().flat_map(|key| &key.0).copied().collect();
        digests.sort_unstable_by_key(|digest| *digest.as_bytes());
        digests.dedup();
        let found = store::api_key::find_all(db, Kind::Sspr, &digests).await?;
        let of = |key: &Self| found.iter().find(|found| key.0.contains(&found.digest));
        Ok(questions.iter().map(|key| of(key).cloned()).collect())
    }
}

/// Which tenant has this host name, else which is the default one?
pub(super) struct HostQuestion(pub(super) String);

impl Question for HostQuestion {
    type Answer = Option<Arc<Tenant>>;
    /// The code of the default tenant.
    type Context = Option<String>;

    async fn ask(
        default: &Option<String>,
        db: &mut PgConnection,
        questions: &[&Self],
        _: Timestamp,
    ) -> sqlx::Result<Vec<Self::Answer>> {
        let mut hosts: Vec<_> = questions.iter().map(|host| host.0.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let found = store::tenant::find_by_hosts(db, &hosts, default.as_deref()).await?;
        let found = found
            .into_iter()
            .map(|hosted| (hosted.host, Arc::new(hosted.tenant)));
        let found: HashMap<_, _> = found.collect();
        let of = |host: &Self| found.get(&host.0).cloned();
        Ok(questions.iter().map(|host| of(host)).collect())
    }
}
