//! Putting the parts together that commands work with.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};

use super::{Failure, Global, invoker, secrets};
use crate::config::{self, Config, Environment};
use crate::mail::{Mailer, Patience, Security, SmtpSettings, Templates};
use crate::operator::{Operator, OperatorParts};
use crate::postgres::{self, Cluster};
use crate::recovery::{
    Capacity, Clock, Entropy, Hasher, Limits, OperatorNotices, Params, Parts, Recovery, Retention,
};
use crate::sms::{Texter, Webhook, WebhookSettings};
use crate::store;

/// How long a request waits for a connection before it is told that the database is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection may have rested before it is asked whether it still lives. Under load none
/// rests that long, and a statement costs one round trip and not two.
const RESTED: Duration = Duration::from_secs(1);

/// Plans are made once for each statement of a connection, and not for every call anew: by
/// themselves, statements that take arrays would be planned for ever (docs/decisions/0063). Behind a
/// pooler it may reach another session than ours; all of them are ours, and it changes no answer.
const PLANS: &str = "set plan_cache_mode = force_generic_plan";

/// Reads the configuration that a command was given.
pub(super) fn config(global: &Global) -> Result<Config, Failure> {
    Ok(Config::load(
        global.config.as_deref(),
        &Environment::process(),
    )?)
}

/// A database to work with, and the private server behind it where we started one.
pub(super) struct Opened {
    pub(super) db: PgPool,
    cluster: Option<Cluster>,
}

impl Opened {
    /// The configured database; else the private one, started and kept for as long as this lives.
    /// A second Rekey on its data directory is refused.
    pub(super) async fn own(config: &Config) -> Result<Self, Failure> {
        match &config.database.url {
            Some(url) => Self::connect(config, url.expose_secret().to_owned(), None).await,
            None => Self::start(config).await,
        }
    }

