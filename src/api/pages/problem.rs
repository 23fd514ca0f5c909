//! What the pages say when something is wrong.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use time::Duration;

use super::page::{Face, page, text};
use super::problem_kind::ProblemKind;
use super::site::Site;
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

    /// A link without the end of its token, which alone tells whose it is: the page takes the code from
    /// the letter.
    pub(super) fn nobodys_cut(site: &Site, language: Language, page_name: &str) -> Self {
        let own = context! {
            base => site.base.as_str(), problem => true, again => "",
            languages => Vec::<String>::new(), kept => Vec::<String>::new(),
            action => site.page(page_name),
        };
        let (title, status) = (
            text(language, "cut-title", &Args::new()),
            StatusCode::NOT_FOUND,
        );
        let face = Face::plain();
        Self(Box::new(page(
            status, language, &face, "cut.html", &title, own,
        )))
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
