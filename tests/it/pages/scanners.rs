//! T-09: whoever only looks, changes nothing.

use sqlx::PgPool;

use super::{Agent, NEW, secret_in};
use crate::harness::{Call, World};

#[rekey_test::on_a_database]
async fn t09_fifty_looks_leave_every_link_usable(db: PgPool) {
    let world = World::new(db).await;
    let reset = world.reset_link().await;
    let unlock = world.link("/recover/locked", "JohnDoe").await;
    let mut fresh = Agent::new(&world);
    let shown = fresh.open(&world.link("/recover", "Ezra").await).await;
    fresh.submit(&shown, &[("password", NEW)]).await;
    let not_me = super::path_in(&world.post().await[0]);
    let before = world.everything().await;
    for link in [&reset, &unlock, &not_me] {
        for method in ["GET", "HEAD"] {
            for _ in 0..50 {
                let mut scanner = Agent::new(&world);
                let hop = scanner.send(Call::new(method, link.as_str())).await;
                assert_eq!(hop.status, 303);
                let to = hop.header("location").unwrap().to_owned();
                let page = scanner.send(Call::new(method, to)).await;
                assert_eq!(page.status, 200);
                let names = scanner.cookies.iter().map(|(name, ..)| name.as_str());
                for name in names {
                    let is_transport = name.starts_with("rekey-reset-")
                        || name.starts_with("rekey-unlock-")
                        || name.starts_with("rekey-not-me-");
                    assert!(is_transport, "{name}");
                }
            }
        }
    }
    assert_eq!(world.everything().await, before);
    let mut agent = Agent::new(&world);
    for (link, typed, done) in [
        (&unlock, None, "Your account is unlocked"),
        (&reset, Some(("password", NEW)), "Your password was changed"),
        (&not_me, None, "Your account is protected"),
    ] {
        let form = agent.open(link).await;
        let page = agent.submit(&form, typed.as_slice()).await;
        assert!(page.body.contains(done), "{}", page.body);
    }
    world.post().await;
}

#[rekey_test::on_a_database]
async fn looking_at_any_page_changes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let before = world.everything().await;
    for page in super::headers::PAGES {
        for method in ["GET", "HEAD"] {
            Agent::new(&world).send(Call::new(method, *page)).await;
        }
    }
    assert_eq!(world.everything().await, before);
}

/// The cookie is the token and nothing more: it opens the form of its link, and no API. (S-02.)
#[rekey_test::on_a_database]
async fn the_cookie_of_a_link_signs_nobody_in(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    agent.open(&link).await;
    let cookie = format!("{}={}", agent.cookies[0].0, secret_in(&link));
    for (method, path) in [
        ("POST", "/api/v2/deauthorize"),
        ("GET", "/api/v2/forgot-password?token=0"),
    ] {
        let call = Call::new(method, path)
            .header("host", "demo.localhost")
            .header("cookie", cookie.clone());
        assert_eq!(world.send(call).await.status, 401, "{path}");
    }
}
