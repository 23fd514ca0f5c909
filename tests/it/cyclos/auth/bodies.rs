//! Sections 5.2 to 5.5 and 9: bodies to the member. What is not there is absent, never `null`.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{CODE, PIN, otp, types};
use crate::cyclos::{EMAIL, OLD, PHONE, USER, call, with};
use crate::harness::World;

fn principal_type(id: &str, name: &str, internal_name: &str) -> Value {
    json!({"id": id, "name": name, "internalName": internal_name})
}

/// `Auth` of `JohnDoe` in the usual tenant, as section 9 shows it.
async fn example(world: &World) -> Value {
    let login = world.kind("login", "manual");
    json!({
        "user": {"id": world.shown_id(USER).await, "display": "John Doe", "shortDisplay": "JohnDoe"},
        "role": "member",
        "global": false,
        "permissions": {"passwords": {"manage": true, "passwords": [
            {"type": login, "change": true, "enable": false, "reset": false, "unblock": false},
        ]}},
        "principal": "JohnDoe",
        "principalType": principal_type("1", "Username", "username"),
        "passwordType": login,
        "expiredPassword": false,
        "pendingAgreements": false,
        "pendingSecondaryPassword": false,
        "expiredSecondaryPassword": false,
        "configuration": {"id": "1", "version": 1},
    })
}

/// 5.2 and the example of 9: every member marked E that applies, nothing else.
#[rekey_test::on_a_database]
async fn section_9_auth_of_a_session(db: PgPool) {
    let world = World::new(db).await;
    let reply = world.sign_in(USER, OLD).await;
    let mut expected = example(&world).await;
    let token = reply.json()["sessionToken"].as_str().unwrap().to_owned();
    assert_eq!(token.len(), 32);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    expected["sessionToken"] = token.as_str().into();
    reply.is(200, &expected);
    world.auth(&token).await.is(200, &expected);
}

/// 5.2: without a session there is no token; an access client is no principal, and is named.
#[rekey_test::on_a_database]
async fn section_5_2_auth_of_basic_of_a_client_and_of_its_session(db: PgPool) {
    let world = World::new(db).await;
    let expected = example(&world).await;
    let reply = world.send(call("GET", "/auth").basic(USER, OLD)).await;
    reply.is(200, &expected);

    let client = world.access_client(USER).await;
    let reply = world.send(call("GET", "/auth").client(&client)).await;
    let mut of_client = expected.clone();
    let members = of_client.as_object_mut().unwrap();
    members.remove("principal");
    members.remove("principalType");
    let named = reply.json()["accessClient"].clone();
    let id: i64 = named["id"].as_str().unwrap().parse().unwrap();
    assert!(id > 0, "ids are decimal strings of 64 bits");
    assert_eq!(named, json!({"id": id.to_string(), "name": "Till"}));
    let without = of_client.clone();
    of_client["accessClient"] = named;
    reply.is(200, &of_client);

    let reply = world
        .send(call("POST", "/auth/session").client(&client))
        .await;
    let mut of_session = without;
    of_session["sessionToken"] = reply.json()["sessionToken"].clone();
    reply.is(200, &of_session);
}

/// D-4: a guest is told the configuration, and that nothing may be done.
#[rekey_test::on_a_database]
async fn d_4_auth_of_a_guest(db: PgPool) {
    let world = World::new(db).await;
    let reply = world.send(call("GET", "/auth")).await;
    let body = json!({
        "configuration": {"id": "1", "version": 1},
        "permissions": {"passwords": {"manage": false, "passwords": []}},
    });
    reply.is(200, &body);
}

/// 5.2: roles, the kinds of name, and a name that shows where there is no display name.
#[rekey_test::on_a_database]
async fn section_5_2_roles_and_principals(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(
            r#"{"login":"ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"bob","role":"broker","passwords":{"login":{"value":"Forgotten-2026"}}}"#,
        )
        .await;
    for (login, role) in [
        ("ada", "administrator"),
        ("bob", "broker"),
        (USER, "member"),
    ] {
        let auth = world.sign_in(login, OLD).await.json();
        assert_eq!(auth["role"], role);
    }
    let ada = world.sign_in("ada", OLD).await.json();
    assert_eq!(
        ada["user"],
        json!({"id": world.shown_id("ada").await, "display": "ada", "shortDisplay": "ada"})
    );
    for (principal, of) in [
        (USER, principal_type("1", "Username", "username")),
        ("johndoe", principal_type("1", "Username", "username")),
        (EMAIL, principal_type("2", "E-mail", "email")),
        (PHONE, principal_type("3", "Mobile phone", "mobilePhone")),
        (
            "+1 (514) 555-0100",
            principal_type("3", "Mobile phone", "mobilePhone"),
        ),
    ] {
        let auth = world.sign_in(principal, OLD).await.json();
        assert_eq!(auth["principal"], principal, "as it was typed");
        assert_eq!(auth["principalType"], of);
        assert_eq!(auth["user"]["shortDisplay"], USER);
    }
}

