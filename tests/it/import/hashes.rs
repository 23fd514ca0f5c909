//! Hashes made elsewhere: what is refused, what is wrapped, and that nothing rests weak (P-10).

use proptest::prelude::*;
use rekey::domain::hash::{Hash, Input, Lanes, Prf, Recipe, Version};
use rekey::recovery::Params;
use serde_json::json;
use sqlx::PgPool;

use super::harness::World;

const SALT: &str = "c29tZXNhbHQ";
const DIGEST: &str = "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const BCRYPT: &str = "1lKnym8zR0swwnLSeLvi7ejBI/8Fufm8.Z8Se/VjzaZeb8GeFnTMu";
pub(super) const SHA512: &str =
    "ZOq0WYoCKrVN/2nJ2IPEnvQusB8l7C7384Nent2Ga92lratInb1NZB.3WvclUOLpSIcRppJ.SYPfB5vLeG2qy.";

const ARGON2: &str = "asks for more than argon2 may: 128 MiB, 10 iterations, 16 lanes";
const SCRYPT: &str = "asks for more than scrypt may: N times r of 2^20, and 2^21 times p";
const PBKDF2: &str =
    "asks for more than PBKDF2 may: 2000000 iterations, counted for each block of the digest";
const SHA: &str = "asks for more than SHA-crypt may: 1000000 rounds";
const COST: &str = "asks for more than bcrypt may: a cost of 14";
const INCOMPLETE: &str = "lacks a salt of 8 bytes or a digest of 16";
const MALFORMED: &str = "is not a hash in PHC, modular crypt or Django form";
const SCHEME: &str = "is of a scheme that is not supported; argon2id, argon2i, bcrypt, scrypt, \
                      PBKDF2, SHA-256-crypt and SHA-512-crypt are";

fn broken(scheme: &str) -> String {
    format!("is not a well-formed {scheme} hash")
}

/// A hash, and what is said of it.
type Row = (String, String);

fn hostile() -> Vec<Row> {
    let mut table = Vec::new();
    for rows in [argon2, bcrypt, scrypt, pbkdf2, sha_crypt, others] {
        rows(&mut |hash, why| table.push((hash, why.to_owned())));
    }
    table
}

fn argon2(put: &mut dyn FnMut(String, &str)) {
    for costs in [
        "m=4294967295,t=1,p=1",
        "m=131073,t=1,p=1",
        "m=19456,t=11,p=1",
        "m=19456,t=4294967295,p=1",
        "m=19456,t=2,p=17",
        "m=4294967295,t=4294967295,p=16777215",
    ] {
        put(format!("$argon2id$v=19${costs}${SALT}${DIGEST}"), ARGON2);
        put(format!("$argon2i${costs}${SALT}${DIGEST}"), ARGON2);
        put(
            format!("argon2$argon2id$v=19${costs}${SALT}${DIGEST}"),
            ARGON2,
        );
        let wrapped = format!("$rekey-wrap$v=1,l=32$argon2i$v=19${costs}${SALT}");
        put(
            format!("{wrapped}$argon2id$v=19$m=19456,t=2,p=1${SALT}${DIGEST}"),
            ARGON2,
        );
    }
    for costs in [
        "m=4294967296,t=1,p=1",
        "m=7,t=1,p=1",
        "m=64,t=0,p=1",
        "m=64,t=1,p=0",
        "m=-1,t=1,p=1",
        "m=+64,t=1,p=1",
        "m=064,t=1,p=1",
        "t=1,m=64,p=1",
        "m=64,t=1",
        "m=64,t=1,p=1,data=AAAA",
        "m=64,t=1,p=1,p=1",
        "",
    ] {
        put(
            format!("$argon2id$v=19${costs}${SALT}${DIGEST}"),
            &broken("argon2id"),
        );
    }
    put(
        format!("$argon2id$v=18$m=64,t=1,p=1${SALT}${DIGEST}"),
        &broken("argon2id"),
    );
    put(
        format!("$argon2d$v=19$m=64,t=1,p=1${SALT}${DIGEST}"),
        SCHEME,
    );
    put(format!("$argon2id$v=19$m=64,t=1,p=1${SALT}"), INCOMPLETE);
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1$$ {DIGEST}"),
        &broken("argon2id"),
    );
    put(format!("$argon2id$v=19$m=64,t=1,p=1$${DIGEST}"), INCOMPLETE);
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1$c29t${DIGEST}"),
        INCOMPLETE,
    );
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}$aGFzaA"),
        INCOMPLETE,
    );
    let long = "A".repeat(88);
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${long}"),
        INCOMPLETE,
    );
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1${long}${DIGEST}"),
        INCOMPLETE,
    );
}

