//! `rekey database`

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::output::Output;
use super::{Failure, Global, setup, shutdown};
use crate::config::Config;
use crate::operator::Settled;
use crate::postgres::{self, Cluster, Options};

#[derive(Subcommand)]
pub(super) enum Database {
    /// Print the connection URL of the database in use, the private one included
    #[command(after_long_help = "\
The URL holds the password: mind where it goes.

Examples:
  psql \"$(rekey database url)\"
  pg_dump \"$(rekey database url)\" > rekey.sql")]
    Url,
    /// End what a restored copy brought back to life: links, codes and sessions that may have been used
    #[command(after_long_help = "\
Run it after restoring a copy and before the servers start. One transaction; it is written into the \
trail of every tenant it touched. Keys that operators made stay as they were in the copy.

Examples:
  rekey database restored
  rekey database restored --json")]
    Restored,
    /// Run the private Postgres alone until SIGTERM, and print its URL once it is ready
    #[command(after_long_help = "\
Examples:
  rekey database run
  rekey database run --data-dir rekey-data")]
    Run {
        /// Keep it here instead of where the configuration says
        #[arg(long)]
        data_dir: Option<PathBuf>,
        /// Run faster and lose everything in a power cut: for tests
        #[arg(long)]
        not_durable: bool,
    },
}

impl Database {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        match self {
            Self::Url => {
                let url = match &config.database.url {
                    Some(url) => url.expose_secret().to_owned(),
                    None => postgres::read_url(&config.database.data_dir)?,
                };
                output.answer(&json!({ "url": url }), &url);
                Ok(())
            }
            Self::Restored => restored(&config, output).await,
            Self::Run {
                data_dir,
                not_durable,
            } => {
                let stop = shutdown::listen(Duration::ZERO)?;
                let options = Options {
                    data_dir: data_dir.unwrap_or(config.database.data_dir),
                    durable: !not_durable,
                    max_connections: 200,
                    tcp: false,
                };
                let cluster = Cluster::start(&options).await?;
                output.answer(&json!({ "url": cluster.url() }), cluster.url());
                stop.closed().await;
                Ok(cluster.stop().await?)
            }
        }
    }
}

async fn restored(config: &Config, output: Output) -> Result<(), Failure> {
    let (opened, operator) = setup::command(config).await?;
    let settled = operator.settle_restored().await;
    opened.close().await?;
    let settled = settled?;
    let Settled {
        tokens,
        codes,
        sessions,
        keys,
    } = settled;
    let line = format!(
        "Ended {tokens} mailed links, {codes} one-time codes, {sessions} sessions and {keys} keys \
         of sign-ins.\nKeys made by operators are as they were in the copy: revoke again those that \
         were revoked since (`rekey key list`)."
    );
    output.answer(&settled, line);
    Ok(())
}
