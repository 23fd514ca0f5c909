//! A story over the real binary: somebody's account is taken over by an import, then by their mailbox; they
//! say "this was not me", an operator helps, and they are back in.

use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{furnish, setup};
use crate::harness::binary::{Server, Setup};
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::pages::form_of;

const EMAIL: &str = "example@domain.com";
const NEW: &str = "Remembered-2027";
const THIEF: &str = "Stolen-2026-x";

/// A browser that keeps the cookies of one visit.
struct Browser {
    client: Client,
    url: String,
    cookies: Vec<String>,
}

impl Browser {
    fn at(server: &Server) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none());
        Self {
            client: client.build().unwrap(),
            url: server.url.clone(),
            cookies: Vec::new(),
        }
    }

    async fn send(&mut self, call: reqwest::RequestBuilder) -> Response {
        let reply = call
            .header("cookie", self.cookies.join("; "))
            .send()
            .await
            .unwrap();
        for cookie in reply.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (pair, _) = cookie.split_once(';').unwrap();
            self.cookies.push(pair.to_owned());
        }
        reply
    }

    /// Opens a page, wherever it leads, and returns its status and text.
    async fn open(&mut self, path: &str) -> (StatusCode, String) {
        let mut path = path.to_owned();
        loop {
            let reply = self
                .send(self.client.get(format!("{}{path}", self.url)))
                .await;
            if reply.status() != StatusCode::SEE_OTHER {
                return (reply.status(), reply.text().await.unwrap());
            }
            path = reply.headers()["location"].to_str().unwrap().to_owned();
        }
    }

    /// Fills in the form of a page, and goes where it leads.
    async fn submit(&mut self, page: &str, typed: &[(&str, &str)]) -> (StatusCode, String) {
        let form = form_of(page);
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(typed);
        body.extend_pairs(form.hidden);
        let call = self
            .client
            .post(format!("{}{}", self.url, form.action))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(body.finish());
        let reply = self.send(call).await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{}", form.action);
        let to = reply.headers()["location"].to_str().unwrap().to_owned();
        self.open(&to).await
    }
}

/// The letters that came since the last look, once there are so many.
async fn letters(mail: &SmtpServer, seen: &mut usize, n: usize) -> Vec<(String, Parsed)> {
    let all = mail.received(*seen + n).await;
    let new = all[*seen..].iter();
    *seen = all.len();
    new.map(|letter| (letter.to[0].clone(), Parsed::read(&letter.raw)))
        .collect()
}

/// The path of the link in a letter.
fn path_in(letter: &Parsed) -> String {
    let at = letter.text.find("/recover/").expect("a link");
    let path = letter.text[at..].split_whitespace().next();
    path.unwrap().to_owned()
}

async fn can_sign_in(server: &Server, password: &str) -> bool {
    let call = Client::new()
        .post(format!("{}/api/v2/authorize", server.url))
        .header("host", "demo.localhost")
        .json(&json!({"email": EMAIL, "password": password, "no_expire": false}));
    call.send().await.unwrap().status() == StatusCode::OK
}

async fn import(setup: &Setup, line: &Value, more: &[&str]) -> Value {
    setup.folder().write("change.jsonl", &line.to_string());
    let file = setup.folder().path().join("change.jsonl");
    let file = file.display().to_string();
    let command = ["account", "import", &file, "--tenant", "demo", "--json"];
    let printed = setup.run(&[&command, more].concat()).await;
    serde_json::from_str(&printed).unwrap()
}

async fn show(setup: &Setup) -> Value {
    let command = ["account", "show", "JohnDoe", "--tenant", "demo", "--json"];
    serde_json::from_str(&setup.run(&command).await).unwrap()
}

/// Asks for a link as `JohnDoe` by the pages, and chooses a password with the one that comes to `to`.
async fn reset(server: &Server, mail: &SmtpServer, seen: &mut usize, to: &str, password: &str) {
    let mut browser = Browser::at(server);
    let (_, page) = browser.open("/recover?tenant=demo&language=en").await;
    browser.submit(&page, &[("name", "JohnDoe")]).await;
    let asked = letters(mail, seen, 1).await;
    assert_eq!(asked[0].0, to);
    let mut browser = Browser::at(server);
    let (status, page) = browser.open(&path_in(&asked[0].1)).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let (status, page) = browser.submit(&page, &[("password", password)]).await;
    assert_eq!(status, StatusCode::OK, "{page}");
}

