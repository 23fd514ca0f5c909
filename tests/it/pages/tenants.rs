//! Which tenant's pages, and what they look like.

use std::io::Write as _;

use rekey::domain::logo::Logo;
use rekey::operator::Applied;
use sqlx::PgPool;

use super::{Agent, with};
use crate::harness::World;

#[rekey_test::on_a_database]
async fn a_host_tells_the_tenant_and_else_the_address(db: PgPool) {
    let world = World::new(db).await;
    let text = crate::harness::world::TENANT
        .replace("\"demo\"", "\"other\"")
        .replace("demo.localhost", "o.localhost")
        .replace("Demo Cooperative", "Other People");
    let file = rekey::config::tenant::parse("other.toml", &text).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    for (host, path, shown) in [
        ("demo.localhost", "/recover", "Demo Cooperative"),
        (
            "demo.localhost:8080",
            "/recover?tenant=other",
            "Demo Cooperative",
        ),
        ("o.localhost", "/recover", "Other People"),
        ("nobody.localhost", "/recover?tenant=other", "Other People"),
        (
            "nobody.localhost",
            "/recover/sent?tenant=demo",
            "Demo Cooperative",
        ),
    ] {
        let page = Agent::at(&world, host).open(path).await;
        assert_eq!(page.status, 200, "{host}{path}");
        assert!(
            page.body.contains(&format!("<bdi>{shown}</bdi>")),
            "{host}{path}"
        );
    }
    for path in ["/recover", "/recover?tenant=nobody", "/recover?tenant=%00"] {
        let page = Agent::at(&world, "nobody.localhost").open(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.contains("There is nothing here"));
    }
    // A tenant that was named stays so, from page to page.
    let mut agent = Agent::at(&world, "nobody.localhost");
    let ask = agent.open("/recover?tenant=demo").await;
    let sent = agent.submit(&ask, &[("name", "JohnDoe")]).await;
    assert!(
        sent.body.contains("href=\"/recover?tenant=demo\""),
        "{}",
        sent.body
    );
    assert_eq!(world.post().await.len(), 1);
}

#[rekey_test::on_a_database]
async fn a_tenant_without_pages_has_none(db: PgPool) {
    let world = World::with(db, with("[pages]\nenabled = false\n")).await;
    for page in super::headers::PAGES
        .iter()
        .filter(|page| page.starts_with("/recover") && !page.contains("/assets/"))
    {
        assert_eq!(Agent::new(&world).open(page).await.status, 404, "{page}");
    }
    world.ask(crate::turbosmtp::EMAIL).await.is_success();
    let token = world.mailed_token().await;
    world
        .update(&crate::turbosmtp::update(&token, super::NEW))
        .await
        .is_success();
    let notice = world.post().await.remove(0);
    assert!(
        !notice.content.text.contains("/recover/"),
        "{}",
        *notice.content.text
    );
}

#[rekey_test::on_a_database]
async fn a_colour_that_cannot_be_read_is_adapted(db: PgPool) {
    let world = World::with(db, with("[pages]\ncolour = '#ffee00'\n")).await;
    let mut agent = Agent::new(&world);
    let page = agent.open("/recover").await;
    assert!(page.body.contains("/recover/assets/style-ffee00.css"));
    let style = agent.open("/recover/assets/style-ffee00.css").await;
    assert_eq!(
        style.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    let first = style.body.lines().next().unwrap();
    assert!(
        first.starts_with(":root{--brand:#ffee00;--brand-ink:#000000;--light:#"),
        "{first}"
    );
    assert!(
        !first.contains("--light:#ffee00"),
        "yellow on white cannot be read"
    );
    assert!(first.contains("--dark:#ffee00"), "yellow on black can");
}

#[rekey_test::on_a_database]
async fn a_logo_is_served_from_here(db: PgPool) {
    let world = World::with(db, with("")).await;
    assert_eq!(Agent::new(&world).open("/recover/logo").await.status, 404);
    let text = with("[pages]\nlogo = 'logo.png'\n").tenant;
    let mut file = rekey::config::tenant::parse("demo.toml", &text).unwrap();
    let mut bytes = Vec::new();
    bytes.write_all(b"\x89PNG\r\n\x1a\nx").unwrap();
    file.logo = Some(Logo::read(bytes).unwrap());
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Updated
    );
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Unchanged
    );
    let mut agent = Agent::new(&world);
    let page = agent.open("/recover").await;
    let image = "<img src=\"/recover/logo?tenant=demo\" alt=\"\" height=\"48\">";
    assert!(page.body.contains(image), "{}", page.body);
    let call = crate::harness::Call::new("HEAD", "/recover/logo?tenant=demo");
    let logo = agent.send(call).await;
    assert_eq!(logo.header("content-type"), Some("image/png"));
    assert_eq!(logo.header("x-content-type-options"), Some("nosniff"));
    file.logo = Some(Logo::read(b"RIFF\0\0\0\0WEBPx".to_vec()).unwrap());
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Updated
    );
    file.settings.pages.logo = None;
    file.logo = None;
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Updated
    );
    assert_eq!(agent.open("/recover/logo").await.status, 404);
}
