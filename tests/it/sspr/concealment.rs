//! Row 12 and table 7, no disclosure: an answer says nothing about an account.

use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{about, minimal};
use crate::harness::seen::{Statements, seen, touches_accounts};
use crate::harness::{Call, World};

/// Everything recovery treats differently, by login and by address.
const LOGINS: [&str; 8] = [
    "JohnDoe",
    "Nobody",
    "Disabled",
    "Pending",
    "Blocked",
    "Mailless",
    "Neighbour",
    "Ezra",
];

/// R-01, R-10, L8, wishes 2 to 4: for each operation that makes mail, every kind of identifier gets
/// the same bytes, and the server executes the same statements. (R-02, L7.)
#[rekey_test::on_a_database]
async fn row_12_every_identifier_gets_the_same_bytes_by_the_same_statements(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    world.sql(
        "update password set failures = 5, blocked_forever = true where (tenant_id, account_id) = \
         (select tenant_id, account_id from account where login = 'Blocked')",
    )
    .await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    for operation in [
        "resetPasswordRequest",
        "unlockAccountRequest",
        "sendUsernames",
    ] {
        let mut first = None;
        for login in LOGINS {
            let mut body = about(operation, login);
            if operation == "sendUsernames" {
                body["sEmailAddress"] = format!("{login}@domain.example").into();
            }
            // The first call of a kind prepares its statements; measured is the second.
            world.sspr(operation, &body).await;
            statements.take();
            let reply = world.sspr(operation, &body).await;
            let executed = statements.take();
            assert!(!executed.is_empty(), "statements are seen at all");
            assert!(
                !executed.iter().any(|sql| touches_accounts(sql)),
                "{executed:#?}"
            );
            let now = (seen(&reply), executed);
            assert_eq!(
                first.get_or_insert_with(|| now.clone()),
                &now,
                "{operation} {login}"
            );
        }
    }
}

/// R-03 and L21: asking changes nothing of an account.
#[rekey_test::on_a_database]
async fn r_03_asking_changes_no_account(db: PgPool) {
    let world = World::new(db).await;
    let state = "select hashtextextended(string_agg(row, ','), 0) from (\
                 select account::text from account union all select password::text from password \
                 order by 1) as t(row)";
    let before = world.count(state).await;
    for _ in 0..50 {
        for login in LOGINS {
            let body = about("resetPasswordRequest", login);
            world.sspr("resetPasswordRequest", &body).await.is_done();
            let body = about("unlockAccountRequest", login);
            world.sspr("unlockAccountRequest", &body).await.is_done();
        }
    }
    world.post().await;
    assert_eq!(world.count(state).await, before);
}

/// L5: mail goes to the stored bytes or nowhere, whatever looks alike. (R-04.)
#[rekey_test::on_a_database]
async fn l5_mail_goes_to_the_stored_address(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Mike","userType":"EzsignUser","email":"mike@example.org"}"#)
        .await;
    let typed = [
        "MIKE@EXAMPLE.ORG",
        "mike@example.org ",
        "mıke@example.org",
        "miKe@example.org",
        "ｍike@example.org",
        "míke@example.org",
        "mike@exämple.org",
        "mike@еxample.org",
        "mike@example.org,evil@domain.example",
        "mike+x@example.org",
    ];
    for email in typed {
        let mut body = minimal("resetPasswordRequest");
        body["eUserTypeSSPR"] = "EzsignUser".into();
        body["sEmailAddress"] = email.into();
        world.sspr("resetPasswordRequest", &body).await;
    }
    let letters = world.post().await;
    assert!(
        letters.len() >= 2,
        "spelling in capitals or with a blank finds the account"
    );
    assert!(
        letters
            .iter()
            .all(|letter| letter.to.as_str() == "mike@example.org")
    );
}

/// L2 and T-12: whatever the request says about hosts, links come from configuration.
#[rekey_test::on_a_database]
async fn l2_links_come_from_configuration_only(db: PgPool) {
    let world = World::new(db).await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "host=evil.example;proto=https"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
    ];
    let body = minimal("resetPasswordRequest");
    let mut call = world.sspr_call("resetPasswordRequest", &body);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    world.send(call).await.is_done();
    let absolute = Call {
        path: "http://evil.example/rest/1/module/sspr/resetPasswordRequest".to_owned(),
        ..world.sspr_call("resetPasswordRequest", &body)
    };
    world.send(absolute).await.is_done();
    for letter in world.post().await {
        let both = format!("{}{}", *letter.content.text, *letter.content.html);
        assert!(
            both.contains("http://rekey.localhost/recover/reset?"),
            "{both}"
        );
        assert!(!both.contains("evil"), "{both}");
    }
}
