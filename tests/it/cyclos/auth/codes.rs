//! 8.6: the way back by a name and a code, as 4.13 has it.

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{code_in, is_a_dead_key, not};
use crate::cyclos::{EMAIL, LOGIN, NEW, OLD, PHONE, USER, WRONG, with};
use crate::harness::World;
use crate::harness::seen::seen;
use crate::harness::world::{Setting, TENANT};

fn change(user: &str, code: &str, new: &str) -> Value {
    json!({"user": user, "code": code, "newPassword": new})
}

fn query(user: &str, code: &str) -> String {
    let user: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
    format!("user={user}&code={code}")
}

/// Steps 1 to 3: what a code's bearer is told, and the change; a look spends nothing. (T-01.)
#[rekey_test::on_a_database]
async fn steps_1_to_3(db: PgPool) {
    let world = World::new(db).await;
    let code = world.recovery_code(USER).await;
    assert_eq!(code.len(), 8, "T-01");
    let principal = |id: &str, name: &str, internal_name: &str, value: &str| {
        json!({
            "type": {"id": id, "name": name, "internalName": internal_name}, "value": value,
            "channels": [{"id": "1", "name": "Main", "internalName": "main"}],
        })
    };
    let mut described = world.kind("login", "manual");
    described["description"] = "Rules for the new password: at least 8 characters; at most 128 \
        characters; hard to guess: not a common password, a pattern on the keyboard, or just a name of yours or \
        of Demo Cooperative with digits or signs."
        .into();
    let expected = json!({
        "generated": false,
        "user": {"id": world.shown_id(USER).await, "display": "John Doe", "shortDisplay": USER},
        "passwordType": described,
        "principals": [
            principal("1", "Username", "username", USER),
            principal("2", "E-mail", "email", EMAIL),
            principal("3", "Mobile phone", "mobilePhone", PHONE),
        ],
    });
    for user in [USER, "johndoe", EMAIL, "'+15145550100"] {
        world
            .data_for_change(&query(user, &code))
            .await
            .is(200, &expected);
    }
    // What is wrong with the password spends nothing.
    world
        .recover(&change(USER, &code, "short"))
        .await
        .is_invalid(&["newPassword"]);
    world.recover(&change(USER, &code, NEW)).await.is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
    let used = world.recover(&change(USER, &code, "Other-Word-99")).await;
    used.is_of_type(&world, "invalidPassword", "login");
}

/// A code by text, to the stored number; a key and a code supersede each other (T-06, D-28). (L25.)
#[rekey_test::on_a_database]
async fn t_06_the_newest_only_whatever_its_form(db: PgPool) {
    let world = World::new(db).await;
    let key = world.recovery_key(USER).await;
    let first = world.recovery_code(USER).await;
    is_a_dead_key(&world.data_for_change(&format!("key={key}")).await);
    let body = json!({"user": USER, "sendMedium": "sms"});
    assert_eq!(world.forgot(&body).await.status, 200);
    assert!(world.post().await.is_empty(), "no letter");
    let texts = world.texts.texts();
    assert_eq!(texts[0].to.as_str(), PHONE);
    let second = code_in(&texts[0].text);
    let old = world.data_for_change(&query(USER, &first)).await;
    old.is_of_type(&world, "invalidPassword", "login");
    assert_eq!(
        world.data_for_change(&query(USER, &second)).await.status,
        200
    );
    let key = world.recovery_key(USER).await;
    let old = world.data_for_change(&query(USER, &second)).await;
    old.is_of_type(&world, "invalidPassword", "login");
    // `key` decides where both shapes are there.
    let both = format!("key={key}&{}", query(USER, &second));
    world
        .data_for_change(&both)
        .await
        .is(200, &json!({"generated": false}));
}

/// T-05: ten minutes, to the second.
#[rekey_test::on_a_database]
async fn t_05_a_code_lives_for_ten_minutes(db: PgPool) {
    let world = World::new(db).await;
    let code = world.recovery_code(USER).await;
    world.hand.turn(Duration::minutes(10) - Duration::SECOND);
    assert_eq!(world.data_for_change(&query(USER, &code)).await.status, 200);
    world.hand.turn(Duration::SECOND);
    let dead = world.recover(&change(USER, &code, NEW)).await;
    dead.is_of_type(&world, "invalidPassword", "login");
    assert!(world.is_password(USER, OLD).await);
}

