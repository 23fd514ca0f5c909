//! What may be a password, at every way in that sets one.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::doors::Door;
use crate::cyclos::{OLD, USER};
use crate::harness::World;
use crate::harness::world::{Setting, TENANT};
use crate::{sspr, turbosmtp};

async fn of(db: PgPool, profile: &str) -> World {
    let tenant = format!("profile = \"{profile}\"\n{TENANT}");
    let setting = Setting {
        tenant,
        ..Setting::default()
    };
    World::with(db, setting).await
}

/// P-01: 15 characters under `hardened`, 8 else (10 where the contract says so), whichever the way in.
#[rekey_test::on_a_database]
async fn p_01_the_floor_is_the_same_at_every_door(db: PgPool) {
    let world = of(db, "hardened").await;
    for (turn, door) in Door::ALL.into_iter().enumerate() {
        let token = world.reset_token().await;
        for short in ["Xk3-vu9Q", "Remember-20277"] {
            assert!(!door.sets(&world, &token, short).await, "{door:?} {short}");
        }
        let long = format!("Remember-20277{turn}");
        assert_eq!(long.chars().count(), 15);
        assert!(door.sets(&world, &token, &long).await, "{door:?} {long}");
        world.post().await;
    }
    let contract = TENANT.to_owned();
    let file = rekey::config::tenant::parse("demo.toml", &contract).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    for door in Door::ALL {
        let token = world.reset_token().await;
        assert!(!door.sets(&world, &token, "Xk3-vu9").await, "{door:?}");
        let least = if door == Door::Turbosmtp {
            "Xk3-vu9Q-2"
        } else {
            "Xk3-vu9Q"
        };
        assert!(door.sets(&world, &token, least).await, "{door:?}");
        world.post().await;
    }
}

/// P-02: 64 characters are taken everywhere, with blanks and letters of any script; one above the
/// tenant's maximum is refused, and nothing is cut off to make it fit.
#[rekey_test::on_a_database]
async fn p_02_long_passwords_are_taken_whole_or_not_at_all(db: PgPool) {
    let world = World::new(db).await;
    for (turn, door) in Door::ALL.into_iter().enumerate() {
        let token = world.reset_token().await;
        let beyond = format!("Aa1{}", "ž".repeat(126));
        assert_eq!(beyond.chars().count(), 129);
        assert!(!door.sets(&world, &token, &beyond).await, "{door:?}");
        let long = format!("A {turn} b{}", "ž".repeat(59));
        assert_eq!(long.chars().count(), 64);
        assert!(door.sets(&world, &token, &long).await, "{door:?}");
        let cut: String = long.chars().take(63).collect();
        assert!(!world.is_password(USER, &cut).await, "{door:?}");
        world.post().await;
    }
}

/// P-02: what is too long is refused at every door before anything is hashed. (L22.)
#[rekey_test::on_a_database]
async fn p_02_what_is_too_long_costs_no_hash(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let beyond = "Aa1-".repeat(5_000);
    let before = world.hasher.computed();
    let mut body = sspr::with_token("resetPassword", &token);
    body["sPassword"] = beyond.as_str().into();
    assert_eq!(world.sspr("resetPassword", &body).await.status, 422);
    assert_eq!(world.reset(&token, &beyond).await.status, 400);
    let body = turbosmtp::update(&token, &beyond);
    assert_eq!(world.update(&body).await.status, 400);
    let body = json!({"key": token, "newPassword": beyond});
    assert_eq!(world.recover(&body).await.status, 422);
    assert_eq!(world.hasher.computed(), before);
    // Above what any body may be long, nothing is read of it at all.
    let body = turbosmtp::update(&token, &"Aa1-".repeat(1 << 18));
    assert_eq!(world.update(&body).await.status, 413);
    assert_eq!(world.hasher.computed(), before);
}

/// P-03: an emoji is one character, and a password is the same composed and decomposed.
#[rekey_test::on_a_database]
async fn p_03_characters_are_counted_and_forms_are_one(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let seven = "🦊🐻🐼🐨🐯🦁🐮";
    assert!(!Door::Sspr.sets(&world, &token, seven).await);
    assert!(Door::Sspr.sets(&world, &token, "🦊🐻🐼🐨🐯🦁🐮🐷").await);
    world.post().await;
    // Composed when it is set; decomposed, and with a ligature, when it is tried.
    let token = world.reset_token().await;
    let composed = "Café-öffnen-2027";
    assert!(Door::Sspr.sets(&world, &token, composed).await);
    world.post().await;
    let decomposed = "Cafe\u{301}-o\u{308}\u{fb00}nen-2027";
    assert_ne!(composed, decomposed);
    world.session_of(USER, decomposed).await;
    let other_case = world.sign_in(USER, &composed.to_uppercase()).await;
    assert_eq!(other_case.status, 401);
}

/// P-04: twenty lower-case letters are a password wherever no contract publishes other rules; and a
/// password of ten years ago is as good as on its first day.
#[rekey_test::on_a_database]
async fn p_04_nothing_is_asked_of_composition_or_age(db: PgPool) {
    let world = World::new(db).await;
    let plain = [
        "qzmxvnwprlktfhsdgcbj",
        "vnwprlktfhsdgcbjqzmx",
        "ktfhsdgcbjqzmxvnwprl",
    ];
    let mut plain = plain.into_iter();
    for door in Door::ALL {
        let token = world.reset_token().await;
        if door.publishes_composition() {
            let refused = "sdgcbjqzmxvnwprlktfh";
            assert!(!door.sets(&world, &token, refused).await, "{door:?}");
        } else {
            let password = plain.next().unwrap();
            assert!(door.sets(&world, &token, password).await, "{door:?}");
            world.post().await;
        }
    }
    world.session_of("JohnTwo", OLD).await;
    world.hand.turn(Duration::days(3_652));
    world.session_of("JohnTwo", OLD).await;
}

/// L-04, L21: while somebody keeps guessing, the owner of the mailbox comes back in at every door and
/// signs in at once, and the guesses before count no more.
#[rekey_test::on_a_database]
async fn l_04_recovery_stays_open_under_attack_and_ends_the_block(db: PgPool) {
    let world = World::new(db).await;
    let blocked = "select count(*) from password where blocked_until is not null";
    for (turn, door) in Door::ALL.into_iter().enumerate() {
        let guess = async || {
            for number in 0..7 {
                let reply = world
                    .sign_in(USER, &format!("Wrong-Password-{number}"))
                    .await;
                assert_eq!(reply.status, 401);
            }
        };
        guess().await;
        assert_eq!(world.count(blocked).await, 1, "{door:?}");
        let token = world.reset_token().await;
        guess().await;
        let password = format!("Remembered-{turn}-2027");
        assert!(door.sets(&world, &token, &password).await, "{door:?}");
        assert_eq!(world.count(blocked).await, 0, "{door:?}");
        world.session_of(USER, &password).await;
        assert_eq!(world.post().await.len(), 1, "one notice");
    }
}
