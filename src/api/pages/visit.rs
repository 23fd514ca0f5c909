//! Who visits: for which tenant, in which language, and by which address; and pages as that person gets them.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use minijinja::{Value, context};

use super::around;
use super::page::{Face, page, text};
use super::problem::Problem;
use super::problem_kind::ProblemKind;
use super::query::{Pairs, address};
use super::site::{BASE, Site};
use crate::api::host::host;
use crate::api::language;
use crate::domain::Timestamp;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::recovery::{Fault, LimitError, Origin, Recovery};
use crate::words::Args;

/// The cookie that remembers a language. Nothing hangs on it.
const LANGUAGE_COOKIE: &str = "rekey-language";

/// Pages that are found by what was typed; on the others the address says whose they are.
const BY_HOST: [&str; 4] = ["", "locked", "username", "sent"];

/// A request for a page.
pub(super) struct Visit {
    pub(super) site: Arc<Site>,
    pub(super) tenant: Arc<Tenant>,
    pub(super) language: Language,
    pub(super) origin: Origin,
    pub(super) query: Pairs,
    /// The page, without what is in front of it.
    pub(super) page: String,
    pub(super) headers: HeaderMap,
}

impl FromRequestParts<Recovery> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Problem> {
        let Ok(origin) = Origin::from_request_parts(parts, recovery).await;
        let site: Option<&Arc<Site>> = parts.extensions.get();
        let site = Arc::clone(site.ok_or_else(Problem::no_site)?);
        let query = around::without(parts.uri.query().unwrap_or_default());
        let query = Pairs::read(query.as_bytes());
        let page = parts.uri.path();
        let page = page.strip_prefix(BASE).unwrap_or(page);
        let page = page.trim_matches('/').to_owned();
        let found = find_tenant(recovery, &page, &query, &host(parts)).await;
        let spoken = query.get("language").and_then(Language::parse);
        let headers = parts.headers.clone();
        let remembered = cookie(&headers, LANGUAGE_COOKIE).and_then(Language::parse);
        let language = spoken
            .or(remembered)
            .or_else(|| language::accepted(&headers));
        let tenant = match found {
            Ok(Some(tenant)) => tenant,
            Ok(None) => return Err(Problem::nobody(&site, language.unwrap_or_default())),
            Err(fault) => return Err(Problem::away(&site, language.unwrap_or_default(), fault)),
        };
        Ok(Self {
            language: language.unwrap_or(tenant.settings.default_language),
            site,
            tenant,
            origin,
            query,
            page,
            headers,
        })
    }
}

/// The tenant that has the host, else the one that the address names, else the default one. A link
/// from a letter names the tenant that its token belongs to, so there the order is the other way round.
async fn find_tenant(
    recovery: &Recovery,
    page: &str,
    query: &Pairs,
    host: &str,
) -> Result<Option<Arc<Tenant>>, Fault> {
    let named = query.get("tenant");
    let found = if BY_HOST.contains(&page) {
        match (recovery.tenants.tenant_with_host(host).await?, named) {
            (Some(tenant), _) => Some(tenant),
            (None, Some(code)) => recovery.tenants.tenant(code).await?,
            (None, None) => recovery.tenants.tenant_of_host(host).await?,
        }
    } else if let Some(code) = named {
        recovery.tenants.tenant(code).await?
    } else {
        recovery.tenants.tenant_of_host(host).await?
    };
    Ok(found.filter(|tenant| tenant.settings.pages.enabled))
}

impl Visit {
    /// The address of a page for the same tenant: below the prefix of a proxy.
    pub(super) fn address(&self, page: &str, more: &[(&str, Option<&str>)]) -> String {
        let mut pairs = vec![("tenant", self.query.get("tenant"))];
        pairs.extend(more);
        let base = &self.site.base;
        let path = if page.is_empty() {
            base.clone()
        } else {
            format!("{base}/{page}")
        };
        address(&path, &pairs)
    }

    /// This very page in another language, with what it needs from the address and no more.
    pub(super) fn address_in(&self, language: Language) -> String {
        let kept = ["link", "of", "reference", "damaged"];
        let mut more: Vec<_> = kept.map(|name| (name, self.query.get(name))).into();
        more.push(("language", Some(language.code())));
        self.address(&self.page, &more)
    }

    /// What the tenant's pages look like.
    pub(super) fn face(&self) -> Face {
        let settings = &self.tenant.settings;
        let code = ("tenant", Some(settings.code.as_str()));
        let logo = settings.pages.logo.as_ref();
        Face::new(
            settings,
            logo.map(|_| address(&format!("{}/logo", self.site.base), &[code])),
        )
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    /// A message without places.
    pub(super) fn say(&self, name: &str) -> String {
        text(self.language, name, &Args::new())
    }

    /// A page of the tenant's.
    pub(super) fn page(
        &self,
        status: StatusCode,
        template: &str,
        title: &str,
        own: Value,
    ) -> Response {
        let languages: Vec<_> = Language::ALL
            .into_iter()
            .map(|language| {
                context! {
                    code => language.code(), href => self.address_in(language),
                    name => text(language, "language-name", &Args::new()),
                }
            })
            .collect();
        let own = context! { base => self.site.base.as_str(), languages, ..own };
        let mut response = page(status, self.language, &self.face(), template, title, own);
        self.remember_language(&mut response);
        response
    }

    /// Remembers a language that was chosen by hand, on this browser alone.
    pub(super) fn remember_language(&self, response: &mut Response) {
        let chosen = self.query.get("language").and_then(Language::parse);
        let Some(language) = chosen else { return };
        let path = &self.site.base;
        let secure = if self.site.is_secure { "; Secure" } else { "" };
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path={path}; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
            language.code()
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }

    /// A page that says what is wrong.
    pub(super) fn problem(&self, kind: ProblemKind) -> Problem {
        let start = Some(self.address("", &[]));
        let face = self.face();
        Problem::write(Some(&self.site), self.language, &face, kind, start)
    }

    /// A page that says that it is our fault.
    pub(super) fn fault(&self, fault: Fault) -> Problem {
        self.problem(ProblemKind::of(&fault)).caused_by(fault)
    }

    /// A page that says what a limit refused.
    pub(super) fn refused(&self, refused: LimitError, now: Timestamp) -> Problem {
        match refused {
            LimitError::TooMany(limit) => {
                let retry_after = limit.retry_after(now);
                self.problem(ProblemKind::Many { retry_after })
            }
            LimitError::Fault(fault) => self.fault(fault),
        }
    }
}

/// The first value of a cookie's name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| {
            let (known, value) = pair.trim().split_once('=')?;
            (known == name).then_some(value)
        })
}
