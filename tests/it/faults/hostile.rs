//! Everything wrong that can be said to every operation of every family, over real sockets.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::stage::{OLD, Stage, people};
use crate::contract::{FAMILIES, operations, served, verb};
use crate::harness::binary::Server;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Values that stand in for what a member should be.
fn confused() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5e308),
        json!(u64::MAX),
        json!(""),
        json!([]),
        json!(["a@b.example", "c@d.example"]),
        json!({"$ne": null}),
        json!("\u{0}"),
        json!("\u{1b}]0;x\u{7}"),
        json!("a\r\nBcc: b@c.example"),
        json!("\u{202e}\u{feff}\u{fffd}"),
        json!("x".repeat(60_000)),
        json!("%00%0d%0a../../{{7*7}}<script>' or 1=1 --"),
    ]
}

/// Bodies that are wrong as a whole.
static BROKEN: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    vec![
        ("nothing", Vec::new()),
        ("half", b"{\"a\":".to_vec()),
        ("depth", [&b"["[..]; 10_000].concat()),
        ("members in depth", b"{\"a\":".repeat(10_000)),
        ("a megabyte", vec![b' '; 1 << 20]),
        ("a megabyte of text", {
            let text = "x".repeat(1 << 20);
            json!({"email": text, "newPassword": text, "sPassword": text})
                .to_string()
                .into()
        }),
        ("bad UTF-8", b"{\"email\":\"\xff\xfe\"}".to_vec()),
        ("a NUL", b"{\"email\":\"\0\"}".to_vec()),
        ("a lone surrogate", b"{\"email\":\"\\ud800\"}".to_vec()),
        ("huge numbers", {
            let number = "9".repeat(20_000);
            format!("{{\"email\":{number},\"fkiLanguageID\":1e{number}}}").into()
        }),
        ("an array", b"[]".to_vec()),
        ("text", b"\"text\"".to_vec()),
        ("form", b"email=a%40b.example&email=c".to_vec()),
    ]
});

/// What an operation is asked with when all is well, by its own example.
fn example(document: &Value, path: &str, method: &str) -> Value {
    let body = &document["paths"][path][method]["requestBody"];
    body["content"]["application/json"]["example"].clone()
}

/// The bodies for one operation: those that are broken, and its example with each member confused,
/// doubled, or left out.
fn bodies(example: &Value) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = BROKEN
        .iter()
        .map(|(what, body)| ((*what).to_owned(), body.clone()))
        .collect();
    let Some(members) = example.as_object() else {
        return all;
    };
    for name in members.keys() {
        for value in confused() {
            let mut body = example.clone();
            let what: String = format!("{name}: {value}").chars().take(60).collect();
            body[name] = value;
            all.push((what, body.to_string().into()));
        }
        let mut body = example.clone();
        body.as_object_mut().unwrap().remove(name);
        all.push((format!("no {name}"), body.to_string().into()));
        let twice = example.to_string();
        let twice = format!("{{\"{name}\":\"a\",{}", &twice[1..]);
        all.push((format!("{name} twice"), twice.into()));
    }
    all
}

/// H-01, H-02: the words of a family, and nothing of what is inside.
fn is_in_words(family: &str, status: u16, text: &str, at: &str) {
    assert!(status < 500, "{at}: {status} {text}");
    for inside in [
        "sqlx",
        "serde",
        "postgres",
        "src/",
        ".rs",
        "panick",
        "line 1",
        "at column",
        "0.1.0",
    ] {
        assert!(!text.contains(inside), "{at}: {inside} in {text}");
    }
    if status < 400 || text.is_empty() {
        return;
    }
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{at}: {text}"));
    let members: Vec<&str> = body
        .as_object()
        .unwrap_or_else(|| panic!("{at}: {text}"))
        .keys()
        .map(String::as_str)
        .collect();
    match family {
        "sspr" => assert_eq!(members, ["eErrorCode", "sErrorMessage"], "{at}"),
        "clevermaps" | "turbosmtp" => assert_eq!(members, ["message"], "{at}"),
        // Each status has a schema of its own; all of them are in the document.
        _ => assert!(
            members
                .iter()
                .all(|name| name.chars().all(char::is_alphanumeric)),
            "{at}"
        ),
    }
}

