//! Table "Password rules", and decisions 5, 6 and 17.

use sqlx::PgPool;

use super::NOBODYS;
use crate::harness::World;
use crate::harness::world::{Setting, TENANT};

/// Every rule of the table, broken alone; then decision 17 at each bound. A refusal keeps the token
/// (decision 6), and one message serves all (no machine key is published).
#[rekey_test::on_a_database]
async fn every_rule_must_hold(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let refused = [
        ("", "nothing"),
        ("Qwert12", "minimum length 8"),
        ("qwerty1234", "uppercase"),
        ("QWERTY1234", "lowercase"),
        ("QwertyUiop", "numeric"),
        ("Qwertyuio٣", "digits are 0-9"),
        (&format!("Aa1{}", "x".repeat(98)), "maximum length 100"),
        (&format!("Aa1{}", "é".repeat(98)), "counted in code points"),
        ("Aa1é̃é", "a mark is a code point, a byte is not"),
        ("ｑwerty１２３４", "full-width digits do not count"),
    ];
    for (password, rule) in refused {
        let reply = world.reset(&token, password).await;
        assert_eq!(reply.status, 400, "{rule}");
        reply.is_neutral(400);
    }
    assert!(world.is_password("JohnDoe", "Forgotten-2026").await);
    assert!(world.post().await.is_empty(), "no notice");
    assert_eq!(world.look(&token).await.status, 200, "decision 6");
}

/// Decision 17: what is just good enough; Czech letters are letters; nothing is trimmed.
#[rekey_test::on_a_database]
async fn d_17_what_is_good_enough_is_taken_as_typed(db: PgPool) {
    let world = World::new(db).await;
    let taken = [
        "Qwertz12".to_owned(),
        "ŽŠĚŘž123".to_owned(),
        " Qwert1 ".to_owned(),
        "Aa1\u{1F511}\u{1F511}\u{1F511}\u{1F511}\u{1F511}".to_owned(),
        format!("Aa1{}", "x".repeat(97)),
        format!("Aa1{}", "ž".repeat(97)),
    ];
    for password in taken {
        let token = world.asked_token("example@domain.com").await;
        world.reset(&token, &password).await.is_empty(204);
        assert!(world.is_password("JohnDoe", &password).await, "{password}");
        assert!(
            !world
                .is_password("JohnDoe", password.trim_matches(' '))
                .await
                || password.trim() == password
        );
        world.post().await;
    }
}

/// The published rules stand on top of the tenant's.
#[rekey_test::on_a_database]
async fn the_rules_of_the_tenant_hold_too(db: PgPool) {
    let kind = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmin_length = 12\n\
                require = [\"special\"]\nhistory = 2\n";
    let tenant = format!("{TENANT}\n{kind}");
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    let token = world.asked_token("example@domain.com").await;
    for password in [
        "Qwerty1234!",
        "Qwerty123456",
        "qwerty-123456",
        "Forgotten-2026",
    ] {
        world.reset(&token, password).await.is_neutral(400);
    }
    world.reset(&token, "Qwerty-123456").await.is_empty(204);
}

/// Common passwords, and words of the account, are refused by the tenant's blocklist.
#[rekey_test::on_a_database]
async fn an_obvious_password_is_refused(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"JohnDoe","name":"Agent Smith 007"}"#)
        .await;
    let token = world.asked_token("example@domain.com").await;
    for password in ["Password1", "Agent Smith 007"] {
        world.reset(&token, password).await.is_neutral(400);
    }
}

/// Decision 5: a bad token and a bad password, or no body at all, is a bad token.
#[rekey_test::on_a_database]
async fn d_5_the_token_is_looked_at_first(db: PgPool) {
    let world = World::new(db).await;
    for password in ["", "weak", "Qwerty1234!"] {
        world.reset(NOBODYS, password).await.is_neutral(404);
    }
    let empty = super::call("POST", super::path(NOBODYS));
    world.send(empty).await.is_neutral(404);
    let broken = super::call("POST", super::path("x")).body("{");
    world.send(broken).await.is_neutral(404);
}
