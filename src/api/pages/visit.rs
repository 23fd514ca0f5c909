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
use super::token;
use crate::api::host::host;
use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::language::Language;
use crate::domain::tenant::Tenant;
use crate::recovery::{Fault, LimitError, Origin, Recovery};
use crate::words::Args;

/// The cookie that remembers a language. Nothing hangs on it.
const LANGUAGE_COOKIE: &str = "rekey-language";

/// What says in an address which language its page is in: a letter of before, or a site that links here.
const LANGUAGE: &str = "language";

/// What says it where a person has just chosen it from those that a page offers. Nothing else is
/// remembered.
const CHOICE: &str = "choose";

/// Pages that are found by what was typed; on the others the address says whose they are.
const BY_HOST: [&str; 4] = ["", "locked", "username", "sent"];

/// A request for a page.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) site: Arc<Site>,
    pub(super) tenant: Arc<Tenant>,
    /// What the page is written in: `origin` has what the request said of it, if it said anything.
    pub(super) language: Language,
    pub(super) origin: Origin,
    /// The code by which addresses go on naming the tenant, where the host does not.
    named: Option<String>,
    /// The language that addresses go on naming.
    kept_language: Option<Language>,
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
        let chosen = |name| query.get(name).and_then(Language::parse);
        let kept_language = chosen(CHOICE).or_else(|| chosen(LANGUAGE));
        let headers = parts.headers.clone();
        let remembered = cookie(&headers, LANGUAGE_COOKIE).and_then(Language::parse);
        let said = kept_language.or(remembered).or(origin.language);
        let (tenant, named) = match found {
            Ok(Some(found)) => found,
            Ok(None) => return Err(nobody(&site, said.unwrap_or_default(), &page, &query)),
            Err(fault) => return Err(Problem::away(&site, said.unwrap_or_default(), fault)),
        };
        let origin = Origin {
            language: said,
            ..origin
        };
        Ok(Self {
            language: said.unwrap_or(tenant.settings.default_language),
            named,
            kept_language,
            site,
            tenant,
            origin,
            query,
            page,
            headers,
        })
    }
}

/// The tenant that has the host, else the one that the address names, else the default one; and the
/// code by which it was named. A link from a letter belongs to the tenant of its token, wherever it is
/// opened; a longer one, of before, names that tenant itself.
async fn find_tenant(
    recovery: &Recovery,
    page: &str,
    query: &Pairs,
    host: &str,
) -> Result<Option<(Arc<Tenant>, Option<String>)>, Fault> {
    let tenants = &recovery.tenants;
    let mut named = query.get("tenant").map(str::to_owned);
    let found = if BY_HOST.contains(&page) {
        match (tenants.tenant_with_host(host).await?, &named) {
            (Some(tenant), _) => Some(tenant),
            (None, Some(code)) => tenants.tenant(code).await?,
            (None, None) => tenants.tenant_of_host(host).await?,
        }
    } else {
        if let (None, Some(Ok(secret))) = (&named, token::brought(query)) {
            named = recovery.tokens.tenant_of(&secret).await?;
        }
        match &named {
            Some(code) => tenants.tenant(code).await?,
            None => tenants.tenant_of_host(host).await?,
        }
    };
    let found = found.filter(|tenant| tenant.settings.pages.enabled);
    Ok(found.map(|tenant| (tenant, named)))
}

/// What is said where there is no tenant: that there is nothing, or of a link that its token is not
/// whole, which alone tells whose it is.
fn nobody(site: &Arc<Site>, language: Language, page: &str, query: &Pairs) -> Problem {
    let is_whole = matches!(token::brought(query), Some(Ok(_)));
    let is_named = query.get("tenant").or(query.get("link")).is_some();
    if token::opens(page) && !is_whole && !is_named {
        Problem::nobodys_link(site, language, page, query)
    } else {
        Problem::nobody(site, language)
    }
}

impl Visit {
    /// The address of a page for the same tenant, in the same language where the address says one:
    /// below the prefix of a proxy.
    pub(super) fn address(&self, page: &str, more: &[(&str, Option<&str>)]) -> String {
        let mut pairs = vec![
            ("tenant", self.named.as_deref()),
            (LANGUAGE, self.kept_language.map(Language::code)),
        ];
        pairs.extend(more);
        address(&self.site.page(page), &pairs)
    }

    /// What addresses go on naming, for forms that write their own.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        let language = self.kept_language.map(|one| one.code().to_owned());
        [("tenant", self.named.clone()), (LANGUAGE, language)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// This very page in another language, with what it needs from the address and no more.
    pub(super) fn address_in(&self, language: Language) -> String {
        let mut pairs = vec![("tenant", self.named.as_deref())];
        let kept = ["link", "of", "reference", "damaged"];
        pairs.extend(kept.map(|name| (name, self.query.get(name))));
        pairs.push((CHOICE, Some(language.code())));
        address(&self.site.page(&self.page), &pairs)
    }

    /// The same visit, read by the owner of an account: in the language of the account, where the
    /// request says nothing of one.
    pub(super) fn read_by(&self, account: &Account) -> Self {
        let own = account.language.filter(|_| self.origin.language.is_none());
        Self {
            language: own.unwrap_or(self.language),
            kept_language: self.kept_language.or(own),
            ..self.clone()
        }
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
    fn remember_language(&self, response: &mut Response) {
        let chosen = self.query.get(CHOICE).and_then(Language::parse);
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
