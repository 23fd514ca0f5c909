//! The three GETs: exact members, and what `fields` leaves of them (2 and 5.4).

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{By, State, call, world, world_of};
use crate::harness::World;

const ANN: By = By::Login("ann");
const ADA: By = By::Login("ada");

fn members(value: &Value) -> Vec<&str> {
    let members = value.as_object().unwrap();
    let mut names: Vec<_> = members.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Absent values are left out: nothing in an answer is `null`.
fn has_no_null(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::Array(values) => values.iter().for_each(has_no_null),
        Value::Object(values) => values.values().for_each(has_no_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `PasswordStatusAndType`: status, date where there has ever been one, and a reference to the type,
/// for all types in the order of the tenant file.
#[rekey_test::on_a_database]
async fn a_list_has_every_type_in_order(db: PgPool) {
    let world = world(db, "").await;
    world.put("ann", "card", State::Pending).await;
    for (by, user) in [(ANN, "self"), (ADA, "ann"), (By::Login("bea"), "ann")] {
        let reply = world.get(&by, &format!("/{user}/passwords")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let list = reply.json();
        has_no_null(&list);
        let list = list.as_array().unwrap();
        let names: Vec<_> = list
            .iter()
            .map(|one| &one["type"]["internalName"])
            .collect();
        assert_eq!(names, ["login", "pin", "vault", "card", "token", "code"]);
        assert_eq!(members(&list[0]), ["date", "status", "type"]);
        assert_eq!(members(&list[1]), ["status", "type"]);
        assert_eq!(members(&list[0]["type"]), ["id", "internalName", "name"]);
        assert!(list[0]["type"]["id"].is_string());
        assert_eq!(list[0]["date"], "2026-01-01T12:00:00.000Z");
        assert_eq!(list[3]["date"], "2026-01-01T11:59:00.000Z");
        let statuses: Vec<_> = list.iter().map(|one| &one["status"]).collect();
        let never = "neverCreated";
        assert_eq!(statuses, ["active", never, never, "pending", never, never]);
    }
}

/// `PasswordStatusAndActions`: every member marked essential, and no other. (H-06.)
#[rekey_test::on_a_database]
async fn one_has_exact_members(db: PgPool) {
    let world = world(db, "").await;
    let id = world.tenant.type_named("login").unwrap().password_type_id;
    let shown = world.standing(&ANN, "self", "login").await;
    let wanted = json!({
        "type": {
            "id": id.to_string(), "name": "Login password", "internalName": "login",
            "mode": "manual", "global": false, "description": "8 to 128 characters",
        },
        "status": "active",
        "date": "2026-01-01T12:00:00.000Z",
        "requireOldPasswordForChange": true,
        "permissions": {
            "change": true, "changeGenerated": false, "generate": false, "allowGeneration": false,
            "disable": false, "enable": false, "resetGenerated": false, "resetAndSend": false,
            "unblock": false,
        },
    });
    assert_eq!(shown, wanted);
    let numbered = world.standing(&ANN, "self", &id.to_string()).await;
    assert_eq!(numbered, wanted, "a type by its id");
    let managed = world.standing(&ADA, "ann", "login").await;
    assert_eq!(managed["requireOldPasswordForChange"], false);
    let permissions = json!({
        "change": true, "changeGenerated": false, "generate": false, "allowGeneration": false,
        "disable": true, "enable": false, "resetGenerated": false, "resetAndSend": true,
        "unblock": false,
    });
    assert_eq!(managed["permissions"], permissions);
    let none = world.standing(&ANN, "self", "pin").await;
    assert_eq!(
        members(&none),
        [
            "permissions",
            "requireOldPasswordForChange",
            "status",
            "type"
        ]
    );
}

/// What each kind of value looks like, in words.
#[rekey_test::on_a_database]
async fn types_are_described(db: PgPool) {
    let types = super::TYPES.replacen(
        "min_length = 4",
        "min_length = 6\nmax_length = 6\nrequire = [\"digit\", \"upper\"]",
        1,
    );
    let world = world_of(db, "", &types).await;
    for (kind, description) in [
        ("login", "8 to 128 characters"),
        ("pin", "6 characters, with an upper-case letter, a digit"),
        ("card", "16 characters, made by the server"),
        ("token", "12 characters, made by the server"),
        (
            "code",
            "6 characters, sent when needed, good for 10 minutes",
        ),
    ] {
        let shown = world.standing(&ANN, "self", kind).await;
        let told: String = shown["type"]["description"].as_str().unwrap().to_owned();
        if kind == "pin" {
            let mut parts: Vec<_> = told
                .split(", ")
                .map(|part| part.replace("with ", ""))
                .collect();
            parts.sort_unstable();
            assert_eq!(
                parts,
                ["6 characters", "a digit", "an upper-case letter"],
                "{told}"
            );
        } else {
            assert_eq!(told, description);
        }
    }
}

/// `requireOldPasswordForChange` in every state, for its owner and for a manager.
#[rekey_test::on_a_database]
async fn the_old_password_is_asked_of_owners_only(db: PgPool) {
    let world = world(db, "").await;
    for state in State::ALL {
        world.put("ann", "pin", state).await;
        let is_asked = |shown: &Value| shown["requireOldPasswordForChange"].as_bool().unwrap();
        let wanted = matches!(
            state,
            State::Active
                | State::TemporarilyBlocked
                | State::IndefinitelyBlocked
                | State::Disabled
        );
        assert_eq!(
            is_asked(&world.standing(&ANN, "self", "pin").await),
            wanted,
            "{state:?}"
        );
        assert!(!is_asked(&world.standing(&ADA, "ann", "pin").await));
    }
}

/// `DataForUserPasswords`: the passwords, whose they are, by what a value can be sent; and how to
/// confirm, only where that will be asked.
#[rekey_test::on_a_database]
async fn list_data_says_how_to_confirm_where_that_is_asked(db: PgPool) {
    let world = world(db, "[cyclos]\nconfirmation = \"pin\"\n").await;
    let data = async |by: &By, user: &str| {
        let reply = world.get(by, &format!("/{user}/passwords/list-data")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        has_no_null(&reply.json());
        reply.json()
    };
    let own = data(&ANN, "self").await;
    assert_eq!(members(&own), ["passwords", "sendMediums", "user"]);
    assert_eq!(own["sendMediums"], json!(["email", "sms"]));
    let id = world.shown_id("ann").await;
    assert_eq!(
        own["user"],
        json!({"id": id, "display": "Ann", "shortDisplay": "ann"})
    );
    for (place, kind) in ["login", "pin", "vault", "card", "token", "code"]
        .into_iter()
        .enumerate()
    {
        let alone = world.standing(&ANN, "self", kind).await;
        assert_eq!(own["passwords"][place], alone);
    }
    world.put("ann", "token", State::Active).await;
    world.put("ann", "pin", State::Active).await;
    let own = data(&ANN, "self").await;
    let input = &own["confirmationPasswordInput"];
    let pin = world.tenant.type_named("pin").unwrap().password_type_id;
    let wanted = json!({
        "id": pin.to_string(), "name": "PIN", "internalName": "pin", "mode": "manual",
        "inputMethod": "textBox", "minLength": 4, "maxLength": 128, "hasActivePassword": true,
        "confirmationPasswordOncePerSession": false,
    });
    assert_eq!(*input, wanted);
    // No manager replaces a generated value, so none is asked.
    let managed = data(&ADA, "ann").await;
    assert_eq!(members(&managed), ["passwords", "sendMediums", "user"]);
    world.import(r#"{"login":"ann","phone":null}"#).await;
    let bob = data(&ADA, "bob").await;
    assert_eq!(bob["sendMediums"], json!(["email"]));
}

/// A one-time code that confirms can be sent for.
#[rekey_test::on_a_database]
async fn list_data_says_by_what_a_code_is_sent(db: PgPool) {
    let world = world(db, "[cyclos]\nconfirmation = \"code\"\n").await;
    world.put("ann", "token", State::Active).await;
    let reply = world.get(&ANN, "/self/passwords/list-data").await;
    let input = &reply.json()["confirmationPasswordInput"];
    assert_eq!(input["otpSendMediums"], json!(["email", "sms"]));
    assert_eq!(input["hasActivePassword"], false);
}

impl World {
    async fn part(&self, path: &str) -> Value {
        let reply = self.send(ANN.sign(call("GET", path))).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.json()
    }
}

/// `fields` on all three, as section 2 and the expired-password page of 8.1 use it.
#[rekey_test::on_a_database]
async fn fields_leave_what_is_asked_for(db: PgPool) {
    let world = world(db, "").await;
    let list = world
        .part("/self/passwords?fields=status&fields=type.name")
        .await;
    assert_eq!(
        list[0],
        json!({"status": "active", "type": {"name": "Login password"}})
    );
    assert_eq!(list.as_array().unwrap().len(), 6);
    let one = world
        .part("/self/passwords/login?fields=type.name,type.mode,status,permissions,requireOldPasswordForChange")
        .await;
    assert_eq!(
        members(&one),
        [
            "permissions",
            "requireOldPasswordForChange",
            "status",
            "type"
        ]
    );
    assert_eq!(
        one["type"],
        json!({"name": "Login password", "mode": "manual"})
    );
    let data = world
        .part("/self/passwords/list-data?fields=passwords.type.internalName,user.id")
        .await;
    assert_eq!(members(&data), ["passwords", "user"]);
    assert_eq!(
        data["passwords"][1],
        json!({"type": {"internalName": "pin"}})
    );
    let data = world
        .part("/self/passwords/list-data?fields=%21passwords&fields=-user")
        .await;
    assert_eq!(data, json!({"sendMediums": ["email", "sms"]}));
    assert_eq!(
        world.part("/self/passwords/login?fields=nothing").await,
        json!({})
    );
    for path in ["", "/list-data", "/login"] {
        let path = format!("/self/passwords{path}?fields=type,-type");
        let reply = world.send(ANN.sign(call("GET", &path))).await;
        assert_eq!(
            reply.json(),
            json!({"code": "dataConversion", "value": "-type"})
        );
        assert_eq!(reply.status, 422);
    }
}
