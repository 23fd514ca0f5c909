//! Whether letters can leave. None is sent.

use std::time::Duration;

use super::finding::{Finding, fail, ok, warn};
use super::folder::is_writable;
use super::net;
use crate::cli::setup;
use crate::config::{Config, Security, SmtpUrl, Transport};
use crate::mail::{Distrust, Reason, Smtp, Undelivered, is_sender};

const CHECK: &str = "mail";
/// How long the mail server is waited for: many greet late on purpose.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let transport = match config.mail.transport {
        Transport::Smtp => smtp(config).await,
        Transport::Directory => vec![directory(config)],
        Transport::Mailbox => vec![fail(
            CHECK,
            "letters are kept in memory, where nobody sees them",
            "set mail.transport to smtp; mailbox is for `rekey demo` alone",
        )],
    };
    let from = sender("mail.from", &config.mail.from);
    let well = || ok("mail-from", config.mail.from.clone());
    transport
        .into_iter()
        .chain([from.unwrap_or_else(well)])
        .collect()
}

/// What is wrong with the sender that a setting names.
pub(super) fn sender(setting: &str, from: &str) -> Option<Finding> {
    if !is_sender(from) {
        let found = format!("{from} is not a mailbox");
        return Some(fail(
            "mail-from",
            found,
            format!("set {setting} to Name <address>"),
        ));
    }
    let (_, domain) = from.trim_end_matches('>').rsplit_once('@')?;
    (!domain.contains('.')).then(|| {
        let found = format!("letters come from {from}; {domain} is no domain that others know");
        let mend = format!("set {setting} to an address that your mail server may send from");
        warn("mail-from", found, mend)
    })
}

fn directory(config: &Config) -> Finding {
    let path = &config.mail.directory;
    let shown = path.display();
    let nearest = path.ancestors().find(|path| path.exists());
    match is_writable(nearest.unwrap_or(path)) {
        Ok(()) => warn(
            CHECK,
            format!("letters become files in {shown}; nobody receives them"),
            "set mail.transport to smtp unless this is for trying things out",
        ),
        Err(error) => fail(
            CHECK,
            format!("{shown} cannot be written: {error}"),
            "set mail.directory to a folder that the user who runs rekey can write",
        ),
    }
}

async fn smtp(config: &Config) -> Vec<Finding> {
    let url = &config.mail.smtp;
    let at = format!("{}:{}", url.host, url.port);
    let smtp = match Smtp::new(&setup::smtp(config)) {
        Ok(smtp) => smtp,
        Err(unfit) => {
            let mend = "mend mail.smtp_url or mail.smtp_ca accordingly";
            return vec![fail(
                CHECK,
                format!("the mail server's setting {unfit}"),
                mend,
            )];
        }
    };
    if net::addresses(&url.host, url.port).await.is_empty() {
        let found = format!("the name {} has no address", url.host);
        return vec![fail(
            CHECK,
            found,
            "set mail.smtp_url to the name of your mail server",
        )];
    }
    match smtp.check(&config.mail.from, PATIENCE).await {
        Ok(()) => {}
        // Let in, and told that there is no such mailbox.
        Err(Undelivered::Never(reason)) => {
            let found = format!(
                "{at} lets us in; of a letter to {}: {reason}",
                config.mail.from
            );
            let mend = "whoever answers a letter, and every report of one that could not be delivered, \
                        finds nobody there: set mail.from and mail.envelope_from to mailboxes";
            return vec![warn(CHECK, found, mend)];
        }
        Err(Undelivered::Later(reason) | Undelivered::Unknown(reason)) => {
            return vec![fail(CHECK, format!("{at}: {reason}"), mend(reason))];
        }
    }
    vec![exposed(url).unwrap_or_else(|| {
        let signed_in = if url.credentials.is_some() {
            ", signed in"
        } else {
            ""
        };
        let how = match url.security {
            Security::Plain => "in clear",
            Security::Starttls | Security::Tls => "encrypted",
        };
        ok(CHECK, format!("{at} lets us in, {how}{signed_in}"))
    })]
}

/// Links with tokens should not cross a network in clear.
fn exposed(url: &SmtpUrl) -> Option<Finding> {
    let is_local = url.host == "localhost"
        || url
            .host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    (url.security == Security::Plain && !is_local).then(|| {
        let found = format!("letters with links travel to {} in clear", url.host);
        let mend = "set mail.smtp_url to smtps://…, or add ?tls=required";
        warn(CHECK, found, mend)
    })
}

fn mend(reason: Reason) -> &'static str {
    match reason {
        Reason::TimedOut | Reason::Unreachable => {
            "check host and port in mail.smtp_url, whether the server runs, and any firewall between"
        }
        Reason::Broken | Reason::Nonsense => {
            "check port and scheme in mail.smtp_url: smtps:// is TLS from the first byte (465), \
             smtp://…?tls=required is STARTTLS (587)"
        }
        Reason::NoStartTls => {
            "use the server's port for STARTTLS (587) in mail.smtp_url, or smtps:// and its port for TLS \
             (465); if it is to encrypt and does not, its own configuration lacks a certificate"
        }
        Reason::NotTls => {
            "the port in mail.smtp_url speaks in clear first: write smtp://…?tls=required for it, or use \
             the port for TLS (465)"
        }
        Reason::Handshake => {
            "see the mail server's log; it may speak only versions of TLS before 1.2, or want a \
             certificate of ours"
        }
        Reason::Untrusted(Distrust::Issuer) => {
            "set mail.smtp_ca to the certificate that signed the server's, or to the server's own"
        }
        Reason::Untrusted(Distrust::Name) => {
            "name the server in mail.smtp_url as its certificate does"
        }
        Reason::Untrusted(Distrust::Date | Distrust::Other) => {
            "have the mail server given a certificate that holds; check the clock of this machine"
        }
        Reason::Unwelcome(_) => {
            "check user and password in mail.smtp_url (percent-encoded), and whether the server \
             takes mail from this machine, in this name (mail.hello) and from this sender (mail.from, \
             mail.envelope_from)"
        }
        Reason::NoSignIn => {
            "the server takes no sign-in on this port: use another in mail.smtp_url (587 or 465), or \
             leave user and password out"
        }
        Reason::Postponed(_) => "wait, or see the mail server's log; mail.smtp_url may be right",
        Reason::Refused(_)
        | Reason::Recipient
        | Reason::International
        | Reason::Sender
        | Reason::MessageId
        | Reason::Folder(_) => "see the mail server's log, and check mail.smtp_url",
    }
}
