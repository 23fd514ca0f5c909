//! `POST /forgot-password`: ask for a letter with a token.

use axum::body::Body;
use axum::extract::State;
use utoipa::ToSchema;

use crate::api::turbosmtp::Error;
use crate::api::turbosmtp::call::Call;
use crate::api::turbosmtp::fields::{Fields, address};
use crate::api::turbosmtp::model::{BadAddress, Common, CommonSuccess};
use crate::domain::identifier::Identifier;
use crate::domain::token::Purpose;
use crate::recovery::{LetterRequest, LimitError, Recovery};

#[derive(ToSchema)]
#[schema(as = SendSecretTokenResetPasswordRequestBody)]
#[expect(
    dead_code,
    reason = "describes the body, whose fields are asked for one by one"
)]
pub(in crate::api::turbosmtp) struct Request {
    #[schema(format = Email, example = "example@domain.com")]
    email: String,
}

// Row 1.
/// Mails a token. An address that no active account has is told so, unless the tenant conceals it;
/// either way it is counted before anybody looks.
#[utoipa::path(
    post,
    path = "/forgot-password",
    operation_id = "SendSecretTokenResetPassword",
    tag = "Authentication",
    request_body = Request,
    security(()),
    responses(
        (status = 200, body = CommonSuccess, description = "A letter is on its way."),
        (status = 400, body = BadAddress, description = "A field is missing."),
        // 404 is among the common ones: `email_not_found` where the tenant reveals it.
        Common,
    ),
)]
pub(in crate::api::turbosmtp) async fn ask(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<CommonSuccess, Error> {
    let refused = |refused: LimitError| Error::refused(refused, recovery.now());
    let tenant = &call.tenant;
    let identifier = match typed(body).await {
        Ok(identifier) => identifier,
        Err(error) => {
            // What cannot be read counts too, and a limit answers before a mistake does.
            let admitted = recovery.asking.admit(tenant.tenant_id, &call.origin).await;
            admitted.map_err(refused)?;
            return Err(error);
        }
    };
    let asked = LetterRequest {
        identifier: &identifier,
        user_type: None,
        language: None,
        origin: &call.origin,
    };
    if tenant.settings.turbosmtp.conceal_unknown {
        let promised = recovery
            .asking
            .request_token(tenant, Purpose::Reset, &asked)
            .await;
        promised.map_err(refused)?;
        return Ok(CommonSuccess::DONE);
    }
    let promised = recovery
        .asking
        .request_token_if_known(tenant, Purpose::Reset, &asked);
    if promised.await.map_err(refused)? {
        Ok(CommonSuccess::DONE)
    } else {
        Err(Error::not_found("email_not_found"))
    }
}

/// The address in a body.
async fn typed(body: Body) -> Result<Identifier, Error> {
    let fields = Fields::read(body).await?;
    if fields.is_empty() {
        return Err(Error::bad_request("empty_request_body"));
    }
    let email = fields.filled("email");
    email
        .map(address)
        .ok_or(Error::bad_request("missing_required_parameter"))
}