fn bcrypt(put: &mut dyn FnMut(String, &str)) {
    for cost in ["15", "31", "32", "99"] {
        put(format!("$2b${cost}${BCRYPT}"), COST);
        put(format!("bcrypt$$2y${cost}${BCRYPT}"), COST);
        put(format!("bcrypt_sha256$$2b${cost}${BCRYPT}"), COST);
    }
    for cost in ["00", "03", "4", "004", "-4", "1e", ""] {
        put(format!("$2b${cost}${BCRYPT}"), &broken("bcrypt"));
    }
    put(format!("$2b$10${}", &BCRYPT[..52]), &broken("bcrypt"));
    put(format!("$2b$10${BCRYPT}x"), &broken("bcrypt"));
    put("$2b$10$".to_owned(), &broken("bcrypt"));
    put(format!("$2b$10${}", &BCRYPT[..22]), INCOMPLETE);
    put(format!("$2x$10${BCRYPT}"), SCHEME);
    put(format!("$2$10${BCRYPT}"), SCHEME);
}

fn scrypt(put: &mut dyn FnMut(String, &str)) {
    for costs in [
        "ln=18,r=8,p=1",
        "ln=17,r=9,p=1",
        "ln=17,r=8,p=3",
        "ln=1,r=4294967295,p=1",
        "ln=1,r=1,p=4294967295",
        "ln=63,r=8,p=1",
        "ln=64,r=8,p=1",
        "ln=255,r=4294967295,p=4294967295",
    ] {
        put(format!("$scrypt${costs}${SALT}${DIGEST}"), SCRYPT);
    }
    for costs in [
        "ln=256,r=8,p=1",
        "ln=0,r=8,p=1",
        "ln=14,r=0,p=1",
        "ln=14,r=8,p=0",
        "ln=16,r=1,p=1",
    ] {
        put(
            format!("$scrypt${costs}${SALT}${DIGEST}"),
            &broken("scrypt"),
        );
    }
    put(
        format!("scrypt$9223372036854775808$salty-salt$8$1${DIGEST}"),
        SCRYPT,
    );
    put(
        format!("scrypt$18446744073709551616$salty-salt$8$1${DIGEST}"),
        &broken("scrypt"),
    );
    put(
        format!("scrypt$15$salty-salt$8$1${DIGEST}"),
        &broken("scrypt"),
    );
    put(
        format!("scrypt$0$salty-salt$8$1${DIGEST}"),
        &broken("scrypt"),
    );
}

fn pbkdf2(put: &mut dyn FnMut(String, &str)) {
    for iterations in ["2000001", "4294967295"] {
        put(
            format!("$pbkdf2-sha256$i={iterations}${SALT}${DIGEST}"),
            PBKDF2,
        );
        put(
            format!("$pbkdf2-sha512${iterations}${SALT}${DIGEST}"),
            PBKDF2,
        );
        put(format!("$pbkdf2${iterations}${SALT}${DIGEST}"), PBKDF2);
        put(
            format!("pbkdf2_sha256${iterations}$salty-salt${DIGEST}"),
            PBKDF2,
        );
    }
    // Two blocks of the hash cost twice as much.
    let two = "A".repeat(86);
    put(format!("$pbkdf2-sha256$i=1000001${SALT}${two}"), PBKDF2);
    for iterations in ["0", "4294967296", "99999999999999999999", "-1", "1e3", ""] {
        put(
            format!("$pbkdf2-sha256$i={iterations}${SALT}${DIGEST}"),
            &broken("PBKDF2"),
        );
        put(
            format!("pbkdf2_sha256${iterations}$salty-salt${DIGEST}"),
            &broken("PBKDF2"),
        );
    }
    put(
        format!("$pbkdf2-sha256$i=1000,l=4294967295${SALT}${DIGEST}"),
        &broken("PBKDF2"),
    );
    put(format!("$pbkdf2-md5$i=1000${SALT}${DIGEST}"), SCHEME);
    put(format!("pbkdf2_sha256$600000$short${DIGEST}"), INCOMPLETE);
}