/// 5.3: the rights of owners, one entry a type; nobody disables their own access (D-21).
#[rekey_test::on_a_database]
async fn section_5_3_permissions_over_own_passwords(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmay_change = false\n\
                may_enable = true\nmay_unblock = true\n[[password_type]]\ninternal_name = \"pin\"\n\
                may_enable = true\nmay_reset = true\n";
    let world = World::with(db, with(more)).await;
    let auth = world.sign_in(USER, OLD).await.json();
    let expected = json!({"manage": true, "passwords": [
        {"type": world.kind("login", "manual"), "change": false, "enable": false, "reset": false,
            "unblock": true},
        {"type": world.kind("pin", "manual"), "change": true, "enable": true, "reset": true,
            "unblock": false},
    ]});
    assert_eq!(auth["permissions"], json!({ "passwords": expected }));
    let more = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmay_change = false\n";
    let file = crate::harness::world::TENANT.to_owned() + more;
    let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    let auth = world.sign_in(USER, OLD).await.json();
    assert_eq!(auth["permissions"]["passwords"]["manage"], false);
}

/// 5.5 `DataForLogin`: all names are tried, so none is the default; the marker of 8.6 is there.
#[rekey_test::on_a_database]
async fn section_5_5_data_for_login(db: PgPool) {
    let world = World::new(db).await;
    let kinds = [
        ("1", "Username", "username"),
        ("2", "E-mail", "email"),
        ("3", "Mobile phone", "mobilePhone"),
    ];
    let kinds = kinds.map(|(id, name, internal_name)| {
        let mut kind = principal_type(id, name, internal_name);
        kind["kind"] = internal_name.into();
        kind
    });
    let mut input = world.type_reference("login");
    input["mode"] = "manual".into();
    input["inputMethod"] = "textBox".into();
    input["minLength"] = 8.into();
    input["maxLength"] = 128.into();
    let mut expected = json!({
        "accessPasswordType": world.type_reference("login"),
        "principalTypes": kinds,
        "extraForgotPasswordPrincipalTypes": [],
        "loginPasswordInput": input,
        "forgotPasswordMediums": ["email", "sms"],
        "identityProviders": [],
    });
    let reply = world.send(call("GET", "/auth/data-for-login")).await;
    reply.is(200, &expected);

    let apply = async |more: &str| {
        let file = format!("{}[cyclos]\n{more}", crate::harness::world::TENANT);
        let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
        world.operator.apply_tenant(&file).await.unwrap();
    };
    // One kind of name is the default; an address recovers nevertheless.
    apply("principal_types = [\"login\"]\n").await;
    expected["principalTypes"] = json!([kinds[0]]);
    expected["defaultPrincipalType"] = "username".into();
    expected["extraForgotPasswordPrincipalTypes"] = json!([kinds[1]]);
    let reply = world.send(call("GET", "/auth/data-for-login")).await;
    reply.is(200, &expected);
    // D-34: switched off, and no marker.
    apply("principal_types = [\"login\"]\nforgotten_password = false\n").await;
    expected["extraForgotPasswordPrincipalTypes"] = json!([]);
    expected["forgotPasswordMediums"] = json!([]);
    expected
        .as_object_mut()
        .unwrap()
        .remove("identityProviders");
    let reply = world.send(call("GET", "/auth/data-for-login")).await;
    reply.is(200, &expected);
}

/// 5.5: where nobody carries texts, nothing is sent by text.
#[rekey_test::on_a_database]
async fn section_5_5_without_texts_mediums_are_email(db: PgPool) {
    let setting = crate::harness::world::Setting {
        texter: None,
        ..with(&types(&[CODE], "secondary = \"code\""))
    };
    let world = World::with(db, setting).await;
    let data = world.send(call("GET", "/auth/data-for-login")).await.json();
    assert_eq!(data["forgotPasswordMediums"], json!(["email"]));
    let token = world.johns_session().await;
    let input = call("GET", "/auth/session/secondary-password").session(&token);
    let input = world.send(input).await.json();
    assert_eq!(input["otpSendMediums"], json!(["email"]));
    let reply = world.send(otp("sms").session(&token)).await;
    reply.is_invalid(&["medium"]);
}

