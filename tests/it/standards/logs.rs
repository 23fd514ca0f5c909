//! What strangers can write into the log.

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::binary::{Application, furnish, setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::sspr::about;

/// What would forge a line of a log, colour a terminal, or turn text around.
const HOSTILE: [&str; 6] = [
    "x\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}",
    "x\nforged",
    "\u{1b}[31mforged\u{1b}[0m",
    "x\u{9b}31m\u{202e}forged",
    "x\u{2028}forged\u{85}forged",
    "\u{8}\u{8}\u{8}forged\u{7}",
];

/// O-02: whatever is typed, at level debug, each line of the log is one object that we began, without a
/// control character in it; and nothing that was typed is in it.
#[rekey_test::on_an_empty_database]
async fn o_02_nothing_that_is_typed_reaches_the_log(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail)
        .without_limits()
        .set("REKEY__LOG__LEVEL", "debug");
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    let application = Application::new(&server, &key);
    let client = Client::new();
    for text in HOSTILE {
        for operation in ["resetPasswordRequest", "unlockAccountRequest"] {
            let status = application.post(operation, &about(operation, text)).await;
            assert!(!status.unwrap().is_server_error(), "{text:?}");
        }
        let escaped: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in [
            format!("/api/{escaped}/passwords"),
            format!("/rest/accounts/passwordReset/{escaped}"),
            format!("/recover?tenant={escaped}"),
            format!("/{escaped}"),
        ] {
            let reply = client
                .get(format!("{}{path}", server.url))
                .header("user-agent", escaped.as_str())
                .header("x-request-id", escaped.as_str())
                .header("x-forwarded-for", escaped.as_str())
                .basic_auth(text, Some(text))
                .send();
            assert!(!reply.await.unwrap().status().is_server_error(), "{path}");
        }
        let body = json!({"email": text, "password": text, "no_expire": false});
        let call = client
            .post(format!("{}/api/v2/authorize", server.url))
            .json(&body);
        assert!(!call.send().await.unwrap().status().is_server_error());
    }
    let log = server.log.clone();
    assert_eq!(server.stop().await, Some(0));
    let text = std::fs::read_to_string(log).unwrap();
    assert!(text.lines().count() > HOSTILE.len(), "something is logged");
    for line in text.lines() {
        let read: Value = serde_json::from_str(line).expect("a line is an object");
        assert!(read["timestamp"].is_string() && read["level"].is_string());
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.contains("forged"), "{line:?}");
    }
}
