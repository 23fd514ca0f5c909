//! How many statements an operation costs: each is a round trip that somebody waits for. Whoever makes
//! one dearer says so here.

use serde_json::json;
use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::harness::seen::Statements;
use crate::harness::{Call, Reply, World};
use crate::sspr::{about, minimal, with_token};

/// What an operation costs.
#[derive(Debug, PartialEq, Eq)]
struct Cost {
    /// Statements, without those that begin and end transactions.
    statements: usize,
    /// Transactions that are ended by hand; any other writing statement is one by itself.
    transactions: usize,
}

impl World {
    /// Sends a call a second time, when every statement is prepared, and counts.
    async fn cost(&self, call: Call, again: Call, status: u16) -> (Cost, Reply) {
        assert_eq!(self.send(call).await.status, status);
        let heard = Statements::default();
        let reply = {
            // Tests run on one thread, and so do the tasks that they start.
            let subscriber = tracing_subscriber::registry().with(heard.clone());
            let _guard = tracing::subscriber::set_default(subscriber);
            self.send(again).await
        };
        assert_eq!(reply.status, status, "{}", reply.body);
        let heard = heard.take();
        let transactions = heard.iter().filter(|text| *text == "COMMIT").count();
        let cost = Cost {
            statements: heard.len() - transactions,
            transactions,
        };
        (cost, reply)
    }
}

fn cost(statements: usize, transactions: usize) -> Cost {
    Cost {
        statements,
        transactions,
    }
}

#[rekey_test::on_a_database]
async fn a_recovery_request_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let known = || world.sspr_call("resetPasswordRequest", &minimal("resetPasswordRequest"));
    let mut body = minimal("resetPasswordRequest");
    body["sUserLoginname"] = "Nobody".into();
    let unknown = || world.sspr_call("resetPasswordRequest", &body);
    let (of_known, _) = world.cost(known(), known(), 204).await;
    let (of_unknown, _) = world.cost(unknown(), unknown(), 204).await;
    // Whose key it is; three limits and the job at once.
    assert_eq!(of_known, cost(2, 0));
    assert_eq!(of_unknown, of_known);
}

#[rekey_test::on_a_database]
async fn a_token_check_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let body = with_token("validateToken", &token);
    let check = || world.sspr_call("validateToken", &body);
    let (spent, _) = world.cost(check(), check(), 204).await;
    // Whose key it is; whose token.
    assert_eq!(spent, cost(2, 0));
}

#[rekey_test::on_a_database]
async fn a_sign_in_costs_as_many_statements_whether_or_not_somebody_has_the_name(db: PgPool) {
    let world = World::new(db).await;
    let authorize = |email: &str| {
        Call::new("POST", "/api/v2/authorize")
            .header("host", "demo.localhost")
            .json(&json!({"email": email, "password": "Wrong-2026"}))
    };
    let known = || authorize("ezra@domain.example");
    let unknown = || authorize("nobody@domain.example");
    let (of_known, _) = world.cost(known(), known(), 403).await;
    let (of_unknown, _) = world.cost(unknown(), unknown(), 403).await;
    // The tenant of the host; the limit on the address; whose name it is; how often it was tried, and once
    // more. Here it is hashed. Then the line in the trail.
    assert_eq!(of_known, cost(6, 0), "wrong at somebody");
    assert_eq!(of_known, of_unknown, "and at nobody");
}

#[rekey_test::on_a_database]
async fn a_right_password_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let authorize = || {
        Call::new("POST", "/api/v2/authorize")
            .header("host", "demo.localhost")
            .json(&json!({"email": "example@domain.com", "password": "Forgotten-2026"}))
    };
    let (spent, _) = world.cost(authorize(), authorize(), 200).await;
    // As many before the hash as for a wrong one; after it, the try is taken back, the key made and the line
    // written at once.
    assert_eq!(spent, cost(6, 0));
}

#[rekey_test::on_a_database]
async fn opening_a_session_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let basic = base64_of("JohnDoe:Forgotten-2026");
    let log_in = || {
        Call::new("POST", "/api/auth/session")
            .header("host", "demo.localhost")
            .header("authorization", format!("Basic {basic}"))
    };
    let (spent, _) = world.cost(log_in(), log_in(), 200).await;
    // After the hash: the try is taken back and the call authenticated at once; then the session is opened
    // with its line in the trail.
    assert_eq!(spent, cost(7, 0));
}

#[rekey_test::on_a_database]
async fn completing_a_reset_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let mut resets = Vec::new();
    for login in ["JohnDoe", "JohnTwo"] {
        let asked = about("resetPasswordRequest", login);
        world.sspr("resetPasswordRequest", &asked).await.is_done();
        let mut body = about("resetPassword", login);
        body["binUserSSPRtoken"] = world.mailed_token().await.into();
        resets.push(world.sspr_call("resetPassword", &body));
    }
    let again = resets.pop().unwrap();
    let (spent, _) = world.cost(resets.pop().unwrap(), again, 204).await;
    // Whose key it is; whose token, and who that is. After the hash: the token is spent and the password
    // read; it is replaced; everything it opened ends; the line in the trail; the promise of a notice.
    assert_eq!(spent, cost(8, 1));
}

#[rekey_test::on_a_database]
async fn asking_who_is_signed_in_costs_as_many_statements_as_it_says(db: PgPool) {
    let world = World::new(db).await;
    let basic = base64_of("JohnDoe:Forgotten-2026");
    let log_in = Call::new("POST", "/api/auth/session")
        .header("host", "demo.localhost")
        .header("authorization", format!("Basic {basic}"));
    let reply = world.send(log_in).await;
    let token = reply.json()["sessionToken"].as_str().unwrap().to_owned();
    let ask = || {
        Call::new("GET", "/api/auth")
            .header("host", "demo.localhost")
            .header("session-token", token.clone())
    };
    let (spent, _) = world.cost(ask(), ask(), 200).await;
    // The tenant of the host; the session, whose it is, and how their password stands.
    assert_eq!(spent, cost(2, 0));
}

fn base64_of(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
