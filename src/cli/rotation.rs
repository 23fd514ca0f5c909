//! `rekey secrets`

use std::path::PathBuf;

use clap::Subcommand;
use rand::Rng as _;
use serde_json::json;
use zeroize::Zeroizing;

use super::key_file::{KeyFile, SecretKey};
use super::output::{self, Output};
use super::{Failure, Global, setup};
use crate::config::Config;
use crate::operator::{KeyStanding, Operator};
use crate::recovery::Entropy;

#[derive(Subcommand)]
pub(super) enum Secrets {
    /// Put a fresh secret key first: for one server, or for servers that are all stopped
    #[command(after_long_help = "\
A server that does not have the new key would not find what one that has it makes. With several \
servers, use add and promote.

Examples:
  rekey secrets rotate
  rekey secrets rotate --config /etc/rekey/rekey.toml")]
    Rotate,
    /// Put a fresh secret key second, so that running servers get to know it before it is used
    #[command(after_long_help = "\
Examples:
  rekey secrets add")]
    Add,
    /// Put the second secret key first, once all servers were restarted with it
    #[command(after_long_help = "\
A key that was first before is not put first again.

Examples:
  rekey secrets promote")]
    Promote,
    /// Drop the last secret key, if nothing depends on it
    #[command(after_long_help = "\
With --force, links, sessions and keys that depend on it stop working at the next restart, and what \
it signed of the audit trail can no longer be proven.

Examples:
  rekey secrets drop
  rekey secrets drop --force")]
    Drop {
        /// Drop it although something does, as when it leaked
        #[arg(long)]
        force: bool,
    },
    /// Show the secret keys by their fingerprints, and what depends on each
    #[command(after_long_help = "\
Fingerprints tell keys apart and say nothing about them.

Examples:
  rekey secrets check
  rekey secrets check --json")]
    Check,
}

impl Secrets {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        match self {
            Self::Rotate => {
                let file = KeyFile::hold(&path(&config)?)?;
                let mut keys = file.read()?;
                keys.insert(0, fresh());
                file.replace(&keys)?;
                answer(output, &file, &keys, "Restart the server.");
                Ok(())
            }
            Self::Add => {
                let file = KeyFile::hold(&path(&config)?)?;
                let mut keys = file.read()?;
                keys.insert(1, fresh());
                file.replace(&keys)?;
                let next =
                    "Restart all servers, one after the other; then run `rekey secrets promote`.";
                answer(output, &file, &keys, next);
                Ok(())
            }
            Self::Promote => {
                with(&config, async |operator| {
                    promote(&config, operator, output).await
                })
                .await
            }
            Self::Drop { force } => {
                with(&config, async |operator| {
                    drop_last(&config, operator, force, output).await
                })
                .await
            }
            Self::Check => with(&config, async |operator| check(operator, output).await).await,
        }
    }
}

/// Does something with the database that the keys belong to.
async fn with(
    config: &Config,
    act: impl AsyncFnOnce(&Operator) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (opened, operator) = setup::command(config).await?;
    let done = act(&operator).await;
    opened.close().await?;
    done
}

async fn promote(config: &Config, operator: &Operator, output: Output) -> Result<(), Failure> {
    let standing = operator.standing_of_keys().await?;
    match standing.get(1) {
        None => return Err("there is one key only; run `rekey secrets add` first".into()),
        Some(second) if second.led_at.is_some() => {
            return Err(
                "the second key was first before; run `rekey secrets add` for a fresh one".into(),
            );
        }
        Some(_) => {}
    }
    let file = KeyFile::hold(&path(config)?)?;
    let mut keys = file.read()?;
    if keys.len() < 2 {
        return Err("the file was changed meanwhile".into());
    }
    keys.swap(0, 1);
    file.replace(&keys)?;
    let next = "Restart all servers, one after the other. `rekey secrets check` tells when the old key can be dropped.";
    answer(output, &file, &keys, next);
    Ok(())
}

async fn drop_last(
    config: &Config,
    operator: &Operator,
    force: bool,
    output: Output,
) -> Result<(), Failure> {
    let standing = operator.standing_of_keys().await?;
    let [_, .., last] = standing.as_slice() else {
        return Err("there is one key only, and it is needed".into());
    };
    if !force && !may_go(last) {
        return Err(format!(
            "the key {} is still needed: {}; `--force` drops it all the same",
            last.fingerprint,
            needs(last)
        )
        .into());
    }
    let file = KeyFile::hold(&path(config)?)?;
    let mut keys = file.read()?;
    if keys.len() != standing.len() {
        return Err("the file was changed meanwhile".into());
    }
    // The database first: a key that is dropped there and not in the file is only remembered again.
    operator.forget_oldest_key().await?;
    keys.pop();
    file.replace(&keys)?;
    answer(
        output,
        &file,
        &keys,
        "Restart all servers, one after the other.",
    );
    Ok(())
}

async fn check(operator: &Operator, output: Output) -> Result<(), Failure> {
    let standing = operator.standing_of_keys().await?;
    let lines: Vec<_> = standing
        .iter()
        .enumerate()
        .map(|(place, key)| {
            let word = match place {
                0 => "makes digests".to_owned(),
                _ if may_go(key) => "can be dropped once it is last".to_owned(),
                _ => format!("is needed: {}", needs(key)),
            };
            format!("{}  {word}", key.fingerprint)
        })
        .collect();
    let shown: Vec<_> = standing
        .iter()
        .enumerate()
        .map(|(place, key)| {
            let mut shown = json!(key);
            shown["needed"] = (place == 0 || !may_go(key)).into();
            shown
        })
        .collect();
    output.answer(&shown, lines.join("\n"));
    Ok(())
}

/// Whether nothing would stop working without a key that is not the first.
fn may_go(key: &KeyStanding) -> bool {
    !key.leads && key.dependents.is_none()
}

/// What a key is needed for, for people.
fn needs(key: &KeyStanding) -> String {
    let dependents = &key.dependents;
    let mut needs = Vec::new();
    if key.leads {
        needs.push("a server or command made digests with it in the last 15 minutes".to_owned());
    }
    for (count, what) in [
        (dependents.tokens, "mailed links"),
        (dependents.codes, "one-time codes"),
        (dependents.sessions, "sessions"),
        (
            dependents.keys,
            "keys of applications, until they are next used",
        ),
        (
            dependents.signers,
            "signing secrets, until their keys are replaced",
        ),
        (
            dependents.events,
            "events of the audit trail, until they are forgotten",
        ),
    ] {
        if count > 0 {
            needs.push(format!("{count} {what}"));
        }
    }
    needs.join(", ")
}

/// The file that the keys come from.
fn path(config: &Config) -> Result<PathBuf, Failure> {
    match &config.secrets.file {
        Some(path) => Ok(path.clone()),
        None if config.secrets.keys.is_empty() => Ok(super::secrets::private_path(config)),
        None => Err(
            "the keys come from secrets.keys or REKEY_SECRET_KEY, which no command can change; \
             put them into a file, one a line, and name it in secrets.keys_file"
                .into(),
        ),
    }
}

fn fresh() -> SecretKey {
    let mut key = Zeroizing::new([0; 32]);
    Entropy::os().fork().fill_bytes(&mut *key);
    key
}

fn answer(output: Output, file: &KeyFile, keys: &[SecretKey], next: &str) {
    let path = file.path().display().to_string();
    let line = format!("{path} now holds {}. {next}", keys_in_words(keys.len()));
    output.answer(&json!({ "file": path, "keys": keys.len() }), line);
    output::note("Back the file up, apart from the database.");
}

fn keys_in_words(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} key{plural}")
}
