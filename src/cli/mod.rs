//! The operator's commands: one file each, and the only readers of the configuration.

mod account;
mod audit;
mod calibrate;
mod check_config;
mod completions;
mod database;
mod demo;
mod disclosure;
mod doctor;
mod invoker;
mod job;
mod key;
mod key_file;
mod listener;
mod logging;
mod machine;
mod metrics;
mod migrate;
mod openapi;
mod output;
mod pace;
mod places;
mod rotation;
mod secrets;
mod serve;
mod setup;
mod shutdown;
mod tenant;
mod tls;
mod traces;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use self::output::Output;

/// What a command may fail with: a sentence for the operator, and its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Self-hosted account recovery.
#[derive(Parser)]
#[command(
    name = "rekey",
    version,
    propagate_version = true,
    after_long_help = "\
Exit codes: 0 done, 1 failed, 2 wrong usage.

Examples:
  rekey demo
  rekey doctor --config /etc/rekey/rekey.toml
  rekey account send-reset JohnDoe --tenant demo
  rekey account send-reset --help"
)]
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
    #[command(after_long_help = "\
Brings the schema up to date first. Without database.url it runs a private Postgres. One process does \
everything; --no-worker and --worker-only split it in two.

Examples:
  rekey serve
  rekey serve --config /etc/rekey/rekey.toml
  rekey serve --worker-only --config /etc/rekey/rekey.toml")]
    Serve(serve::Serve),
    /// Try everything on this machine: private database, demo tenant, mailbox page
    #[command(after_long_help = "\
Prints commands to paste, with a key that works. Listens on this machine only; letters are shown on a \
page and leave for nobody.

Examples:
  rekey demo
  rekey demo --port 8081")]
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    #[command(after_long_help = "\
Does nothing where it is up to date. `rekey serve` does the same when it starts; run this first to \
have it apart from a start.

Examples:
  rekey migrate
  rekey migrate --config /etc/rekey/rekey.toml")]
    Migrate,
    /// Create, update and list tenants
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey tenant apply demo.toml
  rekey tenant list"
    )]
    Tenant(tenant::Tenant),
    /// Import, show and list accounts; disable, enable, unblock and sign them out; send links
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey account show JohnDoe --tenant demo
  rekey account unblock JohnDoe --tenant demo
  rekey account send-reset JohnDoe --tenant demo"
    )]
    Account(account::Account),
    /// Create, list and revoke the keys applications present
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey key create --tenant demo --kind sspr --name 'web shop'
  rekey key list --tenant demo"
    )]
    Key(key::Key),
    /// Read the audit trail, and find out whether it is whole
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey audit list --tenant demo --account JohnDoe --since 24h
  rekey audit verify
  rekey audit export --tenant demo --format cef --after 1200"
    )]
    Audit(audit::Audit),
    /// Replace the secret keys that digests are made with
    #[command(
        subcommand,
        after_long_help = "\
For one server: rotate, and restart it. For several, so that each finds what the others made: add, \
restart all one after the other, promote, and restart them again. The old key is dropped when check \
says that nothing depends on it.

Examples:
  rekey secrets rotate
  rekey secrets add
  rekey secrets promote
  rekey secrets check
  rekey secrets drop"
    )]
    Secrets(rotation::Secrets),
    /// List letters that have not left; retry or drop them
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey job list --dead
  rekey job retry --all"
    )]
    Job(job::Job),
    /// Check the server file, the environment and tenant files for mistakes
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey config check /etc/rekey/rekey.toml --show"
    )]
    Config(check_config::Settings),
    /// Look for everything that is wrong with this set-up, and say how to mend it
    #[command(after_long_help = "\
Looks at the settings, the secret keys and their files, the listeners, the database and its schema, \
clocks, tenants, hashing, the mail server, the SMS gateway, and letters that do not leave. It changes \
nothing, sends nothing and prints no secret. Each finding says what was checked, what was found, and, \
where something is wrong, which setting or command mends it. Exit code 1: something has to be mended.

Examples:
  rekey doctor
  rekey doctor --config /etc/rekey/rekey.toml
  rekey doctor --json | jq '.findings[] | select(.state != \"ok\")'")]
    Doctor(doctor::Doctor),
    /// Find what a password hash may cost on this machine
    #[command(after_long_help = "\
Prints lines for the server file: as much memory as fits the target, then more iterations, never below \
the OWASP floor (19456 KiB, 2 iterations). Run it where the server will run, while little else does.

Examples:
  rekey calibrate
  rekey calibrate --target 100ms
  rekey calibrate --target 100ms --json")]
    Calibrate(calibrate::Calibrate),
    /// Reach the database in use
    #[command(
        subcommand,
        after_long_help = "\
Examples:
  rekey database url
  rekey database restored
  rekey database run --data-dir rekey-data"
    )]
    Database(database::Database),
    /// Print the OpenAPI document of a family, or the names of the families
    #[command(after_long_help = "\
Examples:
  rekey openapi
  rekey openapi sspr > sspr.json")]
    Openapi(openapi::Openapi),
    /// Print a script that completes commands in your shell
    #[command(after_long_help = "\
Examples:
  rekey completions bash > /etc/bash_completion.d/rekey
  rekey completions zsh > ~/.zfunc/_rekey
  rekey completions fish > ~/.config/fish/completions/rekey.fish")]
    Completions(completions::Completions),
}

/// Every command and option, for whoever wants to look at them without running any.
pub fn command() -> clap::Command {
    Cli::command()
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
        Command::Secrets(secrets) => secrets.run(global, output).await,
        Command::Database(database) => database.run(global, output).await,
        Command::Job(job) => job.run(global, output).await,
        Command::Config(settings) => settings.run(global, output),
        Command::Doctor(doctor) => doctor.run(global, output).await,
        Command::Calibrate(calibrate) => calibrate.run(output).await,
        Command::Completions(completions) => completions.run(),
        Command::Openapi(openapi) => openapi.run(output),
    }
}
