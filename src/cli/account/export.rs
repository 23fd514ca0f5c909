//! `rekey account export`

use std::io::{BufWriter, ErrorKind, Write as _};

use serde_json::Value;

use crate::cli::Failure;
use crate::cli::output;
use crate::domain::tenant::Tenant;
use crate::operator::{ExportError, Hashes, Operator};

pub(super) async fn run(
    operator: &Operator,
    tenant: &Tenant,
    hashes: Hashes,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut write = |line: Value| writeln!(out, "{line}");
    let done = operator
        .export_accounts(tenant, hashes, &mut write)
        .await
        .and_then(|count| {
            out.flush()?;
            Ok(count)
        });
    match done {
        Ok(_) => {}
        // A reader that has left, like `head`, has what it wants.
        Err(ExportError::Unwritable(error)) if error.kind() == ErrorKind::BrokenPipe => {
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    if hashes == Hashes::With {
        output::note("the export holds password hashes: keep it as you keep the database");
    }
    Ok(())
}
