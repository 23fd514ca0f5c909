//! 8.3 and D-20: codes by text message, and each way in which one does not leave.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};

use rekey::sms::{Obstacle, Oddity, Text, Texter, Unsent};
use serde_json::json;
use sqlx::PgPool;

use super::{CODE, code_in, otp, types};
use crate::cyclos::{PHONE, with};
use crate::harness::World;
use crate::harness::world::Setting;

/// Fails as it is told.
#[derive(Clone, Default)]
struct Failing(Arc<Mutex<Option<Unsent>>>);

#[async_trait::async_trait]
impl Texter for Failing {
    async fn send(&self, _: &Text) -> Result<(), Unsent> {
        self.0.lock().unwrap().map_or(Ok(()), Err)
    }
}

/// Rows 5 and 6 of 8.3: every `smsStatus`, spelled as in 6.5, and nothing else of what happened.
#[rekey_test::on_a_database]
async fn d_20_a_text_that_did_not_leave(db: PgPool) {
    let texter = Failing::default();
    let setting = Setting {
        texter: Some(Arc::new(texter.clone())),
        ..with(&types(&[CODE], "secondary = \"code\""))
    };
    let world = World::with(db, setting).await;
    let token = world.johns_session().await;
    let reset = ErrorKind::ConnectionRefused;
    for (unsent, status) in [
        (Unsent::Unreachable(Obstacle::Name), "gatewayUreachable"),
        (
            Unsent::Unreachable(Obstacle::Connection(reset)),
            "gatewayUreachable",
        ),
        (
            Unsent::Unreachable(Obstacle::Encryption),
            "gatewayUreachable",
        ),
        (Unsent::TimedOut, "timeout"),
        (Unsent::Invalid(422), "invalid"),
        (Unsent::Refused(403), "rejected"),
        (Unsent::TooMany, "maxMessagesReached"),
        (Unsent::Unexpected(Oddity::Status(500)), "unexpected"),
        (Unsent::Unexpected(Oddity::Broken), "unexpected"),
    ] {
        *texter.0.lock().unwrap() = Some(unsent);
        let reply = world.send(otp("sms").session(&token)).await;
        let body = json!({"kind": "otp", "exceptionType": "OtpException", "exceptionMessage": "",
            "code": "errorSendingSms", "smsStatus": status});
        reply.is(500, &body);
        assert_eq!(reply.header("retry-after"), None);
    }
    *texter.0.lock().unwrap() = None;
    world
        .send(otp("sms").session(&token))
        .await
        .is(200, &json!(["+15*******"]));
    let sent = "select count(*) from audit_event where action = 'text.sent' and outcome = 'done'";
    assert_eq!(world.count(sent).await, 1, "O-01");
    let not_sent = "select count(*) from audit_event where action = 'text.sent' \
                    and outcome = 'not sent'";
    assert_eq!(world.count(not_sent).await, 9, "O-01");
}

/// Row 7: another failure has the family's own body.
#[rekey_test::on_a_database]
async fn row_7_another_failure(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await;
    let token = world.johns_session().await;
    world.sql("alter table job rename to gone").await;
    let reply = world.send(otp("email").session(&token)).await;
    let body = json!({"kind": "otp", "exceptionType": "OtpException", "exceptionMessage": "",
        "code": "unexpected"});
    reply.is(500, &body);
}

/// The text is out when the answer is, to the stored number, in one message.
#[rekey_test::on_a_database]
async fn a_text_has_left_when_the_answer_comes(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await;
    let token = world.johns_session().await;
    world
        .send(otp("sms").session(&token))
        .await
        .is(200, &json!(["+15*******"]));
    let texts = world.texts.texts();
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0].to.as_str(), PHONE);
    assert!(texts[0].text.chars().count() <= 160);
    let code = code_in(&texts[0].text);
    world.second(&token, &code).await.is_empty(204);
    assert!(world.post().await.is_empty(), "and no letter");
}
