//! Every way in which a gateway can fail us, and what is said of it.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use rekey::sms::{Obstacle, Oddity, Texter as _, Unfit, Unsent, Webhook, WebhookSettings};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::{PATH, SHORT, failure, settings, text, webhook};
use crate::harness::gateway::{Answer, Gateway, Then};

fn hurried(gateway: &Gateway) -> Webhook {
    let settings = WebhookSettings {
        timeout: SHORT,
        ..settings(gateway)
    };
    Webhook::new(&settings).unwrap()
}

fn unexpected(status: u16) -> Unsent {
    Unsent::Unexpected(Oddity::Status(status))
}

#[tokio::test]
async fn the_status_is_the_answer() {
    let gateway = Gateway::start().await;
    let webhook = webhook(&gateway);
    for status in [200, 201, 202, 204, 299] {
        gateway.answer(Answer::status(status));
        assert_eq!(webhook.send(&text()).await, Ok(()), "{status}");
    }
    let refusals = [
        (Unsent::Invalid(400), false),
        (Unsent::Refused(401), false),
        (Unsent::Refused(403), false),
        (Unsent::Refused(404), false),
        (Unsent::Refused(408), true),
        (Unsent::Refused(410), false),
        (Unsent::Invalid(422), false),
        (Unsent::Refused(425), true),
        (Unsent::TooMany, true),
        (Unsent::Refused(499), false),
        (unexpected(300), false),
        (unexpected(304), false),
        (unexpected(500), true),
        (unexpected(502), true),
        (unexpected(503), true),
        (unexpected(599), true),
        (unexpected(600), false),
        (unexpected(999), false),
    ];
    for (expected, may_pass_later) in refusals {
        let status = match expected {
            Unsent::Invalid(status)
            | Unsent::Refused(status)
            | Unsent::Unexpected(Oddity::Status(status)) => status,
            Unsent::TooMany => 429,
            Unsent::Unreachable(_) | Unsent::TimedOut | Unsent::Unexpected(_) => panic!(),
        };
        gateway.answer(Answer::status(status));
        let failure = failure(&webhook).await;
        assert_eq!(failure, expected);
        assert_eq!(failure.may_pass_later(), may_pass_later, "{status}");
        assert!(failure.to_string().starts_with("the SMS gateway "));
    }
    assert_eq!(gateway.received().len(), 23, "one request a text");
}

/// A text is for the configured address alone. (H-09.)
#[tokio::test]
async fn redirects_are_not_followed() {
    let gateway = Gateway::start().await;
    let elsewhere = Gateway::start().await;
    let webhook = webhook(&gateway);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("http://127.0.0.1:{}/", elsewhere.port());
        gateway.answer(Answer::redirect(status, &to));
        let failure = failure(&webhook).await;
        assert_eq!(failure, unexpected(status));
        assert!(!failure.may_pass_later());
    }
    assert_eq!(gateway.received().len(), 5);
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let nobody = TcpSocket::new_v4().unwrap();
    nobody
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .unwrap();
    let port = nobody.local_addr().unwrap().port();
    // No resolver asks around for a label of more than 63 characters.
    let nowhere = format!("http://{}.example{PATH}", "a".repeat(64));
    for (url, obstacle) in [
        (
            format!("http://127.0.0.1:{port}{PATH}"),
            Obstacle::Connection(ErrorKind::ConnectionRefused),
        ),
        (nowhere, Obstacle::Name),
    ] {
        let webhook = Webhook::new(&WebhookSettings::new(url.into())).unwrap();
        let failure = failure(&webhook).await;
        assert_eq!(failure, Unsent::Unreachable(obstacle));
        assert!(failure.may_pass_later());
    }
}

