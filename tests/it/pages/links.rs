//! Links: live ones, dead ones, and two at once.

use sqlx::PgPool;
use time::Duration;

use super::{Agent, NEW, secret_in};
use crate::harness::World;

/// L18.
#[rekey_test::on_a_database]
async fn the_token_leaves_the_address_at_once(db: PgPool) {
    let world = World::new(db).await;
    for page in ["/recover", "/recover/locked"] {
        let link = world.link(page, "JohnDoe").await;
        let secret = secret_in(&link).to_owned();
        let mut agent = Agent::new(&world);
        let hop = agent.get(&link).await;
        assert_eq!((hop.status.as_u16(), hop.body.as_str()), (303, ""));
        let to = hop.header("location").unwrap().to_owned();
        assert!(
            to.starts_with("/recover/") && !to.contains(&secret[..8]),
            "{to}"
        );
        let cookies: Vec<_> = hop.headers.get_all("set-cookie").iter().collect();
        let cookie = cookies[0].to_str().unwrap();
        let path = to.split('?').next().unwrap();
        let rest = format!("={secret}; Path={path}; Max-Age=3600; HttpOnly; SameSite=Lax");
        assert!(cookie.ends_with(&rest), "{cookie}");
        let shown = agent.get(&to).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.body.contains(&secret), "nor is it in the page");
        let elsewhere = Agent::new(&world).open(&to).await;
        assert_eq!(elsewhere.status, 404, "the address alone opens nothing");
    }
}

#[rekey_test::on_a_database]
async fn a_dead_link_says_why_and_how_to_go_on(db: PgPool) {
    let world = World::new(db).await;
    let first = world.reset_link().await;
    let second = world.reset_link().await;
    let dead = async |link: &str, status: u16, why: &str| {
        let page = Agent::new(&world).open(link).await;
        assert_eq!(page.status, status, "{}", page.body);
        assert!(page.body.contains("This link no longer works"));
        assert!(page.body.contains(why), "{why} in {}", page.body);
        assert!(
            page.body
                .contains("href=\"/recover?tenant=demo\">Ask for a new mail</a>")
        );
    };
    dead(&first, 410, "A newer mail has taken its place").await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&second).await;
    agent.submit(&form, &[("password", NEW)]).await;
    world.post().await;
    dead(&second, 410, "It was used already").await;
    let third = world.link("/recover", "Ezra").await;
    world.hand.turn(Duration::HOUR);
    dead(&third, 410, "It is too old").await;
    let unknown = format!("/recover/reset?tenant=demo&token={}", "0".repeat(64));
    dead(
        &unknown,
        404,
        "Perhaps it was used already, a part of its address is missing",
    )
    .await;
    let cut = Agent::new(&world).open(&third[..third.len() - 1]).await;
    assert_eq!(cut.status, 404);
    assert!(cut.body.contains("Its end is missing"), "{}", cut.body);
    let unlock = third.replace("/recover/reset", "/recover/unlock");
    let page = Agent::new(&world).open(&unlock).await;
    assert_eq!(page.status, 404, "of another purpose");
    dead(
        "/recover/reset?tenant=demo&link=0123456789ab",
        404,
        "Perhaps it was used already",
    )
    .await;
    world
        .import(r#"{"login":"JohnTwo","identifiers":["login"]}"#)
        .await;
    let fourth = world.link("/recover", "JohnTwo").await;
    world
        .import(r#"{"login":"JohnTwo","status":"disabled"}"#)
        .await;
    dead(&fourth, 410, "A newer mail has taken its place, or").await;
}

/// A form that is sent after its link died in another tab changes nothing and says why.
#[rekey_test::on_a_database]
async fn a_form_that_is_sent_again_is_told_that_all_is_well(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    let cookies = agent.cookies.clone();
    agent.submit(&form, &[("password", NEW)]).await;
    // The browser that sent twice has not heard the first answer yet.
    agent.cookies = cookies;
    let again = agent.submit(&form, &[("password", "Another-2028")]).await;
    assert_eq!(again.status, 410);
    assert!(
        again
            .body
            .contains("If that was you, sign in with the new password")
    );
    assert!(world.is_password("JohnDoe", NEW).await);
    assert_eq!(world.post().await.len(), 1, "one notice");
}

#[rekey_test::on_a_database]
async fn two_letters_in_two_tabs_keep_apart(db: PgPool) {
    let world = World::new(db).await;
    let john = world.link("/recover", "JohnDoe").await;
    let ezra = world.link("/recover", "Ezra").await;
    let mut agent = Agent::new(&world);
    let tab_of_john = agent.open(&john).await;
    let tab_of_ezra = agent.open(&ezra).await;
    assert!(tab_of_ezra.body.contains("value=\"Ezra\""));
    agent.submit(&tab_of_john, &[("password", NEW)]).await;
    assert!(world.is_password("JohnDoe", NEW).await);
    assert!(!world.is_password("Ezra", NEW).await);
    agent.submit(&tab_of_ezra, &[("password", NEW)]).await;
    assert!(world.is_password("Ezra", NEW).await);
    world.post().await;
}

/// L13: a link of one tenant opens nothing at another, wherever it is tried.
#[rekey_test::on_a_database]
async fn l13_a_link_belongs_to_its_tenant(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let link = world.reset_link().await;
    let moved = link.replace("?token=", "?tenant=other&token=");
    assert_eq!(Agent::new(&world).open(&moved).await.status, 404);
    // At the neighbour's host it is still the tenant's own.
    let page = Agent::at(&world, "o.localhost").open(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Demo Cooperative"));
}
