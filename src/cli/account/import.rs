//! `rekey account import`

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::path::Path;

use serde_json::json;

use super::progress::Progress;
use crate::cli::Failure;
use crate::cli::output::{self, Output};
use crate::domain::tenant::Tenant;
use crate::operator::{End, Format, Import, Listeners, Operator, Report};

pub(super) async fn run(
    operator: &Operator,
    tenant: &Tenant,
    (path, import): (&Path, Import),
    output: Output,
) -> Result<(), Failure> {
    let lines = BufReader::new(open(path)?);
    let progress = Progress::new(output.is_for_a_script());
    let listeners = Listeners {
        on_bad: &mut |bad| progress.note(format!("line {}: {}", bad.line, bad.message)),
        on_step: &mut |step| progress.step(step),
    };
    let done = operator.import_file(tenant, lines, import, listeners).await;
    progress.end();
    say(&done?, import.end, output);
    Ok(())
}

/// What the ending of a file's name says.
pub(super) fn format_of(path: &Path) -> Format {
    match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("csv") => Format::Csv,
        Some(_) | None => Format::JsonLines,
    }
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

fn say(report: &Report, end: End, output: Output) {
    for contact in &report.contacts {
        output::note(format!(
            "line {}: the {} of {} belongs to another account, so it stays a contact",
            contact.line,
            contact.kind.as_str(),
            contact.login
        ));
    }
    for cleaned in &report.cleaned {
        output::note(format!(
            "line {}: `{}` was cleaned: it had characters that cannot be seen, blanks or a dot at an end, or a \
             number as it is dialled at home",
            cleaned.line, cleaned.member
        ));
    }
    let value = json!({
        "lines": report.lines,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "passwords": report.passwords,
        "hashes": report.schemes,
        "wrapped": report.wrapped,
        "contacts": report.contact_count,
        "cleaned": report.cleaned_count,
        "told": report.told,
        "dryRun": end == End::TakeBack,
    });
    output.answer(&value, sentences(report, end));
}

fn sentences(report: &Report, end: End) -> String {
    let mut said = vec![format!(
        "{} lines: {} accounts created, {} updated, {} unchanged; {} passwords set.",
        report.lines, report.created, report.updated, report.unchanged, report.passwords
    )];
    let schemes: Vec<_> = report
        .schemes
        .iter()
        .map(|(scheme, count)| format!("{count} {scheme}"))
        .collect();
    if !schemes.is_empty() {
        said.push(format!(
            "Hashes: {}; weak ones that rest wrapped in argon2id: {}.",
            schemes.join(", "),
            report.wrapped
        ));
    }
    match (end, report.told) {
        (_, 0) => {}
        (End::Commit, told) => said.push(format!("Letters that tell owners: {told}.")),
        (End::TakeBack, told) => said.push(format!("Letters that would tell owners: {told}.")),
    }
    match end {
        End::Commit => {}
        End::TakeBack => said.push("This was a dry run: nothing was imported.".to_owned()),
    }
    said.join("\n")
}
