//! Letters over SMTP.
//!
//! lettre speaks the protocol; the idle connections are kept here. Its own pool takes a
//! connection back also when an attempt was given up half-way, and the reply that comes too late
//! is then read as the answer to the next letter. Here a connection is kept only after the
//! server has taken a letter, and an attempt that is given up takes its connection along.
//! (Nor may lettre's `tracing` feature be switched on: it logs credentials and letters.)

mod connection;
mod settings;
mod verdict;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tokio::sync::Semaphore;

use self::connection::Server;
use super::message::{self, Message};
use super::{Letter, Mailer, Reason, Undelivered};

pub use settings::{Security, SmtpSettings, Unfit};

/// Hands letters to a mail server. Answers within the configured time, whatever the server does.
pub struct Smtp {
    server: Server,
    timeout: Duration,
    /// One permit per connection that may be open.
    places: Semaphore,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Smtp {
    /// Checks the settings and reads the certificates. Nothing is connected yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, Unfit> {
        let connections = usize::try_from(settings.connections.max(1)).unwrap_or(usize::MAX);
        Ok(Self {
            server: Server::new(settings)?,
            timeout: settings.timeout,
            places: Semaphore::new(connections.min(Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        })
    }

    /// Connects, encrypts and signs in as for a letter, and sends none.
    pub async fn check(&self) -> Result<(), Undelivered> {
        let attempt = async {
            let mut connection = self.server.open().await?;
            connection.abort().await;
            Ok(())
        };
        in_time(self.timeout, attempt).await
    }

    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let _place = self.places.acquire().await;
        let mut connection = self.begin(message).await?;
        hand_over(&mut connection, message).await?;
        self.idle().push(connection);
        Ok(())
    }

    /// A connection that has taken the sender. What an idle one answers is not trusted: it may
    /// have been closed, or be told that it has sent enough, so a fresh one is asked again.
    async fn begin(&self, message: &Message) -> Result<AsyncSmtpConnection, Undelivered> {
        let kept = self.idle().pop();
        if let Some(mut connection) = kept
            && announce(&mut connection, message).await.is_ok()
        {
            return Ok(connection);
        }
        let mut connection = self.server.open().await?;
        announce(&mut connection, message).await?;
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = message::compose(letter)?;
        in_time(self.timeout, self.deliver(&message)).await
    }
}

async fn in_time(
    timeout: Duration,
    attempt: impl Future<Output = Result<(), Undelivered>>,
) -> Result<(), Undelivered> {
    tokio::time::timeout(timeout, attempt)
        .await
        .unwrap_or(Err(Undelivered::Later(Reason::TimedOut)))
}

async fn announce(
    connection: &mut AsyncSmtpConnection,
    message: &Message,
) -> Result<(), Undelivered> {
    let mut options = Vec::new();
    if !message.bytes.is_ascii() {
        // RFC 6531 makes 8BITMIME a part of SMTPUTF8.
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Err(Undelivered::Never(Reason::International));
        }
        options.push(MailParameter::SmtpUtfEight);
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(Some(message.from.clone()), options);
    // A refusal of the sender is about us, whatever its code: every letter would meet it.
    connection
        .command(mail)
        .await
        .map_err(|e| verdict::on_arrival(&e))?;
    Ok(())
}

/// The letter goes out in one write: split in two, its last bytes would wait for the server's
/// delayed acknowledgement, some 40 ms a letter.
async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    message: &Message,
) -> Result<(), Undelivered> {
    let to = Rcpt::new(message.to.clone(), Vec::new());
    connection
        .command(to)
        .await
        .map_err(|e| verdict::on_letter(&e))?;
    connection
        .command(Data)
        .await
        .map_err(|e| verdict::on_letter(&e))?;
    let body = message
        .bytes
        .trim_end_matches("\r\n")
        .replace("\r\n.", "\r\n..");
    let body = zeroize::Zeroizing::new(format!("{body}\r\n.\r\n"));
    connection
        .command(body.as_str())
        .await
        .map_err(|e| verdict::on_letter(&e))?;
    Ok(())
}
