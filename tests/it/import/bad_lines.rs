//! Every way in which a line can be bad, and what is said about it.

use sqlx::PgPool;

use super::harness::World;

/// A line, and what is wrong with it.
const BAD: &[(&str, &str)] = &[
    ("{", "is not JSON: EOF while parsing an object at column 1"),
    (
        r#"{"login":"a"} x"#,
        "is not JSON: trailing characters at column 15",
    ),
    (
        r#"{"login":"\ud800"}"#,
        "is not JSON: unexpected end of hex escape at column 17",
    ),
    (r#"["a"]"#, "is not a JSON object"),
    ("7", "is not a JSON object"),
    (r#"{"email":"a@b.c"}"#, "`login` is missing"),
    (r#"{"login":null}"#, "`login` cannot be null"),
    (r#"{"login":7}"#, "`login` must be a string"),
    (r#"{"login":" "}"#, "`login` is empty"),
    (
        r#"{"login":"a\u0000b"}"#,
        "`login` holds a control character",
    ),
    (r#"{"login":"Self"}"#, "`login` is reserved"),
    (r#"{"login":"a","login":"b"}"#, "`login` is given twice"),
    (
        r#"{"login":"a","mail":"a@b.c"}"#,
        "`mail` is no member; `email` is",
    ),
    (
        r#"{"login":"a","user_type":"Native"}"#,
        "`user_type` is no member; `userType` is",
    ),
    (
        r#"{"login":"a","hunter2-4711":1}"#,
        "has a member that is none of login, userType, email, phone, name, language, role, broker, \
         status, identifiers, securityQuestion, securityAnswer, securityAnswerHash, passwords",
    ),
    (
        r#"{"login":"a","userType":"native"}"#,
        "`userType` must be Native or EzsignUser",
    ),
    (
        r#"{"login":"a","userType":null}"#,
        "`userType` cannot be null",
    ),
    (
        r#"{"login":"a","email":"a.b.c"}"#,
        "`email` is not an e-mail address",
    ),
    (
        r#"{"login":"a","email":["a@b.c"]}"#,
        "`email` must be a string",
    ),
    (
        r#"{"login":"a","phone":"5550100"}"#,
        "`phone` is not a phone number in international form, like +15145550100",
    ),
    (r#"{"login":"a","name":""}"#, "`name` is empty"),
    (r#"{"login":"a","name":{}}"#, "`name` must be a string"),
    (
        r#"{"login":"a","language":"de"}"#,
        "`language` must be en, fr or es",
    ),
    (
        r#"{"login":"a","role":"admin"}"#,
        "`role` must be member, broker or administrator",
    ),
    (r#"{"login":"a","role":null}"#, "`role` cannot be null"),
    (
        r#"{"login":"a","broker":true}"#,
        "`broker` must be a string",
    ),
    (
        r#"{"login":"Ann","broker":"ANN"}"#,
        "`broker` is the account itself",
    ),
    (
        r#"{"login":"a","status":"gone"}"#,
        "`status` must be active, blocked, disabled or pending",
    ),
    (r#"{"login":"a","status":null}"#, "`status` cannot be null"),
    (
        r#"{"login":"a","identifiers":"login"}"#,
        "`identifiers` must be a list of login, email and phone",
    ),
    (
        r#"{"login":"a","identifiers":["name"]}"#,
        "`identifiers` must be a list of login, email and phone",
    ),
    (
        r#"{"login":"a","identifiers":["login","login"]}"#,
        "`identifiers` lists login twice",
    ),
    (
        r#"{"login":"a","identifiers":null}"#,
        "`identifiers` cannot be null",
    ),
    (
        r#"{"login":"a","securityQuestion":"Pet?"}"#,
        "`securityQuestion` and `securityAnswer` go together",
    ),
    (
        r#"{"login":"a","securityQuestion":null,"securityAnswer":"rex"}"#,
        "`securityQuestion` and `securityAnswer` go together",
    ),
    (
        r#"{"login":"a","securityQuestion":"Pet?","securityAnswer":"  "}"#,
        "`securityAnswer` is empty",
    ),
    (
        r#"{"login":"a","securityQuestion":"Pet?","securityAnswer":"x","securityAnswerHash":"y"}"#,
        "`securityAnswerHash` is not a hash in PHC, modular crypt or Django form",
    ),
    (
        r#"{"login":"a","securityQuestion":null,"securityAnswer":null,"securityAnswerHash":null}"#,
        "`securityAnswer` and `securityAnswerHash` exclude each other",
    ),
    (
        r#"{"login":"a","passwords":[]}"#,
        "`passwords` must be an object",
    ),
    (
        r#"{"login":"a","passwords":{"hunter2":{"value":"x"}}}"#,
        "`passwords` names a type that the tenant does not have; it may name login or pin",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"value":"x"},"pin":{"value":"y"}}}"#,
        "`passwords.pin` is given twice",
    ),
    (
        r#"{"login":"a","passwords":{"pin":"hunter2"}}"#,
        "`passwords.pin` must be an object with either value or hash",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{}}}"#,
        "`passwords.pin` must be an object with either value or hash",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"value":"hunter2","hash":"$x"}}}"#,
        "`passwords.pin` must be an object with either value or hash",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"vaule":"hunter2"}}}"#,
        "`passwords.pin` must be an object with either value or hash",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"value":4711}}}"#,
        "`passwords.pin` must be an object with either value or hash",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"value":""}}}"#,
        "`passwords.pin.value` is empty",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"hash":"hunter2"}}}"#,
        "`passwords.pin.hash` is not a hash in PHC, modular crypt or Django form",
    ),
    (
        r#"{"login":"a","passwords":{"pin":{"hash":"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"}}}"#,
        "`passwords.pin.hash` asks for more than argon2 may: 128 MiB, 10 iterations, 16 lanes",
    ),
];

