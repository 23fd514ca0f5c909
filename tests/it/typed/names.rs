//! A name with something in it that nobody sees is the name without, whichever way it comes in.

use serde_json::json;
use sqlx::PgPool;

use crate::cyclos;
use crate::harness::World;
use crate::harness::world::TENANT;
use crate::pages::{Agent, OLD, with};
use crate::sspr::about;
use crate::turbosmtp::login;

/// `JohnDoe`, as it may come out of a web page, a spreadsheet or a message.
const LOGINS: [&str; 6] = [
    "JohnDoe\u{200b}",
    "\u{feff}JohnDoe",
    " John\u{ad}Doe\u{a0}",
    "\u{202a}johndoe\u{202c}",
    "JohnDoe\u{fe0f}",
    "John\u{200d}D\u{200c}oe\t",
];

const ADDRESSES: [&str; 5] = [
    "example@domain.com\u{200b}",
    "\u{2066}example@domain.com\u{2069}",
    "exam\u{ad}ple@domain.com.",
    "example@domain\u{200b}.com",
    " Example@Domain.com. ",
];

#[rekey_test::on_a_database]
async fn what_cannot_be_seen_keeps_nobody_out_of_any_dialect(db: PgPool) {
    let world = World::new(db).await;
    for name in LOGINS {
        world
            .sspr("resetPasswordRequest", &about("resetPasswordRequest", name))
            .await
            .is_done();
        let token = world.mailed_token().await;
        let mut body = about("validateToken", name);
        body["binUserSSPRtoken"] = token.into();
        world.sspr("validateToken", &body).await.is_done();
        let reply = world.sign_in(name, OLD).await;
        assert_eq!(reply.status, 200, "{name:?}: {}", reply.body);
        assert_eq!(reply.json()["user"]["display"], "John Doe", "{name:?}");
        let mut agent = Agent::new(&world);
        let form = agent.open("/recover").await;
        agent.submit(&form, &[("name", name)]).await;
        assert_eq!(world.post().await.len(), 1, "{name:?}");
        let shown = world.operator.show_account(&world.tenant, name).await;
        assert_eq!(shown.unwrap().account.login.as_str(), "JohnDoe", "{name:?}");
    }
    for address in ADDRESSES {
        assert_eq!(
            world.authorize(&login(address, OLD)).await.status,
            200,
            "{address:?}"
        );
        world.ask_clevermaps(address).await.is_empty(201);
        world.mailed_token().await;
        world.ask(address).await.is_success();
        world.mailed_token().await;
        assert_eq!(world.sign_in(address, OLD).await.status, 200, "{address:?}");
        let mut agent = Agent::new(&world);
        let form = agent.open("/recover/username").await;
        agent.submit(&form, &[("name", address)]).await;
        assert_eq!(world.post().await.len(), 1, "{address:?}");
    }
}

/// However it is written, a number is one number, and counted as one.
#[rekey_test::on_a_database]
async fn a_phone_number_is_one_however_it_is_written(db: PgPool) {
    let world = World::with(db, with("[accounts]\ncountry = 'CA'\n")).await;
    world
        .import(r#"{"login":"Brit","phone":"+44 (0)20 7946 0000","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    for (number, name) in [
        ("+44 (0)20 7946 0000", "Brit"),
        ("0044 20 7946 0000", "Brit"),
        ("+4402079460000", "Brit"),
        ("+442079460000", "Brit"),
        ("(514) 555-0100", "John Doe"),
        ("1-514-555-0100", "John Doe"),
        ("514\u{a0}555\u{a0}0100", "John Doe"),
        ("\u{202a}+1 514 555 0100\u{202c}", "John Doe"),
        ("5145550100", "John Doe"),
    ] {
        let reply = world.sign_in(number, OLD).await;
        assert_eq!(reply.status, 200, "{number:?}: {}", reply.body);
        assert_eq!(reply.json()["user"]["display"], name, "{number:?}");
    }
    for number in ["514.555.0100", "1 (514) 555 0100", "5145550100"] {
        let mut agent = Agent::new(&world);
        let form = agent.open("/recover").await;
        agent.submit(&form, &[("name", number)]).await;
        let letters = world.post().await;
        assert_eq!(letters.len(), 1, "{number}");
        assert_eq!(letters[0].to.as_str(), "example@domain.com");
    }
    let asked = cyclos::call("POST", "/auth/forgotten-password/request")
        .json(&json!({"user": "'514-555-0100", "sendMedium": "email"}));
    assert_eq!(world.send(asked).await.status, 200);
    assert_eq!(world.post().await.len(), 1);
}