fn sha_crypt(put: &mut dyn FnMut(String, &str)) {
    for rounds in ["1000001", "999999999", "4294967295"] {
        put(format!("$6$rounds={rounds}$saltsalt${SHA512}"), SHA);
    }
    for rounds in ["999", "0", "4294967296", "-5", "05000", ""] {
        put(
            format!("$6$rounds={rounds}$saltsalt${SHA512}"),
            &broken("SHA-512-crypt"),
        );
    }
    put(format!("$5$saltsalt${SHA512}"), &broken("SHA-256-crypt"));
    put(
        format!("$6$saltsaltsaltsaltX${SHA512}"),
        &broken("SHA-512-crypt"),
    );
    put(format!("$6$salt${SHA512}"), INCOMPLETE);
    put("$6$saltsalt".to_owned(), INCOMPLETE);
}

fn others(put: &mut dyn FnMut(String, &str)) {
    let outer = format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${DIGEST}");
    for inner in [
        String::new(),
        outer.clone(),
        format!("$rekey-wrap$v=1,l=32$6$saltsalt{outer}"),
        "$2b$31".to_owned(),
    ] {
        put(
            format!("$rekey-wrap$v=1,l=32{inner}{outer}"),
            &broken("wrapped"),
        );
    }
    put(
        format!("$rekey-wrap$v=1,l=$6$saltsalt{outer}"),
        &broken("wrapped"),
    );
    put(
        format!("$rekey-wrap$v=1,l=4294967295$6$saltsalt{outer}"),
        INCOMPLETE,
    );
    put(
        format!("$rekey-wrap$v=1,l=23$2b$31${}{outer}", &BCRYPT[..22]),
        COST,
    );
    put(format!("$rekey-wrap$v=2,l=64$6$saltsalt{outer}"), SCHEME);
    let cheap = outer.replace("m=19456", "m=64");
    put(
        format!("$rekey-wrap$v=1,l=64$6$saltsalt{cheap}"),
        &broken("wrapped"),
    );

    for md5 in [
        "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
        "$apr1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
    ] {
        put(md5.to_owned(), SCHEME);
    }
    put(
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99".to_owned(),
        SCHEME,
    );
    put("$y$j9T$saltsalt$abc".to_owned(), SCHEME);
    put("$".to_owned(), MALFORMED);
    for plain in [
        "",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "{SSHA}AAAA",
        "!",
        "rEK1ecacw.7.c",
    ] {
        put(plain.to_owned(), MALFORMED);
    }
    put(
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${}", "A".repeat(60_000)),
        MALFORMED,
    );
    put("$é$".to_owned(), MALFORMED);
}

/// L22, P-10: refused by what they say, each by the name of its scheme, before anything is computed.
#[rekey_test::on_a_database]
async fn l22_hostile_parameters_are_refused_without_computing_anything(db: PgPool) {
    let world = World::new(db).await;
    let before = world.hasher.computed();
    let table = hostile();
    let line = |(n, (hash, _)): (usize, &Row)| {
        json!({"login": format!("p{n}"), "passwords": {"pin": {"hash": hash}}}).to_string() + "\n"
    };
    let file: String = table.iter().enumerate().map(line).collect();
    let bad = world.refuse(file).await;
    assert_eq!(bad.len(), table.len());
    for ((_, said), (hash, why)) in bad.iter().zip(&table) {
        assert_eq!(*said, format!("`passwords.pin.hash` {why}"), "{hash}");
    }
    assert_eq!(world.hasher.computed(), before);
}

/// The very bounds are still taken.
#[test]
fn what_is_just_within_the_bounds_is_taken() {
    let two = "A".repeat(86);
    for hash in [
        format!("$argon2id$v=19$m=131072,t=10,p=16${SALT}${DIGEST}"),
        format!("$2b$14${BCRYPT}"),
        format!("$2b$04${BCRYPT}"),
        format!("$scrypt$ln=17,r=8,p=2${SALT}${DIGEST}"),
        format!("$pbkdf2-sha256$i=2000000,l=32${SALT}${DIGEST}"),
        format!("$pbkdf2-sha256$i=1000000${SALT}${two}"),
        format!("$6$rounds=1000000$saltsalt${SHA512}"),
        format!("$6$rounds=1000$saltsalt${SHA512}"),
    ] {
        assert!(Hash::import(&hash).is_ok(), "{hash}");
    }
}

