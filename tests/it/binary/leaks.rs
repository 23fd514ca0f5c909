//! No clear secret at rest or in sight.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use super::{Application, furnish, setup};
use crate::harness::binary::database_url;
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Behaviour, Mode, SmtpServer};
use crate::sspr::{about, minimal};

const RECOVERIES: usize = 1_000;

/// T-02, T-03, L17 and L28: after 1 000 recoveries, some with failing mail, no token is in a dump of
/// the database or in the log at level trace, neither clear nor as a plain digest.
#[rekey_test::on_an_empty_database]
async fn l28_no_token_in_the_database_or_the_log(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail)
        .without_limits()
        .set("REKEY__LOG__LEVEL", "trace")
        // The cheapest that is allowed; the hashing is not what is tested here.
        .set("REKEY__HASHING__MEMORY_KIB", "7168")
        .set("REKEY__HASHING__ITERATIONS", "5");
    let people = (0..RECOVERIES).fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            r#"{{"login":"p{number}","email":"p{number}@domain.example"}}"#
        );
        text
    });
    let key = furnish(&setup, &people).await;
    let server = setup.serve("server").await;
    let application = Application::new(&server, &key);

    let ask = async |number: usize| {
        // A tenth of the letters meet a mail server in trouble and are minted anew.
        let is_in_trouble = (400..500).contains(&number);
        mail.behave(if is_in_trouble {
            Behaviour::RefuseLetter(451)
        } else {
            Behaviour::Accept
        });
        let body = about("resetPasswordRequest", &format!("p{number}"));
        assert_eq!(
            application
                .post("resetPasswordRequest", &body)
                .await
                .unwrap(),
            204
        );
    };
    for number in 0..RECOVERIES {
        ask(number).await;
    }
    let letters = mail.received(RECOVERIES).await;
    let tokens: Vec<(String, String)> = letters.iter().map(|letter| told(&letter.raw)).collect();
    let spend = |(login, token): (String, String)| {
        let application = application.clone();
        async move {
            let mut body = minimal("resetPassword");
            body["sUserLoginname"] = login.into();
            body["binUserSSPRtoken"] = token.into();
            application
                .post("resetPassword", &body)
                .await
                .unwrap()
                .as_u16()
        }
    };
    let statuses: Vec<u16> = futures::stream::iter(tokens.clone())
        .map(spend)
        .buffer_unordered(4)
        .collect()
        .await;
    assert!(statuses.iter().all(|status| *status == 204), "{statuses:?}");
    let letters = mail.received(RECOVERIES * 2).await;
    let notices = letters.iter().skip(RECOVERIES).map(|letter| &*letter.raw);
    let objections: Vec<(String, String)> = notices.map(not_me).collect();
    for (page, _) in objections.iter().take(20) {
        let browser = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .unwrap();
        let url = format!("{}{page}", server.url);
        let shown = browser.get(url).send().await.unwrap();
        assert_eq!(shown.status(), 200, "the page opens");
        assert!(
            !shown.url().as_str().contains("token"),
            "by another address"
        );
    }
    let log = server.log.clone();
    assert_eq!(server.stop().await, Some(0));

    let dump = dump(&db);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        dump.contains("recovery_token") && dump.contains("p999"),
        "the dump is whole"
    );
    assert!(
        log.contains("TRACE") && log.contains("put a letter off"),
        "the log is at level trace"
    );
    let words = words(&dump).chain(words(&log)).collect::<HashSet<_>>();
    let digest: Vec<u8> = sqlx::query_scalar("select digest from recovery_token limit 1")
        .fetch_one(&db)
        .await
        .unwrap();
    assert!(
        words.contains(hex::encode(digest).as_str()),
        "what is stored would be found"
    );
    for (login, token) in tokens.iter().chain(&objections) {
        for form in forms(token) {
            assert!(
                !words.contains(form.as_str()),
                "a secret of {login} is in sight"
            );
        }
    }
    assert!(
        !log.contains("Qwerty1234!") && !log.contains(&key),
        "nor a password, nor a key"
    );
    assert!(!log.contains("@domain.example"), "nor an address");
    assert!(!dump.contains("Qwerty1234!") && !dump.contains(&key));
}

/// Whose letter it is, and the token in it.
fn told(raw: &[u8]) -> (String, String) {
    let letter = Parsed::read(raw);
    let login = letter
        .header("To")
        .split('@')
        .next()
        .unwrap()
        .trim_start_matches('<')
        .to_owned();
    let is_token = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let token = letter.text.split_whitespace().find(is_token).unwrap();
    (login, token.to_owned())
}

/// The page that a notice leads to, and the token in its address.
fn not_me(raw: &[u8]) -> (String, String) {
    let letter = Parsed::read(raw);
    let mut lines = letter.text.lines();
    let link = lines
        .find(|line| line.contains("/recover/not-me?"))
        .unwrap();
    let page = link[link.find("/recover/").unwrap()..].to_owned();
    let (_, token) = page.split_once("token=").unwrap();
    let token = token[..64].to_owned();
    (page, token)
}

/// Every way in which somebody might have kept a token.
fn forms(token: &str) -> Vec<String> {
    let bytes = hex::decode(token).unwrap();
    vec![
        token.to_owned(),
        token.to_uppercase(),
        STANDARD.encode(&bytes),
        hex::encode(Sha256::digest(&bytes)),
        hex::encode(Sha256::digest(token)),
        STANDARD.encode(Sha256::digest(&bytes)),
    ]
}

/// What could be a token in some form: runs of letters and digits, with base64's signs.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)))
        // pg_dump writes bytea as \\x and digits, and the x is not part of them.
        .map(|word| word.strip_prefix('x').unwrap_or(word))
        .filter(|word| word.len() >= 40)
}

fn dump(db: &PgPool) -> String {
    let find = Command::new("scripts/pg").arg("pg_dump").output().unwrap();
    let program = String::from_utf8(find.stdout).unwrap();
    let output = Command::new(program.trim())
        .arg(database_url(db))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
