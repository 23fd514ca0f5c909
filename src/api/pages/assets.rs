//! What pages are made of beside their text: all of it from here.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use super::problem::Problem;
use super::problem_kind::ProblemKind;
use super::visit::Visit;
use crate::domain::colour::Colour;
use crate::recovery::Recovery;

const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/script.js");
const ICON: &str = include_str!("assets/icon.svg");

/// What text lies on: the page when it is light, the card when it is dark, whichever is harder.
const LIGHT: Colour = Colour::new(0xf2, 0xf4, 0xf6);
const DARK: Colour = Colour::new(0x1f, 0x24, 0x28);

/// `/assets/{name}`: of no tenant, so that a page looks like one even when the database is away.
pub(super) async fn serve(uri: Uri) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let (kind, body) = match name {
        "script.js" => ("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        "icon.svg" => ("image/svg+xml", ICON.to_owned()),
        name => {
            let colour = name.strip_prefix("style-");
            let colour = colour.and_then(|rest| rest.strip_suffix(".css"));
            let colour = colour.and_then(|digits| Colour::from_digits(digits).ok());
            let Some(colour) = colour else {
                return StatusCode::NOT_FOUND.into_response();
            };
            ("text/css; charset=utf-8", style(colour))
        }
    };
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
}

/// The style sheet in a tenant's colour, with what can be read on it and beside it.
fn style(colour: Colour) -> String {
    let (ink, light, dark) = (colour.ink(), colour.on(LIGHT), colour.on(DARK));
    format!(":root{{--brand:{colour};--brand-ink:{ink};--light:{light};--dark:{dark}}}\n{STYLE}")
}

/// `/logo`
pub(super) async fn logo(
    State(recovery): State<Recovery>,
    visit: Visit,
) -> Result<Response, Problem> {
    let found = recovery.tenants.logo(&visit.tenant).await;
    let found = found.map_err(|fault| visit.fault(fault))?;
    let logo = found.ok_or_else(|| visit.problem(ProblemKind::Nothing))?;
    let kind = HeaderValue::from_static(logo.format.media_type());
    Ok(([(CONTENT_TYPE, kind)], logo.bytes).into_response())
}
