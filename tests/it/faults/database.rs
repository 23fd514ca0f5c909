//! The database is gone, silent, locked, full, or cut off in the middle.

use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::time::{Instant, interval, timeout};

use super::stage::{NEW, OLD, Stage, address, people};
use crate::harness::binary::Server;
use crate::harness::proxy::{RECOVERED, Trouble};
use crate::sspr;

/// Within this, whoever asks is told something: a request may take 30 seconds (src/api/faults.rs).
const TOLD: Duration = Duration::from_secs(45);

/// Who is asked about: somebody else, or what is asked would end the token that is to be spent.
const ASKING: &str = "p2";

/// What applications and people ask for, one of each family, in both directions: to be let in, and to
/// be helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Sspr,
    SsprReset,
    Clevermaps,
    ClevermapsReset,
    Turbosmtp,
    TurbosmtpReset,
    Cyclos,
    CyclosReset,
    Page,
}

impl Question {
    const ALL: [Self; 9] = [
        Self::Sspr,
        Self::SsprReset,
        Self::Clevermaps,
        Self::ClevermapsReset,
        Self::Turbosmtp,
        Self::TurbosmtpReset,
        Self::Cyclos,
        Self::CyclosReset,
        Self::Page,
    ];

    fn put(self, stage: &Stage, url: &str, login: &str, token: &str) -> RequestBuilder {
        let client = &stage.client;
        match self {
            Self::Sspr => {
                let body = sspr::about("resetPasswordRequest", ASKING);
                stage.sspr(url, "resetPasswordRequest", &body)
            }
            Self::SsprReset => {
                let mut body = sspr::about("resetPassword", login);
                body["binUserSSPRtoken"] = token.into();
                body["sPassword"] = NEW.into();
                stage.sspr(url, "resetPassword", &body)
            }
            Self::Clevermaps => client
                .post(format!("{url}/rest/accounts/passwordReset"))
                .json(&json!({"email": address(ASKING)})),
            Self::ClevermapsReset => client
                .post(format!("{url}/rest/accounts/passwordReset/{token}"))
                .json(&json!({"newPassword": NEW})),
            Self::Turbosmtp => stage.authorize(url, login, OLD),
            Self::TurbosmtpReset => client
                .put(format!("{url}/api/v2/forgot-password"))
                .json(&crate::turbosmtp::update(token, NEW)),
            Self::Cyclos => stage.session(url, login, OLD),
            Self::CyclosReset => client
                .post(format!("{url}/api/auth/forgotten-password"))
                .json(&json!({"key": token, "newPassword": NEW})),
            Self::Page => client.get(format!("{url}/recover")),
        }
    }

