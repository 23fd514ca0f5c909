//! Table 3: the fields; rows 7 to 9 of table 5.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{OPERATIONS, minimal};
use crate::harness::{Call, World};

const MISSING: &str = "UNPROCESSABLEENTITY_DATA_MISSING";
const NOT_VALID: &str = "UNPROCESSABLEENTITY_DATA_VALIDATION";
const OUT_OF_RANGE: &str = "UNPROCESSABLEENTITY_DATA_OUTOFBOUND";

/// Row 7: each required field of each operation, absent and null.
#[rekey_test::on_a_database]
async fn row_7_what_is_required_must_be_there(db: PgPool) {
    let world = World::new(db).await;
    for operation in OPERATIONS {
        let whole = minimal(operation);
        let names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut body = whole.clone();
            body[&name] = Value::Null;
            let message = format!("{name} is required");
            world
                .sspr(operation, &body)
                .await
                .is_refused(422, MISSING, &message);
            body.as_object_mut().unwrap().remove(&name);
            world
                .sspr(operation, &body)
                .await
                .is_refused(422, MISSING, &message);
        }
    }
    assert!(world.post().await.is_empty());
}

/// Row 7: which identifier is required depends on the user type; empty is absent.
#[rekey_test::on_a_database]
async fn row_7_the_user_type_selects_the_identifier(db: PgPool) {
    let world = World::new(db).await;
    for operation in OPERATIONS {
        for (user_type, needed) in [
            ("Native", "sUserLoginname"),
            ("EzsignUser", "sEmailAddress"),
        ] {
            let needed = if operation == "sendUsernames" {
                "sEmailAddress"
            } else {
                needed
            };
            let mut body = minimal(operation);
            body["eUserTypeSSPR"] = user_type.into();
            body["sUserLoginname"] = "JohnDoe".into();
            body["sEmailAddress"] = "example@domain.com".into();
            body[needed] = "".into();
            let message = format!("{needed} is required");
            world
                .sspr(operation, &body)
                .await
                .is_refused(422, MISSING, &message);
        }
    }
}

/// Row 8, and the constraints of table 3. (R-07.)
#[rekey_test::on_a_database]
async fn row_8_what_is_there_must_be_valid(db: PgPool) {
    let world = World::new(db).await;
    let wrong = [
        ("pksCustomerCode", json!(4)),
        ("pksCustomerCode", json!("d")),
        ("pksCustomerCode", json!("")),
        ("pksCustomerCode", json!("demodem")),
        ("fkiLanguageID", json!("2")),
        ("fkiLanguageID", json!(2.0)),
        ("fkiLanguageID", json!(true)),
        ("fkiLanguageID", json!([2])),
        ("eUserTypeSSPR", json!("native")),
        ("eUserTypeSSPR", json!(1)),
        ("eUserTypeSSPR", json!("")),
        ("sUserLoginname", json!(5)),
        ("sUserLoginname", json!(["JohnDoe", "Ezra"])),
        ("sEmailAddress", json!({"a": "example@domain.com"})),
        (
            "sEmailAddress",
            json!(["example@domain.com", "evil@domain.example"]),
        ),
        ("binUserSSPRtoken", json!(12)),
        ("sPassword", json!(false)),
    ];
    for (name, value) in wrong {
        for operation in OPERATIONS {
            let mut body = minimal(operation);
            let is_elsewhere = match name {
                "binUserSSPRtoken" | "sPassword" => body.get(name).is_none(),
                "sUserLoginname" => operation == "sendUsernames",
                _ => false,
            };
            if is_elsewhere {
                // Not in this operation's schema: ignored like any unknown property.
                body[name] = value.clone();
                assert_ne!(world.sspr(operation, &body).await.status, 400);
                continue;
            }
            body[name] = value.clone();
            let message = format!("{name} is not valid");
            world
                .sspr(operation, &body)
                .await
                .is_refused(422, NOT_VALID, &message);
        }
    }
    let letters = world.post().await;
    let is_johns = |letter: &rekey::mail::Letter| letter.to.as_str() == "example@domain.com";
    assert!(
        letters.iter().all(is_johns),
        "R-07: nobody else is written to"
    );
}

