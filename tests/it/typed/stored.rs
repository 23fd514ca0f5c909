//! Names with something in them that nobody sees, in files and in the database.

use std::io::Cursor;

use rekey::operator::RenameError;
use sqlx::PgPool;

use crate::binary::furnish;
use crate::harness::World;
use crate::harness::binary::Setup;
use crate::harness::world::PEOPLE;
use crate::pages::OLD;

impl World {
    async fn execute(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.db).await.unwrap();
    }

    async fn strings(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(&self.db).await.unwrap()
    }

    /// What a version before stored of an account.
    async fn as_before(&self, login: &str, key: &str) {
        let sql = "with renamed as (update account set login = $2, login_key = $3 where login_key = lower($1))
            update identifier set value = $3 where kind = 'login' and value = lower($1)";
        for statement in [sql] {
            sqlx::query(statement)
                .bind(login)
                .bind(format!("{login}\u{200b}"))
                .bind(key)
                .execute(&self.db)
                .await
                .unwrap();
        }
    }
}

#[rekey_test::on_a_database]
async fn an_import_cleans_names_and_says_which(db: PgPool) {
    let world = World::new(db).await;
    let file = "{\"login\":\"Zoe\u{200b}\",\"email\":\" zoe@domain.example.\",\"phone\":\"+44 (0)20 7946 0000\"}\n\
        {\"login\":\"Adam\",\"email\":\"adam@domain.example\",\"phone\":\"0044 20 7946 0001\"}\n\
        {\"login\":\"Eve \",\"broker\":\"\\u202aBea\\u202c\"}\n\
        {\"login\":\"Bea\",\"role\":\"broker\"}";
    let mut bad = Vec::new();
    let report = world
        .operator
        .import_accounts(&world.tenant, Cursor::new(file), &mut |line| bad.push(line))
        .await
        .unwrap_or_else(|error| panic!("{error}: {bad:?}"));
    let cleaned: Vec<_> = report
        .cleaned
        .iter()
        .map(|cleaned| (cleaned.line, cleaned.member))
        .collect();
    let expected = [
        (1, "login"),
        (1, "email"),
        (1, "phone"),
        (3, "login"),
        (3, "broker"),
    ];
    assert_eq!(cleaned, expected);
    assert_eq!(report.cleaned_count, 5);
    let stored = "select concat_ws(' ', login, login_key, email, email_key, phone) from account
        where login_key in ('zoe', 'eve', 'adam') order by login_key";
    assert_eq!(
        world.strings(stored).await,
        [
            "Adam adam adam@domain.example adam@domain.example +442079460001",
            "Eve eve",
            "Zoe zoe zoe@domain.example zoe@domain.example +442079460000",
        ]
    );
}

