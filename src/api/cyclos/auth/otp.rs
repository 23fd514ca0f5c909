//! `POST /auth/otp`: a one-time code for whoever is signed in.

use axum::extract::State;

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{CommonBut500, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::{
    InputError, InternalError, OtpError, OutboundSmsStatusEnum,
};
use crate::api::cyclos::model::input::SendMediumEnum;
use crate::api::cyclos::refusals::medium;
use crate::domain::Timestamp;
use crate::domain::tenant::Tenant;
use crate::recovery::{Activity, CodeError, Recovery, Unsent};

const MEDIUM: &str = "medium";

/// Sends a one-time code, which replaces the last one, and tells where it went.
#[utoipa::path(
    post,
    path = "/auth/otp",
    operation_id = "newOtp",
    tag = "Auth",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(("medium" = SendMediumEnum, Query, description = "How it is to travel.")),
    responses(
        (status = 200, body = Vec<String>, description = "Where it went."),
        (status = 500, body = OtpError, description = "It was not sent."),
        Input,
        CommonBut500,
    ),
)]
pub(in crate::api::cyclos) async fn new_otp(
    State(recovery): State<Recovery>,
    call: Call,
) -> Result<Answer, Error> {
    let actor = call.actor(Activity::Settle)?;
    let medium = medium(call.query.required(MEDIUM)?)?;
    let destination = recovery
        .second_factor
        .send_code(&call.tenant, actor, medium, &call.origin)
        .await
        .map_err(|error| not_sent(error, &call.tenant, recovery.now()))?;
    Answer::whole(&[destination])
}

fn not_sent(error: CodeError, tenant: &Tenant, now: Timestamp) -> Error {
    match error {
        CodeError::Illegal => Error::ILLEGAL,
        CodeError::Blocked(id, status) => Error::blocked(tenant, id, status),
        CodeError::Medium => Error::Input(InputError::property(
            MEDIUM,
            "It cannot be used to reach you",
        )),
        CodeError::TooMany(limit) => Error::too_many(limit, now),
        CodeError::Sms(unsent) => Error::Internal(InternalError::sms(status(unsent))),
        CodeError::Fault(fault) => Error::FaultAs(InternalError::OTP, fault),
    }
}

/// How a text did not leave, in the word of the contract (6.5), spelled as there.
fn status(unsent: Unsent) -> OutboundSmsStatusEnum {
    match unsent {
        Unsent::Unreachable(_) => OutboundSmsStatusEnum::GatewayUreachable,
        Unsent::TimedOut => OutboundSmsStatusEnum::Timeout,
        Unsent::Invalid(_) => OutboundSmsStatusEnum::Invalid,
        Unsent::Refused(_) => OutboundSmsStatusEnum::Rejected,
        Unsent::TooMany => OutboundSmsStatusEnum::MaxMessagesReached,
        Unsent::Unexpected(_) => OutboundSmsStatusEnum::Unexpected,
    }
}