/// Its queue is full, so the system leaves us waiting. Half of the time is kept for the answer.
#[tokio::test]
async fn a_gateway_that_accepts_nobody_is_unreachable() {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .unwrap();
    let full = socket.listen(0).unwrap();
    let address = full.local_addr().unwrap();
    let _queued = TcpStream::connect(address).await.unwrap();
    let settings = WebhookSettings {
        timeout: SHORT,
        ..WebhookSettings::new(format!("http://{address}{PATH}").into())
    };
    let failure = failure(&Webhook::new(&settings).unwrap()).await;
    let expected = Obstacle::Connection(ErrorKind::TimedOut);
    assert_eq!(failure, Unsent::Unreachable(expected));
}

/// And takes its connection along, so that nothing of ours piles up at a gateway in trouble. (H-09.)
#[tokio::test]
async fn a_gateway_that_hangs_does_not_hold_us() {
    let gateway = Gateway::start().await;
    let hurried = hurried(&gateway);
    for (number, bytes) in ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nserver: "]
        .into_iter()
        .enumerate()
    {
        gateway.answer(Answer {
            bytes: bytes.to_owned(),
            then: Then::Hang,
        });
        let failure = timeout(SHORT * 4, failure(&hurried)).await.unwrap();
        assert_eq!(failure, Unsent::TimedOut);
        assert!(failure.may_pass_later());
        gateway.left(number + 1).await;
    }
    assert_eq!(gateway.received().len(), 3, "one request a text");
    gateway.answer(Answer::status(200));
    assert_eq!(webhook(&gateway).send(&text()).await, Ok(()));
}

/// H-09.
#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let gateway = Gateway::start().await;
    let webhook = webhook(&gateway);
    for (number, bytes) in [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        gateway.answer(Answer {
            bytes: bytes.to_owned(),
            then: Then::Flood,
        });
        assert_eq!(webhook.send(&text()).await, Ok(()));
        gateway.left(number + 1).await;
    }
    gateway.answer(Answer {
        bytes: "HTTP/1.1 200 OK\r\nx-endless: ".to_owned(),
        then: Then::Flood,
    });
    let failure = failure(&webhook).await;
    assert_eq!(failure, Unsent::Unexpected(Oddity::Broken));
    gateway.left(3).await;
}

/// The gateway has said that it took the text. What it never says after that is not waited for
/// longer than a text may take.
#[tokio::test]
async fn a_body_that_never_ends_changes_nothing() {
    let gateway = Gateway::start().await;
    let webhook = hurried(&gateway);
    for (status, expected) in [(200, Ok(())), (422, Err(Unsent::Invalid(422)))] {
        gateway.answer(Answer {
            bytes: format!("HTTP/1.1 {status} Said\r\ncontent-length: 9\r\n\r\nhalf"),
            then: Then::Hang,
        });
        let sent = timeout(SHORT * 4, async { webhook.send(&text()).await }).await;
        assert_eq!(sent.unwrap(), expected);
    }
    gateway.left(2).await;
}

#[tokio::test]
async fn an_answer_that_is_none_is_unexpected() {
    let gateway = Gateway::start().await;
    let webhook = webhook(&gateway);
    let answers = [
        "",
        "HTTP/1.1 2",
        "220 smtp.example ESMTP\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "\0\0\0\0\0\0\0\0",
    ];
    for bytes in answers {
        gateway.answer(Answer {
            bytes: bytes.to_owned(),
            then: Then::Close,
        });
        let failure = failure(&webhook).await;
        assert_eq!(failure, Unsent::Unexpected(Oddity::Broken), "{bytes:?}");
        assert!(failure.may_pass_later());
    }
    assert_eq!(
        gateway.received().len(),
        answers.len(),
        "one request a text"
    );
}

#[test]
fn settings_that_cannot_work_are_refused() {
    for url in [
        "",
        "/hook",
        "sms.example",
        "ftp://sms.example/",
        "http://",
        "http://a b/",
    ] {
        let unfit = Webhook::new(&WebhookSettings::new(url.into()));
        assert!(matches!(unfit, Err(Unfit::Url)), "{url}");
    }
    let mut settings = WebhookSettings::new("http://127.0.0.1:1/".into());
    settings.secret = Some("".into());
    assert!(matches!(Webhook::new(&settings), Err(Unfit::Secret)));
}
