//! `rekey database`

use std::path::PathBuf;

use clap::Subcommand;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::output::Output;
use super::{Failure, Global, setup, shutdown};
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
            Self::Run {
                data_dir,
                not_durable,
            } => {
                let stop = shutdown::listen()?;
                let options = Options {
                    data_dir: data_dir.unwrap_or(config.database.data_dir),
                    durable: !not_durable,
                    max_connections: 200,
                    tcp: false,
                };
                let cluster = Cluster::start(&options).await?;
                output.answer(&json!({ "url": cluster.url() }), cluster.url());
                shutdown::wait(stop).await;
                Ok(cluster.stop().await?)
            }
        }
    }
}
