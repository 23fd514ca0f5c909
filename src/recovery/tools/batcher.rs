//! Requests that are answered many at a time.
//!
//! Those that arrive while others are being answered wait, and are then answered together: one
//! statement for all of them (docs/decisions/0031 and 0062). A request that comes alone is answered at
//! once. Under load that saves nearly every round trip; nobody waits for longer than two take.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::fault::Fault;

/// How many requests may wait; one more is told to come back.
const MOST_WAITING: usize = 1024;
/// How many are answered together. Every one of them waits for the slowest.
const MOST_AT_ONCE: usize = 128;
/// When those may come back who found the queue full.
const COME_BACK: Duration = Duration::from_secs(1);

/// Requests of one kind that wait, and the task that answers them while there are any.
pub(in crate::recovery) struct Batcher<Q, A>(Mutex<Queue<Q, A>>);

struct Queue<Q, A> {
    waiting: VecDeque<Waiting<Q, A>>,
    is_served: bool,
    server: Option<JoinHandle<()>>,
}

/// A request, and who waits for its answer.
pub(in crate::recovery) struct Waiting<Q, A> {
    pub(in crate::recovery) request: Q,
    pub(in crate::recovery) asker: Asker<A>,
}

/// Whoever waits for an answer, perhaps no longer.
pub(in crate::recovery) struct Asker<A>(oneshot::Sender<Result<A, Fault>>);

impl<A> Asker<A> {
    /// Tells them, if they still want to know.
    pub(in crate::recovery) fn tell(self, answer: Result<A, Fault>) {
        let _: Result<(), _> = self.0.send(answer);
    }
}

/// A batch was not answered, for a reason that all of its requests share.
#[derive(Debug, thiserror::Error)]
#[error("requests that were answered together failed together")]
struct Shared(#[source] Arc<Fault>);

/// Tells everybody of a batch why it was not answered.
pub(in crate::recovery) fn tell_all<A>(askers: impl IntoIterator<Item = Asker<A>>, fault: Fault) {
    let fault = Arc::new(fault);
    for asker in askers {
        let shared = Shared(Arc::clone(&fault));
        asker.tell(Err(match *fault {
            Fault::Unavailable(_) | Fault::Busy { .. } => Fault::Unavailable(shared.into()),
            Fault::Broken(_) => Fault::Broken(shared.into()),
        }));
    }
}

impl<Q, A> Default for Batcher<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(Queue {
            waiting: VecDeque::new(),
            is_served: false,
            server: None,
        }))
    }
}

impl<Q, A> Batcher<Q, A> {
    /// Lets a request wait for its answer. Where nobody answers such requests at the moment, `serve`
    /// is begun, in the background, so that it does not end with whoever happened to be the first.
    pub(in crate::recovery) async fn submit<S>(
        &self,
        request: Q,
        serve: impl FnOnce() -> S,
    ) -> Result<A, Fault>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        {
            let mut queue = self.queue();
            if queue.waiting.len() >= MOST_WAITING {
                return Err(Fault::Busy {
                    retry_after: COME_BACK,
                });
            }
            let asker = Asker(asker);
            queue.waiting.push_back(Waiting { request, asker });
            if !queue.is_served {
                queue.is_served = true;
                queue.server = Some(tokio::spawn(serve()));
            }
        }
        answer.await.map_err(Fault::broken)?
    }

    /// The right to answer, for `serve` of [`Self::submit`].
    pub(in crate::recovery) fn serving(&self) -> Serving<'_, Q, A> {
        Serving {
            batcher: self,
            is_done: false,
        }
    }

    /// Waits until everything that was taken in is answered.
    pub(in crate::recovery) async fn settled(&self) {
        let server = self.queue().server.take();
        if let Some(server) = server {
            // One that panicked has told its callers.
            let _: Result<(), _> = server.await;
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<Q, A>> {
        // Nothing panics while it holds the queue, which is whole in any case.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to answer. Whoever panics with it gives it back, and those who wait are told.
pub(in crate::recovery) struct Serving<'a, Q, A> {
    batcher: &'a Batcher<Q, A>,
    is_done: bool,
}

impl<Q, A> Serving<'_, Q, A> {
    /// The next batch. Nobody waits: then there is nothing more to be done with the right.
    pub(in crate::recovery) fn next(&mut self) -> Option<Vec<Waiting<Q, A>>> {
        let mut queue = self.batcher.queue();
        if queue.waiting.is_empty() {
            queue.is_served = false;
            self.is_done = true;
            return None;
        }
        let most = queue.waiting.len().min(MOST_AT_ONCE);
        Some(queue.waiting.drain(..most).collect())
    }
}

impl<Q, A> Drop for Serving<'_, Q, A> {
    fn drop(&mut self) {
        if !self.is_done {
            let mut queue = self.batcher.queue();
            queue.is_served = false;
            drop(take(&mut queue.waiting));
        }
    }
}
