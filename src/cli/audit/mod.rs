//! `rekey audit`

mod cef;
mod jsonl;
mod read;
mod verify;

pub(super) use self::jsonl::escaped;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::output::Output;
use super::{Failure, Global, setup};
use crate::domain::Timestamp;
use crate::domain::audit::Point;
use crate::operator::Operator;
use crate::recovery::Clock;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Show the newest events, oldest first; with --json, one object a line
    #[command(after_long_help = "\
Examples:
  rekey audit list --tenant demo
  rekey audit list --tenant demo --account JohnDoe --since 24h
  rekey audit list --tenant demo --action account.disowned --json")]
    List(List),
    /// Find out whether the trail is what was recorded; exit code 1 if it is not
    #[command(after_long_help = "\
A head that was noted where nobody who has the database can change it also shows that the end is there.

Examples:
  rekey audit verify
  rekey audit verify --tenant demo --json")]
    Verify {
        /// The tenant's code; without it, every tenant
        #[arg(long, value_name = "CODE")]
        tenant: Option<String>,
        /// A head noted earlier, from the log, `verify` or `export`: the chain must go through it
        #[arg(long, value_name = "SEQ:DIGEST", requires = "tenant", value_parser = head)]
        head: Option<Point>,
    },
    /// Print every sealed event in the order of the chain
    #[command(after_long_help = "\
Examples:
  rekey audit export --tenant demo > demo.jsonl
  rekey audit export --tenant demo --format cef --after 1200")]
    Export(Export),
}

#[derive(Args)]
pub(super) struct List {
    /// The tenant's code
    #[arg(long, value_name = "CODE")]
    tenant: String,
    /// Only what was done to, or by, the account of this login name
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
    /// Only what is not older, like 24h or 7d
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    since: Option<Duration>,
    /// Only this action, like account.signed-in
    #[arg(long)]
    action: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

#[derive(Args)]
pub(super) struct Export {
    /// The tenant's code
    #[arg(long, value_name = "CODE")]
    tenant: String,
    /// How each event is written
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only what is not older, like 24h or 7d
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    since: Option<Duration>,
    /// Only events after this one: go on where the last export ended. With the digest, it is made sure
    /// that the chain is still the same up to there
    #[arg(long, value_name = "SEQ[:DIGEST]", value_parser = after)]
    after: Option<Point>,
}

/// How an event is written.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// JSON Lines: an object a line
    Jsonl,
    /// The Common Event Format, which collectors of security events read
    Cef,
}

impl Audit {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let (opened, operator) = setup::command(&config).await?;
        let done = self.act(&operator, output).await;
        opened.close().await?;
        done
    }

    async fn act(self, operator: &Operator, output: Output) -> Result<(), Failure> {
        match self {
            Self::List(list) => read::list(operator, list, output).await,
            Self::Verify { tenant, head } => {
                verify::run(operator, tenant.as_deref(), head, output).await
            }
            Self::Export(export) => read::export(operator, export).await,
        }
    }
}

fn head(text: &str) -> Result<Point, &'static str> {
    Point::parse(text).ok_or("write SEQ:DIGEST, as `rekey audit verify` prints a head")
}

fn after(text: &str) -> Result<Point, &'static str> {
    let seq = || text.parse().ok().filter(|seq| *seq >= 0);
    let place = Point::parse(text).or_else(|| {
        Some(Point {
            seq: seq()?,
            digest: None,
        })
    });
    place.ok_or("write SEQ:DIGEST, as `rekey audit export` prints the last event, or SEQ")
}

/// The moment so long ago.
fn ago(since: Option<Duration>) -> Option<Timestamp> {
    let now = Clock::system().now();
    let since = time::Duration::try_from(since?).ok()?;
    now.checked_sub(since)
}
