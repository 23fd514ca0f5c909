//! Putting a page together.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::api::faults::blame;
use crate::domain::colour::Colour;
use crate::domain::language::Language;
use crate::domain::tenant::Settings;
use crate::recovery::Fault;
use crate::words::{self, Args, plain};

/// The longest name on a page, in characters.
const NAME_MAX: usize = 100;

/// The templates, parsed once. A test opens every page; a broken template would be an error there.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_debug(false);
    words::teach(&mut environment);
    for (name, source) in [
        ("ask.html", include_str!("templates/ask.html")),
        ("damaged.html", include_str!("templates/damaged.html")),
        ("done.html", include_str!("templates/done.html")),
        ("ended.html", include_str!("templates/ended.html")),
        ("layout.html", include_str!("templates/layout.html")),
        ("not-me.html", include_str!("templates/not-me.html")),
        ("parts.html", include_str!("templates/parts.html")),
        ("problem.html", include_str!("templates/problem.html")),
        ("reset.html", include_str!("templates/reset.html")),
        ("sent.html", include_str!("templates/sent.html")),
        ("unlock.html", include_str!("templates/unlock.html")),
    ] {
        let _ = environment.add_template(name, source);
    }
    environment
});

/// What a tenant's pages look like.
#[derive(Default)]
pub(super) struct Face {
    tenant: String,
    colour: String,
    logo: Option<String>,
    support: Option<Value>,
}

impl Face {
    /// No tenant's.
    pub(super) fn plain() -> Self {
        Self {
            colour: Colour::USUAL.digits(),
            ..Self::default()
        }
    }

    pub(super) fn new(settings: &Settings, logo: Option<String>) -> Self {
        let pages = &settings.pages;
        Self {
            tenant: name(&settings.name),
            colour: pages.colour.digits(),
            logo,
            support: pages.support.as_deref().map(|text| {
                let is_page = text.starts_with("https://");
                let href = if is_page {
                    text.to_owned()
                } else {
                    format!("mailto:{text}")
                };
                context! { text, href, is_page }
            }),
        }
    }
}

/// A name as pages show it: one line, and nothing in it that turns its neighbours round.
pub(super) fn name(text: &str) -> String {
    plain::line(text, NAME_MAX)
}

/// A message without places, or with the ones that `args` fills.
pub(super) fn text(language: Language, name: &str, args: &Args<'_>) -> String {
    words::say(language, name, args).unwrap_or_default()
}

/// Writes a page.
pub(super) fn page(
    status: StatusCode,
    language: Language,
    face: &Face,
    template: &str,
    title: &str,
    own: Value,
) -> Response {
    let Face {
        tenant,
        colour,
        logo,
        support,
    } = face;
    let own = context! {
        language => language.code(), title, tenant, colour, logo, support,
        ..own
    };
    let written = TEMPLATES
        .get_template(template)
        .and_then(|template| template.render(own));
    match written {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => blame(
            StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Fault::broken(error),
        ),
    }
}
