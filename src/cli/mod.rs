//! The operator's commands: one file each, and the only readers of the configuration.

mod account;
mod audit;
mod database;
mod demo;
mod disclosure;
mod invoker;
mod key;
mod listener;
mod logging;
mod migrate;
mod openapi;
mod output;
mod secrets;
mod serve;
mod setup;
mod shutdown;
mod tenant;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::output::Output;

/// What a command may fail with: a sentence for the operator, and its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Self-hosted account recovery.
#[derive(Parser)]
#[command(name = "rekey", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
struct Global {
    /// The server file; without it the defaults and the environment decide
    #[arg(long, global = true, env = "REKEY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the APIs and send letters, until SIGTERM
    Serve(serve::Serve),
    /// Try everything on this machine: private database, demo tenant, mailbox page
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    Migrate,
    /// Create, update and list tenants
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// Import, show and list accounts
    #[command(subcommand)]
    Account(account::Account),
    /// Create, list and revoke the keys applications present
    #[command(subcommand)]
    Key(key::Key),
    /// Read the audit trail, and find out whether it is whole
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Reach the database in use
    #[command(subcommand)]
    Database(database::Database),
    /// Print the OpenAPI document of a family, or the names of the families
    Openapi(openapi::Openapi),
}

/// Runs the command line. Exit codes: 0 done, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::failed(&error),
    };
    match runtime.block_on(run(cli, output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::failed(&*failure),
    }
}

async fn run(cli: Cli, output: Output) -> Result<(), Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Serve(serve) => serve.run(global).await,
        Command::Demo(demo) => demo.run(global).await,
        Command::Migrate => migrate::run(global, output).await,
        Command::Tenant(tenant) => tenant.run(global, output).await,
        Command::Account(account) => account.run(global, output).await,
        Command::Key(key) => key.run(global, output).await,
        Command::Audit(audit) => audit.run(global, output).await,
        Command::Database(database) => database.run(global, output).await,
        Command::Openapi(openapi) => openapi.run(output),
    }
}
