//! Text messages, and how they leave the building.
//!
//! A text arrives here finished: whoever asks for one has looked up the person and minted the
//! code. Nothing in this folder knows accounts, tenants or our own server, and no error it returns
//! holds a number, a word of a text or where texts are posted, so that every one of them may be
//! logged.

mod inbox;
mod unsent;
mod webhook;
pub mod words;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::domain::Timestamp;
use crate::domain::identifier::Phone;

pub use inbox::Inbox;
pub use unsent::{Obstacle, Oddity, Unsent};
pub use webhook::{Unfit, Webhook, WebhookSettings};

/// A finished text message. It may hold a code, so it cannot be printed.
#[derive(Clone)]
pub struct Text {
    /// The one recipient: the stored number, never one that somebody typed.
    pub to: Phone,
    /// What it says.
    pub text: Zeroizing<String>,
    /// When it is handed over. A signature is dated by it, so another attempt has another moment.
    pub at: Timestamp,
}

/// Hands texts to whoever carries them.
#[async_trait]
pub trait Texter: Send + Sync {
    /// Returns once somebody else has taken the text over. It is posted at most once; after
    /// [`Unsent::TimedOut`] and [`Unsent::Unexpected`] it may have arrived nevertheless.
    async fn send(&self, text: &Text) -> Result<(), Unsent>;
}
