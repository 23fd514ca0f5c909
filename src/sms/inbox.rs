//! Texts kept in memory: for the demo and for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{Text, Texter, Unsent};

/// How many texts are kept; the oldest make room.
const KEPT: usize = 1000;

/// Keeps the latest texts. Clones share them.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Mutex<VecDeque<Text>>>);

impl Inbox {
    /// An empty inbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// What has arrived and is still kept, oldest first.
    pub fn texts(&self) -> Vec<Text> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts.iter().cloned().collect()
    }
}

#[async_trait]
impl Texter for Inbox {
    async fn send(&self, text: &Text) -> Result<(), Unsent> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if texts.len() == KEPT {
            texts.pop_front();
        }
        texts.push_back(text.clone());
        Ok(())
    }
}