/// T-07: of somebody else, of another tenant, and in the place of a key, a code is worth nothing.
#[rekey_test::on_a_database]
async fn t_07_a_code_is_bound_to_its_account(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let (johns, ezras) = (
        world.recovery_code(USER).await,
        world.recovery_code("Ezra").await,
    );
    for (user, code) in [("Ezra", &johns), (USER, &ezras), ("nobody", &johns)] {
        let reply = world.data_for_change(&query(user, code)).await;
        reply.is_of_type(&world, "invalidPassword", "login");
    }
    is_a_dead_key(&world.data_for_change(&format!("key={johns}")).await);
    let path = format!(
        "/api/auth/forgotten-password/data-for-change?{}",
        query(USER, &johns)
    );
    let there = crate::harness::Call::new("GET", path).header("host", "o.localhost");
    assert_eq!(world.send(there).await.status, 403);
    let rows: Vec<String> = sqlx::query_scalar("select t::text from recovery_token t")
        .fetch_all(&world.db)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.contains(&johns)), "{rows:?}");
}

/// T-10: wrong ones count across requests; the last drops the request and closes the password. (L9.)
#[rekey_test::on_a_database]
async fn t_10_wrong_codes_close_the_password(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..4 {
        let code = world.recovery_code(USER).await;
        let wrong = world.data_for_change(&query(USER, &not(&code))).await;
        wrong.is_of_type(&world, "invalidPassword", "login");
    }
    let code = world.recovery_code(USER).await;
    let last = world.recover(&change(USER, &not(&code), NEW)).await;
    last.is_of_type(&world, "temporarilyBlocked", "login");
    let right = world.recover(&change(USER, &code, NEW)).await;
    right.is_of_type(&world, "temporarilyBlocked", "login");
    let reply = world.sign_in(USER, OLD).await;
    reply.is(
        401,
        &json!({"code": "login", "passwordStatus": "temporarilyBlocked"}),
    );
    // A link is another way back, and lifts it (D-24).
    let key = world.recovery_key(USER).await;
    world
        .recover(&json!({"key": key, "newPassword": NEW}))
        .await
        .is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
    world.hand.turn(Duration::HOUR);
    let code = world.recovery_code(USER).await;
    world
        .recover(&change(USER, &code, "Other-Word-99"))
        .await
        .is_empty(204);
    world.post().await;
}

/// Right codes are no tries: they are given twice, to look and to change.
#[rekey_test::on_a_database]
async fn right_codes_use_up_no_tries(db: PgPool) {
    let world = World::new(db).await;
    let code = world.recovery_code(USER).await;
    for _ in 0..8 {
        assert_eq!(world.data_for_change(&query(USER, &code)).await.status, 200);
    }
}

/// T-10, L-05: a hundred guesses at once are no more than five.
#[rekey_test::on_a_database]
async fn l_05_parallel_guesses(db: PgPool) {
    let world = World::new(db).await;
    let code = world.recovery_code(USER).await;
    let wrong = query(USER, &not(&code));
    let calls = (0..100).map(|_| world.data_for_change(&wrong));
    let replies = join_all(calls).await;
    let evaluated = replies
        .iter()
        .filter(|reply| reply.body.contains("invalidPassword"))
        .count();
    assert_eq!(evaluated, 4, "and the fifth closes it");
    let body = world.type_reference("login");
    let blocked = json!({"code": "temporarilyBlocked", "passwordType": body});
    assert!(
        replies
            .iter()
            .filter(|reply| !reply.body.contains("invalidPassword"))
            .all(|reply| reply.json() == blocked)
    );
}

/// R-01: known, unknown and ineligible names get the same answers to codes, on the way into the
/// block and beyond it, whatever the policy.
#[rekey_test::on_a_database]
async fn r_01_wrong_codes_of_known_and_unknown_names_are_alike(db: PgPool) {
    let policies = [
        ("15m", "temporarilyBlocked"),
        ("forever", "indefinitelyBlocked"),
        ("disable", "illegalAction"),
    ];
    let world = World::new(db).await;
    for (turn, (policy, closed)) in policies.into_iter().enumerate() {
        let file = format!(
            "{}{LOGIN}block = \"{policy}\"\n",
            crate::harness::world::TENANT
        );
        let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
        let people = format!(
            r#"{{"login":"known{turn}","email":"k{turn}@domain.example","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}
{{"login":"asked{turn}","email":"a{turn}@domain.example","passwords":{{"login":{{"value":"Forgotten-2026"}}}}}}
{{"login":"empty{turn}","email":"e{turn}@domain.example"}}
{{"login":"away{turn}","email":"w{turn}@domain.example","status":"disabled"}}"#
        );
        world.import(&people).await;
        world.recovery_code(&format!("asked{turn}")).await;
        let mut first = None;
        for name in ["known", "asked", "empty", "away", "unknown"] {
            let name = format!("{name}{turn}");
            let hashes = world.hasher.computed();
            let mut sequence = Vec::new();
            for number in 0..7 {
                let reply = if number % 2 == 0 {
                    world.data_for_change(&query(&name, "xxxxxxxx")).await
                } else {
                    world.recover(&change(&name, "xxxxxxxx", NEW)).await
                };
                let code = if number < 4 {
                    "invalidPassword"
                } else {
                    closed
                };
                assert_eq!(reply.json()["code"], code, "{name} {number}");
                sequence.push(seen(&reply));
            }
            assert_eq!(world.hasher.computed(), hashes);
            assert_eq!(
                first.get_or_insert_with(|| sequence.clone()),
                &sequence,
                "{name}"
            );
        }
    }
}

