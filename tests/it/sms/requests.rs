//! What a gateway gets to read.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rekey::sms::{Text, Texter as _, Webhook, WebhookSettings};
use serde_json::{Value, json};
use sha2::Sha256;
use time::Duration;

use super::{NOW, settings, text, webhook};
use crate::harness::gateway::{Gateway, Received};

const SECRET: &str = "a secret of the gateway";

fn signing(gateway: &Gateway) -> Webhook {
    let settings = WebhookSettings {
        secret: Some(SECRET.into()),
        ..settings(gateway)
    };
    Webhook::new(&settings).unwrap()
}

/// What docs/operations.md tells gateways to check.
fn is_ours(request: &Received, secret: &str) -> bool {
    let signature = signature(request).expect("it is signed");
    let (t, v1) = signature.split_once(",v1=").unwrap();
    let t = t.strip_prefix("t=").unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(format!("{t}.{}", request.body));
    mac.verify_slice(&hex::decode(v1).unwrap()).is_ok()
}

fn signature(request: &Received) -> Option<&str> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(name, _)| name == "rekey-signature");
    found.map(|(_, value)| value.as_str())
}

/// Every byte of a request is known, and the signature is what
/// `printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$secret"` prints.
#[tokio::test]
async fn a_text_is_posted_as_documented() {
    let gateway = Gateway::start().await;
    signing(&gateway).send(&text()).await.unwrap();
    let [request] = gateway.received().try_into().unwrap();
    assert_eq!(request.line, "POST /hook/s3cr3t?key=h1dd3n HTTP/1.1");
    let mut headers = request.headers.clone();
    headers.sort();
    let body = r#"{"to":"+15145550100","text":"Your code is 4711."}"#;
    let expected = [
        ("content-length", body.len().to_string()),
        ("content-type", "application/json".to_owned()),
        ("host", format!("127.0.0.1:{}", gateway.port())),
        (
            "rekey-signature",
            "t=1795239870,v1=8efc6aae46d5855c96a626a7be157ce93df32995efa2445f04c4b093b2289ad2"
                .to_owned(),
        ),
        ("user-agent", format!("Rekey/{}", env!("CARGO_PKG_VERSION"))),
    ];
    assert_eq!(
        headers,
        expected.map(|(name, value)| (name.to_owned(), value))
    );
    assert_eq!(request.body, body);
    assert!(is_ours(&request, SECRET) && !is_ours(&request, "another"));
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let gateway = Gateway::start().await;
    webhook(&gateway).send(&text()).await.unwrap();
    let [request] = gateway.received().try_into().unwrap();
    assert_eq!(signature(&request), None);
    assert_eq!(request.headers.len(), 4, "{request:?}");
}

/// Neither the moment, nor the number, nor a word can be exchanged under a signature. (H-09.)
#[tokio::test]
async fn a_signature_is_for_one_text_at_one_moment() {
    let gateway = Gateway::start().await;
    let webhook = signing(&gateway);
    let texts = [
        text(),
        Text {
            at: NOW + Duration::SECOND,
            ..text()
        },
        Text {
            text: "Your code is 4712.".to_owned().into(),
            ..text()
        },
    ];
    for text in &texts {
        webhook.send(text).await.unwrap();
    }
    let mut received = gateway.received();
    assert!(received.iter().all(|request| is_ours(request, SECRET)));
    let mut signatures: Vec<_> = received.iter().filter_map(signature).collect();
    signatures.dedup();
    assert_eq!(signatures.len(), 3);

    let later = received[1].headers.clone();
    assert_eq!(received[0].body, received[1].body);
    received[0].headers = later
        .into_iter()
        .map(|(name, value)| (name, value.replace("t=1795239871", "t=1795239870")))
        .collect();
    assert!(!is_ours(&received[0], SECRET), "an old text in a new cover");
}

#[tokio::test]
async fn a_text_arrives_whatever_it_says() {
    let gateway = Gateway::start().await;
    let webhook = signing(&gateway);
    let said = [
        "\"quoted\" \\ back\u{8}",
        "two\r\nlines\nHost: elsewhere",
        "Votre code à usage unique : 4711 🔑",
        "",
        "\u{0}\u{202e}\u{feff}",
    ];
    for said in said {
        let text = Text {
            text: said.to_owned().into(),
            ..text()
        };
        webhook.send(&text).await.unwrap();
    }
    let long = "é".repeat(100_000);
    let text = Text {
        text: long.clone().into(),
        ..text()
    };
    webhook.send(&text).await.unwrap();

    let received = gateway.received();
    assert!(received.iter().all(|request| is_ours(request, SECRET)));
    let said = said.into_iter().chain([long.as_str()]);
    let expected: Vec<_> = said
        .map(|said| json!({"to": "+15145550100", "text": said}))
        .collect();
    let bodies: Vec<Value> = received
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert!(bodies == expected);
}

#[tokio::test]
async fn texts_at_once_all_arrive() {
    let gateway = Gateway::start().await;
    let webhook = signing(&gateway);
    let texts: Vec<Text> = (0..50)
        .map(|number| Text {
            text: format!("{number:02}").into(),
            ..text()
        })
        .collect();
    let sent = futures::future::join_all(texts.iter().map(|text| webhook.send(text))).await;
    assert!(sent.iter().all(Result::is_ok));
    let mut bodies: Vec<_> = gateway
        .received()
        .into_iter()
        .map(|request| request.body)
        .collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 50);
}
