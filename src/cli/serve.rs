//! `rekey serve`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::listener::Listener;
use super::metrics::Metrics;
use super::places::Places;
use super::setup::Opened;
use super::shutdown::{self, GRACE, LAST_WORDS, Stop};
use super::tls::Certificate;
use super::{Failure, Global, disclosure, logging, setup};
use crate::api::{self, Surface, TrustedProxies};
use crate::config::{Config, Transport};
use crate::domain::strength;
use crate::mail::{Directory, Mailbox, Mailer, Smtp};
use crate::operator::Operator;
use crate::recovery::Recovery;
use crate::sms::Texter;

/// Letters handed over at once.
const WORKERS: usize = 8;
/// How often a server says which secret key it makes digests with. Silence of 15 minutes says that
/// none does.
const LEAD_EVERY: Duration = Duration::from_mins(4);

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
        let stop = shutdown::listen(config.server.drain)?;
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
        stop: Stop,
    ) -> Result<(), Failure> {
        opened.migrate().await?;
        let operator = setup::bare_operator(config, opened.db.clone())?;
        operator.check_keyring().await?;
        clean_names(&operator).await?;
        tokio::spawn(lead(operator, stop.clone()));
        let observed = config.server.operator_bind;
        let observed = observed.map(|address| Metrics::start().map(|metrics| (address, metrics)));
        let observed = observed.transpose()?;
        disclosure::log(&opened.db).await?;
        let recovery = setup::recovery(config, opened.db.clone(), mailer, texter)?;
        strength::prepare();
        let mut listeners = Vec::new();
        if !self.worker_only {
            listeners.push(public(config, &recovery, &stop).await?);
        }
        if let Some((address, metrics)) = observed {
            let socket = bind("server.operator_bind", address).await?;
            let router = api::operator::router(recovery.clone(), metrics.exposition());
            listeners.push(Listener::plain(socket, config.server.keep_alive, router));
            metrics.keep(&recovery, &stop);
        }
        let workers = if self.no_worker { 0 } else { WORKERS };
        run(recovery, listeners, workers, stop).await
    }
}

/// Brings the stored names under the rules of this version, where no server and no `rekey migrate` has yet.
async fn clean_names(operator: &Operator) -> Result<(), Failure> {
    if operator.are_names_clean().await? {
        return Ok(());
    }
    let done = operator.clean_names().await?;
    if done.cleaned > 0 {
        tracing::info!(cleaned = done.cleaned, "stored names were cleaned");
    }
    if !done.clashes.is_empty() {
        // Which they are is in the audit trail and said by the command: names are not logged.
        let clashes = done.clashes.len();
        tracing::warn!(
            clashes,
            "names that would become those of others stay as they are; `rekey migrate` says which"
        );
    }
    Ok(())
}

/// Says now and then that this server makes digests with its newest key, so that `rekey secrets` knows
/// what depends on which.
async fn lead(operator: Operator, stop: Stop) {
    let mut due = interval(LEAD_EVERY);
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = stop.closed() => return,
        }
        if let Err(fault) = operator.lead_keyring().await {
            let fault: &dyn std::error::Error = &fault;
            tracing::warn!(error = fault, "could not say which secret key is in use");
        }
    }
}

/// The listener for people and applications, under TLS where a certificate is configured.
async fn public(config: &Config, recovery: &Recovery, stop: &Stop) -> Result<Listener, Failure> {
    let tls = match &config.server.tls {
        Some(tls) => {
            let certificate = Certificate::read(&tls.certificate, &tls.key)?;
            let acceptor = certificate.acceptor()?;
            tokio::spawn(certificate.follow(stop.clone()));
            Some(acceptor)
        }
        None => None,
    };
    Ok(Listener {
        socket: bind("server.bind", config.server.bind).await?,
        tls,
        places: Places::new(&config.server.trusted_proxies),
        keep_alive: config.server.keep_alive,
        router: api::router(recovery.clone(), &surface(config)),
    })
}

/// What runs until the server is told to stop.
type Tasks = JoinSet<()>;

/// Serves and works until told to stop, then lets what is under way end. While the server is leaving
/// it serves on and says that it is not ready; jobs are left to others from the first moment.
pub(super) async fn run(
    recovery: Recovery,
    listeners: Vec<Listener>,
    workers: usize,
    stop: Stop,
) -> Result<(), Failure> {
    let mut tasks = Tasks::new();
    for listener in listeners {
        tracing::info!(address = %listener.socket.local_addr()?, "listening");
        tasks.spawn(listener.serve(stop.clone()));
    }
    let (watching, until) = (recovery.clone(), stop.clone());
    tasks.spawn(async move {
        watching
            .upkeep
            .write_signals_now_and_then(until.closing())
            .await;
    });
    if workers > 0 {
        let (recovery, leaving) = (recovery.clone(), stop.leaving());
        tasks.spawn(async move {
            recovery.upkeep.work(workers, leaving).await;
        });
    }
    let ended = end(&recovery, &mut tasks, &stop).await;
    tasks.abort_all();
    write_last_words(&recovery).await;
    ended
}

/// Waits until the server is told to stop, or a listener fails, and then for what is under way.
async fn end(recovery: &Recovery, tasks: &mut Tasks, stop: &Stop) -> Result<(), Failure> {
    tokio::select! {
        biased;
        () = stop.left() => {
            recovery.upkeep.leave();
            stop.closed().await;
        }
        // A listener that ends before it was told to has failed.
        Some(ended) = tasks.join_next(), if !tasks.is_empty() => ended?,
    }
    let rest = async {
        while let Some(ended) = tasks.join_next().await {
            ended?;
        }
        recovery.finish_running().await;
        // Of callers that hung up: what was taken in is written.
        recovery.asking.finish_recording().await;
        Ok::<(), Failure>(())
    };
    if let Ok(ended) = timeout(GRACE, rest).await {
        return ended;
    }
    tracing::warn!("some requests did not end in time and were broken off");
    Ok(())
}

/// Writes down what was refused until the very end, and seals the last events, so that none of them
/// waits, where it could be removed unseen, for the next server to start. Tried also where what was under
/// way did not end in time.
async fn write_last_words(recovery: &Recovery) {
    let written = timeout(LAST_WORDS, recovery.audit.write_signals()).await;
    if let Err(fault) = written.unwrap_or_else(|late| Err(late.into())) {
        let fault: &dyn std::error::Error = &fault;
        tracing::error!(error = fault, "could not write down what was refused");
    }
    let sealed = timeout(LAST_WORDS, recovery.audit.seal()).await;
    if let Err(fault) = sealed.unwrap_or_else(|late| Err(late.into())) {
        let fault: &dyn std::error::Error = &fault;
        tracing::error!(error = fault, "could not seal the audit trail");
    }
}

/// What the wire needs to know.
pub(super) fn surface(config: &Config) -> Surface {
    Surface {
        trusted_proxies: TrustedProxies(config.server.trusted_proxies.clone().into()),
        cors_origins: config.server.cors_origins.clone(),
        public_url: setup::public_url(config),
        is_tls: config.server.tls.is_some(),
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