/// A password that is closed for ever is not opened a little by wrong codes.
#[rekey_test::on_a_database]
async fn wrong_codes_weaken_no_block(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}block = \"forever\"\n"))).await;
    for _ in 0..5 {
        world.sign_in(USER, WRONG).await;
    }
    let file = rekey::config::tenant::parse("tenant.toml", crate::harness::world::TENANT).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    for _ in 0..5 {
        world.data_for_change(&query(USER, "xxxxxxxx")).await;
    }
    let reply = world.sign_in(USER, OLD).await;
    reply.is(
        401,
        &json!({"code": "login", "passwordStatus": "indefinitelyBlocked"}),
    );
}

/// A medium that nobody serves.
#[rekey_test::on_a_database]
async fn a_medium_that_is_not_served(db: PgPool) {
    let setting = crate::harness::world::Setting {
        texter: None,
        ..crate::harness::world::Setting::default()
    };
    let world = World::with(db, setting).await;
    for user in [USER, "nobody"] {
        let body = json!({"user": user, "sendMedium": "sms"});
        world.forgot(&body).await.is_invalid(&["sendMedium"]);
    }
    assert!(world.post().await.is_empty());
}

/// K5: whoever is to choose a password is told the policy, in the language of the request, else in the
/// account's, else in the tenant's.
#[rekey_test::on_a_database]
async fn the_policy_is_told_in_the_language_of_the_request(db: PgPool) {
    let more = "default_language = 'es'\n[[password_type]]\ninternal_name = 'login'\n\
                min_length = 9\nmax_length = 64\nrequire = ['upper', 'digit']\nhistory = 3\n";
    let (top, rest) = TENANT.split_once("[mail]").unwrap();
    let (language, kind) = more.split_once('\n').unwrap();
    let setting = Setting {
        tenant: format!("{top}{language}\n[mail]{rest}{kind}"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let (english, french, spanish) = (
        "Rules for the new password: at least 9 characters; at most 64 characters; a capital \
         letter; a digit; hard to guess: not a common password, a pattern on the keyboard, or just a \
         name of yours or of Demo Cooperative with digits or signs; none of your last 3 passwords.",
        "Règles du nouveau mot de passe : au moins 9 caractères ; au plus 64 caractères ; une lettre \
         majuscule ; un chiffre ; difficile à deviner : ni un mot de passe courant, ni une suite de \
         touches, ni votre seul nom ou celui de Demo Cooperative avec des chiffres ou des signes ; \
         aucun de vos 3 derniers mots de passe.",
        "Reglas de la contraseña nueva: al menos 9 caracteres; como máximo 64 caracteres; una \
         letra mayúscula; una cifra; difícil de adivinar: ni una contraseña común, ni una serie de \
         teclas, ni solo un nombre suyo o de Demo Cooperative con cifras o signos; ninguna de sus \
         últimas 3 contraseñas.",
    );
    // John reads English, Ezra says nothing.
    for (user, headers, told) in [
        (USER, vec![], english),
        ("Ezra", vec![("accept-language", "de, *")], spanish),
        (USER, vec![("accept-language", "fr-CA, en;q=0.5")], french),
        (
            USER,
            vec![("accept-language", "fr"), ("preferred-locale", "es_ES")],
            french,
        ),
    ] {
        let code = world.recovery_code(user).await;
        let path = format!(
            "/api/auth/forgotten-password/data-for-change?{}",
            query(user, &code)
        );
        let mut call = crate::harness::Call::new("GET", path).header("host", "demo.localhost");
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let reply = world.send(call).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.json()["passwordType"]["description"], told);
    }
}
