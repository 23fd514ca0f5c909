//! SSPR, CleverMaps and TurboSMTP over one account: a token is one thing, whoever asked for it
//! (design.md, section 2).

use sqlx::PgPool;

use crate::harness::World;
use crate::turbosmtp::{EMAIL, NEW, OLD, update};
use crate::{sspr, turbosmtp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Sspr,
    Clevermaps,
    Turbosmtp,
}

const ALL: [Dialect; 3] = [Dialect::Sspr, Dialect::Clevermaps, Dialect::Turbosmtp];

impl World {
    async fn token_by(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Turbosmtp => self.turbo_token().await,
            Dialect::Sspr => self.reset_token().await,
            Dialect::Clevermaps => self.asked_token(EMAIL).await,
        }
    }

    async fn takes(&self, dialect: Dialect, token: &str) -> bool {
        match dialect {
            Dialect::Turbosmtp => {
                let path = format!("forgot-password?token={token}");
                self.send(turbosmtp::call("GET", &path)).await.status == 200
            }
            Dialect::Clevermaps => self.look(token).await.status == 200,
            Dialect::Sspr => {
                let body = sspr::with_token("validateToken", token);
                self.sspr("validateToken", &body).await.status == 204
            }
        }
    }

    async fn spends(&self, dialect: Dialect, token: &str, password: &str) -> bool {
        match dialect {
            Dialect::Turbosmtp => self.update(&update(token, password)).await.status == 200,
            Dialect::Clevermaps => self.reset(token, password).await.status == 204,
            Dialect::Sspr => {
                let mut body = sspr::with_token("resetPassword", token);
                body["sPassword"] = password.into();
                self.sspr("resetPassword", &body).await.status == 204
            }
        }
    }
}

async fn world(db: PgPool) -> World {
    let more = "[turbosmtp]\ntoken_check_requires_key = false\n";
    World::with(db, turbosmtp::with(more)).await
}

/// The matrix: asked for in one dialect, spent in another, it changes the one access password, is dead in
/// all of them, ends every key, and its owner is told once.
#[rekey_test::on_a_database]
async fn l13_a_token_asked_for_in_one_dialect_is_spent_in_another(db: PgPool) {
    let world = world(db).await;
    let mut password = OLD.to_owned();
    for (number, asked) in ALL.into_iter().enumerate() {
        for spent in ALL {
            let keys = [
                world.turbo_key(EMAIL, &password).await,
                world.turbo_key(EMAIL, &password).await,
            ];
            let token = world.token_by(asked).await;
            for dialect in ALL {
                assert!(world.takes(dialect, &token).await, "{asked:?} {dialect:?}");
            }
            password = format!("Remembered-{number}-{spent:?}");
            assert!(world.spends(spent, &token, &password).await);
            assert!(world.is_password("JohnDoe", &password).await);
            assert_eq!(world.post().await.len(), 1, "one notice");
            for key in &keys {
                let told = world.deauthorize(key).await;
                told.says(401, "invalid_authorization_key");
            }
            for dialect in ALL {
                assert!(!world.takes(dialect, &token).await);
                assert!(!world.spends(dialect, &token, NEW).await);
            }
        }
    }
}

/// Supersession is by account and purpose, whichever dialect asked; unlock tokens are no reset. (T-06.)
#[rekey_test::on_a_database]
async fn the_newest_token_supersedes_across_dialects(db: PgPool) {
    let world = world(db).await;
    for first in ALL {
        for second in ALL {
            let old = world.token_by(first).await;
            let new = world.token_by(second).await;
            for dialect in ALL {
                assert!(!world.takes(dialect, &old).await, "{first:?} {second:?}");
                assert!(world.takes(dialect, &new).await, "{first:?} {second:?}");
            }
        }
    }
    let unlock = world.unlock_token().await;
    for dialect in [Dialect::Clevermaps, Dialect::Turbosmtp] {
        assert!(!world.takes(dialect, &unlock).await, "{dialect:?}");
    }
    for dialect in ALL {
        assert!(!world.spends(dialect, &unlock, NEW).await, "{dialect:?}");
    }
}

/// Raced through every dialect, a token has one winner. (T-04.)
#[rekey_test::on_a_database]
async fn l11_a_token_raced_through_all_dialects_has_one_winner(db: PgPool) {
    let world = world(db).await;
    let token = world.token_by(Dialect::Sspr).await;
    let passwords: Vec<_> = (0..40).map(|n| format!("Remembered-{n}")).collect();
    let calls = passwords
        .iter()
        .enumerate()
        .map(|(n, password)| world.spends(ALL[n % 3], &token, password));
    let won = futures::future::join_all(calls).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    assert_eq!(world.post().await.len(), 1);
}

/// A block that wrong sign-ins led to is lifted by SSPR's unlock, and the old password is good again.
#[rekey_test::on_a_database]
async fn an_unlock_lifts_the_block_of_sign_ins(db: PgPool) {
    let world = world(db).await;
    for _ in 0..5 {
        world
            .authorize(&turbosmtp::login(EMAIL, "Wrong-1-Wrong"))
            .await;
    }
    let closed = world.authorize(&turbosmtp::login(EMAIL, OLD)).await;
    closed.says(403, "wrong_credentials_specified");
    let body = sspr::with_token("unlockAccount", &world.unlock_token().await);
    world.sspr("unlockAccount", &body).await.is_done();
    world.post().await;
    world.turbo_key(EMAIL, OLD).await;
}

/// design.md, section 2: the tokens of a password that was disabled are dead in every dialect, to look
/// at as well as to spend, before anything is said of the new password. (L20.)
#[rekey_test::on_a_database]
async fn tokens_of_a_disabled_password_are_dead_everywhere(db: PgPool) {
    let world = world(db).await;
    let token = world.token_by(Dialect::Sspr).await;
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    for dialect in ALL {
        assert!(!world.takes(dialect, &token).await, "{dialect:?}");
        assert!(!world.spends(dialect, &token, NEW).await, "{dialect:?}");
    }
    world.reset(&token, "weak").await.is_neutral(404);
}
