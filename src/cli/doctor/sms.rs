//! Whether text messages can leave. Nothing is posted.

use secrecy::ExposeSecret as _;

use super::finding::{Finding, fail, ok, warn};
use crate::cli::setup;
use crate::config::Config;
use crate::sms::{Obstacle, Unsent};

const CHECK: &str = "sms";

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let Some(url) = &config.sms.webhook_url else {
        return vec![ok(CHECK, "no text messages: sms.webhook_url is not set")];
    };
    let webhook = match setup::webhook(config) {
        Ok(Some(webhook)) => webhook,
        Ok(None) => return Vec::new(),
        Err(error) => {
            let mend = "mend sms.webhook_url or sms.webhook_ca accordingly";
            return vec![fail(CHECK, error.to_string(), mend)];
        }
    };
    if let Err(unsent) = webhook.check().await {
        return vec![unreachable(unsent)];
    }
    let mut findings = Vec::new();
    let is_clear = url.expose_secret().starts_with("http://");
    if is_clear && !is_local(url.expose_secret()) {
        let found = "text messages with codes travel to the gateway in clear";
        findings.push(warn(CHECK, found, "set sms.webhook_url to an https:// URL"));
    }
    if config.sms.is_unsigned() {
        let found = "the gateway cannot tell our texts from anybody else's: they are not signed";
        let mend = "set sms.webhook_secret to what `openssl rand -hex 32` prints, here and there";
        findings.push(warn(CHECK, found, mend));
    }
    super::finding::or_ok(findings, || {
        ok(CHECK, "the gateway takes connections; texts are signed")
    })
}

fn is_local(url: &str) -> bool {
    let host = url::Url::parse(url).ok();
    host.is_some_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

fn unreachable(unsent: Unsent) -> Finding {
    let Unsent::Unreachable(obstacle) = unsent else {
        let mend = "check sms.webhook_url, whether the gateway runs, and any firewall between";
        return fail(CHECK, unsent.to_string(), mend);
    };
    let mend = match obstacle {
        Obstacle::Name => "check the host name in sms.webhook_url",
        Obstacle::Connection(_) => {
            "check the port in sms.webhook_url, and whether the gateway runs"
        }
        Obstacle::Encryption => {
            "set sms.webhook_ca to the certificate that signed the gateway's, and name the gateway \
             in sms.webhook_url as its certificate does"
        }
    };
    fail(CHECK, format!("{unsent}: {obstacle}"), mend)
}
