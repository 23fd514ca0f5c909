//! Passwords that everybody tries: refused in every dialect, each in its own words, and in both profiles.

use rekey::domain::context::Called;
use rekey::domain::identifier::LoginName;
use rekey::domain::password::Password;
use rekey::domain::policy::{PasswordPolicy, Violation, Violations};
use rekey::domain::strength::{Context, Strength};
use sqlx::PgPool;

use crate::harness::World;
use crate::sspr;
use crate::turbosmtp::{EMAIL, OLD, change};

const PATTERNS: [&str; 5] = ["00000000", "aaaaaaaa", "abcdefgh", "qwertyui", "        "];
const DRESSED_UP: [&str; 3] = ["robertson1", "JohnDoe2026", "Coop2026!"];

fn policy(min_length: u32) -> PasswordPolicy {
    PasswordPolicy {
        min_length,
        max_length: 128,
        require: Vec::new(),
        blocklist: true,
    }
}

fn refuses(strength: Strength, password: &str) -> bool {
    let words = [
        "JohnDoe",
        "John Robertson",
        "john@people.example",
        "coop",
        "Coop of Kent",
    ];
    let context = Context::new(strength, words);
    let password = Password::new(password.to_owned());
    match policy(8).check(&password, &context) {
        Ok(()) => false,
        Err(Violations(violations)) => {
            assert_eq!(violations, [Violation::TooCommon]);
            true
        }
    }
}

#[test]
fn patterns_and_names_dressed_up_are_refused_in_both_profiles() {
    for password in PATTERNS.into_iter().chain(DRESSED_UP) {
        for strength in [Strength::NotObvious, Strength::Hard] {
            assert!(refuses(strength, password), "{password:?} {strength:?}");
        }
    }
}

/// The published page shows it.
#[test]
fn qwerty1234_stays_good_in_profile_contract() {
    assert!(!refuses(Strength::NotObvious, "Qwerty1234!"));
    assert!(refuses(Strength::Hard, "Qwerty1234!"));
}

#[test]
fn the_words_of_a_tenant_are_those_of_its_file() {
    let tenant =
        rekey::config::tenant::parse("demo.toml", "code = \"coop\"\nname = \"Kent Gardeners\"\n")
            .unwrap();
    let login = LoginName::parse("JohnDoe").unwrap();
    let called = Called {
        login: &login,
        email: None,
        phone: None,
        name: None,
    };
    let context = called.in_tenant(&tenant.settings);
    for password in [
        "coop-2026-coop",
        "Gardeners77",
        "kent.gardeners.1",
        "johndoe2026",
    ] {
        let password = Password::new(password.to_owned());
        assert!(policy(8).check(&password, &context).is_err());
    }
}

#[rekey_test::on_a_database]
async fn each_dialect_refuses_an_obvious_password_in_its_own_words(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"JohnDoe","name":"John Robertson"}"#)
        .await;
    let token = world.reset_token().await;
    for password in ["qwertyui", "robertson1"] {
        let mut body = sspr::with_token("resetPassword", &token);
        body["sPassword"] = password.into();
        let reply = world.sspr("resetPassword", &body).await;
        assert!(
            reply.body.contains("not a common or obvious password"),
            "{}",
            reply.body
        );
    }
    world.reset(&token, "Robertson1").await.is_neutral(400);
    let key = world.turbo_key(EMAIL, OLD).await;
    for password in ["Robertson1", "JohnDoe2026", "Abcdefghij1"] {
        let reply = world.change(&key, &change(OLD, password)).await;
        if password == "Abcdefghij1" {
            reply.is_success();
        } else {
            reply.says(400, "password_is_too_common");
        }
    }
    world.post().await;
}
