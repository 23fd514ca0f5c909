//! Letters, and how they leave the building.
//!
//! A letter arrives here finished: whoever asks for one has looked up the person and minted the
//! secret. Nothing in this folder knows accounts, tenants or HTTP, and no error it returns holds
//! an address, a link or a line of a letter, so that every one of them may be logged.

mod directory;
mod header;
mod letters;
mod mailbox;
mod message;
mod reply_code;
mod smtp;
mod templates;
mod undelivered;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::domain::Timestamp;
use crate::domain::identifier::EmailAddress;

pub use directory::Directory;
pub use letters::{
    AccountChanged, AccountDisowned, AccountLink, AccountLinks, AccountUnlocked, Frame,
    GeneratedPassword, Kind, OneTimeCode, PasswordChanged, ResetLink, UnlockLink, Usernames,
    Values,
};
pub use mailbox::Mailbox;
pub use message::is_sender;
pub use reply_code::ReplyCode;
pub use smtp::{Patience, Security, Smtp, SmtpSettings, Unfit};
pub use templates::{RenderError, Templates, Unloadable};
pub use undelivered::{Distrust, Reason, Undelivered};

/// A finished letter. It may hold a link with a token, so it cannot be printed.
#[derive(Clone)]
pub struct Letter {
    /// The one recipient: the stored address, never one that somebody typed.
    pub to: EmailAddress,
    /// The sender as a mailbox, `Name <address>` or a bare address. See [`is_sender`].
    pub from: String,
    /// The unique identifier, without angle brackets: equal for two copies of one letter.
    pub message_id: String,
    /// When it was written.
    pub date: Timestamp,
    /// What it says.
    pub content: Content,
    /// Whether it may have left, while it is under way.
    pub doubt: Doubt,
}

/// Whether somebody else may have a letter of whom nobody knows yet: for whoever breaks its sending off.
/// Copies share one.
#[derive(Clone, Debug, Default)]
pub struct Doubt(Arc<AtomicBool>);

impl Doubt {
    /// From here on the letter may have left.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// It is known what became of it, or that it is not.
    pub fn end(&self) {
        self.0.store(false, Ordering::Release);
    }

    /// Whether the letter may have left.
    pub fn stands(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What a letter says, twice: the text stands alone where HTML is not shown.
#[derive(Clone)]
pub struct Content {
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: Zeroizing<String>,
    /// The HTML form: a whole document.
    pub html: Zeroizing<String>,
}

/// Hands letters to whoever carries them.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Returns once somebody else has taken the letter over, and within [`Self::longest`]. After
    /// [`Undelivered::Unknown`] it may have arrived nevertheless.
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered>;

    /// The longest that [`Self::send`] takes once it is its turn.
    fn longest(&self) -> Duration {
        Duration::ZERO
    }
}
