//! `/recover/done`: what was done, and what comes next. A page of its own, so that loading it again
//! sends nothing again.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::page::{name, text};
use super::visit::Visit;
use crate::words::{Args, phrases};

pub(super) async fn show(visit: Visit) -> Response {
    let freeze = phrases::lifetime(visit.tenant.settings.freeze(), visit.language);
    let mut args = Args::new();
    args.set("lifetime", freeze);
    args.set("tenant", name(&visit.tenant.settings.name));
    let (title, names, steps): (_, &[&str], &[&str]) = match visit.query.get("of") {
        Some("unlock") => ("done-unlock-title", &["done-unlock-what"], &[]),
        Some("not-me") => (
            "done-not-me-title",
            &["done-not-me-what", "done-not-me-next"],
            &[
                "done-not-me-mailbox",
                "done-not-me-help",
                "done-not-me-wait",
            ],
        ),
        Some(_) | None => ("done-reset-title", &["done-reset-what"], &[]),
    };
    let said = |names: &[&str]| -> Vec<_> {
        let said = names.iter();
        said.map(|said| text(visit.language, said, &args)).collect()
    };
    let own = context! {
        texts => said(names), steps => said(steps), door => visit.query.get("of").unwrap_or_default(),
        start => visit.address("", &[]),
    };
    visit.page(StatusCode::OK, "done.html", &visit.say(title), own)
}
