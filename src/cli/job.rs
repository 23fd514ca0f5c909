//! `rekey job`

use std::time::Duration;

use clap::{ArgGroup, Subcommand};
use serde_json::json;

use super::output::Output;
use super::{Failure, Global, setup};
use crate::domain::id::JobId;
use crate::operator::{JobState, ListedJob, Operator, Which};

#[derive(Subcommand)]
pub(super) enum Job {
    /// List letters that have not left, oldest first: what kind, never whose
    #[command(after_long_help = "\
States: due (the next free worker takes it), held (a worker is at it), waiting (put off after a \
failure), dead (given up: refused for good, or tried for a day). At most 1000 are listed.

Examples:
  rekey job list
  rekey job list --dead --tenant demo
  rekey job list --dead --json | jq -r '.[].lastError' | sort | uniq -c")]
    List {
        /// Only those that were given up
        #[arg(long)]
        dead: bool,
        /// Only those of the tenant with this code
        #[arg(long, value_name = "CODE")]
        tenant: Option<String>,
    },
    /// Make a letter due now that was given up or put off
    #[command(after_long_help = "\
It has a whole day again before it is given up. Whoever waited has usually asked again meanwhile; a \
second link voids the first.

Examples:
  rekey job retry 019a9f3e-2b6f-7c41-9d59-0d5f3a2b7c11
  rekey job retry --all
  rekey job retry --all --tenant demo")]
    #[command(group(ArgGroup::new("which").required(true).args(["id", "all"])))]
    Retry {
        /// The job's id, as `job list` prints it
        id: Option<String>,
        /// Every job that was given up or put off
        #[arg(long)]
        all: bool,
        /// With --all: only those of the tenant with this code
        #[arg(long, value_name = "CODE", requires = "all", conflicts_with = "id")]
        tenant: Option<String>,
    },
    /// Delete a letter unsent
    #[command(after_long_help = "\
A line of the audit trail says that it was dropped. A dropped generated password was never sent: \
reset it again.

Examples:
  rekey job drop 019a9f3e-2b6f-7c41-9d59-0d5f3a2b7c11")]
    Drop {
        /// The job's id, as `job list` prints it
        id: String,
    },
}

impl Job {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let (opened, operator) = setup::command(&config).await?;
        let done = self.act(&operator, output).await;
        opened.close().await?;
        done
    }

    async fn act(self, operator: &Operator, output: Output) -> Result<(), Failure> {
        match self {
            Self::List { dead, tenant } => {
                let which = if dead { Which::Dead } else { Which::All };
                list(operator, which, tenant.as_deref(), output).await
            }
            Self::Retry {
                id: Some(id),
                all: _,
                tenant: _,
            } => {
                let job = operator.retry_job(parse(&id)?).await;
                let job = job.map_err(|error| format!("`{id}`: {error}"))?;
                let line = format!("The {} of tenant {} is due now.", job.letter, job.tenant);
                output.answer(&job, line);
                Ok(())
            }
            Self::Retry {
                id: None,
                all: _,
                tenant,
            } => {
                let tenant = match tenant {
                    Some(code) => Some(operator.find_tenant(&code).await?),
                    None => None,
                };
                let retried = operator.retry_jobs(tenant.as_ref()).await?;
                let line = format!("{retried} letters are due now.");
                output.answer(&json!({ "retried": retried }), line);
                Ok(())
            }
            Self::Drop { id } => {
                let job = operator.drop_job(parse(&id)?).await;
                let job = job.map_err(|error| format!("`{id}`: {error}"))?;
                let line = format!("Dropped the {} of tenant {}.", job.letter, job.tenant);
                output.answer(&job, line);
                Ok(())
            }
        }
    }
}

fn parse(id: &str) -> Result<JobId, Failure> {
    JobId::parse(id).ok_or_else(|| format!("`{id}` is not a job's id").into())
}

async fn list(
    operator: &Operator,
    which: Which,
    tenant: Option<&str>,
    output: Output,
) -> Result<(), Failure> {
    let tenant = match tenant {
        Some(code) => Some(operator.find_tenant(code).await?),
        None => None,
    };
    let jobs = operator.list_jobs(tenant.as_ref(), which).await?;
    let lines: Vec<_> = jobs.iter().map(line).collect();
    output.answer(&jobs, lines.join("\n"));
    Ok(())
}

fn line(job: &ListedJob) -> String {
    let state = match job.state {
        JobState::Due => "due",
        JobState::Held => "held",
        JobState::Waiting => "waiting",
        JobState::Dead => "dead",
        JobState::Unknown => "unknown",
    };
    let age = Duration::from_secs(u64::try_from(job.age).unwrap_or_default());
    format!(
        "{}  {state:7}  {:6}  {:18}  {:10}  {:3} tries  {}",
        job.id,
        job.tenant,
        job.letter,
        humantime::format_duration(age).to_string(),
        job.attempts,
        job.last_error.as_deref().unwrap_or("-"),
    )
}
