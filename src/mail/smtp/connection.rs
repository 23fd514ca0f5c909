//! The way to the mail server: connected, encrypted, signed in.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::super::{Reason, Undelivered};
use super::exchange::{Exchange, Stream};
use super::reply::Reply;
use super::settings::{ADDRESSES, Patience, Security, SmtpSettings, Unfit};
use super::{trust, verdict};

/// A mail server and what it takes to be let in.
pub(super) struct Server {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<(String, SecretString)>,
    /// As EHLO has it: a name, or an address in brackets.
    hello: String,
    pub(super) patience: Patience,
}

enum Protection {
    Plain,
    StartTls(Box<Trust>),
    Tls(Box<Trust>),
}

/// Whom we want to speak to.
struct Trust {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Server {
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, Unfit> {
        if settings.credentials.is_some() && !settings.keeps_secrets() {
            return Err(Unfit::CredentialsInClear);
        }
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            protection: match settings.security {
                Security::Plain => Protection::Plain,
                Security::StartTls => Protection::StartTls(Box::new(Trust::new(settings)?)),
                Security::Tls => Protection::Tls(Box::new(Trust::new(settings)?)),
            },
            credentials: settings.credentials.clone(),
            hello: hello(settings.hello_name.as_deref()),
            patience: settings.patience,
        })
    }

    /// A connection on which a letter can be sent at once.
    pub(super) async fn open(&self) -> Result<Exchange, Undelivered> {
        let stream = self.connect().await?;
        let mut exchange = match &self.protection {
            Protection::Plain => self.greet(Box::new(stream)).await?,
            Protection::StartTls(trust) => {
                let mut exchange = self.greet(Box::new(stream)).await?;
                if exchange.offer("STARTTLS").is_none() {
                    exchange.quit().await;
                    return Err(Undelivered::Later(Reason::NoStartTls));
                }
                self.ask(&mut exchange, "STARTTLS").await?;
                let stream = exchange.into_stream().map_err(verdict::on_silence)?;
                let stream = self.encrypt(trust, stream, false).await?;
                let mut exchange = Exchange::over(stream);
                self.introduce(&mut exchange).await?;
                exchange
            }
            Protection::Tls(trust) => {
                let stream = self.encrypt(trust, Box::new(stream), true).await?;
                self.greet(stream).await?
            }
        };
        self.sign_in(&mut exchange).await?;
        Ok(exchange)
    }

    /// Asks before the letter is mentioned: whatever is refused is refused to us.
    pub(super) async fn ask(
        &self,
        exchange: &mut Exchange,
        line: &str,
    ) -> Result<Reply, Undelivered> {
        let reply = exchange.command(line, self.patience.reply).await;
        agreed(reply.map_err(verdict::on_silence)?)
    }

    async fn greet(&self, stream: Box<dyn Stream>) -> Result<Exchange, Undelivered> {
        let mut exchange = Exchange::over(stream);
        let greeting = exchange.greeting(self.patience.reply).await;
        agreed(greeting.map_err(verdict::on_silence)?)?;
        self.introduce(&mut exchange).await?;
        Ok(exchange)
    }

    async fn introduce(&self, exchange: &mut Exchange) -> Result<(), Undelivered> {
        let reply = exchange.introduce(&self.hello, self.patience.reply).await;
        agreed(reply.map_err(verdict::on_silence)?)?;
        Ok(())
    }

    async fn encrypt(
        &self,
        trust: &Trust,
        stream: Box<dyn Stream>,
        from_the_first_byte: bool,
    ) -> Result<Box<dyn Stream>, Undelivered> {
        let handshake = trust.connector.connect(trust.name.clone(), stream);
        match timeout(self.patience.connect, handshake).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(verdict::on_handshake(&error, from_the_first_byte)),
            Err(_) => Err(Undelivered::Later(Reason::TimedOut)),
        }
    }

    /// Tries the server's addresses in turn. Small writes leave at once.
    async fn connect(&self) -> Result<TcpStream, Undelivered> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
        let tried = usize::try_from(ADDRESSES).unwrap_or(usize::MAX);
        for address in found.into_iter().take(tried) {
            let attempt = TcpStream::connect(address);
            if let Ok(Ok(stream)) = timeout(self.patience.connect, attempt).await
                && stream.set_nodelay(true).is_ok()
            {
                return Ok(stream);
            }
        }
        Err(Undelivered::Later(Reason::Unreachable))
    }

    /// PLAIN (RFC 4616) in one line where it is offered, else LOGIN in three. Its questions come in many
    /// words and always in the same order.
    async fn sign_in(&self, exchange: &mut Exchange) -> Result<(), Undelivered> {
        let Some((user, password)) = &self.credentials else {
            return Ok(());
        };
        let password = password.expose_secret();
        // Some servers write `AUTH=LOGIN`, from before the standard.
        let offer = exchange.offer("AUTH").unwrap_or_default();
        let offers = |mechanism: &str| offer.split([' ', '=']).any(|word| word == mechanism);
        let lines = if offers("PLAIN") {
            let response = Zeroizing::new(format!("\0{user}\0{password}"));
            let response = Zeroizing::new(STANDARD.encode(&*response));
            vec![Zeroizing::new(format!("AUTH PLAIN {}", *response))]
        } else if offers("LOGIN") {
            vec![
                Zeroizing::new("AUTH LOGIN".to_owned()),
                Zeroizing::new(STANDARD.encode(user)),
                Zeroizing::new(STANDARD.encode(password)),
            ]
        } else {
            exchange.quit().await;
            return Err(Undelivered::Later(Reason::NoSignIn));
        };
        let (last, questions) = lines
            .split_last()
            .ok_or(Undelivered::Later(Reason::NoSignIn))?;
        for line in questions {
            let reply = self.ask(exchange, line).await?;
            if reply.code.code != 334 {
                return Err(Undelivered::Later(Reason::Nonsense));
            }
        }
        let reply = self.ask(exchange, last).await?;
        if reply.code.code != 235 {
            return Err(Undelivered::Later(Reason::Nonsense));
        }
        Ok(())
    }
}

impl Trust {
    fn new(settings: &SmtpSettings) -> Result<Self, Unfit> {
        let config = trust::config(settings.extra_root.as_deref())?;
        let name = ServerName::try_from(settings.host.clone()).map_err(|_| Unfit::Host)?;
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }
}

/// A reply that lets us go on, or what it means that it does not.
fn agreed(reply: Reply) -> Result<Reply, Undelivered> {
    if reply.code.is_positive() {
        Ok(reply)
    } else {
        Err(verdict::on_arrival(reply.code))
    }
}

/// What goes behind EHLO: a name as it is, an address as a literal (RFC 5321, 4.1.3).
fn hello(name: Option<&str>) -> String {
    let name = name.unwrap_or("127.0.0.1");
    match name.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::hello;

    #[test]
    fn an_address_is_said_in_brackets() {
        for (name, said) in [
            (Some("recover.demo.example"), "recover.demo.example"),
            (Some("192.0.2.1"), "[192.0.2.1]"),
            (Some("[2001:db8::1]"), "[IPv6:2001:db8::1]"),
            (Some("::1"), "[IPv6:::1]"),
            (None, "[127.0.0.1]"),
        ] {
            assert_eq!(hello(name), said);
        }
    }
}
