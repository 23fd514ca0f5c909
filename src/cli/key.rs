//! `rekey key`

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Subcommand, ValueEnum};
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use super::output::Output;
use super::{Failure, Global, setup};
use crate::domain::id::KeyId;
use crate::domain::key;
use crate::domain::tenant::Tenant;
use crate::operator::{CreateKey, CreatedActivation, CreatedKey, Operator};
use crate::recovery::Clock;

#[derive(Subcommand)]
pub(super) enum Key {
    /// Make a key; its secret is shown once and cannot be had again
    #[command(after_long_help = "\
sspr opens the SSPR operations of the tenant. consumer is a pair for TurboSMTP, and access-client a \
token for Cyclos; both act for one account, and end with it. With --activation the application fetches \
the token itself: it asks for the code and for the password of the account, within a day.

Examples:
  rekey key create --tenant demo --kind sspr --name 'web shop'
  rekey key create --tenant demo --kind consumer --account JohnDoe
  rekey key create --tenant demo --kind access-client --account Broker1 --activation
  rekey key create --tenant demo --kind sspr --json | jq -r .secret")]
    Create {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// What the key opens
        #[arg(long)]
        kind: Kind,
        /// The login name of the account that a consumer pair or an access client stands for
        #[arg(long, value_name = "LOGIN", required_if_eq_any([("kind", "consumer"), ("kind", "access-client")]))]
        account: Option<String>,
        /// What to call it in lists
        #[arg(long)]
        name: Option<String>,
        /// Take only signed requests with it (Ezmax-Signature); prints the signing secret too
        #[arg(long)]
        must_sign: bool,
        /// Print a code that the application trades for its token, in place of the token
        #[arg(long)]
        activation: bool,
    },
    /// List the keys of a tenant, never their secrets
    #[command(after_long_help = "\
Examples:
  rekey key list --tenant demo
  rekey key list --tenant demo --kind sspr --json")]
    List {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// Only keys of this kind
        #[arg(long)]
        kind: Option<Kind>,
    },
    /// Revoke a key, at once and for good
    #[command(after_long_help = "\
Every server refuses it from the next request on. The sessions of an access client end with it.

Examples:
  rekey key revoke --tenant demo --id 019a9f3e-2b6f-7c41-9d59-0d5f3a2b7c11")]
    Revoke {
        /// The tenant's code
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// The key's id, as `key create` and `key list` print it
        #[arg(long)]
        id: String,
    },
}

/// What a key opens, as written on the command line.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    /// The SSPR operations of the tenant
    Sspr,
    /// The TurboSMTP operations of one account: a consumer pair
    Consumer,
    /// The Cyclos operations of one account: a token that acts as its owner
    AccessClient,
}

impl From<Kind> for key::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Sspr => Self::Sspr,
            Kind::Consumer => Self::Consumer,
            Kind::AccessClient => Self::AccessClient,
        }
    }
}

impl Key {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let (opened, operator) = setup::command(&config).await?;
        let done = self.act(&operator, output).await;
        opened.close().await?;
        done
    }

    async fn act(self, operator: &Operator, output: Output) -> Result<(), Failure> {
        match self {
            Self::Create {
                tenant,
                kind,
                account,
                name,
                must_sign,
                activation,
            } => {
                refuse_mixed(kind, account.is_some(), must_sign, activation);
                let tenant = operator.find_tenant(&tenant).await?;
                let (login, name) = (account.unwrap_or_default(), name.as_deref());
                match kind {
                    Kind::Consumer => {
                        create_consumer(operator, &tenant, &login, name, output).await
                    }
                    Kind::AccessClient if activation => {
                        let made = operator.create_activation(&tenant, &login, name).await?;
                        print_activation(&made, output);
                        Ok(())
                    }
                    Kind::AccessClient => {
                        let made = operator.create_access_client(&tenant, &login, name).await?;
                        print(&made, kind, output);
                        Ok(())
                    }
                    Kind::Sspr => {
                        let asked = CreateKey {
                            kind: kind.into(),
                            name,
                            must_sign,
                        };
                        print(&operator.create_key(&tenant, &asked).await?, kind, output);
                        Ok(())
                    }
                }
            }
            Self::List { tenant, kind } => {
                let tenant = operator.find_tenant(&tenant).await?;
                list(operator, &tenant, kind.map(key::Kind::from), output).await
            }
            Self::Revoke { tenant, id } => {
                let tenant = operator.find_tenant(&tenant).await?;
                let key_id =
                    KeyId::parse(&id).ok_or_else(|| format!("`{id}` is not a key's id"))?;
                operator.revoke_key(&tenant, key_id).await?;
                output.answer(&json!({ "id": key_id }), format!("Revoked {key_id}."));
                Ok(())
            }
        }
    }
}