#[rekey_test::on_a_database]
async fn every_bad_line_is_named_with_its_reason(db: PgPool) {
    let world = World::new(db).await;
    let file: String = BAD
        .iter()
        .flat_map(|(line, _)| [line, "\n{\"login\":\"good\"}\n"])
        .collect();
    let bad = world.refuse(file).await;
    let expected: Vec<_> = (1..)
        .step_by(2)
        .zip(BAD)
        .map(|(number, (_, message))| (number, (*message).to_owned()))
        .collect();
    for (found, expected) in bad.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(bad.len(), expected.len());
}

#[rekey_test::on_a_database]
async fn long_and_broken_lines_are_named_too(db: PgPool) {
    let world = World::new(db).await;
    let padded = |length: usize| {
        let line = r#"{"login":"Ann"}"#;
        format!("{line}{}\n", " ".repeat(length - line.len()))
    };
    let mut file = padded(64 * 1024).into_bytes();
    file.extend_from_slice(padded(64 * 1024 + 1).as_bytes());
    file.extend_from_slice(b"{\"login\":\"Bob\xff\"}\n");
    file.extend_from_slice("x".repeat(1_000_000).as_bytes());
    let long = (2, "is longer than 64 KiB".to_owned());
    let broken = (3, "is not UTF-8".to_owned());
    let last = (4, "is longer than 64 KiB".to_owned());
    assert_eq!(world.refuse(file).await, [long, broken, last]);
    let big = format!(
        r#"{{"login":"a","passwords":{{"pin":{{"value":"{}"}}}}}}"#,
        "é".repeat(2049)
    );
    let message = "`passwords.pin.value` is longer than 4096 bytes".to_owned();
    assert_eq!(world.refuse(big).await, [(1, message)]);
}

#[rekey_test::on_a_database]
async fn one_bad_line_among_thousands_stops_them_all(db: PgPool) {
    let world = World::new(db).await;
    let file: String = (1..=5_000)
        .map(|number| match number {
            2_500 => "{\"login\":\"p2500\",\"passwords\":{\"login\":{\"value\":7}}}\n".to_owned(),
            _ => format!("{{\"login\":\"p{number}\"}}\n"),
        })
        .collect();
    let message = "`passwords.login` must be an object with either value or hash".to_owned();
    assert_eq!(world.refuse(file).await, [(2_500, message)]);
}

#[rekey_test::on_a_database]
async fn lines_that_only_fail_together_stop_everything_too(db: PgPool) {
    let world = World::new(db).await;
    let file = r#"{"login":"Ann"}
{"login":"Bob"}

{"login":"ann"}
{"login":"ＡＮＮ"}
{"login":"bob","email":"b@b.example"}"#;
    let bad = world.refuse(file).await;
    let expected = [
        (4, "`login` is that of line 1".to_owned()),
        (5, "`login` is that of line 1".to_owned()),
        (6, "`login` is that of line 2".to_owned()),
    ];
    assert_eq!(bad, expected);
    let file = r#"{"login":"Ann","email":"a@a.example"}
{"login":"Bob","broker":"nobody"}
{"login":"Cid","broker":"ann"}
{"login":"Dee","identifiers":["phone","login"]}
{"login":"Eve","email":"A@a.example","identifiers":["email"]}
{"login":"Fay","broker":"auth2"}"#;
    let bad = world.refuse(file).await;
    let unknown = "`broker` is no account of the tenant, nor of the file".to_owned();
    let expected = [
        (2, unknown.clone()),
        (3, "`broker` does not have the role broker".to_owned()),
        (
            4,
            "`identifiers` lists phone, which the account does not have".to_owned(),
        ),
        (
            5,
            "`identifiers` lists email, which finds another account".to_owned(),
        ),
        (6, unknown),
    ];
    assert_eq!(bad, expected);
}

#[rekey_test::on_a_database]
async fn nothing_secret_is_ever_said(db: PgPool) {
    let world = World::new(db).await;
    let secret = "hunter2-4711";
    let lines = [
        r#"{"login":"a","passwords":{"login":{"value":"SECRET""#,
        r#"{"login":"a","passwords":{"login":{"hash":"SECRET"}}}"#,
        r#"{"login":"a","passwords":{"login":{"hash":"$argon2id$SECRET"}}}"#,
        r#"{"login":"a","passwords":{"login":{"SECRET":"value"}}}"#,
        r#"{"login":"a","passwords":{"SECRET":{"value":"x"}}}"#,
        r#"{"login":"a","passwords":"SECRET"}"#,
        r#"{"login":"a","passwords":["SECRET"]}"#,
        r#"{"login":"a","passwords":{"login":"SECRET"}}"#,
        r#"{"login":"a","securityAnswer":"SECRET"}"#,
        r#"{"login":"a","securityAnswer":["SECRET"],"securityQuestion":"?"}"#,
        r#"{"login":"a","SECRET":"x"}"#,
        r#"{"login":"a","role":"SECRET"}"#,
        r#"{"login":"a","email":"SECRET"}"#,
        r#"{"login":"a","broker":"SECRET","passwords":{"login":{"value":"SECRET"}}}"#,
        r#"{"login":"a","email":SECRET}"#,
        r#""SECRET""#,
        "SECRET",
    ];
    for line in lines {
        let (done, bad) = world.try_import(line.replace("SECRET", secret)).await;
        let error = done.expect_err(line);
        assert!(
            !format!("{bad:?} {error} {error:?}").contains(secret),
            "{line}"
        );
        assert_eq!(bad.len(), 1, "{line}");
    }
}
