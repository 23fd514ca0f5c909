//! Letters that are with the mail server right now, for whoever has to break off a job.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::id::JobId;
use crate::mail::Doubt;

/// Which jobs have a letter under way, and whether it may have left.
#[derive(Default)]
pub(super) struct Underway(Mutex<HashMap<JobId, Doubt>>);

impl Underway {
    /// A letter of the job sets out.
    pub(in crate::recovery) fn sets_out(&self, job_id: JobId, doubt: Doubt) {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.insert(job_id, doubt);
    }

    /// No letter of the job is under way any more. Returns whether one was that may have left.
    pub(in crate::recovery) fn ends(&self, job_id: JobId) -> bool {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.remove(&job_id).is_some_and(|doubt| doubt.stands())
    }
}
