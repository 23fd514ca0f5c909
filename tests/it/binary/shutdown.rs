//! Ending in good order (design.md, section 2, SIGTERM).

use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{Application, furnish, setup};
use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::{Behaviour, Manner, Mode, SmtpServer, Step};
use crate::harness::world::PEOPLE;
use crate::sspr::{minimal, path};
use rustix::process::Signal;

/// A request that is under way when SIGTERM comes is answered; the exit code is 0.
#[rekey_test::on_an_empty_database]
async fn a_request_under_way_is_answered(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let body = minimal("resetPasswordRequest").to_string();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        path("resetPasswordRequest"),
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..10]).await.unwrap();
    let ready = reqwest::get(format!("{}/health/live", server.url))
        .await
        .unwrap();
    assert_eq!(
        ready.status(),
        200,
        "the request before it has been taken up by now"
    );
    let log = server.log.clone();
    let stopping = tokio::spawn(server.stop());
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while !std::fs::read_to_string(&log)
        .unwrap()
        .contains("told to stop")
    {
        tick.tick().await;
    }
    stream.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 204"), "{reply}");
    assert_eq!(stopping.await.unwrap(), Some(0));
}

/// A server with a letter under way, and a mail server that hangs where it has come so far.
async fn hanging(db: &PgPool, step: Step) -> (Setup, SmtpServer, Server) {
    let mail = SmtpServer::start(Mode::Plain).await;
    mail.behave(Behaviour::At(step, Manner::Hang));
    let setup = setup(db, &mail);
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("first").await;
    let application = Application::new(&server, &key);
    let status = application
        .post("resetPasswordRequest", &minimal("resetPasswordRequest"))
        .await;
    assert_eq!(status.unwrap(), 204);
    mail.hung().await;
    (setup, mail, server)
}

/// A letter that hangs before the mail server has it is given back: the next process takes it up at once, not a
/// lease later.
#[rekey_test::on_an_empty_database]
async fn a_letter_under_way_is_given_back(db: PgPool) {
    let (setup, mail, server) = hanging(&db, Step::Data).await;
    let began = Instant::now();
    assert_eq!(server.stop().await, Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "a supervisor would have killed it"
    );
    mail.behave(Behaviour::Accept);
    let began = Instant::now();
    let server = setup.serve("second").await;
    mail.received(1).await;
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "it waited for the lease to end"
    );
    assert_eq!(server.stop().await, Some(0));
}

/// A letter that the mail server may have is not sent again by the next process, but rests.
#[rekey_test::on_an_empty_database]
async fn a_letter_that_may_have_left_rests(db: PgPool) {
    let (_setup, mail, server) = hanging(&db, Step::Letter).await;
    assert_eq!(server.stop().await, Some(0));
    let rests =
        "select count(*) from job where doubts = 1 and dead_at is null and leased_until is null
        and due_at > now() + interval '10 minutes'";
    let rests: i64 = sqlx::query_scalar(rests).fetch_one(&db).await.unwrap();
    assert_eq!((rests, mail.messages().len()), (1, 1));
}

/// A hang-up, which supervisors send to have settings read again, ends nothing, also where there is no
/// certificate to look at.
#[rekey_test::on_an_empty_database]
async fn a_hangup_ends_nobody(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    for _ in 0..3 {
        server.signal(Signal::HUP);
        let live = reqwest::get(format!("{}/health/live", server.url)).await;
        assert_eq!(live.unwrap().status(), 200);
    }
    assert_eq!(server.stop().await, Some(0));
}
