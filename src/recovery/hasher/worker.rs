//! One hashing thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use crate::domain::password::Password;
use crate::recovery::meter;

/// The verdict on a right password.
pub(super) const RIGHT: &str = "right";
/// The verdict on a wrong one.
const WRONG: &str = "wrong";

/// A PHC string or a verdict; on failure, what went wrong.
pub(super) type Answer = Result<String, String>;

pub(super) struct Task {
    pub(super) work: Work,
    pub(super) reply: oneshot::Sender<Answer>,
    since: Instant,
}

impl Task {
    /// Work that begins to wait now.
    pub(super) fn new(work: Work, reply: oneshot::Sender<Answer>) -> Self {
        let since = Instant::now();
        Self { work, reply, since }
    }
}

pub(super) enum Work {
    Hash { password: Password, salt: [u8; 16] },
    Verify { password: Password, phc: String },
}

pub(super) struct Worker {
    params: Params,
    tasks: Arc<Mutex<mpsc::Receiver<Task>>>,
    memory: Vec<Block>,
    computed: Arc<AtomicU64>,
}

impl Worker {
    pub(super) fn new(
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
    pub(super) fn run(mut self) {
        while let Some(task) = self.next() {
            meter::hash_taken(task.since.elapsed());
            // Somebody who hung up is not worth 20 milliseconds.
            if task.reply.is_closed() {
                continue;
            }
            let answer = match task.work {
                Work::Hash { password, salt } => self.hash(&password, &salt),
                Work::Verify { password, phc } => self.verify(&password, &phc),
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
        let params = self.params.clone();
        let output = self.compute(
            Algorithm::Argon2id,
            Version::V0x13,
            &params,
            password,
            salt,
            32,
        )?;
        phc(&params, salt, &output)
    }

    fn verify(&mut self, password: &Password, phc: &str) -> Result<String, Error> {
        let stored = PasswordHash::new(phc).map_err(|_| Error::Unreadable)?;
        let algorithm =
            Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| Error::Unreadable)?;
        let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from);
        let version = version.map_err(|_| Error::Unreadable)?;
        let params = Params::try_from(&stored).map_err(|_| Error::Unreadable)?;
        let (salt, wanted) = stored.salt.zip(stored.hash).ok_or(Error::Unreadable)?;
        let mut tries = vec![password.clone()];
        let normalised = password.normalised();
        if normalised.expose() != password.expose() {
            tries.push(normalised);
        }
        for typed in &tries {
            let length = wanted.as_bytes().len();
            let found = self.compute(algorithm, version, &params, typed, salt.as_ref(), length)?;
            if found.ct_eq(wanted.as_bytes()).into() {
                return Ok(RIGHT.to_owned());
            }
        }
        Ok(WRONG.to_owned())
    }

    fn compute(
        &mut self,
        algorithm: Algorithm,
        version: Version,
        params: &Params,
        password: &Password,
        salt: &[u8],
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let blocks = params.block_count();
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        let mut output = Zeroizing::new(vec![0; length]);
        Argon2::new(algorithm, version, params.clone()).hash_password_into_with_memory(
            password.expose().as_bytes(),
            salt,
            &mut output,
            &mut self.memory[..blocks],
        )?;
        meter::hash_computed(began.elapsed());
        let ours = self.params.block_count();
        if blocks > ours {
            // An imported hash may ask for much more than ours do; that is not kept.
            self.memory.truncate(ours);
            self.memory.shrink_to_fit();
        }
        Ok(output)
    }
}

/// A string like that of a new hash, with a digest of zeros, which no password has.
pub(super) fn nobody(params: &Params) -> Result<String, Error> {
    phc(params, &[0; 16], &[0; 32])
}

fn phc(params: &Params, salt: &[u8], output: &[u8]) -> Result<String, Error> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(|_| Error::Unreadable)?,
        salt: Some(Salt::new(salt).map_err(|_| Error::Unreadable)?),
        hash: Some(Output::new(output).map_err(|_| Error::Unreadable)?),
    };
    Ok(hash.to_string())
}

/// Why a hash could not be computed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("argon2 refused its parameters: {0}")]
    Argon2(#[from] argon2::Error),
    #[error("a stored hash cannot be read")]
    Unreadable,
}
