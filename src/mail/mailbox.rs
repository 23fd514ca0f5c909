//! Letters kept in memory: for the demo and for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{Letter, Mailer, Undelivered, message};

/// How many letters are kept; the oldest make room.
const KEPT: usize = 1000;

/// Keeps the latest letters. Clones share them.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<VecDeque<Letter>>>);

impl Mailbox {
    /// An empty mailbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has arrived and is still kept, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.iter().cloned().collect()
    }
}

#[async_trait]
impl Mailer for Mailbox {
    /// Refuses what the other mailers refuse, so that a letter read here could have been sent.
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        message::compose(letter)?;
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if letters.len() == KEPT {
            letters.pop_front();
        }
        letters.push_back(letter.clone());
        Ok(())
    }
}
