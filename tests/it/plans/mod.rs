//! What every statement does on ten million accounts: it finds its rows by an index, and costs what it
//! costs on a hundred thousand. The rows are not there; Postgres is told that they are (docs/performance.md).

mod planner;
mod shape;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Executor as _, PgPool};

use self::planner::Planner;
use self::statement::Statement;

/// Tables that grow with neither accounts nor what is asked, or, the last ones, hold a file's lines
/// while it is imported.
const SMALL: &[&str] = &[
    "tenant",
    "tenant_host",
    "tenant_logo",
    "name_rule",
    "password_type",
    "keyring",
    "audit_chain",
    "account_import",
    "password_import",
    "changed_import",
    "altered_import",
    "altered_import",
];

/// Statements that are about all rows there are: a part of each, and why that is right. None is asked for
/// by a request, nor again and again by a worker.
const WHOLE: &[(&str, &str)] = &[
    (
        "octet_length(login) <> length(login)",
        "`rekey migrate` looks for names to clean among all of a tenant, a page at a time",
    ),
    (
        "update password set code = null",
        "a restored database: every code ends",
    ),
    (
        "from altered_import as n join account",
        "an import goes through the accounts that it changed, a page at a time",
    ),
    (
        "update job set nonce = null",
        "a restored database: every secret of a letter on its way is made anew",
    ),
    (
        "delete from session returning",
        "a restored database: every session ends",
    ),
    (
        "where (kind = 'turbosmtp' or activation is not null) and ended_at is null returning",
        "a restored database: every sign-in ends",
    ),
    (
        "where spent_at is null and voided_at is null returning tenant_id",
        "a restored database: every link ends",
    ),
    (
        "as \"signers!\"",
        "`rekey secrets` counts what a secret key is still needed for, before it goes",
    ),
    (
        "from audit_unsealed join audit_event using (tenant_id, event_id) where substring(",
        "`rekey secrets` counts what waits for the chain and was signed with a key that is to go",
    ),
    (
        "from audit_unsealed join audit_event using (tenant_id, event_id) where digest is null",
        "the first chain of a database asks once whether servers of before left events",
    ),
    (
        "from audit_unsealed as u where tenant_id = $1 and not exists",
        "`rekey audit verify` looks at every event",
    ),
    (
        "from audit_event as e where tenant_id = $1 and not exists",
        "`rekey audit verify` looks at every event",
    ),
    (
        "select (select count(*) from job where dead_at is null and created_at <= $1)",
        "`/metrics` and `rekey doctor` count the jobs that wait and those given up",
    ),
    (
        "not $2 or dead_at is not null",
        "`rekey job list` sorts all jobs that are left",
    ),
    (
        "and ($2::text is null or kind = $2) order by key_id",
        "`rekey key list` prints all keys of a tenant",
    ),
];

/// Costs that are compared are of an arbitrary unit: reading a page of a table in its order costs one.
type Cost = f64;

/// The cost of a plan that never reads more, however many rows there are, may grow by so much from a hundred
/// thousand accounts to ten million: what it takes to compare a few keys more on the way down an index.
const FLAT: f64 = 1.5;
/// On a thousand accounts reading a table whole is cheapest, and right. An index may cost so much more for a
/// page of a hundred rows, where ten pages have to be fetched from anywhere for each. Reading ten million rows
/// whole costs a hundred thousand and more.
const INDEXED: Cost = 8_000.0;
/// With how many accounts plans are compared.
const ACCOUNTS: [u32; 3] = [1_000, 100_000, 10_000_000];

/// What a statement does at one size.
struct Plan {
    faults: Vec<String>,
    cost: Cost,
}

async fn plans(planner: &mut Planner, all: &[Statement]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for statement in all {
        let plan = planner.plan(statement).await;
        plans.push(Plan {
            faults: shape::faults(&plan, &planner.schema),
            cost: plan["Total Cost"].as_f64().unwrap(),
        });
    }
    plans
}

/// What is wrong with statements, by statement: with the shapes of their plans at the last size, or with how
/// their costs grow.
fn judge(all: &[Statement], sizes: [Vec<Plan>; 3]) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let [least, less, most] = sizes;
    let grown = less.into_iter().zip(most);
    for ((statement, least), (less, most)) in all.iter().zip(least).zip(grown) {
        let mut faults = most.faults;
        if most.cost > less.cost * FLAT || most.cost > least.cost + INDEXED {
            faults.push(format!(
                "costs {}, {}, {}",
                least.cost, less.cost, most.cost
            ));
        }
        if !faults.is_empty() {
            found.insert(statement.sql.clone(), faults);
        }
    }
    found
}

