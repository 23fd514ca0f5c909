//! Where Rekey is reached, and by whom.

use std::io::ErrorKind;
use std::net::SocketAddr;

use ipnet::IpNet;
use tokio::net::TcpListener;
use url::{Host, Url};

use super::finding::{Finding, fail, ok, or_ok, warn};
use super::net;
use crate::config::{Config, Server};

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let server = &config.server;
    let mut findings = vec![public_url(server).await];
    findings.push(bind("server.bind", server.bind).await);
    if let Some(address) = server.operator_bind {
        findings.push(bind("server.operator_bind", address).await);
        findings.extend(operator_bind(address));
    }
    findings.extend(trusted_proxies(server));
    findings.extend(cors_origins(server));
    findings
}

async fn public_url(server: &Server) -> Finding {
    const CHECK: &str = "public-url";
    let (url, bind) = (&server.public_url, server.bind);
    if is_local(url) {
        let port = url.port_or_known_default().unwrap_or_default();
        if !bind.ip().is_loopback() {
            let found = format!("{url} leads to this machine only, and {bind} serves others too");
            let mend = "set server.public_url to the https:// address that people reach: links in \
                        letters start with it";
            return warn(CHECK, found, mend);
        }
        if url.scheme() == "http" && bind.port() != 0 && bind.port() != port {
            let found = format!("links lead to port {port} of this machine, which is not {bind}");
            let mend =
                "set server.public_url to the port of server.bind, or to the proxy's address";
            return warn(CHECK, found, mend);
        }
        return ok(CHECK, format!("{url}, for this machine only"));
    }
    let (host, port) = (
        url.host_str().unwrap_or_default(),
        url.port_or_known_default(),
    );
    let host = host.trim_matches(['[', ']']);
    if net::addresses(host, port.unwrap_or(443)).await.is_empty() {
        let found = format!("the name {host} has no address, seen from here");
        let mend = "set server.public_url to the name that people reach, or give it an address: \
                    links in letters start with it";
        return warn(CHECK, found, mend);
    }
    ok(CHECK, url.to_string())
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Listens for a moment.
async fn bind(setting: &str, address: SocketAddr) -> Finding {
    const CHECK: &str = "bind";
    match TcpListener::bind(address).await {
        Ok(_) => ok(CHECK, format!("{address} ({setting}) is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => ok(
            CHECK,
            format!("{address} ({setting}) is in use, by a rekey that runs or another program"),
        ),
        Err(error) => {
            let found = format!("cannot listen on {address}: {error}");
            let mend =
                format!("set {setting} to an address of this machine and a port from 1024 on");
            fail(CHECK, found, mend)
        }
    }
}

fn operator_bind(address: SocketAddr) -> Option<Finding> {
    (!address.ip().is_loopback()).then(|| {
        let found = format!("the operator listener {address} is open to the network");
        let mend = "set server.operator_bind to 127.0.0.1, or close its port to everybody but your \
                    monitoring";
        warn("bind", found, mend)
    })
}

fn trusted_proxies(server: &Server) -> Vec<Finding> {
    const CHECK: &str = "trusted-proxies";
    let is_wide = |network: &&IpNet| match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => network.prefix_len() < 16,
    };
    let proxies = &server.trusted_proxies;
    let wrong = proxies.iter().filter(is_wide).map(|network| {
        let found = format!("{network} is believed: anybody in it can pass for any address");
        let mend = "set server.trusted_proxies to the addresses of your own proxies: limits and the \
                    audit trail rely on them";
        fail(CHECK, found, mend)
    });
    let mut findings: Vec<_> = wrong.collect();
    if proxies.is_empty() && !is_local(&server.public_url) {
        let found = "none, though https ends in front of us: all callers count as one address";
        let mend = "set server.trusted_proxies to the address of the proxy that speaks TLS";
        findings.push(warn(CHECK, found, mend));
    }
    or_ok(findings, || match proxies.len() {
        0 => ok(CHECK, "none"),
        _ => ok(CHECK, "their headers are believed, and nobody else's"),
    })
}

fn cors_origins(server: &Server) -> Vec<Finding> {
    const CHECK: &str = "cors-origins";
    let origins = &server.cors_origins;
    let wrong = origins.iter().filter(|origin| {
        let url = Url::parse(origin);
        origin.starts_with("http://") && !url.is_ok_and(|url| is_local(&url))
    });
    let wrong = wrong.map(|origin| {
        let found = format!("{origin} may call, and anybody on the way can pass for it");
        let mend = "set server.cors_origins to https:// origins";
        warn(CHECK, found, mend)
    });
    or_ok(wrong.collect(), || match origins.len() {
        0 => ok(CHECK, "no browser front end elsewhere may call"),
        1 => ok(CHECK, "1 front end may call"),
        many => ok(CHECK, format!("{many} front ends may call")),
    })
}
