//! `rekey audit verify`

use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::output::{self, Output};
use crate::domain::audit::Point;
use crate::domain::tenant::Tenant;
use crate::operator::{Operator, Verified, VerifyAuditError};

pub(super) async fn run(
    operator: &Operator,
    tenant: Option<&str>,
    head: Option<Point>,
    output: Output,
) -> Result<(), Failure> {
    let tenants = match tenant {
        Some(code) => vec![operator.find_tenant(code).await?],
        None => operator.list_tenants().await?,
    };
    let mut broken = 0;
    for tenant in &tenants {
        let code = &tenant.settings.code;
        match operator.verify_audit(tenant, head).await {
            Ok(verified) => {
                output.answer(&value(tenant, &verified), line(code, &verified));
                note_late(code, verified.late);
            }
            Err(VerifyAuditError::Found(found)) => {
                broken += 1;
                let value = json!({
                    "tenant": code, "whole": false, "seq": found.seq,
                    "eventId": found.event_id, "found": found.wrong.to_string(),
                });
                output.answer(&value, format_args!("{code}: NOT whole; {found}"));
            }
            Err(VerifyAuditError::Fault(fault)) => return Err(fault.into()),
        }
    }
    if broken > 0 {
        return Err("the audit trail is not what was recorded".into());
    }
    Ok(())
}

fn value(tenant: &Tenant, verified: &Verified) -> Value {
    json!({
        "tenant": tenant.settings.code,
        "whole": true,
        "events": verified.events,
        "forgotten": verified.anchor.seq,
        "head": verified.head.to_string(),
        "late": verified.late,
    })
}

fn line(code: &str, verified: &Verified) -> String {
    let Verified {
        events,
        anchor,
        head,
        ..
    } = verified;
    let forgotten = match anchor.seq {
        0 => String::new(),
        seq => format!(", {seq} forgotten before them"),
    };
    format!("{code}: whole; {events} events{forgotten}; head {head}")
}

fn note_late(code: &str, late: u64) {
    if late > 0 {
        output::note(format_args!(
            "{code}: {late} events were sealed more than an hour after they happened: no worker ran \
             then, or a part of the chain was made anew; compare a head noted in the log"
        ));
    }
}
