//! `rekey account`

mod import;
mod show;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::output::Output;
use super::{Failure, Global, setup};
use crate::operator::Operator;

#[derive(Subcommand)]
pub(super) enum Account {
    /// Create and update accounts from JSON Lines: all of them, or none if one line is bad
    Import {
        /// The file, or - for standard input
        file: PathBuf,
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Show an account and how its passwords stand
    Show {
        /// The account's login name
        login: String,
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Let an account be recovered again before its freeze ends: its owner had said that a change was not theirs
    Thaw {
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
            Self::Import { file, tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                import::run(operator, &tenant, &file, output).await
            }
            Self::Show { login, tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::one(operator, &tenant, &login, output).await
            }
            Self::Thaw { login, tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                operator
                    .thaw_account(&tenant, &login)
                    .await
                    .map_err(|error| format!("`{login}`: {error}"))?;
                output.answer(
                    &json!({ "login": login, "result": "thawed" }),
                    format!("Account {login}: can be recovered again."),
                );
                Ok(())
            }
            Self::List { tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::all(operator, &tenant, output).await
            }
        }
    }
}
