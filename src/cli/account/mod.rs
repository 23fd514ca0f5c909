//! `rekey account`

mod export;
mod import;
mod progress;
mod recover;
mod show;
mod status;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::output::Output;
use super::{Failure, Global, setup};
use crate::domain::token::Purpose;
use crate::operator::{End, Format, Hashes, Import, Operator};

#[derive(Subcommand)]
pub(super) enum Account {
    /// Create and update accounts from JSON Lines or CSV: all of them, or none if one line is bad
    #[command(after_long_help = "\
Each line is one object; `login` is the only member it must have. A line for a login that exists \
changes what it names and leaves the rest. A bad line is reported with its number, and nothing is \
imported. Whoever gets in to an account that was there by other means afterwards, or no longer, is told at \
the address it had before; --dry-run says how many would be told.

Examples:
  rekey account import people.jsonl --tenant demo
  rekey account import people.csv --tenant demo --dry-run
  zcat people.jsonl.gz | rekey account import - --tenant demo")]
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
    #[command(after_long_help = "\
Examples:
  rekey account export --tenant demo > people.jsonl
  rekey account export --tenant demo --with-hashes > people.jsonl")]
    Export {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// Print the hashes of passwords and answers too
        #[arg(long)]
        with_hashes: bool,
    },
    /// Show an account and how its passwords stand
    #[command(after_long_help = "\
Names, addresses, status, for each password type whether it is active, blocked or expired, and the last \
ten events of its audit trail, the newest first. Never a hash.

Examples:
  rekey account show JohnDoe --tenant demo
  rekey account show JohnDoe --tenant demo --json | jq .passwords")]
    Show(Whose),
    /// List a tenant's accounts by login name; with --json, one object a line
    #[command(after_long_help = "\
Examples:
  rekey account list --tenant demo
  rekey account list --tenant demo --json | jq -r 'select(.status != \"active\") | .login'")]
    List {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Give an account another login name; it keeps all else
    #[command(after_long_help = "\
For somebody who is called otherwise now, and for two accounts whose names look alike: `rekey migrate` \
says which those are. A name with something in it that cannot be seen is written as the shell takes it: \
bash has $'JohnDoe\\u200b'.

Examples:
  rekey account rename JohnDoe JaneDoe --tenant demo
  rekey account rename john.doe@demo.example JohnDoe --tenant demo")]
    Rename {
        /// The account's login name
        login: String,
        /// The new one
        new: String,
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Take an account out of use: ends its sessions, keys and links at once
    #[command(after_long_help = "\
Nobody can sign in to the account, and it gets no mail. Its sessions end, its links die, and its keys \
of every kind are ended for good: enabling it again revives none of them. Disabling it twice does \
no harm.

Examples:
  rekey account disable JohnDoe --tenant demo")]
    Disable(Whose),
    /// Put an account into use, whatever its status was
    #[command(after_long_help = "\
The account is active again, with the passwords it had. Whatever ended when it was disabled stays \
ended: people sign in anew, and keys are made anew with `rekey key create`. Blocks that wrong tries \
put on a password stay; see `rekey account unblock`.

Examples:
  rekey account enable JohnDoe --tenant demo")]
    Enable(Whose),
    /// Lift the block that wrong tries put on a password, and clear the tries
    #[command(after_long_help = "\
Lifts a block of either kind, temporary or indefinite. The password stays what it was. Where the \
access password was blocked, its owner gets a letter that says it was unlocked. A password that is \
disabled is not opened by this.

Examples:
  rekey account unblock JohnDoe --tenant demo
  rekey account unblock JohnDoe --tenant demo --type pin")]
    Unblock {
        #[command(flatten)]
        whose: Whose,
        /// The internal name of the password type; without it, the access password
        #[arg(long = "type", value_name = "NAME")]
        password_type: Option<String>,
    },
    /// End every session of an account, and every key its owner signed in for
    #[command(after_long_help = "\
For a lost phone or a shared computer. Consumer pairs and access clients that you made stay, since \
applications hold them; end those with `rekey key revoke`. The password stays good: have it reset \
too, if somebody else may know it.

Examples:
  rekey account sign-out JohnDoe --tenant demo
  rekey account sign-out JohnDoe --tenant demo && rekey account send-reset JohnDoe --tenant demo")]
    SignOut(Whose),
    /// Let an account be recovered again before its freeze ends
    #[command(after_long_help = "\
Whoever says of a notice that the change was not theirs ends the password that was set and freezes the \
recovery of the account: no link, no code and no generated password is sent for a while. Nobody can sign \
in until a new password is set: thaw the account, then have a link sent with `rekey account send-reset`. `rekey account show` says until when. Make \
sure first that the address of the account is its owner's.

Examples:
  rekey account thaw JohnDoe --tenant demo")]
    Thaw(Whose),
    /// Mail an account's owner a link to choose a new password; nobody else learns it
    #[command(after_long_help = "\
The link goes to the stored address, as if its owner had asked for it, and is never shown here. It \
counts against no limit. Where nothing would be sent, this says why. The letter leaves as soon as \
a server with workers runs; `rekey job list` shows it until then.

Examples:
  rekey account send-reset JohnDoe --tenant demo
  rekey account send-reset JohnDoe --tenant demo --unlock")]
    SendReset {
        #[command(flatten)]
        whose: Whose,
        /// Send a link that lifts a block and leaves the password as it is
        #[arg(long)]
        unlock: bool,
    },
}

/// Which account a command is about.
#[derive(Args)]
pub(super) struct Whose {
    /// The account's login name
    login: String,
    /// The tenant's code
    #[arg(long, value_name = "CODE")]
    tenant: String,
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
            Self::Show(Whose { login, tenant }) => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::one(operator, &tenant, &login, output).await
            }
            Self::List { tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                show::all(operator, &tenant, output).await
            }
            Self::Rename { login, new, tenant } => {
                let tenant = operator.find_tenant(&tenant).await?;
                status::rename(operator, &tenant, (&login, &new), output).await
            }
            Self::Disable(whose) => status::disable(operator, &whose, output).await,
            Self::Enable(whose) => status::enable(operator, &whose, output).await,
            Self::SignOut(whose) => status::sign_out(operator, &whose, output).await,
            Self::Unblock {
                whose,
                password_type,
            } => recover::unblock(operator, &whose, password_type.as_deref(), output).await,
            Self::Thaw(whose) => recover::thaw(operator, &whose, output).await,
            Self::SendReset { whose, unlock } => {
                let purpose = if unlock {
                    Purpose::Unlock
                } else {
                    Purpose::Reset
                };
                recover::send_link(operator, &whose, purpose, output).await
            }
        }
    }
}
