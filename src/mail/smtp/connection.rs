//! The way to the mail server: connected, encrypted, signed in.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;

use super::super::{Reason, Undelivered};
use super::settings::{Security, SmtpSettings, Unfit};
use super::verdict;

/// A mail server and what it takes to be let in.
pub(super) struct Server {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<(String, SecretString)>,
    hello: ClientId,
    /// How long one of the server's addresses may take to accept.
    patience: Duration,
}

enum Protection {
    Plain,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

impl Server {
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, Unfit> {
        if settings.credentials.is_some() && !settings.keeps_secrets() {
            return Err(Unfit::CredentialsInClear);
        }
        let hello = settings.hello_name.clone();
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            protection: match settings.security {
                Security::Plain => Protection::Plain,
                Security::StartTls => Protection::StartTls(trust(settings)?),
                Security::Tls => Protection::Tls(trust(settings)?),
            },
            credentials: settings.credentials.clone(),
            hello: hello.map_or_else(ClientId::default, ClientId::Domain),
            // A dead address must leave time for the next one.
            patience: settings.timeout / 3,
        })
    }

    /// A connection on which a letter can be sent at once.
    pub(super) async fn open(&self) -> Result<AsyncSmtpConnection, Undelivered> {
        let mut connection = match &self.protection {
            Protection::Plain => self.greet().await?,
            Protection::StartTls(trust) => {
                let mut connection = self.greet().await?;
                if !connection.can_starttls() {
                    return Err(Undelivered::Later(Reason::Unencrypted));
                }
                let upgrade = connection.starttls(trust.clone(), &self.hello);
                upgrade.await.map_err(|e| verdict::on_handshake(&e))?;
                connection
            }
            Protection::Tls(trust) => self.greet_encrypted(trust).await?,
        };
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Undelivered> {
        let stream = Box::new(self.connect().await?);
        AsyncSmtpConnection::connect_with_transport(stream, &self.hello)
            .await
            .map_err(|e| verdict::on_arrival(&e))
    }

    async fn greet_encrypted(
        &self,
        trust: &TlsParameters,
    ) -> Result<AsyncSmtpConnection, Undelivered> {
        let address = (self.host.as_str(), self.port);
        let (patience, trust) = (Some(self.patience), Some(trust.clone()));
        AsyncSmtpConnection::connect_tokio1(address, patience, &self.hello, trust, None)
            .await
            .map_err(|e| verdict::on_handshake(&e))
    }

    /// Tries the server's addresses in turn. Small writes leave at once (see `hand_over`).
    async fn connect(&self) -> Result<TcpStream, Undelivered> {
        let address = (self.host.as_str(), self.port);
        let addresses = tokio::net::lookup_host(address).await;
        for address in addresses.into_iter().flatten() {
            let attempt = TcpStream::connect(address);
            if let Ok(Ok(stream)) = tokio::time::timeout(self.patience, attempt).await
                && stream.set_nodelay(true).is_ok()
            {
                return Ok(stream);
            }
        }
        Err(Undelivered::Later(Reason::Unreachable))
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Undelivered> {
        let Some((user, password)) = &self.credentials else {
            return Ok(());
        };
        let info = connection.server_info();
        if info.get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            return Err(Undelivered::Later(Reason::NoSignIn));
        }
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let answer = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
        answer.map_err(|e| verdict::on_arrival(&e))?;
        Ok(())
    }
}

/// The system's certificates and the operator's. Names and dates are always checked.
fn trust(settings: &SmtpSettings) -> Result<TlsParameters, Unfit> {
    let mut trust = TlsParametersBuilder::new(settings.host.clone());
    if let Some(path) = &settings.extra_root {
        let pem = std::fs::read(path).map_err(|source| Unfit::Unreadable {
            path: path.clone(),
            source,
        })?;
        // A file without any certificate parses as an empty list of them.
        let any = String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----");
        let certificate = Certificate::from_pem(&pem).ok().filter(|_| any);
        let certificate =
            certificate.ok_or_else(|| Unfit::NotCertificates { path: path.clone() })?;
        trust = trust.add_root_certificate(certificate);
    }
    trust.build().map_err(|_| Unfit::Host)
}
