//! `/recover`, `/recover/locked`, `/recover/username`: ask for a letter.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use minijinja::context;

use super::form::Form;
use super::lead::to;
use super::page::text;
use super::problem::Problem;
use super::visit::Visit;
use crate::domain::dialling::Country;
use crate::domain::identifier::{EmailAddress, Kind, Names};
use crate::domain::token::Purpose;
use crate::recovery::{self, LetterKind, Recovery};
use crate::words::Args;

/// A number as it is written from abroad: one of those that are kept free for examples.
const ABROAD: &str = "+1 514 555 0100";
/// The longest name of a form that is believed.
const FORM_ID_MAX: usize = 64;

/// What somebody may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// A link to choose a new password.
    Reset,
    /// A link to lift a block.
    Unlock,
    /// Their login names.
    Usernames,
}

impl Door {
    /// Every door.
    const ALL: [Self; 3] = [Self::Reset, Self::Unlock, Self::Usernames];

    /// What addresses call it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Usernames => "usernames",
        }
    }

    /// Reads what addresses call it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.as_str() == text)
    }

    /// Its page.
    pub(super) fn page(self) -> &'static str {
        match self {
            Self::Reset => "",
            Self::Unlock => "locked",
            Self::Usernames => "username",
        }
    }

    /// Title and introduction, by name.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Reset => ("ask-reset-title", "ask-reset-intro"),
            Self::Unlock => ("ask-unlock-title", "ask-unlock-intro"),
            Self::Usernames => ("ask-usernames-title", "ask-usernames-intro"),
        }
    }

    fn wanted(self) -> LetterKind {
        match self {
            Self::Reset => LetterKind::Token(Purpose::Reset),
            Self::Unlock => LetterKind::Token(Purpose::Unlock),
            Self::Usernames => LetterKind::Usernames,
        }
    }

    /// Its handlers.
    pub(super) fn routes(self) -> MethodRouter<Recovery> {
        get(
            move |State(recovery): State<Recovery>, visit: Visit| async move {
                show(&visit, &recovery, self, None)
            },
        )
        .post(
            move |State(recovery): State<Recovery>, form: Form| async move {
                act(&recovery, self, &form).await
            },
        )
    }
}

/// The form; after a mistake, with what is wrong.
fn show(visit: &Visit, recovery: &Recovery, door: Door, mistake: Option<&str>) -> Response {
    let (title, intro) = door.words();
    let others = Door::ALL.into_iter().filter(|other| *other != door);
    let doors: Vec<_> = others
        .map(|other| {
            let (title, _) = other.words();
            context! { href => visit.address(other.page(), &[]), title => visit.say(title) }
        })
        .collect();
    let label = match door {
        Door::Reset | Door::Unlock => whoever(visit),
        Door::Usernames => visit.say("ask-email"),
    };
    let own = context! {
        example => example(visit, door),
        door => door.as_str(), intro => visit.say(intro), label, doors,
        action => visit.address(door.page(), &[]), form => recovery.name_request(),
        mistake => mistake.map(|name| visit.say(name)), problem => mistake.is_some(),
    };
    let status = if mistake.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    visit.page(status, "ask.html", &visit.say(title), own)
}

async fn act(recovery: &Recovery, door: Door, form: &Form) -> Result<Response, Problem> {
    let visit = &form.visit;
    let tenant = &visit.tenant;
    let refused = |refused| visit.refused(refused, recovery.now());
    let typed = &*form.name("name");
    // Whether a text can be an address at all says nothing about accounts.
    let mistake = if typed.is_empty() {
        Some("ask-missing")
    } else if door == Door::Usernames && EmailAddress::parse(typed).is_err() {
        Some("ask-email-wrong")
    } else {
        None
    };
    if mistake.is_some() {
        // A limit answers before a mistake does, and mistakes count.
        let admitted = recovery.asking.admit(tenant.tenant_id, &visit.origin).await;
        admitted.map_err(refused)?;
        return Ok(show(visit, recovery, door, mistake));
    }
    let kinds: &[Kind] = match door {
        Door::Reset | Door::Unlock => &tenant.settings.pages.identifiers,
        Door::Usernames => &[Kind::Email],
    };
    let form_id: String = form.field("form").chars().take(FORM_ID_MAX).collect();
    let asked = recovery::FormRequest {
        names: &Names::read(typed, kinds, tenant.settings.accounts.country),
        form_id: if form_id.is_empty() {
            &visit.origin.request_id
        } else {
            &form_id
        },
        language: visit.origin.language,
        origin: &visit.origin,
    };
    let reference = recovery.asking.ask(tenant, door.wanted(), &asked).await;
    let reference = reference.map_err(refused)?;
    let more = [
        ("of", Some(door.as_str())),
        ("reference", Some(&*reference)),
    ];
    Ok(to(&visit.address("sent", &more)))
}

/// An example of what is taken, but for login names, which look as each organisation likes.
fn example(visit: &Visit, door: Door) -> Option<String> {
    let settings = &visit.tenant.settings;
    let kinds: &[Kind] = match door {
        Door::Reset | Door::Unlock => &settings.pages.identifiers,
        Door::Usernames => &[Kind::Email],
    };
    let examples: Vec<_> = kinds
        .iter()
        .filter_map(|kind| match kind {
            Kind::Login => None,
            Kind::Email => Some(visit.say("example-email")),
            Kind::Phone => {
                let at_home = settings.accounts.country.and_then(Country::example);
                Some(at_home.unwrap_or_else(|| ABROAD.to_owned()))
            }
        })
        .collect();
    let examples = match examples.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [a, b, ..] => {
            let mut args = Args::new();
            args.set("a", a.as_str());
            args.set("b", b.as_str());
            text(visit.language, "either-two", &args)
        }
    };
    let mut args = Args::new();
    args.set("examples", examples);
    Some(text(visit.language, "ask-example", &args))
}

/// "Your login name, e-mail address or phone number": what the tenant takes.
fn whoever(visit: &Visit) -> String {
    let kinds: Vec<_> = visit
        .tenant
        .settings
        .pages
        .identifiers
        .iter()
        .map(|kind| {
            visit.say(match kind {
                Kind::Login => "kind-login",
                Kind::Email => "kind-email",
                Kind::Phone => "kind-phone",
            })
        })
        .collect();
    let list = |name: &str| {
        let mut args = Args::new();
        for (place, kind) in ["a", "b", "c"].into_iter().zip(&kinds) {
            args.set(place, kind.as_str());
        }
        text(visit.language, name, &args)
    };
    let kinds = match kinds.as_slice() {
        [one] => one.clone(),
        [_, _] => list("either-two"),
        _ => list("either-three"),
    };
    let mut args = Args::new();
    args.set("kinds", kinds);
    text(visit.language, "ask-name", &args)
}
