//! 8.1 and 8.5 against the real binary, with a jar of cookies.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::binary::{furnish, setup};
use crate::cyclos::{NEW, OLD, USER};
use crate::harness::binary::Server;
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;

/// A browser: it keeps cookies, and nothing else.
struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    fn new(server: &Server) -> Self {
        let client = Client::builder().cookie_store(true).build().unwrap();
        let url = format!("{}/api", server.url);
        Self { client, url }
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    reply.json().await.unwrap()
}

async fn status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Steps 1 to 5 of 8.1.
#[rekey_test::on_an_empty_database]
async fn signing_in_and_out_with_a_cookie(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail).set("REKEY__LOG__LEVEL", "trace");
    furnish(&setup, PEOPLE).await;
    let server = setup.serve("server").await;
    let browser = Browser::new(&server);
    let data = json(browser.get("/auth/data-for-login")).await;
    assert_eq!(data["loginPasswordInput"]["mode"], "manual");
    assert_eq!(
        data["forgotPasswordMediums"],
        json!(["email"]),
        "no webhook for texts"
    );
    let open = browser
        .post("/auth/session?cookie=true")
        .basic_auth(USER, Some(OLD));
    let half = json(open).await["sessionToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(half.len(), 16);
    let signed = |request: reqwest::RequestBuilder| request.header("Session-Prefix", &half);
    let auth = json(signed(browser.get("/auth"))).await;
    assert_eq!(auth["user"]["shortDisplay"], USER);
    assert_eq!(auth.get("sessionToken"), None);
    assert_eq!(
        status(signed(browser.get("/auth/data-for-login"))).await,
        204
    );
    assert_eq!(
        status(signed(Browser::new(&server).get("/auth"))).await,
        401,
        "without the cookie"
    );
    let out = browser
        .client
        .delete(format!("{}/auth/session?cookie=true", browser.url));
    assert_eq!(status(signed(out)).await, 200);
    assert_eq!(status(signed(browser.get("/auth"))).await, 401);
    assert_eq!(json(browser.get("/auth")).await.get("user"), None);

    // The operator's command for an access client.
    let made = setup
        .run(&[
            "key",
            "create",
            "--tenant",
            "demo",
            "--kind",
            "access-client",
            "--account",
            USER,
            "--json",
        ])
        .await;
    let made: Value = serde_json::from_str(&made).unwrap();
    let members: Vec<_> = made
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(members, ["id", "kind", "secret"]);
    assert_eq!(made["kind"], "access-client");
    let secret = made["secret"].as_str().unwrap();
    let acting = browser.get("/auth").header("Access-Client-Token", secret);
    assert_eq!(json(acting).await["user"]["shortDisplay"], USER);
    let log = server.log.clone();
    assert_eq!(server.stop().await, Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("TRACE"), "the log is at level trace");
    assert!(!log.contains(&half) && !log.contains(secret) && !log.contains(OLD));
}

/// 8.5: forgotten, a letter, what to do, a new password, signed in.
#[rekey_test::on_an_empty_database]
async fn a_forgotten_password(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail);
    furnish(&setup, PEOPLE).await;
    let server = setup.serve("server").await;
    let browser = Browser::new(&server);
    let ask = browser
        .post("/auth/forgotten-password/request")
        .json(&json!({"user": USER}));
    assert_eq!(status(ask).await, 204);
    let letters = mail.received(1).await;
    let text = Parsed::read(&letters[0].raw).text;
    let is_key = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let key = text.split_whitespace().find(is_key).unwrap();
    let path = format!("/auth/forgotten-password/data-for-change?key={key}");
    assert_eq!(json(browser.get(&path)).await, json!({"generated": false}));
    let change = || {
        let body = json!({"key": key, "newPassword": NEW, "checkConfirmation": true,
            "newPasswordConfirmation": NEW});
        browser.post("/auth/forgotten-password").json(&body)
    };
    assert_eq!(status(change()).await, 204);
    assert_eq!(status(change()).await, 404);
    let open = |password| {
        browser
            .post("/auth/session")
            .basic_auth(USER, Some(password))
    };
    assert_eq!(status(open(OLD)).await, 401);
    assert_eq!(json(open(NEW)).await["expiredPassword"], false);
    mail.received(2).await;
    assert_eq!(server.stop().await, Some(0));
}
