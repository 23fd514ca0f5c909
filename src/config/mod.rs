//! What operators write: the server file, the environment, tenant files.
//!
//! Text comes in, checked values come out, or every mistake at once, each with its line and what to
//! write instead. `config/default.toml` and `config/tenant.toml` are the documentation and the
//! defaults in one, so the two cannot disagree.

use std::path::Path;

mod database;
mod effective;
mod environment;
mod hashing;
mod layer;
mod limits;
mod log;
mod mail;
mod mailbox;
mod mistakes;
mod names;
mod notices;
mod reader;
mod redacted;
mod retention;
mod secret_files;
mod secrets;
mod server;
mod setting;
mod sms;
mod smtp;
pub mod tenant;
mod typed;
mod unknown;
mod web;

pub use self::database::Database;
pub use self::effective::Effective;
pub use self::environment::Environment;
pub use self::hashing::Hashing;
pub use self::limits::Limits;
pub use self::log::{Format, Log};
pub use self::mail::{Mail, Transport};
pub use self::mistakes::{Mistake, Mistakes, Place};
pub use self::notices::Notices;
pub use self::redacted::redacted;
pub use self::retention::Retention;
pub use self::secret_files::SecretFile;
pub use self::secrets::Secrets;
pub use self::server::{Server, Tls};
pub use self::sms::Sms;
pub use self::smtp::{Credentials, Security, SmtpUrl};

use self::layer::Layer;
use self::reader::Reader;

/// Every setting of the server, what it means, and its default.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The settings of a server. Printing it shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Rekey is reached, and by whom.
    pub server: Server,
    /// Where everything is remembered.
    pub database: Database,
    /// What is kept out of the database.
    pub secrets: Secrets,
    /// How letters leave.
    pub mail: Mail,
    /// How text messages leave.
    pub sms: Sms,
    /// Whom of the operators news is mailed to.
    pub notices: Notices,
    /// The price of a password.
    pub hashing: Hashing,
    /// How often something may happen.
    pub limits: Limits,
    /// How long what is recorded is kept.
    pub retention: Retention,
    /// What the server says about itself.
    pub log: Log,
    /// The files that secrets were read from, the server file itself among them if it holds any.
    pub secret_files: Vec<SecretFile>,
}

impl Config {
    /// Reads the server file, if there is one, under what the environment says.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, Mistakes> {
        let (name, text) = source(file)?;
        Self::parse(&name, &text, environment)
    }

    /// Reads the text of the server file `name` under what the environment says.
    pub fn parse(name: &str, text: &str, environment: &Environment) -> Result<Self, Mistakes> {
        let mut reader = reader(name, text, environment)?;
        let secret_files = secret_files::places(&reader);
        let server = Server::read(&mut reader);
        let database = Database::read(&mut reader);
        let secrets = Secrets::read(&mut reader);
        let mail = Mail::read(&mut reader);
        let sms = Sms::read(&mut reader);
        let notices = Notices::read(&mut reader);
        let hashing = Hashing::read(&mut reader);
        let limits = Limits::read(&mut reader);
        let retention = Retention::read(&mut reader);
        let log = Log::read(&mut reader);
        reader.finish(|| {
            Ok(Self {
                server: server?,
                database: database?,
                secrets: secrets?,
                mail: mail?,
                sms: sms?,
                notices: notices?,
                hashing: hashing?,
                limits: limits?,
                retention: retention?,
                log: log?,
                secret_files,
            })
        })
    }
}

/// The name and the text of the server file; both are empty where there is none.
fn source(file: Option<&Path>) -> Result<(String, String), Mistakes> {
    let Some(path) = file else {
        return Ok(Default::default());
    };
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let sentence = format!("cannot be read: {error}");
            Err(Mistake::new(Place::File(name), "", sentence).into())
        }
    }
}

/// Every layer of settings, with secrets where they are looked for.
fn reader(name: &str, text: &str, environment: &Environment) -> Result<Reader, Mistakes> {
    let mut mistakes = Vec::new();
    let layers = vec![
        Layer::defaults("config/default.toml", DEFAULTS)?,
        Layer::parse(name, text)?,
        environment.layer(&mut mistakes),
    ];
    let mut reader = Reader::new(layers, &secret_files::SECRET);
    reader.note_all(mistakes);
    secret_files::gather(&mut reader, environment);
    Ok(reader)
}