/// Whoever has such digits as a login name is who was meant before the tenant said its country.
#[rekey_test::on_a_database]
async fn digits_that_are_a_login_name_stay_one(db: PgPool) {
    let world = World::with(db, with("[accounts]\ncountry = 'CA'\n")).await;
    world
        .import(r#"{"login":"5145550100","email":"number@domain.example","passwords":{"login":{"value":"Forgotten-2027"}}}"#)
        .await;
    assert_eq!(
        world.sign_in("5145550100", "Forgotten-2027").await.status,
        200
    );
    assert_ne!(world.sign_in("5145550100", OLD).await.status, 200);
    let mut agent = Agent::new(&world);
    let form = agent.open("/recover").await;
    agent.submit(&form, &[("name", "5145550100")]).await;
    let letters = world.post().await;
    assert_eq!(letters[0].to.as_str(), "number@domain.example");
}

/// Without a country, digits alone are no number, as before.
#[rekey_test::on_a_database]
async fn without_a_country_numbers_are_written_as_from_abroad(db: PgPool) {
    let world = World::new(db).await;
    assert_ne!(world.sign_in("514 555 0100", OLD).await.status, 200);
    assert_eq!(world.sign_in("001 514 555 0100", OLD).await.status, 200);
}

/// All spellings of a number share one count: nobody gets more letters by writing it otherwise.
#[rekey_test::on_a_database]
async fn spellings_of_a_number_are_counted_together(db: PgPool) {
    let mut setting = with("[accounts]\ncountry = 'CA'\n");
    setting.limits.recovery_per_identifier = crate::harness::world::hourly(2);
    let world = World::with(db, setting).await;
    for number in [
        "514 555 0100",
        "514-555-0100",
        "(514) 555 0100",
        "514.555.0100",
    ] {
        let mut agent = Agent::new(&world);
        let form = agent.open("/recover").await;
        agent.submit(&form, &[("name", number)]).await;
    }
    assert_eq!(world.post().await.len(), 2);
}

#[rekey_test::on_a_database]
async fn the_page_shows_an_example_of_what_it_takes(db: PgPool) {
    let world = World::new(db).await;
    let page = Agent::new(&world).open("/recover").await.body;
    assert!(
        page.contains("For example: name@example.com or +1 514 555 0100"),
        "{page}"
    );
    let page = Agent::new(&world).open("/recover/username").await.body;
    assert!(page.contains("For example: name@example.com<"), "{page}");
    for (more, example) in [
        (
            "identifiers = ['phone']\n[accounts]\ncountry = 'CA'\n",
            Some("(506) 234-5678<"),
        ),
        (
            "identifiers = ['phone']\n[accounts]\ncountry = 'fr'\n",
            Some("06 12 34 56 78<"),
        ),
        ("identifiers = ['phone']\n", Some("+1 514 555 0100<")),
        ("identifiers = ['login']\n", None),
    ] {
        let text = format!("{TENANT}[pages]\n{more}");
        let file = rekey::config::tenant::parse("tenant.toml", &text).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        let page = Agent::new(&world).open("/recover").await.body;
        match example {
            Some(example) => assert!(page.contains(&format!("For example: {example}")), "{page}"),
            None => assert!(!page.contains("For example"), "{page}"),
        }
    }
}
