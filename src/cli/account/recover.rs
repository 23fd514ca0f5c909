//! `rekey account unblock`, `thaw` and `send-reset`

use serde_json::json;

use super::Whose;
use crate::cli::Failure;
use crate::cli::output::{self, Output};
use crate::domain::token::Purpose;
use crate::operator::Operator;

pub(super) async fn unblock(
    operator: &Operator,
    whose: &Whose,
    password_type: Option<&str>,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let done = operator
        .unblock_account(&tenant, login, password_type)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let name = &done.internal_name;
    let value = json!({
        "login": login, "type": name, "wasBlocked": done.was_blocked, "tries": done.tries,
    });
    let line = if done.was_blocked {
        format!("Password `{name}` of `{login}` is unblocked.")
    } else {
        format!("Password `{name}` of `{login}` was not blocked; its wrong tries are cleared.")
    };
    output.answer(&value, line);
    Ok(())
}

pub(super) async fn thaw(
    operator: &Operator,
    whose: &Whose,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let was_frozen = operator
        .thaw_account(&tenant, login)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let value = json!({ "login": login, "wasFrozen": was_frozen });
    let line = if was_frozen {
        format!("Account `{login}` can be recovered again.")
    } else {
        format!("Account `{login}` was not frozen.")
    };
    output.answer(&value, line);
    Ok(())
}

pub(super) async fn send_link(
    operator: &Operator,
    whose: &Whose,
    purpose: Purpose,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let promised = operator
        .send_link(&tenant, login, purpose)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let letter = match purpose {
        // The command asks for one of two.
        Purpose::Reset | Purpose::Disown => "reset-link",
        Purpose::Unlock => "unlock-link",
    };
    if purpose == Purpose::Unlock && !promised.is_blocked {
        output::note(format_args!(
            "note: the access password of `{login}` is not blocked; the link will change nothing."
        ));
    }
    let value = json!({ "login": login, "letter": letter, "job": promised.job_id });
    let line = format!(
        "Promised `{login}` a letter ({letter}): job {}.",
        promised.job_id
    );
    output.answer(&value, line);
    Ok(())
}
