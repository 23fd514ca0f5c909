//! Passwords that were hashed elsewhere: they sign in, and are ours afterwards (P-08 to P-10).

use std::fmt::Write as _;

use rekey::domain::password::Password;
use rekey::recovery::{Capacity, Entropy, Hasher, Params};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{EMAIL, NEW, OLD, change, login};
use crate::cyclos;
use crate::harness::World;

/// One hash of `tests/data/hashes`.
struct Sample {
    name: &'static str,
    password: &'static str,
    hash: &'static str,
    is_wrapped: bool,
}

fn corpus() -> Vec<Sample> {
    let rows = include_str!("../../data/hashes/corpus.tsv").lines();
    let samples = rows.map(|row| {
        let fields: Vec<_> = row.split('\t').collect();
        let [name, password, hash, fate] = fields[..] else {
            panic!("{row}");
        };
        assert!(["rests", "wrapped"].contains(&fate), "{row}");
        Sample {
            name,
            password,
            hash,
            is_wrapped: fate == "wrapped",
        }
    });
    samples.collect()
}

fn sample(name: &str) -> Sample {
    corpus().into_iter().find(|one| one.name == name).unwrap()
}

fn line(name: &str, hash: &str) -> String {
    json!({"login": name, "email": format!("{name}@hashes.example"), "passwords": {"login": {"hash": hash}}})
        .to_string()
}

/// A hash as new ones are in a test.
const OURS: &str = "$argon2id$v=19$m=64,t=1,p=1$";

impl World {
    /// Somebody whose password somebody else hashed.
    async fn moves_in(&self, name: &str, hash: &str) {
        self.import(&line(name, hash)).await;
    }

    async fn signs_in(&self, name: &str, password: &str) -> bool {
        let body = login(&format!("{name}@hashes.example"), password);
        let status = self.authorize(&body).await.status.as_u16();
        assert!([200, 403].contains(&status), "{name}: {status}");
        status == 200
    }

    async fn resting(&self, name: &str) -> String {
        self.hash_of(name).await.unwrap()
    }