/// 5.4 `PasswordInput` of a typed second password, and of codes.
#[rekey_test::on_a_database]
async fn section_5_4_password_input(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN, CODE], "secondary = \"pin\""))).await;
    world.give_pin().await;
    let token = world.johns_session().await;
    let mut expected = world.type_reference("pin");
    expected["mode"] = "manual".into();
    expected["inputMethod"] = "textBox".into();
    expected["minLength"] = 4.into();
    expected["maxLength"] = 128.into();
    expected["hasActivePassword"] = true.into();
    expected["confirmationPasswordOncePerSession"] = false.into();
    let ask = || call("GET", "/auth/session/secondary-password").session(&token);
    world.send(ask()).await.is(200, &expected);

    let file =
        crate::harness::world::TENANT.to_owned() + &types(&[PIN, CODE], "secondary = \"code\"");
    let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    let mut expected = world.type_reference("code");
    expected["mode"] = "otp".into();
    expected["inputMethod"] = "textBox".into();
    expected["minLength"] = 6.into();
    expected["maxLength"] = 6.into();
    expected["hasActivePassword"] = false.into();
    expected["otpSendMediums"] = json!(["email", "sms"]);
    expected["confirmationPasswordOncePerSession"] = false.into();
    world.send(ask()).await.is(200, &expected);
    assert_eq!(world.send(otp("email").session(&token)).await.status, 200);
    world.post().await;
    expected["hasActivePassword"] = true.into();
    world.send(ask()).await.is(200, &expected);
}

/// 5.2: the second password in `Auth`, while it is missing and afterwards.
#[rekey_test::on_a_database]
async fn section_5_2_auth_with_a_second_password(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "secondary = \"pin\""))).await;
    world.give_pin().await;
    let mut expected = example(&world).await;
    expected["secondaryPasswordType"] = world.kind("pin", "manual");
    expected["pendingSecondaryPassword"] = true.into();
    let pin = json!({"type": world.kind("pin", "manual"), "change": true, "enable": false,
        "reset": false, "unblock": false});
    let permissions = &mut expected["permissions"]["passwords"]["passwords"];
    permissions.as_array_mut().unwrap().push(pin);
    let reply = world.sign_in(USER, OLD).await;
    let token = reply.json()["sessionToken"].as_str().unwrap().to_owned();
    expected["sessionToken"] = token.as_str().into();
    reply.is(200, &expected);
    world.second(&token, "47110815").await.is_empty(204);
    expected["pendingSecondaryPassword"] = false.into();
    world.auth(&token).await.is(200, &expected);
}

/// Section 2: the four operations with `fields`, repeated as one client sends it and with commas as
/// another does; what contradicts itself is 422.
#[rekey_test::on_a_database]
async fn section_2_fields(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let get = async |path: &str| world.send(call("GET", path).session(&token)).await;
    for path in [
        "/auth?fields=user.id&fields=role",
        "/auth?fields=user.id,role",
    ] {
        let expected = json!({"user": {"id": world.shown_id(USER).await}, "role": "member"});
        get(path).await.is(200, &expected);
    }
    let most = get("/auth?fields=%21permissions&fields=-user").await.json();
    assert!(most.get("permissions").is_none() && most.get("user").is_none());
    assert_eq!(most["role"], "member");
    get("/auth?fields=nothing").await.is(200, &json!({}));
    let contradiction = json!({"code": "dataConversion", "value": "-role"});
    get("/auth?fields=role,-role").await.is(422, &contradiction);
    let call_for = call("POST", "/auth/session?fields=sessionToken").basic(USER, OLD);
    let reply = world.send(call_for).await.json();
    assert_eq!(reply.as_object().unwrap().len(), 1);
    assert_eq!(reply["sessionToken"].as_str().unwrap().len(), 32);
    let path = "/auth/data-for-login?fields=loginPasswordInput.mode&fields=forgotPasswordMediums";
    let expected = json!({
        "loginPasswordInput": {"mode": "manual"}, "forgotPasswordMediums": ["email", "sms"],
    });
    world.send(call("GET", path)).await.is(200, &expected);
    let key = world.recovery_key(USER).await;
    let reply = world
        .data_for_change(&format!("fields=-generated&key={key}"))
        .await;
    reply.is(200, &json!({}));
    // What cannot be asked for opens no session.
    let call = call("POST", "/auth/session?fields=a,-a").basic(USER, OLD);
    let before = world.count("select count(*) from session").await;
    assert_eq!(world.send(call).await.status, 422);
    assert_eq!(world.count("select count(*) from session").await, before);
}
