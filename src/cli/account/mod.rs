//! `rekey account`

mod export;
mod import;
mod progress;
mod show;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::output::Output;
use super::{Failure, Global, setup};
use crate::operator::{End, Format, Hashes, Import, Operator};

#[derive(Subcommand)]
pub(super) enum Account {
    /// Create and update accounts from JSON Lines or CSV: all of them, or none if one line is bad
    Import {
        /// The file, or - for standard input
        file: PathBuf,
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// What the file is written in; else its ending says so
        #[arg(long)]
        format: Option<Written>,
        /// Do everything but keep it, and report
        #[arg(long)]
        dry_run: bool,
    },
    /// Print a tenant's accounts as the JSON Lines that import takes
    Export {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// Print the hashes of passwords and answers too
        #[arg(long)]
        with_hashes: bool,
    },
    /// Show an account and how its passwords stand
    Show {
        /// The account's login name
        login: String,
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// List a tenant's accounts by login name; with --json, one object a line
    List {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
}

/// What a file of accounts is written in.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Written {
    /// JSON Lines
    Jsonl,
    /// CSV with a header
    Csv,
}

impl Written {
    fn format(self) -> Format {
        match self {
            Self::Jsonl => Format::JsonLines,
            Self::Csv => Format::Csv,
        }
    }
}

impl Account {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let (opened, operator) = setup::command(&config).await?;
        let done = self.act(&operator, output).await;
        opened.close().await?;
        done
    }

    async fn act(self, operator: &Operator, output: Output) -> Result<(), Failure> {
        match self {
            Self::Import {
                file,
                tenant,
                format,
                dry_run,
            } => {
                let tenant = operator.find_tenant(&tenant).await?;
                let import = Import {
                    format: format.map_or_else(|| import::format_of(&file), Written::format),
                    end: if dry_run { End::TakeBack } else { End::Commit },
                };
                import::run(operator, &tenant, (&file, import), output).await
            }
            Self::Export {
                tenant,
                with_hashes,
            } => {
                let tenant = operator.find_tenant(&tenant).await?;
                let hashes = if with_hashes {
                    Hashes::With
                } else {
                    Hashes::Without
                };
                export::run(operator, &tenant, hashes).await
            }
            Self::Show { login, tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::one(operator, &tenant, &login, output).await
            }
            Self::List { tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::all(operator, &tenant, output).await
            }
        }
    }
}
