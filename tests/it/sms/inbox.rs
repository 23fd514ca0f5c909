//! Texts that stay in the house.

use rekey::sms::{Inbox, Text, Texter as _};
use sqlx::PgPool;

use super::text;
use crate::harness::{Call, World};

#[tokio::test]
async fn an_inbox_keeps_the_latest() {
    let inbox = Inbox::new();
    let shared = inbox.clone();
    for number in 0..1001 {
        let text = Text {
            text: number.to_string().into(),
            ..text()
        };
        shared.send(&text).await.unwrap();
    }
    let texts = inbox.texts();
    assert_eq!(texts.len(), 1000);
    assert_eq!(*texts[0].text, "1");
    assert_eq!(*texts[999].text, "1000");
    assert_eq!(texts[999].to.as_str(), "+15145550100");
}

/// L25: whoever asks for a letter gets no text sent to anybody, not even to a stored number.
#[rekey_test::on_a_database]
async fn l25_a_recovery_by_mail_sends_no_text(db: PgPool) {
    let world = World::new(db).await;
    let body = serde_json::json!({"email": "example@domain.com"});
    let call = Call::new("POST", "/rest/accounts/passwordReset").header("host", "demo.localhost");
    world.send(call.json(&body)).await;
    assert_eq!(world.post().await.len(), 1);
    assert!(world.texts.texts().is_empty());
}
