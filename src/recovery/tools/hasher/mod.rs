//! Slow hashing, off the async threads and never too much of it at once.
//!
//! A fixed number of threads each own the memory one hash needs and reuse it, so memory is bounded
//! by configuration and not by the number of requests (P-11). What waits is bounded too.

mod schemes;
mod worker;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::Rng as _;
use tokio::sync::{mpsc, oneshot};
use tracing::Instrument as _;

use self::worker::{Task, Work, Worker};
use crate::domain::hash::Recipe;
use crate::domain::password::Password;
use crate::recovery::tools::meter;
use crate::recovery::{Entropy, Fault};

pub use argon2::Params;

/// Hashes passwords with argon2id. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: mpsc::Sender<Task>,
    entropy: Entropy,
    /// The cost of a new hash.
    params: Params,
    /// A hash that no password has, at the price of a real one.
    nobody: Arc<str>,
    /// How many were computed so far.
    computed: Arc<AtomicU64>,
}

/// How much hashing there may be.
#[derive(Clone)]
pub struct Capacity {
    /// The cost of a new hash.
    pub params: Params,
    /// How many are computed at once.
    pub concurrency: usize,
    /// How many may wait beyond that.
    pub queue: usize,
}

/// When a full queue is likely to have room again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Hasher {
    /// Starts the threads. They end when the last clone is gone.
    pub fn start(capacity: &Capacity, entropy: Entropy) -> std::io::Result<Self> {
        let (queue, tasks) = mpsc::channel(capacity.queue.max(1));
        let tasks = Arc::new(Mutex::new(tasks));
        let computed = Arc::new(AtomicU64::new(0));
        meter::hash_queue_limit(capacity.queue.max(1));
        for number in 0..capacity.concurrency.max(1) {
            let worker = Worker::new(
                capacity.params.clone(),
                Arc::clone(&tasks),
                Arc::clone(&computed),
            );
            std::thread::Builder::new()
                .name(format!("hasher-{number}"))
                .spawn(move || worker.run())?;
        }
        let nobody = worker::nobody(&capacity.params);
        Ok(Self {
            queue,
            entropy,
            params: capacity.params.clone(),
            nobody: nobody.into(),
            computed,
        })
    }

    /// Hashes the NFKC form into a PHC string, with a salt of its own. Refused at once when the
    /// queue is full.
    pub async fn hash(&self, password: &Password) -> Result<String, Fault> {
        let (task, answer) = self.new_hash(password);
        self.put(task)?;
        finished(answer).await
    }

    /// Like [`Self::hash`], but waits for room: for work that nobody is waiting on the line for.
    pub async fn hash_patiently(&self, password: &Password) -> Result<String, Fault> {
        let (task, answer) = self.new_hash(password);
        self.patiently(task).await?;
        finished(answer).await
    }

    /// Hashes what another scheme made of a password, so that it does not rest as that scheme left
    /// it. Waits for room.
    pub async fn wrap_patiently(
        &self,
        recipe: Recipe,
        digest: Vec<u8>,
        salt: [u8; 16],
    ) -> Result<String, Fault> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Wrap {
            recipe,
            digest,
            salt,
        };
        self.patiently(Task::new(work, reply)).await?;
        finished(answer).await
    }

    /// Whether a stored hash is of another scheme than ours, or cheaper than a new one.
    pub fn is_outdated(&self, hash: &str) -> bool {
        !worker::is_current(hash, &self.params)
    }

    /// Whether `password` is the one that was hashed: as typed first, for hashes made elsewhere,
    /// then in its NFKC form. A hash string we cannot read is a fault, not a no.
    pub async fn verify(&self, password: &Password, hash: &str) -> Result<bool, Fault> {
        let (task, answer) = verification(password, hash);
        self.put(task)?;
        Ok(finished(answer).await? == worker::RIGHT)
    }

    /// Like [`Self::verify`], but waits for room: for work that nobody is waiting on the line for.
    pub async fn verify_patiently(&self, password: &Password, hash: &str) -> Result<bool, Fault> {
        let (task, answer) = verification(password, hash);
        self.patiently(task).await?;
        Ok(finished(answer).await? == worker::RIGHT)
    }

    /// Computes a hash for a name that nobody has, so that it takes as long as for one that
    /// somebody has.
    pub async fn verify_nobody(&self, password: &Password) -> Result<(), Fault> {
        self.verify(password, &self.nobody).await.map(|_| ())
    }

    /// How many hashes were computed so far, right or wrong, for somebody or nobody.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// Lets a task wait for a thread, if there is room.
    fn put(&self, task: Task) -> Result<(), Fault> {
        let Ok(place) = self.queue.try_reserve() else {
            meter::hash_refused();
            return Err(Fault::Busy {
                retry_after: RETRY_AFTER,
            });
        };
        // Counted before a thread can take it, so that the depth is never below zero.
        meter::hash_queued();
        place.send(task);
        Ok(())
    }

    /// Lets a task wait for a thread, however long it takes until there is room.
    async fn patiently(&self, task: Task) -> Result<(), Fault> {
        let place = self.queue.reserve().await;
        let place = place.map_err(|_| Fault::broken("the hashing threads are gone"))?;
        meter::hash_queued();
        place.send(task);
        Ok(())
    }

    fn new_hash(&self, password: &Password) -> (Task, oneshot::Receiver<worker::Answer>) {
        let mut salt = [0; 16];
        self.entropy.fork().fill_bytes(&mut salt);
        let (reply, answer) = oneshot::channel();
        let password = password.normalised();
        (Task::new(Work::Hash { password, salt }, reply), answer)
    }
}

fn verification(password: &Password, hash: &str) -> (Task, oneshot::Receiver<worker::Answer>) {
    let (reply, answer) = oneshot::channel();
    let work = Work::Verify {
        password: password.clone(),
        hash: hash.to_owned(),
    };
    (Task::new(work, reply), answer)
}

/// Waits for what a thread makes of a task.
async fn finished(answer: oneshot::Receiver<worker::Answer>) -> Result<String, Fault> {
    let answer = answer.instrument(tracing::info_span!("hash")).await;
    answer.map_err(Fault::broken)?.map_err(Fault::broken)
}
