//! Which names find an account, and what happens when two accounts have one name.

use rekey::domain::identifier::Kind;
use sqlx::PgPool;

use super::harness::{World, lines};

#[rekey_test::on_a_database]
async fn a_shared_mailbox_finds_the_first_and_stays_a_contact_of_the_others(db: PgPool) {
    let world = World::new(db).await;
    let file = r#"{"login":"Ann","email":"Family@b.example","phone":"+15145550100"}
{"login":"Bob","email":"family@B.example","phone":"0015145550100"}
{"login":"Cid","email":"family@b.example"}"#;
    let mut report = world.import(file).await;
    for _ in 0..2 {
        let contacts: Vec<_> = report
            .contacts
            .iter()
            .map(|contact| (contact.line, contact.login.as_str(), contact.kind))
            .collect();
        let expected = [
            (2, "Bob", Kind::Email),
            (2, "Bob", Kind::Phone),
            (3, "Cid", Kind::Email),
        ];
        assert_eq!(contacts, expected);
        assert_eq!(report.contact_count, 3);
        let found = [
            "email family@b.example -> Ann",
            "login ann -> Ann",
            "login bob -> Bob",
            "login cid -> Cid",
            "phone +15145550100 -> Ann",
        ];
        assert_eq!(world.identifiers().await, found);
        assert_eq!(world.account("cid").await["email"], "family@b.example");
        report = world.import(file).await;
        assert_eq!((report.unchanged, report.updated), (3, 0));
    }
}

#[rekey_test::on_a_database]
async fn who_has_a_name_keeps_it_whatever_the_order_of_lines(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Zoe","email":"family@b.example"}"#)
        .await;
    let file = r#"{"login":"Ann","email":"family@b.example"}
{"login":"Zoe","email":"family@b.example"}"#;
    let report = world.import(file).await;
    assert_eq!(report.contacts[0].login, "Ann");
    let message = "`identifiers` lists email, which finds another account".to_owned();
    let listed = r#"{"login":"Ann","identifiers":["email"]}"#;
    assert_eq!(world.refuse(listed).await, [(1, message)]);

    // Given up in the same file, it is free; the lines need not come in that order.
    let file = r#"{"login":"Ann","identifiers":["email"]}
{"login":"Zoe","email":"zoe@b.example"}"#;
    let report = world.import(file).await;
    assert_eq!((report.updated, report.contact_count), (2, 0));
    let found = [
        "email family@b.example -> Ann",
        "email zoe@b.example -> Zoe",
        "login zoe -> Zoe",
    ];
    assert_eq!(world.identifiers().await, found);
}

#[rekey_test::on_a_database]
async fn two_accounts_may_swap_their_addresses(db: PgPool) {
    let world = World::new(db).await;
    world
        .import("{\"login\":\"Ann\",\"email\":\"1@b.example\"}\n{\"login\":\"Bob\",\"email\":\"2@b.example\"}")
        .await;
    world
        .import("{\"login\":\"Ann\",\"email\":\"2@b.example\",\"identifiers\":[\"email\"]}\n{\"login\":\"Bob\",\"email\":\"1@b.example\"}")
        .await;
    let found = [
        "email 1@b.example -> Bob",
        "email 2@b.example -> Ann",
        "login bob -> Bob",
    ];
    assert_eq!(world.identifiers().await, found);
}

#[rekey_test::on_a_database]
async fn listed_identifiers_are_exactly_those(db: PgPool) {
    let world = World::new(db).await;
    let line = r#"{"login":"Ann","email":"a@b.example","phone":"+15145550100","identifiers":"#;
    for (listed, found) in [
        (r#"["phone"]"#, vec!["phone +15145550100 -> Ann"]),
        (
            r#"["login","email"]"#,
            vec!["email a@b.example -> Ann", "login ann -> Ann"],
        ),
        ("[]", vec![]),
    ] {
        world.import(&format!("{line}{listed}}}")).await;
        assert_eq!(world.identifiers().await, found);
    }
}

#[rekey_test::on_a_database]
async fn lines_that_do_not_speak_of_a_name_leave_it_as_it_is(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ann","email":"a@b.example","phone":"+15145550100","identifiers":["phone"]}"#)
        .await;
    world.import(r#"{"login":"Ann","status":"blocked"}"#).await;
    assert_eq!(world.identifiers().await, ["phone +15145550100 -> Ann"]);
    world
        .import(r#"{"login":"Ann","phone":"+15145550101"}"#)
        .await;
    assert_eq!(world.identifiers().await, ["phone +15145550101 -> Ann"]);
    // A line that speaks of it leaves it to us.
    world
        .import(r#"{"login":"Ann","email":"a@b.example"}"#)
        .await;
    let found = ["email a@b.example -> Ann", "phone +15145550101 -> Ann"];
    assert_eq!(world.identifiers().await, found);
}

#[rekey_test::on_a_database]
async fn a_report_names_a_thousand_contacts_and_counts_all(db: PgPool) {
    let world = World::new(db).await;
    let file = lines(1_502, |n| {
        format!(r#"{{"login":"p{n}","email":"family@b.example"}}"#)
    });
    let report = world.import(&file).await;
    assert_eq!(
        (report.contact_count, report.contacts.len()),
        (1_501, 1_000)
    );
}
