//! The document that describes both families.

use utoipa::ToSchema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Schema, ServerBuilder,
};

use super::model::error::{
    BadRequestError, ForbiddenError, InputError, InternalError, NotFoundError, UnauthorizedError,
};

/// What every operation may answer.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Common {
    /// The request cannot be read.
    #[response(status = 400)]
    BadRequest(BadRequestError),
    /// Credentials are missing or refused.
    #[response(status = 401)]
    Unauthorized(UnauthorizedError),
    /// The caller may not, or not now.
    #[response(status = 403)]
    Forbidden(ForbiddenError),
    /// There is nothing of that kind and name.
    #[response(status = 404)]
    NotFound(NotFoundError),
    /// Too many requests; `Retry-After` says how many seconds to wait.
    #[response(status = 429)]
    TooMany(InternalError),
    /// An unexpected fault.
    #[response(status = 500)]
    Broken(InternalError),
    /// A dependency is down for a while.
    #[response(status = 503)]
    Unavailable(InternalError),
}

/// What every operation may answer, but for a 500 of the operation's own.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum CommonBut500 {
    /// The request cannot be read.
    #[response(status = 400)]
    BadRequest(BadRequestError),
    /// Credentials are missing or refused.
    #[response(status = 401)]
    Unauthorized(UnauthorizedError),
    /// The caller may not, or not now.
    #[response(status = 403)]
    Forbidden(ForbiddenError),
    /// There is nothing of that kind and name.
    #[response(status = 404)]
    NotFound(NotFoundError),
    /// Too many requests; `Retry-After` says how many seconds to wait.
    #[response(status = 429)]
    TooMany(InternalError),
    /// A dependency is down for a while.
    #[response(status = 503)]
    Unavailable(InternalError),
}

/// What operations with parameters or a body may answer beside that.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Input {
    /// A parameter, or something in the body, is not good.
    #[response(status = 422)]
    Invalid(InputError),
}

/// What operations with a body may answer beside that.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Bodied {
    /// The body is longer than 64 KiB.
    #[response(status = 413)]
    TooLarge(BadRequestError),
}

/// The contract requires no member of any body, and what is absent is left out, never `null`.
pub(super) fn as_published(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    object.required.clear();
    for property in object.properties.values_mut() {
        if let RefOr::T(Schema::OneOf(choice)) = property
            && let Some(named) = choice.items.iter().find(|one| matches!(one, RefOr::Ref(_)))
        {
            *property = named.clone();
        }
        as_published(property);
    }
}

/// Adds a body and every body in it.
fn add<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// The document without its operations.
pub(super) fn base() -> OpenApi {
    let mut components = Components::new();
    let basic = HttpBuilder::new().scheme(HttpAuthScheme::Basic).build();
    components.add_security_scheme("basic", SecurityScheme::Http(basic));
    for (name, header, about) in [
        ("session", "Session-Token", "The token of a session."),
        (
            "sessionPrefix",
            "Session-Prefix",
            "The first half of a token, next to the cookie with the second.",
        ),
        (
            "accessClient",
            "Access-Client-Token",
            "The token of an application that acts as one person.",
        ),
    ] {
        let key = ApiKeyValue::with_description(header, about);
        components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
    let about = "The second half of a session's token.";
    let cookie = ApiKeyValue::with_description(super::credentials::COOKIE, about);
    components.add_security_scheme(
        "sessionCookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
    );
    add::<BadRequestError>(&mut components);
    add::<UnauthorizedError>(&mut components);
    add::<ForbiddenError>(&mut components);
    add::<NotFoundError>(&mut components);
    add::<InputError>(&mut components);
    add::<InternalError>(&mut components);
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Cyclos sign-in and passwords, as served by Rekey")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Sessions, one-time codes, forgotten passwords, and every password of a \
                     person. Additions are of the published API, but not of the selection that \
                     this API conforms to: what clients need beside it.",
                )),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .components(Some(components))
        .build()
}