    async fn row(&self, name: &str) -> Value {
        sqlx::query_scalar(
            "select to_jsonb(password) - 'hash' from password join account using (tenant_id, account_id)
            where login = $1",
        )
        .bind(name)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    async fn rehashed(&self) -> i64 {
        self.count("select count(*) from audit_event where action = 'password.rehashed'")
            .await
    }
}

/// P-10, the whole corpus: nothing rests weak, everything signs in, and is argon2id afterwards.
#[rekey_test::on_a_database]
async fn p10_hashes_of_every_scheme_sign_in_and_are_argon2id_afterwards(db: PgPool) {
    let world = World::new(db).await;
    let corpus = corpus();
    assert!(corpus.len() >= 30);
    let mut file = String::new();
    for sample in &corpus {
        writeln!(file, "{}", line(sample.name, sample.hash)).unwrap();
    }
    world.import(&file).await;
    for sample in &corpus {
        let name = sample.name;
        let resting = world.resting(name).await;
        assert_eq!(
            resting.starts_with("$rekey-wrap$"),
            sample.is_wrapped,
            "{name}"
        );
        let digest = sample.hash.rsplit('$').next().unwrap();
        let digest = digest.trim_end_matches('=').replace('.', "+");
        // bcrypt keeps salt and digest in one field.
        let digest = &digest[digest.len().min(22)..];
        if sample.is_wrapped {
            assert!(!resting.replace('.', "+").contains(digest), "{name}");
        }
        let wrong = format!("{}x", sample.password);
        assert!(!world.signs_in(name, &wrong).await, "{name}");
        assert_eq!(world.resting(name).await, resting, "{name}");
        assert!(world.signs_in(name, sample.password).await, "{name}");
        let fresh = world.resting(name).await;
        assert!(fresh.starts_with("$argon2id$v=19$"), "{name}: {fresh}");
        assert!(!world.signs_in(name, &wrong).await, "{name}");
        assert!(world.signs_in(name, sample.password).await, "{name}");
        assert_eq!(world.resting(name).await, fresh, "{name}: once");
    }
}

/// P-09: the value is the same, and so is all that hangs on it.
#[rekey_test::on_a_database]
async fn p09_hashing_anew_changes_nothing_but_the_hash(db: PgPool) {
    let world = World::new(db).await;
    let sample = sample("htpasswd-10");
    world.moves_in("ann", sample.hash).await;
    let before = world.row("ann").await;
    world.hand.turn(time::Duration::HOUR);
    assert!(world.signs_in("ann", sample.password).await);
    assert!(world.resting("ann").await.starts_with(OURS));
    assert_eq!(world.row("ann").await, before);
    assert!(world.post().await.is_empty());
    assert_eq!(
        world.count("select count(*) from password_history").await,
        0
    );
    let detail: Value = sqlx::query_scalar(
        "select detail - 'passwordType' from audit_event where action = 'password.rehashed'",
    )
    .fetch_one(&world.db)
    .await
    .unwrap();
    assert_eq!(detail, json!({"from": "bcrypt"}));
}

/// P-09: what is cheaper than configured is hashed anew, what is dearer is left alone.
#[rekey_test::on_a_database]
async fn p09_risen_parameters_reach_a_hash_at_the_next_sign_in(db: PgPool) {
    let world = World::new(db).await;
    for (memory, iterations, is_kept) in [
        (32, 1, false),
        (32, 9, false),
        (64, 1, true),
        (128, 2, true),
    ] {
        let capacity = Capacity {
            params: Params::new(memory, iterations, 1, None).unwrap(),
            concurrency: 1,
            queue: 1,
        };
        let hasher = Hasher::start(&capacity, Entropy::seeded(8)).unwrap();
        let hash = hasher.hash(&Password::new(OLD.to_owned())).await.unwrap();
        sqlx::query("update password set hash = $1")
            .bind(&hash)
            .execute(&world.db)
            .await
            .unwrap();
        world.turbo_key(EMAIL, OLD).await;
        let after = world.resting("JohnDoe").await;
        assert_eq!(after == hash, is_kept, "{memory} {iterations}");
        assert!(is_kept || after.starts_with(OURS), "{after}");
    }
}

/// Whoever signs in at the same moment as somebody whose sign-in replaces the hash is right too.
#[rekey_test::on_a_database]
async fn sign_ins_at_one_moment_all_see_an_old_hash_through(db: PgPool) {
    let world = World::new(db).await;
    let sample = sample("htpasswd-10");
    for round in 0..3 {
        world.moves_in("ann", sample.hash).await;
        let tries = (0..4).map(|_| world.signs_in("ann", sample.password));
        let done = futures::future::join_all(tries).await;
        assert_eq!(done, [true; 4]);
        assert_eq!(world.row("ann").await["failures"], 0);
        assert!(world.resting("ann").await.starts_with(OURS));
        assert_eq!(world.rehashed().await, round + 1, "replaced once");
    }
}

/// A change of password proves the old one first, and may be the first to see its old hash.
#[rekey_test::on_a_database]
async fn a_password_with_an_old_hash_can_be_changed(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let sample = sample("htpasswd-5");
    world
        .sql("update password set hash = '$2y$05$1lKnym8zR0swwnLSeLvi7ejBI/8Fufm8.Z8Se/VjzaZeb8GeFnTMu'")
        .await;
    assert!(sample.hash.ends_with("GeFnTMu"), "the corpus was made anew");
    let wrong = world.change(&key, &change(OLD, NEW)).await;
    assert_ne!(wrong.status, 200);
    let changed = world.change(&key, &change(sample.password, NEW)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert!(world.is_password("JohnDoe", NEW).await);
}

/// Cyclos proves with every call (Basic), and compares again when it opens a session.
#[rekey_test::on_a_database]
async fn an_old_hash_opens_cyclos_too(db: PgPool) {
    let world = World::new(db).await;
    for name in ["htpasswd-10", "openssl-6", "django-pbkdf2-weak"] {
        let sample = sample(name);
        world.moves_in("ann", sample.hash).await;
        let session = world.session_of("ann", sample.password).await;
        assert!(world.is_signed_in(&session).await, "{name}");
        assert!(world.resting("ann").await.starts_with(OURS), "{name}");
        world.moves_in("ann", sample.hash).await;
        let asked = cyclos::call("GET", "/auth").basic("ann", sample.password);
        assert_eq!(world.send(asked).await.status, 200, "{name}");
        assert!(world.resting("ann").await.starts_with(OURS), "{name}");
    }
}

/// P-03: bcrypt sees 72 bytes. Whoever types more than that is not let in by the first of them.
#[rekey_test::on_a_database]
async fn p03_bcrypt_never_truncates(db: PgPool) {
    let world = World::new(db).await;
    let sample = sample("htpasswd-72-bytes");
    assert_eq!(sample.password.len(), 72);
    world.moves_in("ann", sample.hash).await;
    for more in ["x", "yz", &"long".repeat(100)] {
        assert!(
            !world
                .signs_in("ann", &format!("{}{more}", sample.password))
                .await
        );
    }
    assert!(!world.signs_in("ann", &sample.password[..71]).await);
    assert!(world.signs_in("ann", sample.password).await);
}

/// P-03: what was hashed as it was typed is found as it is typed, and in every form afterwards.
#[rekey_test::on_a_database]
async fn p03_a_decomposed_password_is_tried_as_typed_first(db: PgPool) {
    let world = World::new(db).await;
    let sample = sample("python-bcrypt-decomposed");
    let composed = Password::new(sample.password.to_owned()).normalised();
    assert_ne!(composed.expose(), sample.password);
    world.moves_in("ann", sample.hash).await;
    assert!(!world.signs_in("ann", composed.expose()).await);
    assert!(world.signs_in("ann", sample.password).await);
    assert!(world.signs_in("ann", composed.expose()).await);
    assert!(world.signs_in("ann", sample.password).await);
}
