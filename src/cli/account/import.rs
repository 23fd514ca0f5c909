//! `rekey account import`

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::path::Path;

use serde_json::json;

use crate::cli::Failure;
use crate::cli::output::{self, Output};
use crate::domain::tenant::Tenant;
use crate::operator::{BadLine, Operator, Report};

pub(super) async fn run(
    operator: &Operator,
    tenant: &Tenant,
    path: &Path,
    output: Output,
) -> Result<(), Failure> {
    let lines = BufReader::new(open(path)?);
    let mut note = |bad: BadLine| output::note(format!("line {}: {}", bad.line, bad.message));
    let report = operator.import_accounts(tenant, lines, &mut note).await?;
    say(&report, output);
    Ok(())
}

/// The import reads its lines twice, so what cannot be read twice is kept in a file that nobody
/// else can open and that is gone when we are.
fn open(path: &Path) -> Result<File, Failure> {
    if path == Path::new("-") {
        let mut spool = tempfile::tempfile()?;
        std::io::copy(&mut std::io::stdin().lock(), &mut spool)?;
        spool.seek(SeekFrom::Start(0))?;
        return Ok(spool);
    }
    File::open(path).map_err(|error| format!("{} cannot be read: {error}", path.display()).into())
}

fn say(report: &Report, output: Output) {
    for contact in &report.contacts {
        output::note(format!(
            "line {}: the {} of {} belongs to another account, so it stays a contact",
            contact.line,
            contact.kind.as_str(),
            contact.login
        ));
    }
    let value = json!({
        "lines": report.lines,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "passwords": report.passwords,
        "contacts": report.contact_count,
    });
    let line = format!(
        "{} lines: {} accounts created, {} updated, {} unchanged; {} passwords set.",
        report.lines, report.created, report.updated, report.unchanged, report.passwords
    );
    output.answer(&value, line);
}
