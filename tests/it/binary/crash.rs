//! A server that is killed.

use sqlx::PgPool;

use super::{Application, furnish, setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::sspr::minimal;

/// Killed right after a 204, with the mail server down: after the restart the letter arrives.
#[rekey_test::on_an_empty_database]
async fn a_letter_that_was_promised_survives_kill_9(db: PgPool) {
    let mut mail = SmtpServer::start(Mode::Plain).await;
    mail.down().await;
    let setup = setup(&db, &mail);
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("first").await;
    let application = Application::new(&server, &key);
    let status = application
        .post("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await;
    assert_eq!(status.unwrap(), 204);
    server.kill().await;
    mail.up();
    let server = setup.serve("second").await;
    let letters = mail.received(1).await;
    assert!(String::from_utf8_lossy(&letters[0].raw).contains("example@domain.com"));
    assert_eq!(server.stop().await, Some(0));
}
