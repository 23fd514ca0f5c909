//! `[server]`: where Rekey is reached, and by whom.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::reader::{Advice, Read, Reader};
use super::typed::{HOUR, MINUTE};
use super::{names, web};

/// What an idle connection may be kept for, in seconds. Proxies and pools that keep theirs for 60, as
/// most do, must be the first to close one: a request that they send while we close it is lost.
const KEEP_ALIVE: RangeInclusive<u64> = 75..=HOUR;

/// Where a certificate and its key are, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The key of the leaf.
    pub key: PathBuf,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where people and applications connect.
    pub bind: SocketAddr,
    /// Where metrics are served, if anywhere.
    pub operator_bind: Option<SocketAddr>,
    /// What links start with: absolute, and `https` unless it leads to this machine.
    pub public_url: Url,
    /// Whose forwarding headers are believed. A single address is a network of one.
    pub trusted_proxies: Vec<IpNet>,
    /// The code of the tenant that answers for hosts nobody claims.
    pub default_tenant: Option<String>,
    /// Who may call from a browser, spelled as browsers spell it.
    pub cors_origins: Vec<String>,
    /// What `bind` speaks TLS with, if it does.
    pub tls: Option<Tls>,
    /// How long a connection may be idle before it is closed.
    pub keep_alive: Duration,
    /// How long to serve on, and say that we leave, once told to stop.
    pub drain: Duration,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let bind = reader.text("server.bind", address);
        let operator_bind = reader.optional("server.operator_bind", address);
        let public_url = reader.text("server.public_url", web::base);
        let trusted_proxies = reader.list("server.trusted_proxies", network);
        let default_tenant = reader.optional("server.default_tenant", names::code);
        let cors_origins = reader.list("server.cors_origins", web::origin);
        let tls = tls(reader);
        let keep_alive = reader.duration("server.keep_alive", &KEEP_ALIVE);
        let drain = reader.duration("server.drain", &(0..=5 * MINUTE));
        if let (Ok(bind), Ok(Some(operator_bind))) = (&bind, &operator_bind)
            // Port 0 is any free port, so never the same one twice.
            && bind == operator_bind
            && bind.port() != 0
        {
            let sentence = format!(
                "is {bind}, which is both bind and operator_bind; write two addresses, or \
                 operator_bind = \"\" for none"
            );
            reader.refuse(&["server.operator_bind", "server.bind"], sentence);
        }
        Ok(Self {
            bind: bind?,
            operator_bind: operator_bind?,
            public_url: public_url?,
            trusted_proxies: trusted_proxies?,
            default_tenant: default_tenant?,
            cors_origins: cors_origins?,
            tls: tls?,
            keep_alive: Duration::from_secs(keep_alive?),
            drain: Duration::from_secs(drain?),
        })
    }
}

fn tls(reader: &mut Reader) -> Read<Option<Tls>> {
    let certificate = reader.optional("server.tls_certificate", names::path);
    let key = reader.optional("server.tls_key", names::path);
    match (certificate?, key?) {
        (Some(certificate), Some(key)) => Ok(Some(Tls {
            certificate: certificate.into(),
            key: key.into(),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            let sentence = "is empty, and tls_certificate is not; write both, or neither";
            Err(reader.refuse(&["server.tls_key", "server.tls_certificate"], sentence))
        }
        (None, Some(_)) => {
            let sentence = "is empty, and tls_key is not; write both, or neither";
            Err(reader.refuse(&["server.tls_certificate", "server.tls_key"], sentence))
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, Advice> {
    text.parse()
        .map_err(|_| "write an address and a port, like 127.0.0.1:8080 or [::1]:8080".into())
}

fn network(text: &str) -> Result<IpNet, Advice> {
    let single = text.parse().map(|address: IpAddr| IpNet::from(address));
    single
        .or_else(|_| text.parse().map(|network: IpNet| network.trunc()))
        .map_err(|_| "write an address or a network, like 10.0.0.0/8 or ::1".into())
}
