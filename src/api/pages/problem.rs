//! What the pages say when something is wrong.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use time::Duration;

use super::damage::Damage;
use super::lead::to;
use super::page::{Face, page, text};
use super::problem_kind::ProblemKind;
use super::query::{Pairs, address};
use super::site::Site;
use super::token;
use crate::api::faults::blame;
use crate::domain::language::Language;
use crate::recovery::Fault;
use crate::words::{Args, phrases};

/// A page that says what is wrong.
pub(super) struct Problem(Box<Response>);

impl Problem {
    /// There is no such tenant.
    pub(super) fn nobody(site: &Arc<Site>, language: Language) -> Self {
        let face = Face::plain();
        Self::write(Some(site), language, &face, ProblemKind::Nothing, None)
    }

    /// A link whose token is not whole, which alone tells whose it is: the page takes the code from
    /// the letter. What is left of the token leaves the address bar first.
    pub(super) fn nobodys_link(
        site: &Site,
        language: Language,
        page_name: &str,
        query: &Pairs,
    ) -> Self {
        let path = site.page(page_name);
        let told = query.get("damaged").and_then(Damage::parse);
        let damage = match (token::brought(query), told) {
            (None, Some(told)) => told,
            (None, None) if Damage::of_query(query) == Damage::Cut => Damage::Cut,
            (brought, _) => {
                let damage = brought.and_then(Result::err);
                let damage = damage.unwrap_or_else(|| Damage::of_query(query));
                let pairs = [
                    ("language", query.get("language")),
                    ("damaged", Some(damage.as_str())),
                ];
                return Self(Box::new(to(&address(&path, &pairs))));
            }
        };
        let own = context! {
            base => site.base.as_str(), again => "", languages => Vec::<String>::new(),
            kept => Vec::<String>::new(), ..damage.shown(language, &path)
        };
        let title = text(language, "damaged-title", &Args::new());
        let (status, face) = (StatusCode::NOT_FOUND, Face::plain());
        let page = page(status, language, &face, "damaged.html", &title, own);
        Self(Box::new(page))
    }

    /// Our fault, and we cannot even tell for whom.
    pub(super) fn away(site: &Arc<Site>, language: Language, fault: Fault) -> Self {
        let (face, kind) = (Face::plain(), ProblemKind::of(&fault));
        Self::write(Some(site), language, &face, kind, None).caused_by(fault)
    }

    /// Our fault, and nobody knows who asked, or in which language.
    pub(super) fn bare(fault: Fault) -> Self {
        let (language, kind) = (Language::default(), ProblemKind::of(&fault));
        Self::write(None, language, &Face::plain(), kind, None).caused_by(fault)
    }

    /// The pages were put together without their address.
    pub(super) fn no_site() -> Self {
        Self::bare(Fault::broken("the pages do not know where they are"))
    }

    /// Says which fault it was to whoever logs it, not to whoever asked.
    pub(super) fn caused_by(self, fault: Fault) -> Self {
        Self(Box::new(blame(*self.0, fault)))
    }

    /// Writes the page; `start` leads to where one may begin anew.
    pub(super) fn write(
        site: Option<&Arc<Site>>,
        language: Language,
        face: &Face,
        kind: ProblemKind,
        start: Option<String>,
    ) -> Self {
        let (title, what) = kind.words();
        let mut args = Args::new();
        if let Some(seconds) = kind.retry_after() {
            let wait = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
            args.set("lifetime", phrases::wait(wait, language));
        }
        let own = context! {
            base => site.map(|site| site.base.as_str()), problem => true, start,
            languages => Vec::<String>::new(), what => text(language, what, &args),
        };
        let title = text(language, title, &Args::new());
        let mut response = page(kind.status(), language, face, "problem.html", &title, own);
        if let Some(seconds) = kind.retry_after() {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        Self(Box::new(response))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        *problem.0
    }
}
