//! `rekey config`

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::output::Output;
use super::{Failure, Global};
use crate::config::{self, Config, Effective, Environment, Mistake, Mistakes, Place};

#[derive(Subcommand)]
pub(super) enum Settings {
    /// Read the server file and the environment, and report every mistake at once
    #[command(after_long_help = "\
Nothing is connected to and nothing is changed. Each mistake comes with its place and what to write \
instead. `rekey doctor` goes on from here and tries what the settings say.

Examples:
  rekey config check
  rekey config check /etc/rekey/rekey.toml --show
  rekey config check --tenant demo.toml
  rekey config check /etc/rekey/rekey.toml --json")]
    Check {
        /// The server file; without it, what --config or `REKEY_CONFIG` says
        file: Option<PathBuf>,
        /// Check this tenant file too
        #[arg(long, value_name = "FILE")]
        tenant: Option<PathBuf>,
        /// Print every setting as it is in effect, and where it was written; secrets are hidden
        #[arg(long)]
        show: bool,
    },
}

impl Settings {
    pub(super) fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let Self::Check { file, tenant, show } = self;
        let file = file.as_deref().or(global.config.as_deref());
        let environment = Environment::process();
        let mut mistakes = Vec::new();
        let read = Config::load(file, &environment);
        mistakes.extend(
            read.as_ref()
                .err()
                .into_iter()
                .flat_map(Mistakes::iter)
                .cloned(),
        );
        if let Some(path) = &tenant {
            mistakes.extend(tenant_mistakes(path));
        }
        let settings = if show && read.is_ok() {
            Config::effective(file, &environment)?
        } else {
            Vec::new()
        };
        let mut value = json!({
            "ok": mistakes.is_empty(),
            "mistakes": mistakes.iter().map(shown).collect::<Vec<_>>(),
        });
        if show {
            value["settings"] = members(&settings);
        }
        output.answer(&value, text(&settings, &mistakes));
        match mistakes.len() {
            0 => Ok(()),
            1 => Err("1 mistake".into()),
            many => Err(format!("{many} mistakes").into()),
        }
    }
}

fn tenant_mistakes(path: &Path) -> Vec<Mistake> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => match config::tenant::parse(&name, &text) {
            Ok(file) => {
                let logo = super::tenant::logo(path, file.settings.pages.logo.as_deref());
                let mistake = logo.err().map(|failure| Mistake {
                    place: Place::File(name),
                    key: "pages.logo".to_owned(),
                    sentence: failure.to_string(),
                });
                mistake.into_iter().collect()
            }
            Err(mistakes) => mistakes.iter().cloned().collect(),
        },
        Err(error) => vec![Mistake {
            place: Place::File(name),
            key: String::new(),
            sentence: format!("cannot be read: {error}"),
        }],
    }
}

fn shown(mistake: &Mistake) -> Value {
    json!({
        "place": mistake.place.to_string(),
        "key": mistake.key,
        "sentence": mistake.sentence,
    })
}

fn members(settings: &[Effective]) -> Value {
    let members = settings.iter().map(|setting| {
        let value = json!({ "value": setting.value, "from": setting.from });
        (setting.key.clone(), value)
    });
    members.collect::<Map<_, _>>().into()
}

/// The settings as a server file, and the mistakes below them.
fn text(settings: &[Effective], mistakes: &[Mistake]) -> String {
    let mut lines = Vec::new();
    let mut section = "";
    for setting in settings {
        let (its, name) = setting.key.split_once('.').unwrap_or(("", &setting.key));
        if its != section {
            lines.push(format!("[{its}]"));
            section = its;
        }
        let from = setting.from.as_deref();
        let from = from.map_or_else(String::new, |from| format!("  # {from}"));
        lines.push(format!("{name} = {}{from}", setting.value));
    }
    lines.extend(mistakes.iter().map(Mistake::to_string));
    if settings.is_empty() && mistakes.is_empty() {
        lines.push("No mistakes.".to_owned());
    }
    lines.join("\n")
}
