//! 8.5 and D-23: the way back where the server makes the passwords.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rekey::mail::{Letter, Mailbox, Mailer, Reason, Undelivered};
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::is_a_dead_key;
use crate::cyclos::{EMAIL, LOGIN, OLD, PHONE, USER, with};
use crate::harness::World;
use crate::harness::world::Setting;

fn setting() -> Setting {
    with(&format!("{LOGIN}mode = \"generated\"\n"))
}

/// The twelve characters on a line of their own.
fn made_in(text: &str) -> String {
    let is_made = |line: &&str| line.len() == 12 && line.bytes().all(|b| b.is_ascii_alphanumeric());
    text.lines()
        .map(str::trim)
        .find(is_made)
        .unwrap()
        .to_owned()
}

/// D-23: dead at once, made and mailed by the worker, good for signing in to change it.
#[rekey_test::on_a_database]
async fn d_23_a_generated_password(db: PgPool) {
    let world = World::with(db, setting()).await;
    let token = world.johns_session().await;
    let key = world.recovery_key(USER).await;
    let reply = world.data_for_change(&format!("key={key}")).await;
    reply.is(200, &json!({"generated": true}));
    // What was typed is ignored, and so is what does not match it.
    let body = json!({"key": key, "newPassword": "x", "checkConfirmation": true});
    world.recover(&body).await.is_empty(204);
    world.sign_in(USER, OLD).await.is_code(401, "login");
    world.sign_in(USER, "x").await.is_code(401, "login");
    assert!(!world.is_signed_in(&token).await);
    is_a_dead_key(&world.recover(&body).await);
    let job: String = sqlx::query_scalar("select work::text from job")
        .fetch_one(&world.db)
        .await
        .unwrap();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1, "the letter is the notice");
    assert_eq!(letters[0].to.as_str(), EMAIL);
    let made = made_in(&letters[0].content.text);
    assert!(!job.contains(&made), "a job holds no secret");
    let auth = world.sign_in(USER, &made).await.json();
    assert_eq!(auth["expiredPassword"], true, "it travelled in a message");
}

/// The medium of a made value is the caller's to choose, by 4.13; where it reaches nobody, 422.
#[rekey_test::on_a_database]
async fn a_generated_password_by_text(db: PgPool) {
    let world = World::with(db, setting()).await;
    let code = world.recovery_code("Ezra").await;
    let body = json!({"user": "Ezra", "code": code, "sendMedium": "sms"});
    world.recover(&body).await.is_invalid(&["sendMedium"]);
    let body = json!({"user": "Ezra", "code": code, "sendMedium": "fax"});
    world
        .recover(&body)
        .await
        .is(422, &json!({"code": "dataConversion", "value": "fax"}));
    world.session_of("Ezra", OLD).await;

    let code = world.recovery_code(USER).await;
    let body = json!({"user": USER, "code": code, "sendMedium": "sms"});
    world.recover(&body).await.is_empty(204);
    assert!(world.post().await.is_empty());
    let texts = world.texts.texts();
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0].to.as_str(), PHONE);
    let is_made = |word: &&str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let made = texts[0].text.split_whitespace().find(is_made).unwrap();
    assert_eq!(
        world.sign_in(USER, made).await.json()["expiredPassword"],
        true
    );
}

/// Takes the third letter, and each after it.
#[derive(Clone)]
struct Flaky {
    mailbox: Mailbox,
    calls: Arc<AtomicUsize>,
    refused: Mailbox,
}

#[async_trait::async_trait]
impl Mailer for Flaky {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        match self.calls.fetch_add(1, Ordering::SeqCst) {
            1 | 2 => {
                self.refused.send(letter).await?;
                Err(Undelivered::Later(Reason::Postponed(451.into())))
            }
            _ => self.mailbox.send(letter).await,
        }
    }
}

/// D-19: mail in trouble makes it late; every attempt carries the same value, which works from the first on.
#[rekey_test::on_a_database]
async fn d_19_mail_in_trouble_makes_it_late(db: PgPool) {
    let mailer = Flaky {
        mailbox: Mailbox::default(),
        calls: Arc::default(),
        refused: Mailbox::default(),
    };
    let setting = Setting {
        mailer: Some(Arc::new(mailer.clone())),
        ..setting()
    };
    let world = World::with(db, setting).await;
    world.forgot(&json!({"user": USER})).await.is_empty(204);
    world.post().await;
    let key = crate::harness::token_in(&mailer.mailbox.letters()[0]);
    world.recover(&json!({ "key": key })).await.is_empty(204);
    for _ in 0..2 {
        world.post().await;
        world.hand.turn(Duration::minutes(5));
    }
    world.post().await;
    let letters = mailer.mailbox.letters();
    assert_eq!(letters.len(), 2, "the key, and the password at last");
    let made = made_in(&letters[1].content.text);
    let refused: Vec<_> = mailer
        .refused
        .letters()
        .iter()
        .map(|letter| made_in(&letter.content.text))
        .collect();
    assert_eq!(refused.len(), 2);
    for earlier in &refused {
        assert_eq!(earlier, &made);
    }
    assert_eq!(
        world.sign_in(USER, &made).await.json()["expiredPassword"],
        true
    );
    assert_eq!(world.count("select count(*) from job").await, 0);
}

/// A value set since it was asked for is not replaced by a late letter.
#[rekey_test::on_a_database]
async fn a_late_job_replaces_nothing_newer(db: PgPool) {
    let world = World::with(db, setting()).await;
    let key = world.recovery_key(USER).await;
    world.recover(&json!({ "key": key })).await.is_empty(204);
    world.hand.turn(Duration::SECOND);
    let line = json!({"login": USER, "passwords": {"login": {"value": "Imported-2027"}}});
    world.import(&line.to_string()).await;
    assert!(world.post().await.is_empty());
    world.session_of(USER, "Imported-2027").await;
}
