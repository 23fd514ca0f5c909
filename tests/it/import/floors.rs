//! The policy binds what a file gives in clear like what anybody types (P-01), and names the line that breaks it.

use sqlx::PgPool;

use super::harness::World;

#[rekey_test::on_a_database]
async fn a_line_that_breaks_a_floor_is_named(db: PgPool) {
    let world = World::new(db).await;
    let guessed =
        "be harder to guess: it is common, a pattern, or a name of the account or the tenant";
    let lines = [
        (
            r#"{"login":"a","passwords":{"login":{"value":"Seven77"}}}"#,
            "`passwords.login.value` must have at least 8 characters".to_owned(),
        ),
        (
            r#"{"login":"b","passwords":{"pin":{"value":"00000000"}}}"#,
            format!("`passwords.pin.value` must {guessed}"),
        ),
        (
            r#"{"login":"c","passwords":{"login":{"value":"abc"}}}"#,
            format!("`passwords.login.value` must have at least 8 characters, {guessed}"),
        ),
        (
            r#"{"login":"d","name":"Ann Robertson","passwords":{"login":{"value":"robertson1"}}}"#,
            format!("`passwords.login.value` must {guessed}"),
        ),
        (
            r#"{"login":"e","securityQuestion":"Pet?","securityAnswer":" Rex "}"#,
            format!("`securityAnswer` must have at least 4 characters, {guessed}"),
        ),
        (
            r#"{"login":"f","securityQuestion":"First school?","securityAnswer":"school"}"#,
            format!("`securityAnswer` must {guessed}"),
        ),
    ];
    let file: Vec<_> = lines.iter().map(|(line, _)| *line).collect();
    let (done, bad) = world.try_import(file.join("\n")).await;
    assert!(done.is_err());
    let expected: Vec<_> = (1_u64..)
        .zip(&lines)
        .map(|(line, (_, message))| (line, message.clone()))
        .collect();
    assert_eq!(bad, expected);
}

/// The words of an account that is there already count, also where the line leaves them out.
#[rekey_test::on_a_database]
async fn an_account_that_is_there_has_its_words(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"ann","name":"Ann Robertson"}"#)
        .await;
    let line = r#"{"login":"ann","passwords":{"login":{"value":"Robertson-2026"}}}"#;
    let (done, bad) = world.try_import(line.to_owned()).await;
    assert!(done.is_err());
    assert_eq!(bad.len(), 1);
    let renamed =
        r#"{"login":"ann","name":"Ann Miller","passwords":{"login":{"value":"Robertson-2026"}}}"#;
    world.import(renamed).await;
}