#[rekey_test::on_a_database]
async fn an_import_takes_numbers_as_they_are_dialled_at_home(db: PgPool) {
    let world = World::with(db, crate::pages::with("[accounts]\ncountry = 'CA'\n")).await;
    world
        .import(r#"{"login":"Zoe","phone":"(514) 555-0199"}"#)
        .await;
    let stored = "select phone from account where login_key = 'zoe'";
    assert_eq!(world.strings(stored).await, ["+15145550199"]);
}

/// Names that a version before stored are found by what people type; what was nothing in them goes.
#[rekey_test::on_a_database]
async fn stored_names_are_cleaned_once(db: PgPool) {
    let world = World::new(db).await;
    world.as_before("JohnDoe", "johndoe\u{200b}").await;
    world
        .execute(
            "update account set phone = '+4402079460000' where login_key = 'ezra';
            insert into identifier (tenant_id, kind, value, account_id)
                select tenant_id, 'phone', phone, account_id from account where login_key = 'ezra';
            update account set email = 'ezra@domain.example.', email_key = 'ezra@domain.example.'
                where login_key = 'ezra';
            update identifier set value = 'ezra@domain.example.' where value = 'ezra@domain.example'",
        )
        .await;
    assert_ne!(world.sign_in("JohnDoe", OLD).await.status, 200);
    assert!(!world.operator.are_names_clean().await.unwrap());
    let done = world.operator.clean_names().await.unwrap();
    assert_eq!((done.cleaned, done.clashes.len()), (3, 0));
    assert!(world.operator.are_names_clean().await.unwrap());
    for name in ["JohnDoe", "ezra@domain.example", "+44 20 7946 0000"] {
        assert_eq!(world.sign_in(name, OLD).await.status, 200, "{name}");
    }
    let stored = "select concat_ws(' ', login, email, phone) from account
        where login_key in ('johndoe', 'ezra') order by login_key";
    assert_eq!(
        world.strings(stored).await,
        [
            "Ezra ezra@domain.example +442079460000",
            "JohnDoe example@domain.com +15145550100",
        ]
    );
    let again = world.operator.clean_names().await.unwrap();
    assert_eq!(again, rekey::operator::CleanedNames::default());
    let noted = "select detail ->> 'cleaned' from audit_event where action = 'names.cleaned'";
    assert_eq!(world.strings(noted).await, ["3"]);
}

/// Two names that would become one stay two: each with its account, both named, and neither account is found
/// by what the other is called.
#[rekey_test::on_a_database]
async fn two_stored_names_that_would_become_one_are_named_and_kept_apart(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"Twin","email":"twin@domain.example","passwords":{"login":{"value":"Forgotten-2027"}}}"#).await;
    world.as_before("Twin", "twin\u{200b}").await;
    world.execute("update account set email = E'twin@domain.example\\u200b', email_key = E'twin\\u200b@domain.example'
        where login_key like 'twin%'; update identifier set value = E'twin\\u200b@domain.example' where value = 'twin@domain.example'").await;
    world.import(r#"{"login":"Second","email":"twin@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}"#).await;
    world
        .execute(
            "update account set login = 'Twin', login_key = 'twin' where login_key = 'second';
            update identifier set value = 'twin' where value = 'second'",
        )
        .await;
    let everything = "select concat_ws(' ', login, login_key, email, email_key) from account where login like 'Twin%' order by 1";
    let before = world.strings(everything).await;
    let done = world.operator.clean_names().await.unwrap();
    assert_eq!(world.strings(everything).await, before, "nothing is lost");
    assert_eq!(done.cleaned, 0);
    let said: Vec<_> = done
        .clashes
        .iter()
        .map(|clash| {
            (
                &*clash.tenant,
                &*clash.name,
                &*clash.login,
                &*clash.other_login,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("demo", "Twin\\u{200b}", "Twin\\u{200b}", "Twin"),
            (
                "demo",
                "twin@domain.example\\u{200b}",
                "Twin\\u{200b}",
                "Twin"
            ),
        ]
    );
    assert!(done.clashes[0].account_id != done.clashes[0].other_id);
    // Neither takes the other's place.
    for name in ["Twin", "Twin\u{200b}"] {
        assert_eq!(world.sign_in(name, OLD).await.status, 200, "{name:?}");
        assert_ne!(world.sign_in(name, "Forgotten-2027").await.status, 200);
    }
    // An import that means the one does not change the other.
    let mut bad = Vec::new();
    let line = "{\"login\":\"Twin\u{200b}\",\"name\":\"Somebody\"}";
    let mut note = |line| bad.push(line);
    let lines = Cursor::new(line);
    let imported = world
        .operator
        .import_accounts(&world.tenant, lines, &mut note);
    assert!(imported.await.is_err());
    assert!(bad[0].message.contains("rekey account rename"), "{bad:?}");
    // The operator gets at both, and gives one another name.
    for (name, login) in [("Twin", "Twin"), ("twin\u{200b}", "Twin\u{200b}")] {
        let sheet = world
            .operator
            .show_account(&world.tenant, name)
            .await
            .unwrap();
        assert_eq!(sheet.account.login.as_str(), login);
    }
    let rename = |from: &'static str, to: &'static str| {
        world.operator.rename_account(&world.tenant, from, to)
    };
    assert!(matches!(
        rename("Twin\u{200b}", "Twin").await,
        Err(RenameError::Taken)
    ));
    assert!(matches!(
        rename("Twin\u{200b}", "JOHNDOE").await,
        Err(RenameError::Taken)
    ));
    assert!(matches!(
        rename("Nobody", "Somebody").await,
        Err(RenameError::Unknown)
    ));
    assert!(matches!(
        rename("Twin", "self").await,
        Err(RenameError::Unusable(_))
    ));
    assert_eq!(
        rename("Twin\u{200b}", "Elder").await.unwrap().as_str(),
        "Elder"
    );
    assert_eq!(world.sign_in("elder", "Forgotten-2027").await.status, 200);
    assert_eq!(world.sign_in("Twin", OLD).await.status, 200);
    let left = world.operator.clean_names().await.unwrap();
    assert_eq!(left.clashes.len(), 1, "the address");
    let noted = "select detail ->> 'to' from audit_event where action = 'account.renamed'";
    assert_eq!(world.strings(noted).await, ["Elder"]);
}

/// The same over the real command: it says which two accounts those are, and how to part them.
#[rekey_test::on_an_empty_database]
async fn the_command_names_both_accounts(db: PgPool) {
    let setup = Setup::new(&db);
    furnish(&setup, PEOPLE.trim_start()).await;
    let before = "update account set login = E'JohnDoe\\u200b', login_key = E'johndoe\\u200b' where login_key = 'johntwo';
        update identifier set value = E'johndoe\\u200b' where value = 'johntwo'";
    sqlx::raw_sql(before).execute(&db).await.unwrap();
    let said = setup.run(&["migrate"]).await;
    assert!(
        said.contains("the login JohnDoe\\u{200b} of account "),
        "{said}"
    );
    assert!(said.contains(" would be that of account "), "{said}");
    assert!(said.contains("(JohnDoe); it stays as it is"), "{said}");
    let rename = [
        "account",
        "rename",
        "JohnDoe\u{200b}",
        "JohnTwo",
        "--tenant",
        "demo",
    ];
    let said = setup.run(&rename).await;
    assert_eq!(said, "Account `JohnDoe\u{200b}` is `JohnTwo` now.\n");
    let said = setup.run(&["migrate", "--json"]).await;
    assert!(
        said.contains(r#""names":{"clashes":[],"cleaned":0}"#),
        "{said}"
    );
    let taken = [
        "account",
        "rename",
        "JohnTwo",
        "johndoe\u{ad}",
        "--tenant",
        "demo",
    ];
    let output = setup.command(&taken).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("is that of another account"), "{said}");
}