/// What is wrong with statements on as many accounts as Postgres believes in.
async fn faults(planner: &mut Planner, all: &[Statement]) -> BTreeMap<String, Vec<String>> {
    let mut sizes = [const { Vec::new() }; 3];
    for (size, accounts) in sizes.iter_mut().zip(ACCOUNTS) {
        planner.pretend(accounts).await;
        *size = plans(planner, all).await;
    }
    judge(all, sizes)
}

/// Nothing is wrong but with the exceptions, and with each of those.
fn assert_right(found: &BTreeMap<String, Vec<String>>) {
    for (part, reason) in WHOLE {
        let about = found.keys().filter(|sql| sql.contains(part)).count();
        assert_eq!(about, 1, "no exception any more: {part} ({reason})");
    }
    let wrong: Vec<_> = found
        .iter()
        .filter(|(sql, _)| !is_whole(sql))
        .map(|(sql, faults)| format!("{}: {sql}", faults.join("; ")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_whole(sql: &str) -> bool {
    WHOLE.iter().any(|(part, _)| sql.contains(part))
}

#[rekey_test::on_a_database]
async fn every_statement_on_ten_million_accounts_uses_an_index(db: PgPool) {
    let mut planner = Planner::new(&db, SMALL, ACCOUNTS[0]).await;
    let found = faults(&mut planner, &statement::all()).await;
    assert_right(&found);
}

/// The same with rows that are there: a million accounts, or as many as `PLANS_ACCOUNTS` says (`make plans`).
#[rekey_test::on_a_database]
#[ignore = "takes minutes and gigabytes"]
async fn every_statement_on_accounts_that_are_there_uses_an_index(db: PgPool) {
    let accounts = std::env::var("PLANS_ACCOUNTS").unwrap_or_else(|_| "1000000".to_owned());
    let accounts: u32 = accounts.parse().unwrap();
    let statements = statement::all();
    let mut sizes = [const { Vec::new() }; 3];
    for (size, accounts) in sizes.iter_mut().zip([1_000, accounts / 10, accounts]) {
        // What the size before left behind would count as pages to be read.
        db.execute("vacuum").await.unwrap();
        let mut planner = Planner::new(&db, SMALL, accounts).await;
        *size = plans(&mut planner, &statements).await;
        planner.end().await;
    }
    assert_right(&judge(&statements, sizes));
}

/// A row that goes takes others with it, or is held by them: those are found by an index as well.
#[rekey_test::on_a_database]
async fn what_refers_to_deleted_rows_is_found_by_an_index(db: PgPool) {
    let mut planner = Planner::new(&db, SMALL, ACCOUNTS[0]).await;
    let mut tables = BTreeSet::new();
    for statement in statement::all() {
        let plan = planner.plan(&statement).await;
        tables.extend(shape::deletes(&plan));
    }
    // Of the others only password types go, and none that an account has a password of.
    tables.retain(|table| !SMALL.contains(&table.as_str()));
    let mut asked = Vec::new();
    for table in tables {
        asked.extend(planner.references(&table).await);
    }
    assert!(!asked.is_empty());
    let found = faults(&mut planner, &asked).await;
    assert!(found.is_empty(), "{found:?}");
}

/// Without an index the statements that need it are told.
#[rekey_test::on_a_database]
async fn a_missing_index_is_seen(db: PgPool) {
    let mut planner = Planner::new(&db, SMALL, ACCOUNTS[0]).await;
    let statements = statement::all();
    for (index, sql) in [
        (
            "alter table identifier drop constraint identifier_pkey",
            "from identifier join account using (tenant_id, account_id) where tenant_id = $1 and kind = $2",
        ),
        (
            "drop index account_email",
            "from account where tenant_id = $1 and email_key = $2",
        ),
        ("drop index job_due", "update job set leased_until = $2"),
        (
            "drop index recovery_token_account",
            "update recovery_token set voided_at = $4",
        ),
        ("drop index session_expiry", "delete from session where"),
    ] {
        planner.run("savepoint whole").await;
        planner.run(index).await;
        let found = faults(&mut planner, &statements).await;
        planner.run("rollback to savepoint whole").await;
        let is_seen = found
            .iter()
            .any(|(one, faults)| one.contains(sql) && faults[0].starts_with("reads all of"));
        assert!(is_seen, "{index}: {:?}", found.keys());
    }
}