/// OWASP's floors: below them a hash is wrapped, at them it rests.
#[test]
fn what_is_below_the_floor_is_weak() {
    for (hash, is_weak) in [
        (
            format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${DIGEST}"),
            false,
        ),
        (
            format!("$argon2id$v=19$m=7168,t=5,p=1${SALT}${DIGEST}"),
            false,
        ),
        (
            format!("$argon2id$v=19$m=19455,t=2,p=1${SALT}${DIGEST}"),
            true,
        ),
        (
            format!("$argon2id$v=19$m=7167,t=10,p=1${SALT}${DIGEST}"),
            true,
        ),
        (format!("$2b$10${BCRYPT}"), false),
        (format!("$2b$09${BCRYPT}"), true),
        (format!("$scrypt$ln=17,r=8,p=1${SALT}${DIGEST}"), false),
        (format!("$scrypt$ln=14,r=8,p=5${SALT}${DIGEST}"), false),
        (format!("$scrypt$ln=16,r=8,p=1${SALT}${DIGEST}"), true),
        (format!("$scrypt$ln=17,r=7,p=1${SALT}${DIGEST}"), true),
        (format!("$pbkdf2-sha256$i=600000${SALT}${DIGEST}"), false),
        (format!("$pbkdf2-sha256$i=599999${SALT}${DIGEST}"), true),
        (format!("$pbkdf2-sha512$i=210000${SALT}${DIGEST}"), false),
        (format!("$pbkdf2-sha512$i=209999${SALT}${DIGEST}"), true),
        (
            format!("$pbkdf2$1300000${SALT}$AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            false,
        ),
        (
            format!("$pbkdf2$1299999${SALT}$AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            true,
        ),
        (format!("$6$rounds=1000000$saltsalt${SHA512}"), true),
    ] {
        let Ok(Hash::Plain { recipe, .. }) = Hash::import(&hash) else {
            panic!("{hash}");
        };
        assert_eq!(recipe.is_weak(), is_weak, "{hash}");
    }
}

/// A weak hash is wrapped under the same salt each time, so that a file that is imported twice
/// changes nothing; under another salt for whoever has the same hash.
#[rekey_test::on_a_database]
async fn a_wrapped_hash_is_the_same_when_it_is_imported_again(db: PgPool) {
    let world = World::new(db).await;
    let hash = format!("$6$saltsalt${SHA512}");
    let line = |login: &str| {
        json!({"login": login, "passwords": {"login": {"hash": hash}, "pin": {"hash": hash}}})
            .to_string()
    };
    let file = format!("{}\n{}", line("Ann"), line("Bob"));
    let report = world.import(&file).await;
    assert_eq!((report.passwords, report.wrapped), (4, 4));
    assert_eq!(report.schemes["SHA-512-crypt"], 4);
    let before = world.everything().await;
    let report = world.import(&file).await;
    assert_eq!((report.unchanged, report.passwords), (2, 0));
    let mut after = world.everything().await;
    after[5] = before[5].clone();
    assert_eq!(after, before);
    let distinct = "select to_jsonb(count(distinct hash)) from password";
    assert_eq!(world.value(distinct).await, json!(4));
    let weak = "select to_jsonb(count(*)) from password where hash not like '%$argon2id$%'";
    assert_eq!(world.value(weak).await, json!(0));
}

/// An export with hashes is what an import makes the same accounts of, in another tenant too.
#[rekey_test::on_a_database]
async fn what_is_exported_comes_back(db: PgPool) {
    let world = World::with(db, Params::new(19_456, 2, 1, None).unwrap()).await;
    let sha = format!("$6$saltsalt${SHA512}");
    let people = [
        json!({"login": "Rita", "role": "broker", "email": "r@r.example"}),
        json!({"login": "Ann", "userType": "EzsignUser", "email": "a@a.example", "phone": "+15145550100",
            "name": "Ann Ö", "language": "fr", "role": "administrator", "broker": "rita",
            "status": "blocked", "identifiers": ["login"], "securityQuestion": "Pet?",
            "securityAnswer": "Rex of Kent",
            "passwords": {"login": {"value": "Qwerty1234!"}, "pin": {"hash": sha}}}),
        json!({"login": "Bob", "email": "a@a.example",
            "passwords": {"pin": {"hash": format!("$2y$10${BCRYPT}")}}}),
        json!({"login": "Cid", "identifiers": []}),
    ];
    let file: Vec<_> = people.iter().map(ToString::to_string).collect();
    world.import(&file.join("\n")).await;
    // A value that its owner never had does not move.
    world
        .import(r#"{"login":"Dee","passwords":{"login":{"value":"Qwerty1234!"}}}"#)
        .await;
    world
        .execute(
            "update password set standing = 'reset' where account_id =
                (select account_id from account where login_key = 'dee')",
        )
        .await;
    let exported = world.export("demo").await;
    assert_eq!(exported.len(), 5);
    assert_eq!(exported[0]["login"], "Ann");
    let types: Vec<_> = exported[0]["passwords"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(types, ["login", "pin"]);
    let dee = exported.iter().find(|line| line["login"] == "Dee").unwrap();
    assert_eq!(dee["passwords"], json!({}));

    let lines: Vec<_> = exported.iter().map(ToString::to_string).collect();
    let report = world.import_into("other", &lines.join("\n")).await;
    assert_eq!(
        (report.created, report.passwords, report.wrapped),
        (5, 3, 0)
    );
    assert_eq!(world.export("other").await, exported);
    let report = world.import_into("other", &lines.join("\n")).await;
    assert_eq!((report.unchanged, report.passwords), (5, 0));
}

fn recipes() -> impl Strategy<Value = (Recipe, usize)> {
    let bytes = || proptest::collection::vec(any::<u8>(), 8..=64);
    let argon2 = (
        any::<[bool; 2]>(),
        8_u32..=131_072,
        1_u32..=10,
        bytes(),
        16_usize..=64,
    )
        .prop_map(|([is_i, is_old], memory_kib, iterations, salt, length)| {
            let recipe = Recipe::Argon2 {
                lanes: if is_i { Lanes::I } else { Lanes::Id },
                version: if is_old { Version::V16 } else { Version::V19 },
                memory_kib,
                iterations,
                parallelism: 1,
                salt,
            };
            (recipe, length)
        });
    let bcrypt = (any::<bool>(), 4_u32..=14, any::<[u8; 16]>()).prop_map(|(is_hex, cost, salt)| {
        let input = if is_hex {
            Input::Sha256Hex
        } else {
            Input::Password
        };
        (Recipe::Bcrypt { input, cost, salt }, 23)
    });
    let scrypt =
        (1_u8..=16, 1_u32..=2, bytes(), 16_usize..=64).prop_map(|(log_n, p, salt, length)| {
            (
                Recipe::Scrypt {
                    log_n,
                    r: 8,
                    p,
                    salt,
                },
                length,
            )
        });
    let prf = prop_oneof![Just(Prf::Sha1), Just(Prf::Sha256), Just(Prf::Sha512)];
    let pbkdf2 = (prf, 1_u32..=500_000, bytes(), 16_usize..=64).prop_map(
        |(prf, iterations, salt, length)| {
            let recipe = Recipe::Pbkdf2 {
                prf,
                iterations,
                salt,
            };
            (recipe, length)
        },
    );
    let sha_crypt = (any::<bool>(), 1_000_u32..=1_000_000, "[./0-9A-Za-z]{8,16}").prop_map(
        |(is_long, rounds, salt)| {
            let prf = if is_long { Prf::Sha512 } else { Prf::Sha256 };
            (Recipe::ShaCrypt { prf, rounds, salt }, prf.length())
        },
    );
    prop_oneof![argon2, bcrypt, scrypt, pbkdf2, sha_crypt]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((recipe, length) in recipes(), byte in any::<u8>(), is_wrapped in any::<bool>()) {
        let hash = if is_wrapped {
            let outer = Recipe::Argon2 {
                lanes: Lanes::Id,
                version: Version::V19,
                memory_kib: 19_456,
                iterations: 2,
                parallelism: 1,
                salt: vec![byte; 16],
            };
            Hash::Wrapped { inner: recipe, length, outer, digest: vec![byte; 32] }
        } else {
            Hash::Plain { recipe, digest: (0..length).map(|n| byte ^ n.to_le_bytes()[0]).collect() }
        };
        let text = hash.to_string();
        prop_assert!(Hash::import(&text).is_ok_and(|read| read == hash), "{}", text);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "[$=,.0-9a-z]{0,80}", scheme in "[$]?(argon2id|2b|scrypt|pbkdf2-sha256|5|6|pbkdf2_sha256|rekey-wrap[$]v=1,l=9)?") {
        let _ = Hash::import(&format!("{scheme}${text}"));
    }
}
