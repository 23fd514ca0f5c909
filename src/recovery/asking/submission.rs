//! A recovery request on its way into a batch, and what becomes of it.

use crate::recovery::limits::Full;
use crate::recovery::outbox::Job;
use crate::recovery::tools::Origin;
use crate::store::recovery_request::Request;
use crate::store::throttle::Window;

/// A request, and where it came from.
pub(in crate::recovery) struct Submission {
    pub(super) request: Request<Job>,
    pub(super) origin: Origin,
}

/// A request that was counted, and perhaps one too many.
pub(in crate::recovery) struct Counted {
    /// How full the window of its address is.
    pub(in crate::recovery) address: Window,
    /// What becomes of it.
    pub(in crate::recovery) verdict: Result<(), Full>,
}
