//! Tenants, keys, and looking at accounts.

use futures::TryStreamExt as _;
use rekey::domain::key::Kind;
use rekey::domain::status::Status;
use rekey::operator::{
    Applied, ApplyTenantError, CreateKey, CreateKeyError, FindTenantError, Operator,
    RevokeKeyError, ShowAccountError,
};
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::harness::{HASH, World, lines, password_type, tenant_file};

/// What the trail says, oldest first.
async fn trail(world: &World) -> Vec<String> {
    sqlx::query_scalar(
        "select action || ' ' || outcome || ' ' || (detail - 'key')::text from audit_event
        order by event_id",
    )
    .fetch_all(&world.db)
    .await
    .unwrap()
}

async fn codes(operator: &Operator) -> Vec<String> {
    let tenants = operator.list_tenants().await.unwrap();
    tenants
        .into_iter()
        .map(|tenant| tenant.settings.code)
        .collect()
}

#[rekey_test::on_a_database]
async fn a_tenant_file_is_applied_once(db: PgPool) {
    let world = World::new(db).await;
    let mut file = tenant_file("demo");
    let tenants = "select jsonb_agg(to_jsonb(t)) from tenant t";
    let before = world.value(tenants).await;
    world.hand.turn(Duration::HOUR);
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Unchanged
    );
    assert_eq!(world.value(tenants).await, before);

    file.settings.hosts = vec!["recover.demo.example".to_owned()];
    file.settings.name = "Demo".to_owned();
    file.password_types = vec![password_type("otp", false), password_type("pin", true)];
    assert_eq!(
        world.operator.apply_tenant(&file).await.unwrap(),
        Applied::Updated
    );
    let tenant = world.operator.find_tenant("demo").await.unwrap();
    assert_eq!(tenant.tenant_id, world.tenant.tenant_id);
    assert_eq!(tenant.settings, file.settings);
    let types: Vec<_> = tenant
        .password_types
        .iter()
        .map(|kind| &kind.spec)
        .collect();
    assert_eq!(types, file.password_types.iter().collect::<Vec<_>>());
    let pin = |types: &[rekey::domain::password_type::PasswordType]| types[1].password_type_id;
    assert_eq!(
        pin(&tenant.password_types),
        pin(&world.tenant.password_types)
    );
    let hosts = world.value("select jsonb_agg(host) from tenant_host").await;
    assert_eq!(hosts, json!(["recover.demo.example"]));

    let other = tenant_file("acme");
    assert_eq!(
        world.operator.apply_tenant(&other).await.unwrap(),
        Applied::Created
    );
    assert_eq!(codes(&world.operator).await, ["acme", "demo"]);
    let expected = [
        r#"tenant.applied done {"change": "created"}"#,
        r#"tenant.applied done {"change": "updated"}"#,
        r#"tenant.applied done {"change": "created"}"#,
    ];
    let mut found = trail(&world).await;
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[rekey_test::on_a_database]
async fn a_host_leads_to_one_tenant(db: PgPool) {
    let world = World::new(db).await;
    let mut file = tenant_file("acme");
    file.settings.hosts.push("demo.localhost".to_owned());
    let error = world.operator.apply_tenant(&file).await.unwrap_err();
    assert!(matches!(error, ApplyTenantError::HostTaken { .. }));
    let said =
        "host `demo.localhost` belongs to tenant `demo`; take it out of one of the two files";
    assert_eq!(error.to_string(), said);
    assert_eq!(codes(&world.operator).await, ["demo"]);
    let error = world.operator.find_tenant("acme").await.unwrap_err();
    assert!(matches!(error, FindTenantError::Unknown { .. }));
    assert_eq!(error.to_string(), "there is no tenant `acme`");
}

#[rekey_test::on_a_database]
async fn a_password_type_in_use_stays(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ann","passwords":{"pin":{"value":"47110815"}}}"#)
        .await;
    let mut file = tenant_file("demo");
    file.settings.name = "Another name".to_owned();
    file.password_types.pop();
    let error = world.operator.apply_tenant(&file).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "password type `pin` is in use; keep it in the file"
    );
    assert!(matches!(error, ApplyTenantError::TypeInUse { .. }));
    let tenant = world.operator.find_tenant("demo").await.unwrap();
    assert_eq!(tenant, world.tenant);
}

