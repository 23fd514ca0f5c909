//! `POST /passwordReset`: ask for a letter with a reset link.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::caller::Caller;
use super::model::Refusals;
use super::wire::read;
use crate::domain::identifier::{Identifier, Kind};
use crate::domain::token::Purpose;
use crate::recovery::{LetterRequest, Recovery};

#[derive(Deserialize, ToSchema)]
#[schema(as = SendResetPasswordDTO)]
pub(super) struct Request {
    #[schema(example = "chloe@cooperative.example")]
    email: String,
}

/// Mails a reset link to the account of an e-mail address. Where the tenant conceals who has an
/// account, an unknown address is answered like a known one.
#[utoipa::path(
    post,
    path = "/passwordReset",
    operation_id = "send_reset_password_token",
    tag = "AccountsResetPassword",
    request_body = Request,
    responses((status = 201, description = "The request was taken."), Refusals),
)]
pub(super) async fn send(
    State(recovery): State<Recovery>,
    Caller { tenant, origin }: Caller,
    body: Body,
) -> Result<StatusCode, Error> {
    let refused = |refused| Error::refused(refused, recovery.now());
    let request: Request = match read(body).await {
        Ok(request) => request,
        Err(error) => {
            // What cannot be read counts too, and a limit answers before a mistake does.
            let admitted = recovery.asking.admit(tenant.tenant_id, &origin).await;
            admitted.map_err(refused)?;
            return Err(error);
        }
    };
    let asked = LetterRequest {
        identifier: &address(&request.email),
        user_type: None,
        language: None,
        origin: &origin,
    };
    let purpose = Purpose::Reset;
    if tenant.settings.clevermaps.conceal_unknown {
        let done = recovery
            .asking
            .request_token(&tenant, purpose, &asked)
            .await;
        done.map_err(refused)?;
    } else {
        let known = recovery
            .asking
            .request_token_if_known(&tenant, purpose, &asked)
            .await;
        if !known.map_err(refused)? {
            return Err(Error::NotFound);
        }
    }
    Ok(StatusCode::CREATED)
}

/// Reads an address. What can be none goes the same way as one that nobody has, and is counted as
/// what it is (decision 3): no stored address holds a control character.
fn address(email: &str) -> Identifier {
    const LONGEST: usize = 255;
    let nobody = || Identifier {
        kind: Kind::Email,
        value: "\u{1}".chars().chain(email.chars()).take(LONGEST).collect(),
    };
    Identifier::email(email).unwrap_or_else(nobody)
}