impl Stage {
    /// Proofs of somebody who may call an operation of a family, made anew: a hostile call may end them.
    async fn proofs(&self, family: &str, login: &str) -> Vec<(&'static str, String)> {
        let url = &self.calm.url;
        match family {
            "sspr" => vec![("authorization", self.key.clone())],
            "turbosmtp" => {
                let reply = self.authorize(url, login, OLD).send().await.unwrap();
                let body: Value = reply.json().await.unwrap();
                vec![("authorization", body["auth"].as_str().unwrap().to_owned())]
            }
            "cyclos" => {
                let reply = self.session(url, login, OLD).send().await.unwrap();
                let body: Value = reply.json().await.unwrap();
                let token = body["sessionToken"].as_str().unwrap().to_owned();
                vec![("session-token", token)]
            }
            _ => Vec::new(),
        }
    }
}

/// The log says nothing of faults of ours.
fn nothing_failed(server: &Server) {
    let log = std::fs::read_to_string(&server.log).unwrap();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_ne!(line["level"], "ERROR", "{line}");
    }
}

/// R-07, H-01, H-02, H-07, L4: no body, however wrong, is answered with anything but the family's own
/// refusal; no letter is sent to any address but one that is stored; and the server lives.
#[rekey_test::on_an_empty_database]
async fn r_07_every_operation_refuses_what_is_wrong_in_its_own_words(db: PgPool) {
    let stage = Stage::new(db, &people(60)).await;
    let url = &stage.calm.url;
    // A connection each: one that is closed after an answer may be lost to the next request on it.
    let client = reqwest::Client::builder().pool_max_idle_per_host(0);
    let client = client.build().unwrap();
    let (mut person, mut sent) = (0, 0);
    for family in FAMILIES {
        let document = served(family);
        for (path, method) in operations(&document) {
            person += 1;
            let proofs = stage.proofs(family, &format!("p{person}")).await;
            let filled = path
                .replace("{user}", "self")
                .replace("{type}", "login")
                .replace("{passwordResetToken}", crate::clevermaps::NOBODYS);
            let method: Method = verb(&method).parse().unwrap();
            for (what, body) in bodies(&example(&document, &path, &method.as_str().to_lowercase()))
            {
                let mut call = client
                    .request(method.clone(), format!("{url}{filled}"))
                    .header("content-type", "application/json")
                    .body(body);
                for (name, value) in &proofs {
                    call = call.header(*name, value);
                }
                let at = format!("{method} {path} with {what}");
                // A body that is refused unread may cost the connection it came on.
                let reply = match call.send().await {
                    Ok(reply) => reply,
                    Err(error) => {
                        assert!(what.contains("megabyte"), "{at}: {error:?}");
                        continue;
                    }
                };
                let (status, text) = (reply.status().as_u16(), reply.text().await.unwrap());
                is_in_words(family, status, &text, &at);
                sent += 1;
            }
        }
    }
    assert!(sent > 700, "{sent} were sent");
    nothing_failed(&stage.calm);
    let accounts: i64 = sqlx::query_scalar("select count(*) from account")
        .fetch_one(&stage.db)
        .await
        .unwrap();
    assert_eq!(accounts, 60);
    for letter in stage.mail.messages() {
        assert!(
            letter.to.len() == 1 && letter.to[0].ends_with("@domain.example"),
            "{:?}",
            letter.to
        );
    }
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// H-02, H-07: what stands in a path may be anything too.
#[rekey_test::on_an_empty_database]
async fn h_02_every_path_takes_any_text(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let hostile = [
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "..%2f..%2fetc%2fpasswd",
        "%0d%0aset-cookie:%20a=b",
        "'%20or%201=1--",
        "9223372036854775808",
        "-1",
        "%F0%9F%92%A9",
        &"x".repeat(8_000),
    ];
    for family in FAMILIES {
        let document = served(family);
        for (path, method) in operations(&document) {
            if !path.contains('{') {
                continue;
            }
            let proofs = stage.proofs(family, "p1").await;
            for text in hostile {
                let parts = path
                    .split('/')
                    .map(|part| if part.starts_with('{') { text } else { part });
                let filled = parts.collect::<Vec<_>>().join("/");
                let method: Method = verb(&method).parse().unwrap();
                let url = format!("{}{filled}?fields={text}", stage.calm.url);
                let mut call = stage.client.request(method.clone(), url);
                for (name, value) in &proofs {
                    call = call.header(*name, value);
                }
                let reply = call.send().await.unwrap();
                let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
                assert!(headers.get("set-cookie").is_none());
                let at = format!("{method} {path} of {text:.40}");
                is_in_words(family, status, &reply.text().await.unwrap(), &at);
            }
        }
    }
    nothing_failed(&stage.calm);
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// R-04, L5: whatever looks like an address leads to the one that is stored, or to nobody; by every family
/// that takes addresses.
#[rekey_test::on_an_empty_database]
async fn l5_look_alikes_reach_the_stored_address_or_nobody(db: PgPool) {
    let line = format!(
        r#"{{"login":"mike","email":"mike.kim@domain.example","passwords":{{"login":{{"value":"{OLD}"}}}}}}"#
    );
    let stage = Stage::new(db, &line).await;
    let typed = [
        "MIKE.KIM@DOMAIN.EXAMPLE",
        "m\u{131}ke.kim@domain.example",
        "mike.\u{212a}im@domain.example",
        "\u{ff4d}ike.kim@domain.example",
        "mi\u{301}ke.kim@domain.example",
        "m\u{456}ke.kim@domain.example",
        "mikekim@domain.example",
        "mike.kim+x@domain.example",
        "mike.kim@doma\u{131}n.example",
        "mike.kim@domain.example.",
        "mike.kim@xn--domain-.example",
        "mike.kim@domain\u{3002}example",
        "mike.kim@domain.example,eve@evil.example",
        "mike.kim@domain.example\neve@evil.example",
        "\"mike.kim\"@domain.example",
        "mike.kim@domain.example\u{0}@evil.example",
        "eve@evil.example (mike.kim@domain.example)",
    ];
    let url = &stage.calm.url;
    for address in typed {
        let clevermaps = format!("{url}/rest/accounts/passwordReset");
        let turbosmtp = format!("{url}/api/v2/forgot-password");
        let body = json!({"email": address});
        let cyclos = format!("{url}/api/auth/forgotten-password/request");
        let mut usernames = crate::sspr::minimal("sendUsernames");
        usernames["sEmailAddress"] = address.into();
        for call in [
            stage.client.post(clevermaps).json(&body),
            stage.client.post(turbosmtp).json(&body),
            stage.client.post(cyclos).json(&json!({ "user": address })),
            stage.sspr(url, "sendUsernames", &usernames),
        ] {
            let reply = call.send().await.unwrap();
            assert!(!reply.status().is_server_error(), "{address:?}");
        }
    }
    stage.all_jobs_are_done().await;
    let letters = stage.mail.messages();
    assert!(!letters.is_empty(), "capitals are the same address");
    for letter in letters {
        assert_eq!(letter.to, ["mike.kim@domain.example"]);
    }
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// Says something to a server word for word, and returns everything it answers until it hangs up.
async fn say(server: &Server, words: &[u8]) -> String {
    let mut stream = spoken(server, words).await;
    let _ = stream.shutdown().await;
    heard(stream).await
}

/// Like [`say`], and listens on as somebody who may say more: who hangs up is not answered.
async fn ask(server: &Server, words: &[u8]) -> String {
    heard(spoken(server, words).await).await
}

async fn spoken(server: &Server, words: &[u8]) -> TcpStream {
    let address = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // It may have hung up before it has heard everything.
    let _ = stream.write_all(words).await;
    stream
}

async fn heard(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    let _ = read.expect("the server hangs up");
    String::from_utf8_lossy(&said).into_owned()
}

/// The statuses of the answers in what was said.
fn statuses(said: &str) -> Vec<u16> {
    let replies = said.split("HTTP/1.").skip(1);
    replies
        .filter_map(|reply| reply.get(2..5)?.parse().ok())
        .collect()
}

/// H-07: heads that are wrong are refused, or end the connection; and a request has one length or none.
#[rekey_test::on_an_empty_database]
async fn h_07_heads_that_are_wrong(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let ask = "POST /rest/accounts/passwordReset HTTP/1.1\r\nhost: x\r\n\
               content-type: application/json\r\n";
    let hidden = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    let long = "x".repeat(40_000);
    let many = "a: b\r\n".repeat(2_000);
    let refused = [
        format!("{ask}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!{hidden}"),
        format!("{ask}content-length: -1\r\n\r\n{hidden}"),
        format!("{ask}content-length: 5, 6\r\n\r\nhello!"),
        format!("{ask}content-length: 99999999999999999999\r\n\r\n"),
        format!("{ask}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{ask}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{ask}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
        format!("{ask}transfer-encoding: chunked\r\n\r\n-1\r\n{hidden}"),
        format!("GET / HTTP/1.1\r\nhost: x\r\na: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        "GET / HTTP/9.9\r\nhost: x\r\n\r\n".to_owned(),
        "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nho st: x\r\n\r\n".to_owned(),
        "G\0T / HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "\r\n\r\n\r\n\u{16}\u{3}\u{1}".to_owned(),
    ];
    for words in &refused {
        let said = say(&stage.calm, words.as_bytes()).await;
        let told = statuses(&said);
        assert!(
            told.len() <= 1 && told.iter().all(|status| (400..500).contains(status)),
            "{words:.200}: {said}"
        );
    }
    // With both lengths, the chunks decide (RFC 9112, 6.3), and what follows is no part of the body.
    let both = format!(
        "{ask}content-length: 200\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
         0\r\n\r\n{hidden}"
    );
    let told = statuses(&say(&stage.calm, both.as_bytes()).await);
    assert!(told == [400], "{told:?}");
    nothing_failed(&stage.calm);
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// L2, L24, T-12: neither a second Host, nor an absolute target, nor what proxies add, reaches a letter.
#[rekey_test::on_an_empty_database]
async fn l2_no_head_reaches_a_letter(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let body = json!({"email": "p1@domain.example"}).to_string();
    let length = body.len();
    let rest = format!(
        "content-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    let path = "/rest/accounts/passwordReset";
    let heads = [
        format!("POST {path} HTTP/1.1\r\nhost: evil.example\r\n"),
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nhost: evil.example\r\n"),
        format!("POST http://evil.example{path} HTTP/1.1\r\nhost: x\r\n"),
        format!("POST {path} HTTP/1.1\r\nhost: evil.example:80@x\r\n"),
        format!("POST {path} HTTP/1.1\r\nhost: x/evil.example?#\r\n"),
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-host: evil.example\r\n\
             x-forwarded-proto: https\r\nx-forwarded-port: 1\r\nx-forwarded-prefix: /evil\r\n\
             forwarded: for=1.2.3.4;host=evil.example\r\nx-original-url: //evil.example\r\n\
             origin: https://evil.example\r\nreferer: https://evil.example/\r\n"
        ),
        format!("POST {path} HTTP/1.0\r\n"),
    ];
    // A trusted name where a parser may look for the host that counts.
    let dressed = [
        "127.0.0.1:8080@evil.example",
        "127.0.0.1:8080\\@evil.example",
        "evil.example\\127.0.0.1:8080",
        "evil.example\t127.0.0.1:8080",
        "127.0.0.1:8080\tevil.example",
        "127.0.0.1:8080.evil.example",
        "127.0.0.1:evil",
        "127.0.0.1:8080, evil.example",
    ];
    let heads = heads.into_iter().chain(dressed.iter().flat_map(|host| {
        [
            format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n"),
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-host: {host}\r\n"),
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nforwarded: host=\"{host}\"\r\n"),
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nx-original-host: {host}\r\n"),
        ]
    }));
    let heads: Vec<String> = heads.collect();
    let mut asked = 0;
    for head in &heads {
        let said = ask(&stage.calm, format!("{head}{rest}").as_bytes()).await;
        let told = statuses(&said);
        assert_eq!(told.len(), 1, "{head}: {said}");
        assert!(matches!(told[0], 201 | 400 | 404), "{head}: {said}");
        assert!(!said.contains("evil"), "{head}: {said}");
        asked += usize::from(told[0] == 201);
    }
    assert!(asked >= 2, "some are served");
    stage.all_jobs_are_done().await;
    let letters = stage.letters("p1");
    assert_eq!(letters.len(), asked);
    for letter in letters {
        assert!(!letter.text.contains("evil") && !letter.html.contains("evil"));
        assert!(letter.text.contains("http://127.0.0.1:8080/recover/"));
    }
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// H-07: bodies that come one byte at a time, hundreds of them, hold up nobody else, and are not waited
/// for without end.
#[rekey_test::on_an_empty_database]
async fn h_07_bodies_that_never_end_hold_up_nobody(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let address = stage.calm.url.trim_start_matches("http://").to_owned();
    let head = "POST /rest/accounts/passwordReset HTTP/1.1\r\nhost: x\r\n\
                content-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
    let mut held = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let body = json!({"email": "p1@domain.example"});
    let ask = Client::new()
        .post(format!("{}/rest/accounts/passwordReset", stage.calm.url))
        .json(&body);
    assert_eq!(ask.send().await.unwrap().status(), 201);
    stage.letters_of("p1", 1).await;
    for mut stream in held {
        let mut said = Vec::new();
        let end = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
        let _ = end.expect("it is not waited for");
        let told = statuses(&String::from_utf8_lossy(&said));
        assert!(
            told.iter().all(|status| matches!(status, 400 | 408 | 503)),
            "{told:?}"
        );
    }
    assert_eq!(stage.calm.stop().await, Some(0));
}
