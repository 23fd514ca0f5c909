//! Recovery requests are counted and promised many at a time.
//!
//! Requests that arrive while others are being written wait, and are then written together: one
//! statement and one commit for all of them (docs/decisions/0031). So a tenant's count, which every
//! request of that tenant changes, is changed once for each batch, and nobody queues for its row. A request
//! that comes alone is written at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::Asking;
use super::submission::{Counted, Submission};
use crate::domain::id::TenantId;
use crate::domain::limit::TooMany;
use crate::domain::subject::Subject;
use crate::recovery::limits::LimitError;
use crate::recovery::outbox::Job;
use crate::recovery::tools::{Allowance, Fault, Origin, Waiting, tell_all};
use crate::store;
use crate::store::recovery_request::Request;

/// How long writing a batch may take. What cannot be counted by then is not taken.
const PATIENCE: Duration = Duration::from_secs(5);

impl Asking {
    /// Counts a recovery request that asks for nothing, since nobody can make out what it says,
    /// against its caller's address and its tenant. One that asks is counted where it is
    /// taken.
    pub async fn admit(
        self: &Arc<Self>,
        tenant_id: TenantId,
        origin: &Origin,
    ) -> Result<(), LimitError> {
        let request = self.request_from(tenant_id, origin);
        self.take(origin, request).await
    }

    /// A recovery request that neither names anybody nor asks for anything yet.
    pub(in crate::recovery) fn request_from(
        &self,
        tenant_id: TenantId,
        origin: &Origin,
    ) -> Request<Job> {
        Request {
            tenant_id,
            address: Subject::Network(origin.network()).digest(&self.tools.keys),
            name: None,
            form: None,
            promise: None,
        }
    }

    /// Counts a recovery request against its limits, and promises what it asks if none refuses it.
    /// Returns once that is committed. A request whose caller hangs up is written all the same.
    pub(in crate::recovery) async fn take(
        self: &Arc<Self>,
        origin: &Origin,
        request: Request<Job>,
    ) -> Result<(), LimitError> {
        let submission = Submission {
            request,
            origin: origin.clone(),
        };
        let write = || {
            let this = Arc::clone(self);
            async move { this.write_waiting().await }
        };
        let counted = self.batcher.submit(submission, write).await?;
        let rate = self.limits.recovery_per_address();
        let allowance = Allowance::of("recovery-per-address", rate, &counted.address);
        origin.note.write(allowance);
        Ok(counted.verdict.map_err(TooMany::from)?)
    }

    /// Waits until every request that was taken in is written.
    pub async fn finish_recording(&self) {
        self.batcher.settled().await;
    }

    /// Writes until nobody waits.
    async fn write_waiting(&self) {
        let mut writing = self.batcher.serving();
        while let Some(batch) = writing.next() {
            self.write(batch).await;
        }
    }

    /// Writes a batch, and tells every caller. A request that cannot be written takes no other with
    /// it: the batch is then written one by one.
    async fn write(&self, batch: Vec<Waiting<Submission, Counted>>) {
        let (requests, callers): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|Waiting { request, asker }| (request.request, (request.origin, asker)))
            .unzip();
        match self.record_all(&requests).await {
            Ok(outcomes) => {
                for ((request, (origin, caller)), outcome) in
                    requests.iter().zip(callers).zip(outcomes)
                {
                    self.note(request.tenant_id, &origin, &outcome).await;
                    caller.tell(Ok(outcome));
                }
            }
            Err(Fault::Broken(_)) => {
                for (request, (origin, caller)) in requests.into_iter().zip(callers) {
                    let tenant_id = request.tenant_id;
                    let outcome = self.write_alone(request).await;
                    if let Ok(counted) = &outcome {
                        self.note(tenant_id, &origin, counted).await;
                    }
                    caller.tell(outcome);
                }
            }
            Err(fault @ (Fault::Unavailable(_) | Fault::Busy { .. })) => {
                tell_all(callers.into_iter().map(|(_, caller)| caller), fault);
            }
        }
    }

    /// Writes down the first refusal of a window, whether or not its caller still listens.
    async fn note(&self, tenant_id: TenantId, origin: &Origin, counted: &Counted) {
        if let Err(full) = &counted.verdict {
            self.limits
                .note_refusal(tenant_id, None, origin, full)
                .await;
        }
    }

    /// Writes one request. What cannot be promised is counted nevertheless: nobody gets around a
    /// limit by asking for what breaks us.
    async fn write_alone(&self, mut request: Request<Job>) -> Result<Counted, Fault> {
        let none = || Fault::broken("a recovery request was not counted");
        let fault = match self.record_all(std::slice::from_ref(&request)).await {
            Ok(counted) => return counted.into_iter().next().ok_or_else(none),
            Err(fault @ Fault::Broken(_)) => fault,
            Err(fault @ (Fault::Unavailable(_) | Fault::Busy { .. })) => return Err(fault),
        };
        request.promise = None;
        request.form = None;
        let counted = self.record_all(std::slice::from_ref(&request)).await?;
        let counted = counted.into_iter().next().ok_or_else(none)?;
        if counted.verdict.is_ok() {
            return Err(fault);
        }
        Ok(counted)
    }

    /// Counts requests in one statement and one commit, and says of each what became of it.
    async fn record_all(&self, requests: &[Request<Job>]) -> Result<Vec<Counted>, Fault> {
        let now = self.tools.clock.now();
        let ceilings = self.limits.ceilings(now);
        let tenant = Subject::Everything.digest(&self.tools.keys);
        let mut db = self.tools.db.acquire().await?;
        let recorded = store::recovery_request::record(&mut db, tenant, requests, &ceilings, now);
        let Ok(recorded) = timeout(PATIENCE, recorded).await else {
            // It may still be at work on this; nobody else gets it.
            db.close_on_drop();
            let slow = "the database did not answer in time";
            return Err(Fault::Unavailable(slow.into()));
        };
        let counted = recorded?;
        if counted.len() != requests.len() {
            return Err(Fault::broken("not every recovery request was counted"));
        }
        if requests.iter().any(|request| request.promise.is_some()) {
            self.outbox.ring();
        }
        let checked = counted.into_iter().map(|counted| Counted {
            verdict: self.limits.admitted(&counted),
            address: counted.address,
        });
        Ok(checked.collect())
    }
}