/// D9: what can be an e-mail address, where one is required.
#[rekey_test::on_a_database]
async fn d9_an_address_has_one_at_sign_and_text_around_it(db: PgPool) {
    let world = World::new(db).await;
    let long = format!("{}@{}", "a".repeat(64), "b".repeat(190));
    for wrong in [
        "@@",
        "nobody",
        "@domain.example",
        "nobody@",
        "a@b@c",
        "a\u{7}@b",
        &long,
        "a\n@b",
    ] {
        let mut body = minimal("sendUsernames");
        body["sEmailAddress"] = wrong.into();
        let reply = world.sspr("sendUsernames", &body).await;
        reply.is_refused(422, NOT_VALID, "sEmailAddress is not valid");
    }
    for right in [
        "a@b",
        " example@domain.com ",
        &long[1..],
        "ünï@dömäin.example",
    ] {
        let mut body = minimal("sendUsernames");
        body["sEmailAddress"] = right.into();
        world.sspr("sendUsernames", &body).await.is_done();
    }
}

/// Row 9.
#[rekey_test::on_a_database]
async fn row_9_a_language_is_1_or_2(db: PgPool) {
    let world = World::new(db).await;
    for language in [json!(0), json!(3), json!(-1), json!(u64::MAX)] {
        for operation in OPERATIONS {
            let mut body = minimal(operation);
            body["fkiLanguageID"] = language.clone();
            let reply = world.sspr(operation, &body).await;
            reply.is_refused(422, OUT_OF_RANGE, "fkiLanguageID is out of range");
        }
    }
}

/// The rows are checked in their order: 7 before 8 before 9, whatever the order of the fields.
#[rekey_test::on_a_database]
async fn missing_comes_before_not_valid_and_that_before_out_of_range(db: PgPool) {
    let world = World::new(db).await;
    let mut body = json!({"pksCustomerCode": 7, "fkiLanguageID": 9, "eUserTypeSSPR": "Native"});
    let reply = world.sspr("resetPasswordRequest", &body).await;
    reply.is_refused(422, MISSING, "sUserLoginname is required");
    body["sUserLoginname"] = "JohnDoe".into();
    let reply = world.sspr("resetPasswordRequest", &body).await;
    reply.is_refused(422, NOT_VALID, "pksCustomerCode is not valid");
    body["pksCustomerCode"] = "demo".into();
    let reply = world.sspr("resetPasswordRequest", &body).await;
    reply.is_refused(422, OUT_OF_RANGE, "fkiLanguageID is out of range");
}

/// D5: both identifiers may be sent; the one not selected only has to be a string.
#[rekey_test::on_a_database]
async fn d5_the_identifier_not_selected_is_ignored(db: PgPool) {
    let world = World::new(db).await;
    let mut body = minimal("resetPasswordRequest");
    for other in [
        "example@domain.com",
        "not an address",
        "",
        "ezra@domain.example",
    ] {
        body["sEmailAddress"] = other.into();
        world.sspr("resetPasswordRequest", &body).await.is_done();
        let letters = world.post().await;
        assert_eq!(
            letters[0].to.as_str(),
            "example@domain.com",
            "with {other:?} beside it"
        );
    }
    body["sEmailAddress"] = json!(1);
    let reply = world.sspr("resetPasswordRequest", &body).await;
    reply.is_refused(422, NOT_VALID, "sEmailAddress is not valid");
}

/// Section 3, tolerance: unknown properties are ignored, null is absent, key order is free, and
/// text may be escaped or raw.
#[rekey_test::on_a_database]
async fn tolerance(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Zoë😀","email":"zoe@domain.example"}"#)
        .await;
    let bodies = [
        r#"{"sUserLoginname":"Zoë😀","eUserTypeSSPR":"Native","fkiLanguageID":2,"pksCustomerCode":"demo"}"#,
        r#"{"pksCustomerCode":"demo","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"Zo\u00eb\ud83d\ude00"}"#,
        r#"{"pksCustomerCode":"demo","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"zoë😀","sEmailAddress":null,"extra":{"a":[1]},"binUserSSPRtoken":7}"#,
    ];
    for body in bodies {
        let call = Call::new("POST", super::path("resetPasswordRequest"))
            .header("authorization", world.key.reveal())
            .header("content-type", "application/json; charset=utf-8")
            .body(body);
        world.send(call).await.is_done();
        let letters = world.post().await;
        assert_eq!(letters.len(), 1, "{body}");
        assert_eq!(letters[0].to.as_str(), "zoe@domain.example");
    }
}
