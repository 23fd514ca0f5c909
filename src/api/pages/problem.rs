//! What the pages say when something is wrong.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use time::Duration;

use super::page::{Face, page, text};
use super::site::Site;
use super::visit::Visit;
use crate::api::faults::blame;
use crate::domain::Timestamp;
use crate::domain::language::Language;
use crate::recovery::{Fault, LimitError};
use crate::words::{Args, phrases};

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No such page, or no such tenant.
    Nothing,
    /// The page cannot be asked like that.
    Method,
    /// A form that another page sent.
    Foreign,
    /// A form that is none, or is too long.
    Form(StatusCode),
    /// One too many.
    Many {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Something below us is down, or there is too much work.
    Later {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A bug.
    Broken,
}

/// A page that says what is wrong.
pub(super) struct Problem(Box<Response>);

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Self::Nothing => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Form(status) => status,
            Self::Many { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Later { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Title and text, by name.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("problem-nothing-title", "problem-nothing-what"),
            Self::Method => ("problem-method-title", "problem-method-what"),
            Self::Foreign => ("problem-foreign-title", "problem-foreign-what"),
            Self::Form(_) => ("problem-form-title", "problem-form-what"),
            Self::Many { .. } => ("problem-many-title", "problem-many-what"),
            Self::Later { .. } => ("problem-later-title", "problem-later-what"),
            Self::Broken => ("problem-broken-title", "problem-broken-what"),
        }
    }

    fn retry_after(self) -> Option<u64> {
        match self {
            Self::Many { retry_after } | Self::Later { retry_after } => Some(retry_after),
            Self::Nothing | Self::Method | Self::Foreign | Self::Form(_) | Self::Broken => None,
        }
    }

    fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Unavailable(_) => Self::Later { retry_after: 5 },
            Fault::Busy { retry_after } => Self::Later {
                retry_after: retry_after.as_secs().max(1),
            },
            Fault::Broken(_) => Self::Broken,
        }
    }
}

impl Problem {
    /// On a page of a tenant's.
    pub(super) fn shown(visit: &Visit, kind: Kind) -> Self {
        let start = Some(visit.address("", &[]));
        let face = visit.face();
        Self::write(Some(&visit.site), visit.language, &face, kind, start)
    }

    /// Our fault, on a page of a tenant's.
    pub(super) fn fault(visit: &Visit, fault: Fault) -> Self {
        let Self(response) = Self::shown(visit, Kind::of(&fault));
        Self(Box::new(blame(*response, fault)))
    }

    /// A limit's refusal, on a page of a tenant's.
    pub(super) fn refused(visit: &Visit, refused: LimitError, now: Timestamp) -> Self {
        match refused {
            LimitError::TooMany(limit) => {
                let retry_after = limit.retry_after(now);
                Self::shown(visit, Kind::Many { retry_after })
            }
            LimitError::Fault(fault) => Self::fault(visit, fault),
        }
    }

    /// There is no such tenant.
    pub(super) fn nobody(site: &Arc<Site>, language: Language) -> Self {
        let face = Face::plain();
        Self::write(Some(site), language, &face, Kind::Nothing, None)
    }

    /// Our fault, and we cannot even tell for whom.
    pub(super) fn away(site: &Arc<Site>, language: Language, fault: Fault) -> Self {
        let (face, kind) = (Face::plain(), Kind::of(&fault));
        let Self(response) = Self::write(Some(site), language, &face, kind, None);
        Self(Box::new(blame(*response, fault)))
    }

    /// Our fault, and nobody knows who asked, or in which language.
    pub(super) fn bare(fault: Fault) -> Self {
        let (language, kind) = (Language::default(), Kind::of(&fault));
        let Self(response) = Self::write(None, language, &Face::plain(), kind, None);
        Self(Box::new(blame(*response, fault)))
    }

    /// The pages were put together without their address.
    pub(super) fn no_site() -> Self {
        Self::bare(Fault::broken("the pages do not know where they are"))
    }

    fn write(
        site: Option<&Arc<Site>>,
        language: Language,
        face: &Face,
        kind: Kind,
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
