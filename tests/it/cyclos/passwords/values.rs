//! Values that the server makes.

use std::collections::BTreeMap;

use rekey::domain::code::Code;
use rekey::recovery::Entropy;
use sqlx::PgPool;

use super::{By, State, call, world, world_of};

const ANN: By = By::Login("ann");

/// 100 000 values of each alphabet: the right length, the right characters, and each as likely as the
/// next (chi-square, at a level that a sound generator fails once in a million runs; the dice are
/// seeded, so a pass stays one).
#[test]
fn values_are_drawn_evenly() {
    let default = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    for (alphabet, length) in [("0123456789", 16), (default, 12), ("ab", 20), ("xyz", 5)] {
        let size = f64::from(u32::try_from(alphabet.len()).unwrap());
        let mut dice = Entropy::seeded(11).fork();
        let mut counts: BTreeMap<char, f64> = alphabet.chars().map(|c| (c, 0.0)).collect();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100_000 {
            let value = Code::mint(alphabet, length, &mut dice);
            assert_eq!(value.reveal().chars().count(), length as usize);
            for character in value.reveal().chars() {
                *counts.get_mut(&character).unwrap() += 1.0;
            }
            seen.insert(value.reveal().to_owned());
        }
        let expected = 100_000.0 * f64::from(length) / size;
        let chi: f64 = counts
            .values()
            .map(|count| (count - expected).powi(2) / expected)
            .sum();
        // Wilson and Hilferty: the millionth largest of that many degrees of freedom.
        let free = size - 1.0;
        let limit = free * (1.0 - 2.0 / (9.0 * free) + 4.753 * (2.0 / (9.0 * free)).sqrt()).powi(3);
        assert!(chi < limit, "{alphabet}: {chi} of {limit}");
        let is_long = f64::from(length) * size.log2() > 45.0;
        assert!(!is_long || seen.len() == 100_000, "a value came twice");
    }
}

/// D-15: a value that a JSON reader would take for a number arrives exactly, in both representations.
#[rekey_test::on_a_database]
async fn a_value_arrives_exactly(db: PgPool) {
    let types = super::TYPES.replacen("alphabet = \"0123456789\"", "alphabet = \"0123456789e\"", 1);
    let world = world_of(db, "", &types).await;
    for round in 0..6 {
        world.put("ann", "card", State::Pending).await;
        let path = if round % 2 == 0 {
            "generate"
        } else {
            "change-generated"
        };
        if round % 2 == 1 {
            world.put("ann", "card", State::Active).await;
        }
        for (accept, is_text) in [
            (None, true),
            (Some("*/*"), true),
            (Some("application/json"), false),
            (Some("text/plain, application/json"), true),
            (Some("application/json, text/plain, */*"), true),
            (Some("application/json, */*;q=0"), false),
        ] {
            let state = if round % 2 == 0 {
                State::Pending
            } else {
                State::Active
            };
            world.put("ann", "card", state).await;
            let call = ANN.sign(call("POST", &format!("/passwords/card/{path}")));
            let call = match accept {
                Some(accept) => call.header("accept", accept),
                None => call,
            };
            let reply = world.send(call).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            let kind = if is_text {
                "text/plain;charset=UTF-8"
            } else {
                "application/json"
            };
            assert_eq!(reply.header("content-type"), Some(kind), "{accept:?}");
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            let value = if is_text {
                reply.body.clone()
            } else {
                reply.json().as_str().unwrap().to_owned()
            };
            assert_eq!(value.len(), 16);
            assert!(
                value.bytes().all(|byte| b"0123456789e".contains(&byte)),
                "{value}"
            );
            assert!(world.is_value("ann", "card", &value).await);
            let shown = world.standing(&ANN, "self", "card").await;
            assert_eq!(shown["status"], "active");
        }
    }
}

/// It is shown once: neither table nor letter has it.
#[rekey_test::on_a_database]
async fn a_value_is_kept_nowhere(db: PgPool) {
    let world = world(db, "").await;
    let reply = world
        .by(&ANN, call("POST", "/passwords/token/generate"))
        .await;
    let value = reply.body;
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' order by 1",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert!(tables.len() > 10);
    for table in tables {
        let query =
            format!("select count(*) from {table} as t where t::text like '%' || $1 || '%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(&value)
            .fetch_one(&world.db)
            .await
            .unwrap();
        assert_eq!(found, 0, "{table}");
    }
    assert!(world.post().await.is_empty());
}
