//! One hashing thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::{Block, Params};
use subtle::ConstantTimeEq as _;
use tokio::sync::{mpsc, oneshot};

use crate::domain::hash::{Hash, Lanes, Recipe, Version};
use crate::domain::password::Password;
use crate::recovery::tools::hasher::schemes::{self, Error, Made};
use crate::recovery::tools::meter;

/// The verdict on a right password.
pub(in crate::recovery) const RIGHT: &str = "right";
/// The verdict on a wrong one.
const WRONG: &str = "wrong";
/// A tenth of what other threads get where all cores are wanted. Not less: at the lowest priority of
/// all, anything else that is busy on the machine would end signing in.
const NICE: i32 = 10;
/// The longest there is, so that everybody else's is shorter.
const SLICE: Duration = Duration::from_millis(100);
/// How many bytes argon2 makes for us.
const LENGTH: usize = 32;

/// A hash string or a verdict; on failure, what went wrong.
pub(in crate::recovery) type Answer = Result<String, String>;

pub(in crate::recovery) struct Task {
    pub(in crate::recovery) work: Work,
    pub(in crate::recovery) reply: oneshot::Sender<Answer>,
    since: Instant,
}

impl Task {
    /// Work that begins to wait now.
    pub(in crate::recovery) fn new(work: Work, reply: oneshot::Sender<Answer>) -> Self {
        let since = Instant::now();
        Self { work, reply, since }
    }
}

pub(in crate::recovery) enum Work {
    /// Hash a password.
    Hash { password: Password, salt: [u8; 16] },
    /// Hash what another scheme made of a password.
    Wrap {
        recipe: Recipe,
        digest: Vec<u8>,
        salt: [u8; 16],
    },
    /// Compare a password with a stored hash.
    Verify { password: Password, hash: String },
}

pub(in crate::recovery) struct Worker {
    params: Params,
    tasks: Arc<Mutex<mpsc::Receiver<Task>>>,
    memory: Vec<Block>,
    computed: Arc<AtomicU64>,
}

impl Worker {
    pub(in crate::recovery) fn new(
        params: Params,
        tasks: Arc<Mutex<mpsc::Receiver<Task>>>,
        computed: Arc<AtomicU64>,
    ) -> Self {
        Self {
            params,
            tasks,
            memory: Vec::new(),
            computed,
        }
    }

    /// Works until there is nobody left to work for.
    pub(in crate::recovery) fn run(mut self) {
        // A hash that takes a few milliseconds longer is noticed by nobody, a cheap request that waits
        // behind two of them is. Where this is refused, hashes are as they would be without.
        let _ = rekey_compute::stand_back(NICE, SLICE);
        while let Some(task) = self.next() {
            meter::hash_taken(task.since.elapsed());
            // Somebody who hung up is not worth 20 milliseconds.
            if task.reply.is_closed() {
                continue;
            }
            let answer = match task.work {
                Work::Hash { password, salt } => self.hash(&password, &salt),
                Work::Wrap {
                    recipe,
                    digest,
                    salt,
                } => self.wrap(recipe, &digest, &salt),
                Work::Verify { password, hash } => self.verify(&password, &hash),
            };
            // The asker may have left meanwhile; then nobody misses the answer.
            let _ = task.reply.send(answer.map_err(|error| error.to_string()));
        }
    }

    fn next(&self) -> Option<Task> {
        self.tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv()
    }

    fn hash(&mut self, password: &Password, salt: &[u8; 16]) -> Result<String, Error> {
        let recipe = schemes::ours(&self.params, salt);
        let made = self.compute(&recipe, LENGTH, password.expose().as_bytes())?;
        let digest = made.digest.to_vec();
        Ok(Hash::Plain { recipe, digest }.to_string())
    }

    fn wrap(&mut self, inner: Recipe, digest: &[u8], salt: &[u8; 16]) -> Result<String, Error> {
        let outer = schemes::ours(&self.params, salt);
        let made = self.compute(&outer, LENGTH, digest)?;
        let wrapped = Hash::Wrapped {
            inner,
            length: digest.len(),
            outer,
            digest: made.digest.to_vec(),
        };
        Ok(wrapped.to_string())
    }

    fn verify(&mut self, password: &Password, hash: &str) -> Result<String, Error> {
        let stored = Hash::parse(hash)?;
        let mut spellings = vec![password.clone()];
        let normalised = password.normalised();
        if normalised.expose() != password.expose() {
            spellings.push(normalised);
        }
        for typed in &spellings {
            if self.is_right(&stored, typed.expose().as_bytes())? {
                return Ok(RIGHT.to_owned());
            }
        }
        Ok(WRONG.to_owned())
    }

    fn is_right(&mut self, stored: &Hash, typed: &[u8]) -> Result<bool, Error> {
        match stored {
            Hash::Plain { recipe, digest } => {
                let made = self.compute(recipe, digest.len(), typed)?;
                Ok(made.is_whole && made.digest.ct_eq(digest).into())
            }
            Hash::Wrapped {
                inner,
                length,
                outer,
                digest,
            } => {
                let before = self.compute(inner, *length, typed)?;
                let made = self.compute(outer, digest.len(), &before.digest)?;
                Ok(before.is_whole && made.digest.ct_eq(digest).into())
            }
        }
    }

    fn compute(&mut self, recipe: &Recipe, length: usize, input: &[u8]) -> Result<Made, Error> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let made = schemes::compute(recipe, length, input, &mut self.memory);
        meter::hash_computed(began.elapsed());
        let ours = self.params.block_count();
        if self.memory.len() > ours {
            // An imported hash may ask for much more than ours do; that is not kept. The next hash asks anew.
            self.memory = Vec::new();
        }
        made
    }
}

/// A string like that of a new hash, with a digest of zeros, which no password has.
pub(in crate::recovery) fn nobody(params: &Params) -> String {
    let hash = Hash::Plain {
        recipe: schemes::ours(params, &[0; 16]),
        digest: vec![0; LENGTH],
    };
    hash.to_string()
}

/// Whether a stored hash is argon2id at no less than these costs, alone. Lanes make a hash no
/// better, so their number does not count.
pub(in crate::recovery) fn is_current(hash: &str, params: &Params) -> bool {
    let Ok(Hash::Plain {
        recipe:
            Recipe::Argon2 {
                lanes: Lanes::Id,
                version: Version::V19,
                memory_kib,
                iterations,
                salt,
                ..
            },
        digest,
    }) = Hash::parse(hash)
    else {
        return false;
    };
    memory_kib >= params.m_cost()
        && iterations >= params.t_cost()
        && salt.len() >= 16
        && digest.len() >= LENGTH
}