/// Ends with a word on usage where an option would be ignored: a key that opens more, or asks for
/// less, than was meant is worse than none.
fn refuse_mixed(kind: Kind, has_account: bool, must_sign: bool, activation: bool) {
    let message = match kind {
        Kind::Sspr if has_account => {
            "--account goes with --kind consumer and access-client: an SSPR key opens the whole tenant"
        }
        Kind::Consumer | Kind::AccessClient if must_sign => "--must-sign goes with --kind sspr",
        Kind::Sspr | Kind::Consumer if activation => "--activation goes with --kind access-client",
        Kind::Sspr | Kind::Consumer | Kind::AccessClient => return,
    };
    super::Cli::command()
        .error(ErrorKind::ArgumentConflict, message)
        .exit()
}

fn print(made: &CreatedKey, kind: Kind, output: Output) {
    let (secret, kind) = (made.secret.reveal(), key::Kind::from(kind));
    let mut value = json!({ "id": made.key_id, "kind": kind, "secret": secret });
    let mut line = format!("Key {}\nSecret, shown only now: {secret}", made.key_id);
    if let Some(signing) = &made.signing_secret {
        value["signingSecret"] = signing.reveal().into();
        line = format!(
            "{line}\nSigning secret, shown only now: {}",
            signing.reveal()
        );
    }
    output.answer(&value, line);
}

fn print_activation(made: &CreatedActivation, output: Output) {
    let code = made.code.reveal();
    let until = made.expires_at.format(&Rfc3339).unwrap_or_default();
    let value = json!({
        "id": made.key_id, "kind": key::Kind::AccessClient, "activationCode": code,
        "expiresAt": until,
    });
    let line = format!(
        "Key {}\nActivation code, shown only now, good once until {until}: {code}",
        made.key_id
    );
    output.answer(&value, line);
}

async fn create_consumer(
    operator: &Operator,
    tenant: &Tenant,
    login: &str,
    name: Option<&str>,
    output: Output,
) -> Result<(), Failure> {
    let made = operator.create_consumer(tenant, login, name).await?;
    let (id, key, secret) = (
        made.key_id,
        &made.consumer_key,
        made.consumer_secret.reveal(),
    );
    let value = json!({
        "id": id, "kind": key::Kind::Consumer, "consumerKey": key, "consumerSecret": secret,
    });
    let line = format!("Pair {id}\nconsumerKey: {key}\nconsumerSecret, shown only now: {secret}");
    output.answer(&value, line);
    Ok(())
}

async fn list(
    operator: &Operator,
    tenant: &Tenant,
    kind: Option<key::Kind>,
    output: Output,
) -> Result<(), Failure> {
    let keys = operator.list_keys(tenant, kind).await?;
    let now = Clock::system().now();
    let lines: Vec<_> = keys
        .iter()
        .map(|key| {
            let state = match (key.ended_at, key.expires_at) {
                (Some(_), _) => "ended",
                (None, Some(end)) if end <= now => "expired",
                (None, _) => "live",
            };
            let name = key.name.as_deref().unwrap_or("-");
            format!("{}  {state:7}  {name}", key.key_id)
        })
        .collect();
    output.answer(&keys, lines.join("\n"));
    Ok(())
}
