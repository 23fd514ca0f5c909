//! Letters over SMTP.
//!
//! A connection is kept only after the server has taken a letter, and a letter that is given up half-way
//! takes its connection along: the reply that comes too late would be read as the answer to the next one.

mod connection;
mod exchange;
mod reply;
mod settings;
mod trust;
mod verdict;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Address;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

use self::connection::Server;
use self::exchange::Exchange;
use super::message::{self, Message};
use super::{Doubt, Letter, Mailer, Reason, Undelivered};

pub use settings::{Patience, Security, SmtpSettings, Unfit};

/// Hands letters to a mail server, as patiently as it was told to be.
pub struct Smtp {
    server: Server,
    envelope_from: Option<Address>,
    /// One permit per connection that may be open.
    places: Semaphore,
    idle: Mutex<Vec<Exchange>>,
}

impl Smtp {
    /// Checks the settings and reads the certificates. Nothing is connected yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, Unfit> {
        let connections = usize::try_from(settings.connections.max(1)).unwrap_or(usize::MAX);
        let envelope_from = settings.envelope_from.as_deref();
        let envelope_from =
            envelope_from.map(|text| message::address(text).ok_or(Unfit::EnvelopeFrom));
        Ok(Self {
            server: Server::new(settings)?,
            envelope_from: envelope_from.transpose()?,
            places: Semaphore::new(connections.min(Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        })
    }

    /// Connects, encrypts and signs in as for a letter from `from`, and has its envelope taken, addressed to
    /// where it comes from. No letter is sent.
    pub async fn check(&self, from: &str, within: Duration) -> Result<(), Undelivered> {
        let attempt = async {
            let mailbox = message::sender(from).ok_or(Undelivered::Later(Reason::Sender))?;
            let mut exchange = self.server.open().await?;
            let addressed = async {
                self.announce(&mut exchange, &mailbox.email, false).await?;
                self.address(&mut exchange, &mailbox.email).await
            };
            let addressed = addressed.await;
            let _ = exchange.command("RSET", self.server.patience.reply).await;
            exchange.quit().await;
            addressed
        };
        let late = Err(Undelivered::Later(Reason::TimedOut));
        timeout(within, attempt).await.unwrap_or(late)
    }

    async fn deliver(&self, message: &Message, doubt: &Doubt) -> Result<(), Undelivered> {
        let _place = self.places.acquire().await;
        let mut exchange = self.begin(message).await?;
        match self.hand_over(&mut exchange, message, doubt).await {
            Ok(()) => self.idle().push(exchange),
            // Said on purpose: a server that hears no QUIT may keep what it was told for a while.
            Err(undelivered) => {
                exchange.quit().await;
                return Err(undelivered);
            }
        }
        Ok(())
    }

    /// A connection that has taken the sender. What an idle one answers is not trusted: it may
    /// have been closed, or be told that it has sent enough, so a fresh one is asked again.
    async fn begin(&self, message: &Message) -> Result<Exchange, Undelivered> {
        let is_international = !message.bytes.is_ascii();
        let kept = self.idle().pop();
        if let Some(mut exchange) = kept {
            let again = self.announce(&mut exchange, &message.from, is_international);
            // One that went without a word must not hold the letter up as long as a new one may.
            let again = timeout(self.server.patience.connect, again).await;
            if let Ok(Ok(())) = again {
                return Ok(exchange);
            }
        }
        let mut exchange = self.server.open().await?;
        let announced = self.announce(&mut exchange, &message.from, is_international);
        if let Err(undelivered) = announced.await {
            exchange.quit().await;
            return Err(undelivered);
        }
        Ok(exchange)
    }

    /// Names the sender. A refusal is about us, whatever its code: every letter would meet it.
    async fn announce(
        &self,
        exchange: &mut Exchange,
        from: &Address,
        is_international: bool,
    ) -> Result<(), Undelivered> {
        if is_international && exchange.offer("SMTPUTF8").is_none() {
            return Err(Undelivered::Never(Reason::International));
        }
        let mut parameters = Vec::new();
        if is_international {
            // RFC 6531 makes 8BITMIME a part of SMTPUTF8.
            parameters.extend([" SMTPUTF8", " BODY=8BITMIME"]);
        }
        if exchange.offer("DSN").is_some() {
            // A report brings back the headers alone (RFC 3461, 4.3): the letter holds a secret.
            parameters.push(" RET=HDRS");
        }
        let from = self.envelope_from.as_ref().unwrap_or(from);
        let line = format!("MAIL FROM:<{from}>{}", parameters.concat());
        self.server.ask(exchange, &line).await?;
        Ok(())
    }

    /// Names the recipient.
    async fn address(&self, exchange: &mut Exchange, to: &Address) -> Result<(), Undelivered> {
        let line = format!("RCPT TO:<{to}>");
        let reply = exchange.command(&line, self.server.patience.reply).await;
        let code = reply.map_err(verdict::on_silence)?.code;
        if code.is_positive() {
            Ok(())
        } else {
            Err(verdict::on_recipient(code))
        }
    }

    async fn hand_over(
        &self,
        exchange: &mut Exchange,
        message: &Message,
        doubt: &Doubt,
    ) -> Result<(), Undelivered> {
        let patience = self.server.patience;
        self.address(exchange, &message.to).await?;
        let reply = exchange.command("DATA", patience.reply).await;
        let code = reply.map_err(verdict::on_silence)?.code;
        if code.code != 354 {
            return Err(verdict::on_letter(code));
        }
        let body = message
            .bytes
            .trim_end_matches("\r\n")
            .replace("\r\n.", "\r\n..");
        let body = Zeroizing::new(format!("{body}\r\n.\r\n"));
        doubt.begin();
        let reply = exchange.text(&body, patience.acceptance).await;
        let reply = reply.map_err(|silence| {
            if exchange.has_said_all() {
                verdict::on_doubt(silence)
            } else {
                verdict::on_silence(silence)
            }
        });
        doubt.end();
        let code = reply?.code;
        if code.is_positive() {
            Ok(())
        } else {
            Err(verdict::on_letter(code))
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Exchange>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = message::compose(letter)?;
        self.deliver(&message, &letter.doubt).await
    }

    fn longest(&self) -> Duration {
        self.server.patience.longest()
    }
}
