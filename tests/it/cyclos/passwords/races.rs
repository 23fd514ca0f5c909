//! What comes twice at the same instant.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;

use super::{By, NEW, OLD, State, call, change, world};
use crate::harness::{Call, Reply, World};

const ANN: By = By::Login("ann");
const ADA: By = By::Login("ada");

impl World {
    /// Sends calls at once, and returns the replies by whether they succeeded.
    async fn at_once(&self, calls: Vec<Call>) -> (Vec<Reply>, Vec<Reply>) {
        let replies = join_all(calls.into_iter().map(|call| self.send(call))).await;
        replies
            .into_iter()
            .partition(|reply| reply.status.is_success())
    }
}

/// Of several who have a value made, one is shown it, and that one works.
#[rekey_test::on_a_database]
async fn racing_generations_have_one_winner(db: PgPool) {
    let world = world(db, "").await;
    let session = world.session_by("ann", OLD).await;
    for (path, state) in [
        ("generate", State::NeverCreated),
        ("generate", State::Expired),
        ("change-generated", State::Active),
    ] {
        world.put("ann", "token", state).await;
        let calls = (0..8).map(|_| session.sign(call("POST", &format!("/passwords/token/{path}"))));
        let (won, lost) = world.at_once(calls.collect()).await;
        // A call that comes once another is through replaces a value that somebody has seen.
        assert!(!won.is_empty());
        assert!(path == "change-generated" || won.len() == 1, "{state:?}");
        for reply in lost {
            reply.is_illegal();
        }
        let mut good = 0;
        for reply in &won {
            good += usize::from(world.is_value("ann", "token", &reply.body).await);
        }
        assert_eq!(good, 1);
    }
}

/// Of several changes from one old value, one wins, and its value is the password.
#[rekey_test::on_a_database]
async fn racing_changes_have_one_winner(db: PgPool) {
    let world = world(db, "").await;
    let session = world.session_by("ann", OLD).await;
    // As many as are tries, or more than that at once would close it (L-05).
    world.put("ann", "pin", State::Active).await;
    let calls = (0..2).map(|number| {
        let call = call("POST", "/self/passwords/pin/change");
        session.sign(call.json(&change(Some(OLD), &format!("{NEW}-{number}"))))
    });
    let (won, lost) = world.at_once(calls.collect()).await;
    assert_eq!((won.len(), lost.len()), (1, 1));
    lost[0].has_code(403, "invalidPassword");
    let values = [format!("{NEW}-0"), format!("{NEW}-1")];
    let mut good = 0;
    for value in &values {
        good += usize::from(world.is_value("ann", "pin", value).await);
    }
    assert_eq!(good, 1);
    let changes =
        "select count(*) from audit_event where action = 'password.changed' and outcome = 'done'";
    assert_eq!(world.count(changes).await, 1);
}

/// Without an old value likewise: whoever comes second must know the new one by then.
#[rekey_test::on_a_database]
async fn racing_changes_of_an_expired_password_have_one_winner(db: PgPool) {
    let world = world(db, "").await;
    let session = world.session_by("ann", OLD).await;
    for state in [State::NeverCreated, State::Expired, State::Reset] {
        world.put("ann", "pin", state).await;
        let calls = (0..6).map(|number| {
            let call = call("POST", "/self/passwords/pin/change");
            session.sign(call.json(&change(None, &format!("{NEW}-{number}"))))
        });
        let (won, lost) = world.at_once(calls.collect()).await;
        assert_eq!(won.len(), 1, "{state:?}");
        for reply in lost {
            reply.is_invalid(&["oldPassword"]);
        }
    }
}

/// Two who manage each other act on each other at once: nobody waits for nobody.
#[rekey_test::on_a_database]
async fn managers_of_each_other_do_not_deadlock(db: PgPool) {
    let world = world(db, "").await;
    let second = r#"{"login":"ed","email":"ed@demo.example","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#;
    world.import(second).await;
    let (ada, ed) = (
        world.session_by("ada", OLD).await,
        world.session_by("ed", OLD).await,
    );
    for login in ["ada", "ed"] {
        world.put(login, "pin", State::Active).await;
    }
    let mut calls = Vec::new();
    for number in 0..12 {
        let (by, user) = if number % 2 == 0 {
            (&ada, "ed")
        } else {
            (&ed, "ada")
        };
        let call = call("POST", &format!("/{user}/passwords/pin/change"));
        calls.push(by.sign(call.json(&json!({"newPassword": format!("{NEW}-{number}")}))));
    }
    let (won, lost) = world.at_once(calls).await;
    assert_eq!((won.len(), lost.len()), (12, 0), "{lost:?}");
}

/// An access password is taken away while its owner changes it: whichever came first, nobody is left
/// signed in by what the manager took.
#[rekey_test::on_a_database]
async fn a_change_does_not_outrun_a_manager(db: PgPool) {
    let world = world(db, "").await;
    for _ in 0..4 {
        world.put("ann", "login", State::Active).await;
        let session = world.session_by("ann", OLD).await;
        let change = call("POST", "/self/passwords/login/change").json(&change(Some(OLD), NEW));
        let disable = call("POST", "/ann/passwords/login/disable");
        let (won, _) = world
            .at_once(vec![session.sign(change), ADA.sign(disable)])
            .await;
        assert!(!won.is_empty());
        let shown = world.standing(&ADA, "ann", "login").await;
        assert_eq!(shown["status"], "disabled");
        world
            .get(&session, "/self/passwords")
            .await
            .has_code(401, "loggedOut");
    }
    world
        .get(&ANN, "/self/passwords")
        .await
        .has_code(401, "login");
}
