//! 8.5, rows 6 and 7: the security question. Its wrong answers are a 500 by contract, and no fault.

use std::sync::{Arc, Mutex};

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::is_a_dead_key;
use crate::cyclos::{LOGIN, NEW, OLD, USER, with};
use crate::harness::World;
use crate::harness::world::{Setting, TENANT};

const QUESTION: &str = "Which street did you grow up in?";

async fn asked(world: &World) -> String {
    let line = json!({"login": USER, "securityQuestion": QUESTION, "securityAnswer": "Rue Été"});
    world.import(&line.to_string()).await;
    world.recovery_key(USER).await
}

fn change(key: &str, answer: &str) -> Value {
    json!({"key": key, "newPassword": NEW, "securityAnswer": answer})
}

fn wrong(is_key_dead: bool) -> Value {
    json!({"kind": "forgottenPassword", "exceptionType": "ForgottenPasswordException",
        "exceptionMessage": "", "code": "invalidSecurityAnswer", "keyInvalidated": is_key_dead})
}

/// What was logged as our fault.
#[derive(Clone, Default)]
struct Errors(Arc<Mutex<usize>>);

impl<S: tracing::Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() <= tracing::Level::WARN {
            *self.0.lock().unwrap() += 1;
        }
    }
}

/// Rows 6 and 7: missing, wrong, wrong once too often; the log says nothing of it.
#[rekey_test::on_a_database]
async fn rows_6_7_missing_and_wrong_answers(db: PgPool) {
    let world = World::new(db).await;
    let key = asked(&world).await;
    let errors = Errors::default();
    let subscriber = tracing_subscriber::registry().with(errors.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let reply = world.data_for_change(&format!("key={key}")).await;
    reply.is(
        200,
        &json!({"generated": false, "securityQuestion": QUESTION}),
    );
    for answer in ["", "  "] {
        world
            .recover(&change(&key, answer))
            .await
            .is_invalid(&["securityAnswer"]);
    }
    // 422 uses up no try, and comes before the answer is looked at.
    let both = json!({"key": key, "newPassword": "short"});
    world
        .recover(&both)
        .await
        .is_invalid(&["newPassword", "securityAnswer"]);
    let short = json!({"key": key, "newPassword": "short", "securityAnswer": "wrong"});
    for _ in 0..6 {
        world.recover(&short).await.is_invalid(&["newPassword"]);
    }
    for _ in 0..4 {
        world
            .recover(&change(&key, "wrong"))
            .await
            .is(500, &wrong(false));
    }
    world
        .recover(&change(&key, "wrong"))
        .await
        .is(500, &wrong(true));
    is_a_dead_key(&world.recover(&change(&key, "Rue Été")).await);
    is_a_dead_key(&world.data_for_change(&format!("key={key}")).await);
    assert_eq!(*errors.0.lock().unwrap(), 0, "nothing is broken");
    assert!(world.is_password(USER, OLD).await);
    let tried = "select count(*) from audit_event where action = 'recovery.tried' \
                 and outcome = 'wrong answer'";
    assert_eq!(world.count(tried).await, 5, "O-01");
    // It was the key that died: another one has its own tries.
    let key = world.recovery_key(USER).await;
    world
        .recover(&change(&key, "wrong"))
        .await
        .is(500, &wrong(false));
    world
        .recover(&change(&key, " RUE ÉTÉ "))
        .await
        .is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
}

/// The layer above does see a fault where there is one.
#[rekey_test::on_a_database]
async fn a_real_fault_is_logged(db: PgPool) {
    let world = World::new(db).await;
    let errors = Errors::default();
    let subscriber = tracing_subscriber::registry().with(errors.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    world.sql("alter table job rename to gone").await;
    let reply = world.forgot(&json!({"user": USER})).await;
    let body =
        json!({"kind": "general", "exceptionType": "GeneralException", "exceptionMessage": ""});
    reply.is(500, &body);
    assert_eq!(*errors.0.lock().unwrap(), 1);
}

/// L-05: of forty wrong answers at once, no more are evaluated than the password takes tries.
#[rekey_test::on_a_database]
async fn l_05_parallel_answers(db: PgPool) {
    let world = World::new(db).await;
    let key = asked(&world).await;
    let body = change(&key, "wrong");
    let hashes = world.hasher.computed();
    let replies = join_all((0..40).map(|_| world.recover(&body))).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 500).count(),
        5
    );
    assert_eq!(world.hasher.computed() - hashes, 5);
    assert_eq!(
        replies
            .iter()
            .filter(|reply| reply.body.contains("\"keyInvalidated\":true"))
            .count(),
        1
    );
    for reply in replies.iter().filter(|reply| reply.status != 500) {
        is_a_dead_key(reply);
    }
}

/// profile `hardened` neither asks nor listens.
#[rekey_test::on_a_database]
async fn r_08_the_hardened_profile_asks_no_question(db: PgPool) {
    let setting = Setting {
        tenant: TENANT.replace("[mail]", "profile = \"hardened\"\n[mail]"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let key = asked(&world).await;
    let reply = world.data_for_change(&format!("key={key}")).await;
    reply.is(200, &json!({"generated": false}));
    for answer in ["wrong", ""] {
        let key = world.recovery_key(USER).await;
        let new = format!("a long enough phrase {answer}");
        let body = json!({"key": key, "newPassword": new, "securityAnswer": answer});
        world.recover(&body).await.is_empty(204);
        world.post().await;
    }
}

/// Right answers are no tries: a form that is refused for its new password can be mended.
#[rekey_test::on_a_database]
async fn right_answers_use_up_no_tries(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}history = 1\n"))).await;
    let key = asked(&world).await;
    let used = json!({"key": key, "newPassword": OLD, "securityAnswer": "rue été"});
    for _ in 0..6 {
        world.recover(&used).await.is_invalid(&["newPassword"]);
    }
    world
        .recover(&change(&key, "wrong"))
        .await
        .is(500, &wrong(false));
    world.recover(&change(&key, "rue été")).await.is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
}