    /// Like [`Self::own`], but joins a private database that a running server has started.
    pub(super) async fn join(config: &Config) -> Result<Self, Failure> {
        if let Some(url) = &config.database.url {
            return Self::connect(config, url.expose_secret().to_owned(), None).await;
        }
        match postgres::read_url(&config.database.data_dir) {
            Ok(url) => Self::connect(config, url, None).await,
            Err(postgres::Error::NotMade(_) | postgres::Error::NotRunning(_)) => {
                Self::start(config).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn start(config: &Config) -> Result<Self, Failure> {
        let options = postgres::Options {
            data_dir: config.database.data_dir.clone(),
            durable: true,
            // A few more than the pool takes, for operators and their commands.
            max_connections: u16::try_from(config.database.max_connections)?.saturating_add(14),
            tcp: false,
        };
        let cluster = Cluster::start(&options).await?;
        let url = cluster.url();
        Self::connect(config, url, Some(cluster)).await
    }

    async fn connect(
        config: &Config,
        url: String,
        cluster: Option<Cluster>,
    ) -> Result<Self, Failure> {
        let pooled = PgPoolOptions::new()
            .max_connections(config.database.max_connections)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(PLANS).await?;
                    Ok(())
                })
            })
            .before_acquire(|connection, known| {
                Box::pin(async move {
                    if known.idle_for >= RESTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            });
        let connected = match options(&url) {
            Ok(options) => pooled.connect_with(options).await,
            Err(error) => Err(error),
        };
        match connected {
            Ok(db) => Ok(Self { db, cluster }),
            Err(error) => {
                if let Some(cluster) = cluster {
                    cluster.stop().await?;
                }
                Err(format!("the database cannot be reached: {error}").into())
            }
        }
    }

    /// Brings the schema up to date. Servers that start together take turns. Migrations of a newer
    /// version are left as they are: this one works with them (docs/decisions/0051).
    pub(super) async fn migrate(&self) -> Result<(), Failure> {
        // The turn belongs to a transaction beside the migrations. sqlx's own lock belongs to a
        // session, and a pooler that lends those would leave it behind in one of them for good.
        let mut beside = PgConnection::connect_with(&self.db.connect_options()).await?;
        let mut turn = beside.begin().await?;
        store::turn::take(&mut turn, "migrations").await?;
        let mut migrator = Migrator {
            migrations: store::MIGRATOR.migrations.clone(),
            ..Migrator::DEFAULT
        };
        let migrator = migrator.set_ignore_missing(true).set_locking(false);
        let done = migrator.run(&self.db).await;
        turn.rollback().await?;
        beside.close().await?;
        Ok(done?)
    }

    /// Closes the connections, and the private server if we started it.
    pub(super) async fn close(self) -> Result<(), Failure> {
        self.db.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}

/// How connections to a database are opened.
pub(super) fn options(url: &str) -> sqlx::Result<PgConnectOptions> {
    // What sqlx would ask of every session besides is about numbers as text, which nothing here reads;
    // PgBouncer refuses whoever asks for it.
    let options: PgConnectOptions = url.parse()?;
    Ok(options.extra_float_digits(None))
}

/// The threads that hash, as configured.
pub(super) fn hasher(config: &Config, entropy: &Entropy) -> Result<Hasher, Failure> {
    let hashing = &config.hashing;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let params = Params::new(
        hashing.memory_kib,
        hashing.iterations,
        hashing.parallelism,
        None,
    )
    .map_err(|error| format!("[hashing] is refused by argon2: {error}"))?;
    let capacity = Capacity {
        params,
        concurrency: if hashing.concurrency == 0 {
            cores
        } else {
            usize::try_from(hashing.concurrency)?
        },
        queue: usize::try_from(hashing.queue)?,
    };
    Ok(Hasher::start(&capacity, entropy.clone())?)
}

/// What people do.
pub(super) fn recovery(
    config: &Config,
    db: PgPool,
    mailer: Arc<dyn Mailer>,
    texter: Option<Arc<dyn Texter>>,
) -> Result<Recovery, Failure> {
    let entropy = Entropy::os();
    Ok(Recovery::new(Parts {
        db,
        clock: Clock::system(),
        keys: secrets::keyring(config)?,
        hasher: hasher(config, &entropy)?,
        entropy,
        limits: Limits {
            recovery_per_identifier: config.limits.recovery_per_identifier,
            recovery_per_address: config.limits.recovery_per_address,
            recovery_per_tenant: config.limits.recovery_per_tenant,
            login_per_address: config.limits.login_per_address,
            codes_per_account: config.limits.codes_per_account,
            mail_per_server: config.limits.mail_per_server,
        },
        retention: Retention {
            addresses: seconds(config.retention.addresses),
            audit: seconds(config.retention.audit),
        },
        mailer,
        texter,
        templates: Templates::builtin(),
        mail_from: config.mail.from.clone(),
        default_tenant: config.server.default_tenant.clone(),
        public_url: public_url(config),
        notices: config.notices.to.clone().map(|to| OperatorNotices {
            to,
            language: config.notices.language,
        }),
    }))
}

/// How the mail server is spoken to, as configured.
pub(super) fn smtp(config: &Config) -> SmtpSettings {
    let url = &config.mail.smtp;
    let security = match url.security {
        config::Security::Plain => Security::Plain,
        config::Security::Starttls => Security::StartTls,
        config::Security::Tls => Security::Tls,
    };
    let mut settings = SmtpSettings::new(&url.host, url.port, security);
    settings.credentials = url
        .credentials
        .as_ref()
        .map(|known| (known.user.clone(), known.password.clone()));
    settings.extra_root.clone_from(&config.mail.smtp_ca);
    let public = || config.server.public_url.host_str().map(str::to_owned);
    settings.hello_name = config.mail.hello.clone().or_else(public);
    settings
        .envelope_from
        .clone_from(&config.mail.envelope_from);
    settings.patience = Patience {
        connect: config.mail.connect_timeout,
        reply: config.mail.reply_timeout,
        acceptance: config.mail.acceptance_timeout,
    };
    settings
}

/// Who carries text messages, as configured.
pub(super) fn texter(config: &Config) -> Result<Option<Arc<dyn Texter>>, Failure> {
    let webhook = webhook(config)?;
    Ok(webhook.map(|webhook| Arc::new(webhook) as Arc<dyn Texter>))
}

/// The gateway for text messages, as configured.
pub(super) fn webhook(config: &Config) -> Result<Option<Webhook>, Failure> {
    let sms = &config.sms;
    let Some(url) = &sms.webhook_url else {
        return Ok(None);
    };
    let settings = WebhookSettings {
        secret: sms.webhook_secret.clone(),
        extra_root: sms.webhook_ca.clone(),
        ..WebhookSettings::new(url.clone())
    };
    Ok(Some(Webhook::new(&settings)?))
}

/// Where callers reach us, without a trailing slash.
pub(super) fn public_url(config: &Config) -> String {
    config
        .server
        .public_url
        .as_str()
        .trim_end_matches('/')
        .to_owned()
}

/// What a command works with: a database whose schema and keys are its own. An empty one gets its
/// schema; one of an older version is for `rekey migrate`, since servers may be running on it.
pub(super) async fn command(config: &Config) -> Result<(Opened, Operator), Failure> {
    let opened = Opened::join(config).await?;
    match prepared(config, &opened).await {
        Ok(operator) => Ok((opened, operator)),
        Err(failure) => {
            opened.close().await?;
            Err(failure)
        }
    }
}

async fn prepared(config: &Config, opened: &Opened) -> Result<Operator, Failure> {
    match store::schema::state(&mut *opened.db.acquire().await?).await? {
        store::schema::State::Empty => opened.migrate().await?,
        store::schema::State::Older => {
            return Err("the database has an older schema; run `rekey migrate`".into());
        }
        store::schema::State::Current => {}
    }
    let operator = operator(config, opened.db.clone())?;
    operator.check_keyring().await?;
    Ok(operator)
}

/// What operators do.
pub(super) fn operator(config: &Config, db: PgPool) -> Result<Operator, Failure> {
    let hasher = hasher(config, &Entropy::os())?;
    operator_with(config, db, Some(hasher))
}

/// What operators do that needs no threads to hash with.
pub(super) fn bare_operator(config: &Config, db: PgPool) -> Result<Operator, Failure> {
    operator_with(config, db, None)
}

fn operator_with(config: &Config, db: PgPool, hasher: Option<Hasher>) -> Result<Operator, Failure> {
    let operator = Operator::new(OperatorParts {
        db,
        clock: Clock::system(),
        keys: secrets::keyring(config)?,
        hasher,
        entropy: Entropy::os(),
    });
    Ok(operator
        .by(invoker::find())
        .mailing(config.limits.mail_per_server))
}

fn seconds(seconds: u64) -> time::Duration {
    time::Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
