//! Whose accounts a tenant has.

use futures::stream::{self, Stream, TryStreamExt as _};

use super::Operator;
use crate::domain::account::Account;
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;

/// How many accounts are read at once.
const PAGE: i64 = 500;

impl Operator {
    /// Lists a tenant's accounts by login name. Reads a page at a time and holds no connection
    /// between pages, so that any number can be listed, however slowly.
    pub fn list_accounts(
        &self,
        tenant: &Tenant,
    ) -> impl Stream<Item = Result<Account, Fault>> + Send + use<> {
        let (db, tenant_id) = (self.db.clone(), tenant.tenant_id);
        stream::try_unfold(Some(String::new()), move |after| {
            let db = db.clone();
            async move {
                let Some(after) = after else {
                    return Ok(None);
                };
                let mut db = db.acquire().await?;
                let page = store::account::list(&mut db, tenant_id, &after, PAGE).await?;
                let next = page.last().map(|account| account.login.key().value);
                let page = stream::iter(page.into_iter().map(Ok));
                Ok::<_, Fault>(next.map(|next| (page, Some(next))))
            }
        })
        .try_flatten()
    }
}
