//! Migrations under servers that are running (docs/decisions/0051): nothing is taken away that the
//! version before still asks for.

use std::path::{Path, PathBuf};

use rekey::store::MIGRATOR;
use serde_json::Value;
use sqlx::SqlSafeStr as _;
use sqlx::{
    Column as _, Connection as _, Either, Executor as _, PgConnection, PgPool, TypeInfo as _,
};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder)
}

/// The statements of a migration, in lower case, one space between words, without comments and texts.
fn statements(sql: &str) -> Vec<String> {
    let mut bare = String::new();
    for line in sql.lines() {
        let mut is_text = false;
        let code = line.split("--").next().unwrap_or_default();
        for part in code.split_inclusive('\'') {
            if !is_text {
                bare.push_str(part);
            }
            is_text = !is_text;
        }
        bare.push(' ');
    }
    let words = |statement: &str| {
        let words: Vec<_> = statement.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    bare.split(';')
        .map(words)
        .filter(|words| !words.is_empty())
        .collect()
}

/// Why a statement may not run under servers of the version before.
fn offence(statement: &str) -> Option<&'static str> {
    let has = |words: &str| statement.contains(words);
    let on_table = statement.starts_with("alter table");
    if ["drop table", "drop view", "drop schema", "truncate"]
        .iter()
        .any(|words| statement.starts_with(words))
    {
        return Some("takes a table or view away");
    }
    if on_table && has("drop column") {
        return Some("takes a column away");
    }
    if on_table
        && statement.replace("drop constraint", "").contains(" drop ")
        && !has("drop not null")
        && !has("drop default")
        && !has("drop expression")
        && !has("drop column")
    {
        return Some("takes a column away");
    }
    if has(" rename ") {
        return Some("renames what is asked for by name");
    }
    if on_table && has("alter column") && (has(" type ") || has("set data type")) {
        return Some("changes a type");
    }
    if on_table && has("set not null") {
        return Some("refuses rows that the version before writes");
    }
    let adds_required = on_table
        && statement
            .split("add column")
            .skip(1)
            .map(|column| column.split(", add").next().unwrap_or_default())
            .any(|column| column.contains("not null") && !column.contains("default"));
    adds_required.then_some("adds a required column without a default")
}

/// Every migration only adds, and takes limits away.
#[test]
fn migrations_take_nothing_away() {
    let mut found = Vec::new();
    for migration in MIGRATOR.iter() {
        for statement in statements(migration.sql.as_str()) {
            if let Some(offence) = offence(&statement) {
                found.push(format!("{}: {offence}: {statement}", migration.version));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is meant by that.
#[test]
fn what_takes_something_away_is_seen() {
    for sql in [
        "DROP TABLE job;",
        "alter table job\n  drop column work;",
        "alter table job drop work;",
        "alter table job rename work to task;",
        "alter table job rename to task;",
        "alter view claimed_import rename to x;",
        "alter table job alter column attempts type bigint;",
        "alter table job alter column attempts set data type bigint;",
        "alter table job alter last_error set not null;",
        "alter table job add column a text, add column b text not null;",
        "alter table job add column a text not null, add column b text default 'x';",
    ] {
        assert!(
            statements(sql).iter().any(|one| offence(one).is_some()),
            "{sql}"
        );
    }
    for sql in [
        "create table x (a text not null);",
        "alter table job add column a text;",
        "alter table job add column a text not null default '', add column b text;",
        "alter table job drop constraint job_check, add constraint job_check check (true);",
        "alter table job alter column work drop not null;",
        "comment on table job is 'drop table job; rename';",
        "-- alter table job drop column work;\nselect 1;",
    ] {
        assert!(
            statements(sql).iter().all(|one| offence(one).is_none()),
            "{sql}"
        );
    }
}

/// Each migration runs on a database with rows in it, and keeps them.
#[rekey_test::on_an_empty_database]
async fn migrations_run_on_a_database_with_rows(db: PgPool) {
    let mut samples = 0;
    for migration in MIGRATOR.iter() {
        sqlx::raw_sql(migration.sql.clone())
            .execute(&db)
            .await
            .unwrap();
        let sample = data("migrations").join(format!("{}.sql", migration.version));
        if let Ok(sample) = std::fs::read_to_string(&sample) {
            let sample = sqlx::AssertSqlSafe(sample);
            sqlx::raw_sql(sample).execute(&db).await.unwrap();
            samples += 1;
        }
    }
    assert_eq!(
        samples,
        std::fs::read_dir(data("migrations")).unwrap().count()
    );
    for (table, rows) in [
        ("account", 2),
        ("password", 2),
        ("recovery_token", 3),
        ("api_key", 2),
        ("job", 2),
    ] {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let count: i64 = sqlx::query_scalar(count).fetch_one(&db).await.unwrap();
        assert_eq!(count, rows, "{table}");
    }
}

/// The statements of a version that has landed, as its own build recorded them.
fn released(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    values.map(Result::unwrap).collect()
}

/// What Postgres says of a statement today, against what it said when the statement was built.
async fn difference(db: &mut PgConnection, recorded: &Value) -> Option<String> {
    let query = recorded["query"].as_str().unwrap().to_owned();
    let described = match db
        .describe(sqlx::AssertSqlSafe(query.as_str()).into_sql_str())
        .await
    {
        Ok(described) => described,
        Err(error) => return Some(format!("{error}: {query}")),
    };
    let was = &recorded["describe"];
    let columns = was["columns"].as_array().unwrap();
    if columns.len() != described.columns.len() {
        return Some(format!("other columns: {query}"));
    }
    for (number, (was, is)) in columns.iter().zip(&described.columns).enumerate() {
        let is_type = is.type_info().name();
        let was_type = type_name(&was["type_info"]);
        if was["name"] != is.name() || !is_type.eq_ignore_ascii_case(&was_type) {
            return Some(format!(
                "column {} is {is_type}, was {was_type}: {query}",
                is.name()
            ));
        }
        let was_required = recorded["describe"]["nullable"][number] == false;
        if was_required && described.nullable[number] == Some(true) {
            return Some(format!("column {} may be null now: {query}", is.name()));
        }
    }
    let was: Vec<_> = was["parameters"]["Left"]
        .as_array()
        .unwrap()
        .iter()
        .map(type_name)
        .collect();
    let is: Vec<_> = match &described.parameters {
        Some(Either::Left(types)) => types.iter().map(|one| one.name().to_lowercase()).collect(),
        Some(Either::Right(_)) | None => Vec::new(),
    };
    (was != is).then(|| format!("parameters are {is:?}, were {was:?}: {query}"))
}

/// A type's name as Postgres prints it, from how the build recorded it.
fn type_name(recorded: &Value) -> String {
    let name = recorded.as_str().unwrap().to_lowercase();
    let (element, suffix) = match name.strip_suffix("array") {
        Some(element) => (element.to_owned(), "[]"),
        None => (name, ""),
    };
    format!("{element}{suffix}")
}

/// Servers of the versions before run on today's schema: each of their statements is understood, takes the
/// same, and yields the same.
#[rekey_test::on_a_database]
async fn the_statements_of_earlier_versions_work_on_this_schema(db: PgPool) {
    let mut db = db.acquire().await.unwrap();
    let (mut found, mut count) = (Vec::new(), 0);
    for entry in std::fs::read_dir(data("released")).unwrap() {
        for recorded in released(&entry.unwrap().path()) {
            found.extend(difference(&mut db, &recorded).await);
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
    assert!(found.is_empty(), "{}", found.join("\n"));
    db.ping().await.unwrap();
}
