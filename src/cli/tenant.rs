//! `rekey tenant`

use std::io::Read as _;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::output::{self, Output};
use super::{Failure, Global, setup};
use crate::config;
use crate::domain::logo::Logo;
use crate::operator::{Applied, Operator};

#[derive(Subcommand)]
pub(super) enum Tenant {
    /// Create or update a tenant from its file; applying it again changes nothing
    #[command(after_long_help = "\
Takes effect at once on every server, in one transaction. `rekey config check --tenant FILE` only \
looks for mistakes.

Examples:
  rekey tenant apply demo.toml")]
    Apply {
        /// The tenant file
        file: PathBuf,
    },
    /// List the tenants
    #[command(after_long_help = "\
Examples:
  rekey tenant list
  rekey tenant list --json | jq -r '.[].code'")]
    List,
}

impl Tenant {
    pub(super) async fn run(self, global: &Global, output: Output) -> Result<(), Failure> {
        let config = setup::config(global)?;
        let (opened, operator) = setup::command(&config).await?;
        let done = match self {
            Self::Apply { file } => apply(&operator, &file, output).await,
            Self::List => list(&operator, output).await,
        };
        opened.close().await?;
        done
    }
}

async fn apply(operator: &Operator, path: &std::path::Path, output: Output) -> Result<(), Failure> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let mut file = config::tenant::parse(&name, &text)?;
    file.logo = logo(path, file.settings.pages.logo.as_deref())?;
    let result = match operator.apply_tenant(&file).await? {
        Applied::Created => "created",
        Applied::Updated => "updated",
        Applied::Unchanged => "unchanged",
    };
    let settings = &file.settings;
    let links = &settings.links;
    if !settings.pages.enabled && (links.reset.is_none() || links.unlock.is_none()) {
        output::note(
            "note: letters will link to the built-in pages, which pages.enabled turns off; set \
             [links] to pages of your own. The code in the letter works everywhere.",
        );
    }
    let code = &file.settings.code;
    output.answer(
        &json!({ "code": code, "result": result }),
        format!("Tenant {code}: {result}."),
    );
    Ok(())
}

/// Reads the logo that a tenant file names, from beside the file.
pub(super) fn logo(file: &std::path::Path, named: Option<&str>) -> Result<Option<Logo>, Failure> {
    let Some(named) = named else { return Ok(None) };
    let path = file.parent().unwrap_or(file).join(named);
    let refused = |why: String| format!("pages.logo, {}, {why}", path.display());
    let mut bytes = Vec::new();
    // One byte more than is taken is enough to see that it is too large.
    let most = u64::try_from(Logo::MOST)? + 1;
    std::fs::File::open(&path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| refused(format!("cannot be read: {error}")))?;
    let logo = Logo::read(bytes).map_err(|unfit| refused(unfit.to_string()))?;
    Ok(Some(logo))
}

async fn list(operator: &Operator, output: Output) -> Result<(), Failure> {
    let tenants = operator.list_tenants().await?;
    let shown: Vec<_> = tenants
        .iter()
        .map(|tenant| {
            let settings = &tenant.settings;
            json!({ "code": settings.code, "name": settings.name, "hosts": settings.hosts })
        })
        .collect();
    let lines: Vec<_> = tenants
        .iter()
        .map(|tenant| format!("{:6}  {}", tenant.settings.code, tenant.settings.name))
        .collect();
    output.answer(&shown, lines.join("\n"));
    Ok(())
}