#[rekey_test::on_an_empty_database]
async fn a_stolen_account_is_noticed_protected_and_given_back(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail)
        .observed()
        .set("REKEY__NOTICES__TO", "security@rekey.example")
        .set("REKEY__NOTICES__LANGUAGE", "en");
    furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("serving").await;
    let mut seen = 0;
    assert!(can_sign_in(&server, "Forgotten-2026").await);

    // Theft by import: whoever can put a line into the file takes the account over.
    let theft = json!({
        "login": "JohnDoe", "email": "thief@evil.example", "passwords": {"login": {"value": THIEF}},
    });
    let dry = import(&setup, &theft, &["--dry-run"]).await;
    assert_eq!((&dry["told"], &dry["updated"]), (&json!(1), &json!(1)));
    assert_eq!(import(&setup, &theft, &[]).await["told"], 1);
    let told = letters(&mail, &mut seen, 1).await;
    assert_eq!(told[0].0, EMAIL, "the owner learns of it where they were");
    assert!(told[0].1.text.contains("The e-mail address."));
    assert!(!told[0].1.text.contains("evil.example"));
    let shown = show(&setup).await;
    let event = shown["events"].as_array().unwrap().iter();
    let mut event = event.filter(|event| event["action"] == "account.changed-by-import");
    let event = event.next().unwrap();
    assert_eq!(event["detail"]["changed"], json!(["email"]));
    assert_eq!(event["detail"]["passwords"], json!(["login"]));
    assert!(event["detail"]["by"]["user"].is_string());
    // The operator sets it right, which the thief's address is told in turn.
    let right = json!({
        "login": "JohnDoe", "email": EMAIL, "passwords": {"login": {"value": "Forgotten-2026"}},
    });
    import(&setup, &right, &[]).await;
    assert_eq!(
        letters(&mail, &mut seen, 1).await[0].0,
        "thief@evil.example"
    );
    assert_eq!(import(&setup, &right, &[]).await["told"], 0);
    assert!(!can_sign_in(&server, THIEF).await);

    // Theft by mailbox: whoever reads the mail chooses a password, and is in.
    reset(&server, &mail, &mut seen, EMAIL, THIEF).await;
    assert!(can_sign_in(&server, THIEF).await);
    let notice = letters(&mail, &mut seen, 1).await;
    assert_eq!(notice[0].0, EMAIL);

    // "Not me": from that press on nobody is in, and the operator is told.
    let mut owner = Browser::at(&server);
    let (_, page) = owner.open(&path_in(&notice[0].1)).await;
    let (status, page) = owner.submit(&page, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("The password that was set no longer works"));
    assert!(!can_sign_in(&server, THIEF).await);
    let alarm = letters(&mail, &mut seen, 1).await;
    assert_eq!(alarm[0].0, "security@rekey.example");
    assert!(alarm[0].1.text.contains("JohnDoe") && !alarm[0].1.text.contains(EMAIL));
    server
        .scraped(r#"rekey_verbs_total{verb="account.disowned",outcome="done"} 1"#)
        .await;

    // Help: the operator looks, opens and enables what revives nothing, and has a link sent to an address
    // that the thief does not read.
    let shown = show(&setup).await;
    assert_eq!(shown["passwords"]["login"]["status"], "neverCreated");
    let events = shown["events"].as_array().unwrap().iter();
    let disowned = events.filter(|event| event["action"] == "account.disowned");
    assert_eq!(disowned.count(), 1, "{shown}");
    let account = async |verb: &str| {
        let command = ["account", verb, "JohnDoe", "--tenant", "demo"];
        setup.run(&command).await;
    };
    for verb in ["unblock", "disable", "enable"] {
        account(verb).await;
        assert!(!can_sign_in(&server, THIEF).await, "{verb}");
    }
    let safe = json!({"login": "JohnDoe", "email": "safe@domain.example"});
    assert_eq!(import(&setup, &safe, &[]).await["told"], 1);
    letters(&mail, &mut seen, 1).await;
    account("thaw").await;
    account("send-reset").await;
    let link = letters(&mail, &mut seen, 1).await;
    assert_eq!(link[0].0, "safe@domain.example");

    // Back in.
    let mut owner = Browser::at(&server);
    let (_, page) = owner.open(&path_in(&link[0].1)).await;
    let (status, page) = owner.submit(&page, &[("password", NEW)]).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let sign_in = json!({"email": "safe@domain.example", "password": NEW, "no_expire": false});
    let call = Client::new()
        .post(format!("{}/api/v2/authorize", server.url))
        .header("host", "demo.localhost")
        .json(&sign_in);
    assert_eq!(call.send().await.unwrap().status(), StatusCode::OK);
    let (status, page) = Browser::at(&server).open(&path_in(&link[0].1)).await;
    assert_eq!(status, StatusCode::GONE);
    assert!(page.contains("sign in with the new password"), "{page}");
    assert_eq!(server.stop().await, Some(0));
}
