//! CSV, and dry runs.

use rekey::operator::{End, Format, Import};
use serde_json::json;
use sqlx::PgPool;

use super::harness::{HASH, World, lines};

const CSV: Import = Import {
    format: Format::Csv,
    end: End::Commit,
};

#[rekey_test::on_a_database]
async fn a_csv_file_says_what_json_lines_say(db: PgPool) {
    let world = World::new(db).await;
    let csv = format!(
        "\u{feff}login,email,phone,name,language,role,broker,status,identifiers,securityQuestion,\
         securityAnswer,passwords.login.value,passwords.pin.hash,userType\r\n\
         Ann,a@a.example,+15145550100,\"Ann \"\"Annie\"\" Ö, Jr\",fr,administrator,rita,blocked,\
         email login,Pet?,Rex of Kent,\"Qwe,rty \"\"1234\"\"!\",\"{HASH}\",EzsignUser\r\n\
         \r\n\
         Rita,,,,,broker,,,,,,,,\r\n"
    );
    let report = world.take(csv, CSV).await.unwrap();
    assert_eq!((report.lines, report.created, report.passwords), (2, 2, 2));
    let ann = world.account("ann").await;
    for (column, value) in [
        ("email", json!("a@a.example")),
        ("name", json!("Ann \"Annie\" Ö, Jr")),
        ("language", json!("fr")),
        ("role", json!("administrator")),
        ("status", json!("blocked")),
        ("user_type", json!("EzsignUser")),
    ] {
        assert_eq!(ann[column], value, "{column}");
    }
    assert!(world.opens("ann", "login", "Qwe,rty \"1234\"!").await);
    assert_eq!(world.password("ann", "pin").await["hash"], HASH);
    let identifiers = [
        "email a@a.example -> Ann",
        "login ann -> Ann",
        "login rita -> Rita",
    ];
    assert_eq!(world.identifiers().await, identifiers);

    // An empty cell takes nothing away.
    let report = world.take("login,name,email\nAnn,,\n", CSV).await.unwrap();
    assert_eq!(report.unchanged, 1);
}

#[rekey_test::on_a_database]
async fn bad_records_are_named_by_where_they_begin(db: PgPool) {
    let world = World::new(db).await;
    let csv = "login,name,passwords.login.value\n\
               Ann,\"two\nlines\",x\n\
               Bob,Bob\n\
               ,nobody,\n\
               Cid,Cid,\"1\n2\n3\"\n\
               Dee,Dee,,\n\
               Eve,\"open\n";
    let bad = world.reject(csv, CSV).await;
    let expected = [
        (2, "`name` holds a control character".to_owned()),
        (4, "has 2 fields, and the header 3".to_owned()),
        (5, "`login` is missing".to_owned()),
        (9, "has 4 fields, and the header 3".to_owned()),
        (10, "has a quoted field that does not end".to_owned()),
    ];
    assert_eq!(bad, expected);
    let endless = format!("login\n\"{}\nAnn\nBob\n", "x\n".repeat(100_000));
    let bad = world.reject(&endless, CSV).await;
    assert_eq!(bad[0], (2, "is longer than 64 KiB".to_owned()));
}

#[rekey_test::on_a_database]
async fn a_bad_header_is_said_once(db: PgPool) {
    let world = World::new(db).await;
    let shape = "has a column that should be called passwords.TYPE.value or passwords.TYPE.hash";
    for (header, message) in [
        ("login,mail", "`mail` is no member; `email` is"),
        ("login,login", "`login` is given twice"),
        ("login,passwords.login", shape),
        ("login,passwords", shape),
        ("login,passwords.login.hunter2", shape),
        ("\"login", "has a quoted field that does not end"),
    ] {
        let bad = world
            .reject(format!("\n{header}\nAnn,x\nBob,y\n"), CSV)
            .await;
        assert_eq!(bad, [(2, message.to_owned())], "{header}");
    }
    let bad = world
        .reject("login,passwords.hunter2.value\nAnn,x\n", CSV)
        .await;
    assert!(!bad[0].1.contains("hunter2"), "{bad:?}");
    let report = world.take("", CSV).await.unwrap();
    assert_eq!(report.lines, 0);
}

/// Both formats are one: a file of either makes the same of the other's accounts.
#[rekey_test::on_a_database]
async fn many_records_are_the_accounts_of_as_many_lines(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(&lines(1_200, |n| {
            format!(r#"{{"login":"p{n}","name":"P, {n}"}}"#)
        }))
        .await;
    let csv = format!(
        "login,name\n{}",
        lines(1_200, |n| format!("p{n},\"P, {n}\""))
    );
    let report = world.take(csv, CSV).await.unwrap();
    assert_eq!((report.lines, report.unchanged), (1_200, 1_200));
}

#[rekey_test::on_a_database]
async fn a_dry_run_reports_everything_and_keeps_nothing(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"Ann"}"#).await;
    world.mint_tokens("ann").await;
    let before = world.everything().await;
    let file = format!(
        r#"{{"login":"Ann","email":"a@a.example","passwords":{{"login":{{"hash":"{HASH}"}}}}}}
{{"login":"Bob","email":"a@a.example","passwords":{{"login":{{"value":"Qwerty1234!"}}}}}}"#
    );
    let dry = Import {
        end: End::TakeBack,
        ..Import::default()
    };
    let said = world.take(&file, dry).await.unwrap();
    assert_eq!(world.everything().await, before);
    let done = world.take(&file, Import::default()).await.unwrap();
    assert_eq!(said, done);
    assert_eq!((done.created, done.updated, done.contact_count), (1, 1, 1));
    // What only the database can tell is told too.
    let bad = world
        .reject(r#"{"login":"Cid","broker":"nobody"}"#, dry)
        .await;
    assert_eq!(bad.len(), 1);
}
