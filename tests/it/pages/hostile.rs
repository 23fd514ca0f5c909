//! L23: names that try to be something else, in pages and in the letters that they lead to.

use sqlx::PgPool;

use super::Agent;
use crate::harness::World;
use crate::harness::world::{Setting, TENANT};

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{ 7*191 }}{% include 'layout.html' %}",
    "\u{202e}elpmaxe.live\u{2066}\u{200f}x",
    "{ $login }",
    "' onfocus='alert(1)",
    "a&amp;b<!--",
];

fn is_calm(text: &str, name: &str) {
    for wrong in [
        "<script>",
        "<img src=x",
        "1337",
        "onerror=alert(1)>",
        "<!--",
    ] {
        assert!(!text.contains(wrong), "{wrong} of {name} in {text}");
    }
    let marks = ['\u{202e}', '\u{2066}', '\u{200f}', '\u{2068}'];
    assert!(!text.contains(marks), "{name}");
}

#[rekey_test::on_a_database]
async fn l23_a_tenants_name_adds_nothing_to_its_pages(db: PgPool) {
    let world = World::new(db).await;
    let tags = |text: &str| text.matches('<').count();
    let mut calm = Vec::new();
    for name in std::iter::once("Calm").chain(HOSTILE) {
        let quoted = serde_json::to_string(name).unwrap();
        let text = TENANT.replace("\"Demo Cooperative\"", &quoted);
        let file = rekey::config::tenant::parse("demo.toml", &text).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        let mut seen = Vec::new();
        for page in super::headers::PAGES
            .iter()
            .filter(|page| !page.contains("assets"))
        {
            let reply = Agent::new(&world).open(page).await;
            is_calm(&reply.body, name);
            seen.push(tags(&reply.body));
        }
        let link = world.reset_link().await;
        let form = Agent::new(&world).open(&link).await;
        is_calm(&form.body, name);
        seen.push(tags(&form.body));
        if calm.is_empty() {
            calm.clone_from(&seen);
        }
        assert_eq!(seen, calm, "{name}");
    }
}

#[rekey_test::on_a_database]
async fn l23_an_accounts_name_adds_nothing_to_pages_and_letters(db: PgPool) {
    let world = World::with(db, Setting::default()).await;
    for (n, name) in HOSTILE.iter().enumerate() {
        let account = serde_json::json!({
            "login": name, "name": name, "email": format!("h{n}@domain.example"),
            "passwords": {"login": {"value": "Forgotten-2026"}},
        });
        world.import(&account.to_string()).await;
        let mut agent = Agent::new(&world);
        let ask = agent.open("/recover").await;
        let sent = agent.submit(&ask, &[("name", name)]).await;
        is_calm(&sent.body, name);
        let letter = world.post().await.remove(0);
        is_calm(&letter.content.html, name);
        // The button, and the address below it.
        assert_eq!(letter.content.html.matches("<a ").count(), 2, "{name}");
        let form = agent.open(&super::path_in(&letter)).await;
        assert_eq!(form.status, 200);
        is_calm(&form.body, name);
        let refused = agent
            .submit(&form, &[("password", name), ("username", name)])
            .await;
        is_calm(&refused.body, name);
        let done = agent.submit(&form, &[("password", super::NEW)]).await;
        assert_eq!(done.status, 200);
        is_calm(&done.body, name);
        is_calm(&world.post().await[0].content.html, name);
    }
}

/// What is typed into a form, or written into an address, is not written back.
#[rekey_test::on_a_database]
async fn l23_what_is_typed_comes_back_nowhere(db: PgPool) {
    let world = World::new(db).await;
    for name in HOSTILE.into_iter().chain(["a\r\nSet-Cookie: x=1"]) {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let mut agent = Agent::new(&world);
        for page in ["", "/locked", "/sent", "/reset", "/done", "/nothing"] {
            let path = format!(
                "/recover{page}?language={encoded}&link={encoded}&reference={encoded}&of={encoded}"
            );
            let reply = agent.open(&path).await;
            is_calm(&reply.body, name);
            assert!(!reply.headers.contains_key("set-cookie"), "{path}");
        }
        let mut tenantless = Agent::at(&world, "nobody.localhost");
        let reply = tenantless.open(&format!("/recover?tenant={encoded}")).await;
        assert_eq!(reply.status, 404);
        is_calm(&reply.body, name);
        let ask = agent.open("/recover").await;
        is_calm(&agent.submit(&ask, &[("name", name)]).await.body, name);
    }
    assert!(world.post().await.is_empty());
}