#[rekey_test::on_a_database]
async fn keys_are_made_listed_and_revoked(db: PgPool) {
    let World {
        operator, tenant, ..
    } = &World::new(db.clone()).await;
    let asked = CreateKey {
        kind: Kind::Sspr,
        name: Some(" portal "),
        must_sign: true,
    };
    let portal = operator.create_key(tenant, &asked).await.unwrap();
    let asked = CreateKey {
        kind: Kind::Sspr,
        name: None,
        must_sign: false,
    };
    let plain = operator.create_key(tenant, &asked).await.unwrap();
    assert_eq!(portal.secret.reveal().len(), 40);
    assert_ne!(portal.secret.reveal(), plain.secret.reveal());
    assert_eq!(portal.signing_secret.unwrap().reveal().len(), 64);
    assert!(plain.signing_secret.is_none());

    let wrong = CreateKey {
        name: Some("  "),
        ..asked
    };
    let error = operator.create_key(tenant, &wrong).await.err().unwrap();
    assert!(matches!(error, CreateKeyError::Name(_)));
    assert_eq!(error.to_string(), "the name is empty");

    operator.revoke_key(tenant, plain.key_id).await.unwrap();
    let again = operator.revoke_key(tenant, plain.key_id).await.unwrap_err();
    assert!(matches!(again, RevokeKeyError::Unknown));
    for kind in [None, Some(Kind::Sspr)] {
        let mut keys = operator.list_keys(tenant, kind).await.unwrap();
        keys.sort_by_key(|key| key.name.clone());
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0].key_id, plain.key_id);
        assert!(keys[0].ended_at.is_some());
        assert_eq!((keys[1].key_id, keys[1].must_sign), (portal.key_id, true));
        assert_eq!(keys[1].name.as_deref(), Some("portal"));
        assert_eq!(keys[1].ended_at, None);
    }
    let events: Vec<String> =
        sqlx::query_scalar("select action from audit_event where detail ? 'key' order by action")
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(events, ["key.created", "key.created", "key.revoked"]);
}

#[rekey_test::on_a_database]
async fn an_account_is_shown_without_its_hashes(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(&format!(
            "{}\n{}",
            r#"{"login":"Ann","email":"a@b.example","broker":"Rita","passwords":{"login":{"hash":"HASH"}}}"#
                .replace("HASH", HASH),
            r#"{"login":"Rita","role":"broker"}"#
        ))
        .await;
    world
        .execute("update password set blocked_until = set_at + interval '90 minutes'")
        .await;
    world.hand.turn(Duration::HOUR);
    let sheet = world
        .operator
        .show_account(&world.tenant, " aNN ")
        .await
        .unwrap();
    assert_eq!(sheet.account.login.as_str(), "Ann");
    assert_eq!(sheet.broker.as_ref().unwrap().as_str(), "Rita");
    assert_eq!(sheet.identifiers.len(), 2);
    assert_eq!(sheet.created_at, sheet.updated_at);
    let [login, pin] = sheet.passwords.as_slice() else {
        panic!("{sheet:?}")
    };
    let until = sheet.created_at + Duration::minutes(90);
    assert_eq!(login.internal_name, "login");
    assert_eq!(login.status, Status::TemporarilyBlocked { until });
    assert_eq!(login.changed_at, Some(sheet.created_at));
    assert_eq!(
        (pin.internal_name.as_str(), pin.status),
        ("pin", Status::NeverCreated)
    );
    assert_eq!(pin.changed_at, None);
    assert!(!format!("{sheet:?}").contains("argon2"));
    for nobody in ["bob", "", "a\0b"] {
        let error = world
            .operator
            .show_account(&world.tenant, nobody)
            .await
            .unwrap_err();
        assert!(matches!(error, ShowAccountError::Unknown));
    }
}

#[rekey_test::on_a_database]
async fn accounts_are_listed_page_by_page(db: PgPool) {
    let world = World::new(db).await;
    let file = lines(1_201, |n| format!(r#"{{"login":"P{n:04}"}}"#));
    world.import(&file).await;
    let accounts: Vec<_> = world
        .operator
        .list_accounts(&world.tenant)
        .map_ok(|account| account.login.as_str().to_owned())
        .try_collect()
        .await
        .unwrap();
    let expected: Vec<_> = (0..1_201).map(|n| format!("P{n:04}")).collect();
    assert_eq!(accounts, expected);
}
