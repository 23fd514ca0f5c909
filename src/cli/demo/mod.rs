//! `rekey demo`

mod invitation;
mod mailbox;
mod seed;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::listener::Listener;
use super::setup::Opened;
use super::shutdown::{self, Stop};
use super::{Failure, Global, logging, serve, setup};
use crate::api;
use crate::config::Config;
use crate::mail::Mailbox;
use crate::sms::Inbox;

/// Letters handed over at once. They stay in memory, so a few are plenty.
const WORKERS: usize = 2;

/// Tries everything on this machine: private database, demo tenant, mailbox page.
#[derive(Args)]
pub(super) struct Demo {
    /// Where to listen, on this machine only; 0 takes a free port
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

impl Demo {
    pub(super) async fn run(self, global: &Global) -> Result<(), Failure> {
        let mut config = setup::config(global)?;
        // A demo never touches a real database, whatever the environment says.
        config.database.url = None;
        let traces = logging::start(&config.log)?;
        let stop = shutdown::listen(Duration::ZERO)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = serve::bind("--port", address).await?;
        config.server.bind = listener.local_addr()?;
        config.server.public_url = format!("http://{}", config.server.bind).parse()?;

        let opened = Opened::own(&config).await?;
        let served = show(&config, &opened, listener, stop).await;
        traces.end().await;
        opened.close().await?;
        served
    }
}

async fn show(
    config: &Config,
    opened: &Opened,
    listener: tokio::net::TcpListener,
    stop: Stop,
) -> Result<(), Failure> {
    opened.migrate().await?;
    let mailbox = Mailbox::default();
    let inbox = Inbox::default();
    let recovery = setup::recovery(
        config,
        opened.db.clone(),
        Arc::new(mailbox.clone()),
        Some(Arc::new(inbox.clone())),
    )?;
    let operator = setup::operator(config, opened.db.clone())?;
    operator.check_keyring().await?;
    let key = seed::plant(&operator).await?;
    let page = mailbox::router(mailbox, inbox, recovery.clone());
    let router = api::router(recovery.clone(), &serve::surface(config)).merge(page);
    invitation::print(config, &key);
    serve::run(
        recovery,
        vec![Listener::plain(listener, config.server.keep_alive, router)],
        WORKERS,
        stop,
    )
    .await
}
