//! `rekey serve`

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use super::metrics::Metrics;
use super::setup::Opened;
use super::shutdown::{self, GRACE};
use super::{Failure, Global, disclosure, listener, logging, setup};
use crate::api::{self, Surface, TrustedProxies};
use crate::config::{Config, Transport};
use crate::mail::{Directory, Mailbox, Mailer, Smtp};
use crate::recovery::Recovery;
use crate::sms::Texter;

/// Letters handed over at once.
const WORKERS: usize = 8;

/// Serves the APIs and sends letters, until SIGTERM.
#[derive(Args)]
pub(super) struct Serve {
    /// Serve the APIs only; another process sends the letters
    #[arg(long, conflicts_with = "worker_only")]
    no_worker: bool,
    /// Send letters only; another process serves the APIs
    #[arg(long)]
    worker_only: bool,
}

impl Serve {
    pub(super) async fn run(self, global: &Global) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let traces = logging::start(&config.log)?;
        let stop = shutdown::listen()?;
        let mailer = mailer(&config)?;
        let texter = setup::texter(&config)?;
        if config.sms.is_unsigned() {
            tracing::warn!("text messages are posted unsigned; set sms.webhook_secret");
        }
        let opened = Opened::own(&config).await?;
        let served = self.serve(&config, &opened, mailer, texter, stop).await;
        traces.end().await;
        opened.close().await?;
        served
    }

    async fn serve(
        &self,
        config: &Config,
        opened: &Opened,
        mailer: Arc<dyn Mailer>,
        texter: Option<Arc<dyn Texter>>,
        stop: watch::Receiver<bool>,
    ) -> Result<(), Failure> {
        opened.migrate().await?;
        let observed = config.server.operator_bind;
        let observed = observed.map(|address| Metrics::start().map(|metrics| (address, metrics)));
        let observed = observed.transpose()?;
        setup::operator(config, opened.db.clone())?
            .check_keyring()
            .await?;
        disclosure::log(&opened.db).await?;
        let recovery = setup::recovery(config, opened.db.clone(), mailer, texter)?;
        let mut listeners = Vec::new();
        if !self.worker_only {
            let public = api::router(recovery.clone(), &surface(config));
            listeners.push((bind("server.bind", config.server.bind).await?, public));
        }
        if let Some((address, metrics)) = observed {
            let listener = bind("server.operator_bind", address).await?;
            let router = api::operator::router(recovery.clone(), metrics.exposition());
            listeners.push((listener, router));
            metrics.keep(&recovery, &stop);
        }
        let workers = if self.no_worker { 0 } else { WORKERS };
        run(recovery, listeners, workers, stop).await
    }
}

/// Serves and works until told to stop, then lets what is under way end.
pub(super) async fn run(
    recovery: Recovery,
    listeners: Vec<(TcpListener, Router)>,
    workers: usize,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let mut tasks = tokio::task::JoinSet::new();
    for (listener, router) in listeners {
        tracing::info!(address = %listener.local_addr()?, "listening");
        let stop = stop.clone();
        tasks.spawn(async move {
            listener::serve(listener, router, stop).await;
        });
    }
    let (watching, until) = (recovery.clone(), stop.clone());
    tasks.spawn(async move { watching.watch(until).await });
    if workers > 0 {
        let stop = stop.clone();
        tasks.spawn(async move {
            recovery.work(workers, stop).await;
        });
    }
    tokio::select! {
        // A listener that ends before it was told to has failed.
        Some(ended) = tasks.join_next(), if !tasks.is_empty() => ended?,
        () = shutdown::wait(stop.clone()) => {}
    }
    let rest = async {
        while let Some(ended) = tasks.join_next().await {
            ended?;
        }
        Ok::<(), Failure>(())
    };
    if let Ok(ended) = timeout(GRACE, rest).await {
        return ended;
    }
    tracing::warn!("some requests did not end in time and were broken off");
    Ok(())
}

/// What the wire needs to know.
pub(super) fn surface(config: &Config) -> Surface {
    Surface {
        trusted_proxies: TrustedProxies(config.server.trusted_proxies.clone()),
        cors_origins: config.server.cors_origins.clone(),
        public_url: setup::public_url(config),
    }
}

/// Opens a listener, and says which setting to change where that fails.
pub(super) async fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({setting}): {error}").into())
}

fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, Failure> {
    Ok(match config.mail.transport {
        Transport::Smtp => Arc::new(Smtp::new(&setup::smtp(config))?),
        Transport::Directory => Arc::new(Directory::open(&config.mail.directory)?),
        Transport::Mailbox => Arc::new(Mailbox::default()),
    })
}
