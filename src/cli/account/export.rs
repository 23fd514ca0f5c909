//! `rekey account export`

use std::io::{BufWriter, ErrorKind, Write as _};

use serde_json::{Map, Value, json};

use crate::cli::Failure;
use crate::cli::output;
use crate::domain::tenant::Tenant;
use crate::operator::{ExportError, Exported, Hashes, Operator};

pub(super) async fn run(
    operator: &Operator,
    tenant: &Tenant,
    hashes: Hashes,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut write = |account: Exported| writeln!(out, "{}", line(account, hashes));
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

/// An account as a line that an import takes back.
fn line(account: Exported, hashes: Hashes) -> Value {
    let mut line = json!({
        "login": account.login,
        "userType": account.user_type,
        "email": account.email,
        "phone": account.phone,
        "name": account.name,
        "language": account.language,
        "role": account.role,
        "broker": account.broker,
        "status": account.status,
        "identifiers": account.identifiers,
    });
    if hashes == Hashes::Without {
        return line;
    }
    line["securityQuestion"] = json!(account.security_question);
    line["securityAnswerHash"] = json!(account.security_answer_hash);
    let passwords = account.password_types.into_iter().zip(account.hashes);
    let passwords: Map<_, _> = passwords
        .map(|(kind, hash)| (kind, json!({ "hash": hash })))
        .collect();
    line["passwords"] = passwords.into();
    line
}