    /// A fault of ours, in the words of the family: never a pass, never more than that.
    async fn is_refused(self, reply: Response) {
        let status = reply.status().as_u16();
        assert_eq!(status, 503, "{self:?}");
        assert!(reply.headers().contains_key("retry-after"), "{self:?}");
        assert!(!reply.headers().contains_key("set-cookie"), "{self:?}");
        let text = reply.text().await.unwrap();
        match self {
            Self::Page => assert!(text.contains("<h1>"), "{text}"),
            Self::Sspr | Self::SsprReset => {
                let body: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(body.as_object().unwrap().len(), 2, "{text}");
                assert!(body["eErrorCode"].is_string() && body["sErrorMessage"].is_string());
            }
            Self::Clevermaps | Self::ClevermapsReset => {
                assert_eq!(text, r#"{"message":"Temporarily unavailable"}"#);
            }
            Self::Turbosmtp | Self::TurbosmtpReset => {
                let body: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(body.as_object().unwrap().len(), 1, "{text}");
                assert!(body["message"].is_string(), "{text}");
            }
            Self::Cyclos | Self::CyclosReset => {
                let body: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(body["kind"], "general", "{text}");
            }
        }
        for inside in ["sqlx", "postgres", "53100", "space", "src/", "timed out"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
    }
}

/// Everybody asks at once, and each is refused in bounded time.
async fn all_are_refused(stage: &Stage, victim: &Server, token: &str, questions: &[Question]) {
    let asking = questions.iter().map(async |question| {
        let call = question.put(stage, &victim.url, "p1", token);
        let reply = timeout(TOLD, call.send()).await;
        let reply = reply.expect("it is answered").unwrap();
        question.is_refused(reply).await;
    });
    futures::future::join_all(asking).await;
}

/// Asks until the answer is no fault of ours: a connection that was cut is found out when it is used, or
/// when it has rested for a second.
async fn answered(
    stage: &Stage,
    victim: &Server,
    question: Question,
    login: &str,
    token: &str,
) -> StatusCode {
    let began = Instant::now();
    loop {
        let call = question.put(stage, &victim.url, login, token);
        let reply = call.send().await.unwrap();
        let status = reply.status();
        if !status.is_server_error() {
            return status;
        }
        question.is_refused(reply).await;
        assert!(began.elapsed() < RECOVERED, "{question:?}: still {status}");
    }
}

/// Soon after the trouble has ended the server is ready, and from then on nothing fails.
async fn all_is_well_again(stage: &Stage, victim: &Server, token: &str) {
    let ended = Instant::now();
    let mut tick = interval(Duration::from_millis(20));
    let ready = format!("{}/health/ready", victim.url);
    loop {
        tick.tick().await;
        let reply = stage.client.get(&ready).send().await.unwrap();
        if reply.status() == 200 {
            break;
        }
        assert!(ended.elapsed() < RECOVERED, "still {}", reply.status());
    }
    for question in Question::ALL {
        answered(stage, victim, question, "p1", token).await;
    }
    assert!(ended.elapsed() < 2 * RECOVERED, "{:?}", ended.elapsed());
    // The token was good all the while, and was spent once.
    assert_eq!(stage.standing("p1").await.resets_spent, 1);
    assert!(stage.opens("p1", NEW).await);
}

/// The server that meets the trouble is the only one that sends letters.
async fn stage(db: PgPool) -> (Stage, Server, String) {
    let stage = Stage::with(db, &people(3), &["--no-worker"]).await;
    let victim = stage.victim("victim", &[]).await;
    let token = stage.token("p1", "resetPasswordRequest").await;
    // A letter that has left and is not written down yet would leave again, with another token.
    stage.all_jobs_are_done().await;
    (stage, victim, token)
}

/// O-04: nobody is there to ask. Nothing opens; a letter that was promised before arrives after.
#[rekey_test::on_an_empty_database]
async fn o_04_a_database_that_is_gone(db: PgPool) {
    let (mut stage, victim, token) = stage(db).await;
    stage.mail.down().await;
    let body = sspr::about("resetPasswordRequest", "p2");
    let asked = stage.sspr(&victim.url, "resetPasswordRequest", &body);
    assert_eq!(asked.send().await.unwrap().status(), 204);
    for _ in 0..2 {
        stage.proxy.is_in(Trouble::Gone);
        all_are_refused(&stage, &victim, &token, &Question::ALL).await;
        stage.proxy.is_in(Trouble::None);
        assert_eq!(stage.standing("p1").await.resets_spent, 0);
        let mut tick = interval(Duration::from_millis(20));
        let ready = format!("{}/health/ready", victim.url);
        while stage.client.get(&ready).send().await.unwrap().status() != 200 {
            tick.tick().await;
        }
    }
    all_is_well_again(&stage, &victim, &token).await;
    stage.mail.up();
    stage.jobs_come_due().await;
    stage.letters_of("p2", 1).await;
    assert_eq!(victim.stop().await, Some(0));
}

/// O-04: everything is taken and nothing answered, as when the database was stopped or its network
/// swallows packets: no request waits for ever.
#[rekey_test::on_an_empty_database]
async fn o_04_a_database_that_is_silent(db: PgPool) {
    let (stage, victim, token) = stage(db).await;
    stage.proxy.is_in(Trouble::Silent);
    all_are_refused(&stage, &victim, &token, &Question::ALL).await;
    let live = stage.client.get(format!("{}/health/live", victim.url));
    assert_eq!(live.send().await.unwrap().status(), 200);
    stage.proxy.is_in(Trouble::None);
    all_is_well_again(&stage, &victim, &token).await;
    assert_eq!(victim.stop().await, Some(0));
}

/// O-04: somebody holds the accounts, as a careless migration would. Whoever needs them is told in the
/// end; whoever only asks for a letter is served all the while.
#[rekey_test::on_an_empty_database]
async fn o_04_a_lock_that_is_held(db: PgPool) {
    let (stage, victim, token) = stage(db).await;
    let mut lock = stage.db.begin().await.unwrap();
    sqlx::raw_sql("lock table account, password in access exclusive mode")
        .execute(&mut *lock)
        .await
        .unwrap();
    let body = sspr::about("resetPasswordRequest", "p2");
    let asked = stage.sspr(&victim.url, "resetPasswordRequest", &body);
    assert_eq!(asked.send().await.unwrap().status(), 204);
    let questions = [
        Question::SsprReset,
        Question::ClevermapsReset,
        Question::Turbosmtp,
        Question::TurbosmtpReset,
        Question::Cyclos,
        Question::CyclosReset,
    ];
    all_are_refused(&stage, &victim, &token, &questions).await;
    lock.rollback().await.unwrap();
    all_is_well_again(&stage, &victim, &token).await;
    stage.letters_of("p2", 1).await;
    assert_eq!(victim.stop().await, Some(0));
}

/// O-04: what is read is read, and what would be written is refused: nothing passes for want of a place
/// to count it.
#[rekey_test::on_an_empty_database]
async fn o_04_a_disk_that_is_full(db: PgPool) {
    let (stage, victim, token) = stage(db).await;
    stage.proxy.is_in(Trouble::Full);
    let mut questions = Question::ALL.to_vec();
    questions.retain(|question| *question != Question::Page);
    all_are_refused(&stage, &victim, &token, &questions).await;
    let standing = stage.standing("p1").await;
    assert_eq!((standing.resets_spent, standing.open), (0, 0));
    let mut body = sspr::about("validateToken", "p1");
    body["binUserSSPRtoken"] = token.as_str().into();
    let looked = stage.sspr(&victim.url, "validateToken", &body);
    assert_eq!(looked.send().await.unwrap().status(), 204, "it still reads");
    stage.proxy.is_in(Trouble::None);
    all_is_well_again(&stage, &victim, &token).await;
    assert_eq!(victim.stop().await, Some(0));
}

/// T-11, O-04: the database restarts right before or after what somebody asked for becomes lasting. The
/// answer is a fault or a success; with a success it is done, and what was not done can be done then.
#[rekey_test::on_an_empty_database]
async fn t_11_a_database_that_restarts_in_the_middle(db: PgPool) {
    let stage = Stage::new(db, &people(40)).await;
    let victim = stage.victim("victim", &["--no-worker"]).await;
    let mut person = 0;
    for question in [
        Question::SsprReset,
        Question::ClevermapsReset,
        Question::TurbosmtpReset,
        Question::CyclosReset,
    ] {
        for moment in 1.. {
            person += 1;
            let login = format!("p{person}");
            let token = stage.token(&login, "resetPasswordRequest").await;
            stage.sign_in(&login, OLD).await;
            let (reply, was_cut) = loop {
                stage.proxy.stop_at(moment);
                let call = question.put(&stage, &victim.url, &login, &token).send();
                let mut call = std::pin::pin!(call);
                let (reply, was_cut) = tokio::select! {
                    () = stage.proxy.stopped() => {
                        stage.sever().await;
                        (timeout(TOLD, call).await.expect("it is answered"), true)
                    }
                    reply = &mut call => (reply, false),
                };
                let reply = reply.unwrap();
                // What was cut before is found out when it is used: nothing was done then.
                if was_cut || !reply.status().is_server_error() {
                    break (reply, was_cut);
                }
            };
            let is_done = reply.status().is_success();
            if !is_done {
                question.is_refused(reply).await;
            }
            let standing = stage.standing(&login).await;
            assert_eq!(standing.resets_spent == 1, standing.open == 0);
            assert!(!is_done || standing.resets_spent == 1);
            let again = answered(&stage, &victim, question, &login, &token).await;
            assert_eq!(again.is_success(), standing.resets_spent == 0);
            assert!(stage.opens(&login, NEW).await && !stage.opens(&login, OLD).await);
            stage.all_jobs_are_done().await;
            assert_eq!(stage.letters(&login).len(), 2, "a link and a notice");
            stage.proxy.release();
            if !was_cut {
                assert!(moment > 1, "{question:?} was cut off at least once");
                break;
            }
        }
    }
    assert_eq!(victim.stop().await, Some(0));
}
