//! T-13: what every answer carries.

use sqlx::PgPool;

use super::{Agent, NEW, with};
use crate::harness::{Call, Reply, World};

/// Every address that a stranger may open.
pub const PAGES: &[&str] = &[
    "/recover",
    "/recover/locked",
    "/recover/username",
    "/recover/sent?of=reset&reference=0123abcd",
    "/recover/sent?of=usernames",
    "/recover/reset",
    "/recover/unlock",
    "/recover/not-me",
    "/recover/done?of=reset",
    "/recover/done?of=unlock",
    "/recover/done?of=not-me",
    "/recover/assets/style-0b5bd3.css",
    "/recover/assets/script.js",
    "/recover/assets/icon.svg",
    "/recover/assets/style-0b5bd3;x.css",
    "/recover/assets/../reset",
    "/recover/logo",
    "/recover/nothing",
    "/recover?tenant=nobody",
    "/recover/reset?tenant=%00",
    "/.well-known/change-password",
];

fn is_safe(reply: &Reply, what: &str) {
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name} of {what}");
    }
    assert!(reply.header("x-request-id").is_some());
    for wrong in [
        "<style",
        " style=",
        "<script>",
        " onclick=",
        "//cdn",
        "http://",
        "https://",
    ] {
        assert!(
            !reply.body.contains(wrong) || what.contains("icon"),
            "{wrong} in {what}"
        );
    }
}

/// L18.
#[rekey_test::on_a_database]
async fn t13_every_page_is_safe_by_its_headers(db: PgPool) {
    let world = World::new(db).await;
    for page in PAGES {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            let reply = Agent::new(&world).send(Call::new(method, *page)).await;
            is_safe(&reply, page);
            assert!(
                reply.status.as_u16() < 500,
                "{method} {page}: {}",
                reply.status
            );
        }
    }
    let mut agent = Agent::new(&world);
    for (door, typed) in [
        ("/recover", Some(("password", "short"))),
        ("/recover/locked", None),
    ] {
        let link = world.link(door, "JohnDoe").await;
        is_safe(&agent.get(&link).await, "a link");
        let form = agent.open(&link).await;
        is_safe(&form, "a form");
        let done = agent.submit(&form, typed.as_slice()).await;
        is_safe(&done, "what a form leads to");
    }
    let notice = world.post().await;
    assert!(notice.is_empty(), "nothing was locked");
}

/// A page with everything in it is small: it is read on a phone, in a hurry.
#[rekey_test::on_a_database]
async fn a_page_is_small(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    let refused = agent.submit(&form, &[("password", "x")]).await;
    let mut weight = refused.body.len();
    for asset in ["style-0b5bd3.css", "script.js", "icon.svg"] {
        let path = format!("/recover/assets/{asset}");
        assert!(refused.body.contains(&path), "{asset}");
        weight += agent.get(&path).await.body.len();
    }
    assert!(weight < 15_000, "{weight} bytes");
}

#[rekey_test::on_a_database]
async fn behind_tls_cookies_stay_on_it(db: PgPool) {
    let mut setting = with("");
    "https://recover.example/accounts/"
        .trim_end_matches('/')
        .clone_into(&mut setting.public_url);
    let world = World::with(db, setting).await;
    let mut agent = Agent::new(&world);
    let ask = agent.open("/recover").await;
    assert!(
        ask.body.contains("action=\"/accounts/recover\""),
        "{}",
        ask.body
    );
    assert!(
        ask.body
            .contains("href=\"/accounts/recover/assets/style-0b5bd3.css\"")
    );
    agent
        .post_at(&ask, "/accounts", &[("name", "JohnDoe")])
        .await;
    let letter = world.post().await.remove(0);
    let text = &letter.content.text;
    assert!(text.contains("\nhttps://recover.example/accounts/recover/reset?token="));
    let hop = agent.get(&super::path_in(&letter)).await;
    let to = hop.header("location").unwrap().to_owned();
    assert!(
        to.starts_with("/accounts/recover/reset?tenant=demo&link="),
        "{to}"
    );
    let cookie = hop.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Secure-rekey-reset-"), "{cookie}");
    assert!(
        cookie.contains("; Path=/accounts/recover/reset; "),
        "{cookie}"
    );
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    // The proxy takes its prefix away again.
    for kept in &mut agent.cookies {
        kept.2 = kept.2.replace("/accounts", "");
    }
    let form = agent.get(to.strip_prefix("/accounts").unwrap()).await;
    assert_eq!(form.status, 200);
    let done = agent
        .post_at(&form, "/accounts", &[("password", NEW)])
        .await;
    let done = done.header("location").unwrap();
    assert!(done.starts_with("/accounts/recover/done?"), "{done}");
    let known = agent.get("/.well-known/change-password").await;
    assert_eq!(known.header("location"), Some("/accounts/recover"));
    world.post().await;
}

/// The database is away: a page says so, in the person's language, and says when to try again.
#[rekey_test::on_a_database]
async fn a_page_that_cannot_be_made_says_so(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    world.db.close().await;
    let mut stranger = Agent::new(&world).header("accept-language", "fr");
    for page in ["/recover", "/recover/reset", "/recover/nothing"] {
        let reply = stranger.open(page).await;
        is_safe(&reply, page);
        assert_eq!(reply.status, 503, "{page}");
        assert_eq!(reply.header("retry-after"), Some("5"));
        assert!(
            reply.body.contains("<h1>Pas en ce moment</h1>"),
            "{}",
            reply.body
        );
    }
    let reply = agent.submit(&form, &[("password", NEW)]).await;
    assert_eq!(reply.status, 503);
    let style = agent.open("/recover/assets/style-0b5bd3.css").await;
    assert_eq!(style.status, 200, "it still looks like a page");
}
