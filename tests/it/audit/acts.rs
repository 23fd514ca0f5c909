//! What operators do to a trail's tenants and keys, and what people do by codes and pages.

use rekey::domain::audit::Point;
use rekey::domain::key::Kind;
use rekey::domain::limit::Rate;
use rekey::domain::token::Purpose;
use rekey::operator::{CreateKey, DropKeyError, Hashes, Invoker, Which};
use rekey::recovery::Limits;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{KEPT, KEY, NEXT_KEY, operator, server};
use crate::cyclos::{NEW, USER};
use crate::harness::World;
use crate::harness::world::{Setting, TENANT, generous};
use crate::pages::Agent;
use crate::turbosmtp::EMAIL;

/// O-01: every act of an operator, with who it was.
#[rekey_test::on_a_database]
async fn o01_every_act_of_an_operator_is_recorded(db: PgPool) {
    let mut world = World::new(db).await;
    world.operator.check_keyring().await.unwrap();
    world.recovery.audit.seal().await.unwrap();
    let ann = || Invoker {
        user: "root".to_owned(),
        sudo: Some("ann".to_owned()),
    };
    world.operator = operator(&world, &[KEY]).by(ann());
    let (operator_, tenant) = (&world.operator, &world.tenant);

    let file = format!("{TENANT}[recovery]\nfreeze = '2h'\n");
    let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
    operator_.apply_tenant(&file).await.unwrap();
    let asked = CreateKey {
        kind: Kind::Sspr,
        name: None,
        must_sign: false,
    };
    let made = operator_.create_key(tenant, &asked).await.unwrap();
    operator_.revoke_key(tenant, made.key_id).await.unwrap();
    world.import(r#"{"login":"More"}"#).await;
    let mut ignored = |_| Ok(());
    let exported = operator_.export_accounts(tenant, Hashes::Without, &mut ignored);
    exported.await.unwrap();
    operator_.disable_account(tenant, USER).await.unwrap();
    operator_.enable_account(tenant, USER).await.unwrap();
    operator_.unblock_account(tenant, USER, None).await.unwrap();
    operator_.sign_out_account(tenant, USER).await.unwrap();
    let link = operator_.send_link(tenant, USER, Purpose::Reset);
    link.await.unwrap();
    world.post().await;
    world.ask(EMAIL).await.is_success();
    let job = operator_.list_jobs(None, Which::All).await.unwrap()[0].id;
    operator_.retry_job(job).await.unwrap();
    operator_.drop_job(job).await.unwrap();
    world
        .sql("update account set recovery_frozen_until = '2026-01-02Z' where login = 'JohnDoe'")
        .await;
    operator_.thaw_account(tenant, USER).await.unwrap();
    drop(
        operator_
            .export_audit(tenant, Point::default(), None)
            .await
            .unwrap(),
    );
    operator_.settle_restored().await.unwrap();
    let rotated = operator(&world, &[NEXT_KEY, KEY]).by(ann());
    rotated.check_keyring().await.unwrap();
    world.recovery.audit.seal().await.unwrap_err();
    let next = server(&world, &[NEXT_KEY, KEY], KEPT);
    next.audit.seal().await.unwrap();
    rotated.forget_oldest_key().await.unwrap();

    let recorded: Vec<String> = sqlx::query_scalar(
        r#"select action || ': ' || outcome from audit_event
        where detail -> 'by' = '{"user": "root", "sudo": "ann"}' order by 1"#,
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    let expected = [
        "account.disabled: done",
        "account.enabled: done",
        "account.signed-out-by-operator: done",
        "account.thawed: done",
        "account.unlocked-by-operator: was not blocked",
        "accounts.exported: done",
        "accounts.imported: done",
        "audit.exported: done",
        "database.restored: done",
        "job.dropped: done",
        "job.retried: done",
        "key.created: done",
        "key.revoked: done",
        "link.promised-by-operator: done",
        "secret-key.dropped: done",
        "secret-key.promoted: done",
        "tenant.applied: done",
    ];
    assert_eq!(recorded, expected);
    next.audit.seal().await.unwrap();
    rotated.verify_audit(tenant, None).await.unwrap();
}

/// O-03, O-05: a key goes with nothing of its own waiting, and the chain goes on without it.
#[rekey_test::on_a_database]
async fn o05_a_chain_goes_on_after_its_key_was_dropped(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.passes(1).await;
    let both = operator(&world, &[NEXT_KEY, KEY]);
    both.check_keyring().await.unwrap();
    let refused = both.forget_oldest_key().await;
    assert!(matches!(refused, Err(DropKeyError::Unsealed(1))));
    let next = server(&world, &[NEXT_KEY, KEY], KEPT);
    next.audit.seal().await.unwrap();
    let events = both.verify_audit(&world.tenant, None).await.unwrap().events;
    let needed = async || both.standing_of_keys().await.unwrap()[1].dependents.events;
    world.sql("update keyring set led_at = seen_at").await;
    assert_eq!(
        needed().await,
        i64::try_from(events).unwrap() - 1,
        "not the promotion"
    );

    both.forget_oldest_key().await.unwrap();
    let alone = server(&world, &[NEXT_KEY], KEPT);
    assert_eq!(alone.audit.seal().await.unwrap(), 1, "that it was dropped");
    let verified = both.verify_audit(&world.tenant, None).await.unwrap();
    assert_eq!(verified.events, events + 1);

    // Where nothing happens, retention signs the ends anew, and forgets what hung on the key.
    world.hand.turn(KEPT.audit + Duration::SECOND);
    alone.audit.retain().await.unwrap();
    world.operator.check_keyring().await.unwrap_err();
    let only_new = operator(&world, &[NEXT_KEY]);
    only_new.verify_audit(&world.tenant, None).await.unwrap();
}

/// A trail in which nothing happens holds no old key back for ever.
#[rekey_test::on_a_database]
async fn the_ends_of_a_quiet_chain_are_signed_anew(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.hand.turn(KEPT.audit + Duration::SECOND);
    world.recovery.audit.retain().await.unwrap();
    let only_new = operator(&world, &[NEXT_KEY]);
    let tenant = &world.tenant;
    only_new.verify_audit(tenant, None).await.unwrap_err();
    let next = server(&world, &[NEXT_KEY, KEY], KEPT);
    assert_eq!(next.audit.retain().await.unwrap(), 0);
    assert_eq!(only_new.verify_audit(tenant, None).await.unwrap().events, 0);
}

/// O-01: recovery by code and by page, and the word that it was somebody else.
#[rekey_test::on_a_database]
async fn o01_recovery_by_code_and_by_page_is_recorded(db: PgPool) {
    let world = World::new(db).await;
    world.recovery.audit.seal().await.unwrap();
    let asked = ["letter.sent: done", "recovery.asked: minted"];
    let code = world.recovery_code(USER).await;
    assert_eq!(world.recorded().await, asked);
    let other = if code.starts_with('0') { "1" } else { "0" };
    let wrong = code.replacen(&code[..1], other, 1);
    let body = |code: &str| json!({"user": USER, "code": code, "newPassword": NEW});
    assert!(!world.recover(&body(&wrong)).await.status.is_success());
    assert_eq!(world.recorded().await, ["recovery.tried: wrong code"]);
    assert!(world.recover(&body(&code)).await.status.is_success());
    world.post().await;
    let reset = ["letter.sent: done", "password.reset: done"];
    assert_eq!(world.recorded().await, reset);

    let link = world.not_me_link_after("Another-2028").await;
    let walked = [asked, reset].concat();
    let mut recorded = world.recorded().await;
    recorded.sort_unstable();
    let mut expected = walked;
    expected.sort_unstable();
    assert_eq!(recorded, expected);
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    assert_eq!(agent.submit(&form, &[]).await.status, 200);
    assert_eq!(world.recorded().await, ["account.disowned: done"]);
    let page = agent.open("/recover").await;
    agent.submit(&page, &[("name", USER)]).await;
    assert!(world.post().await.is_empty());
    assert_eq!(world.recorded().await, ["recovery.asked: frozen"]);
    world.verified().await;
}

/// O-01: a limit that a page runs into is a sign of abuse like any other, once a window.
#[rekey_test::on_a_database]
async fn o01_a_page_that_runs_into_a_limit_is_recorded_once(db: PgPool) {
    let limits = Limits {
        recovery_per_identifier: Rate {
            times: 1,
            per: Duration::HOUR,
        },
        ..generous()
    };
    let setting = Setting {
        limits,
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let mut agent = Agent::new(&world);
    for expected in [200, 429, 429, 429] {
        let page = agent.open("/recover").await;
        let reply = agent.submit(&page, &[("name", "Nobody")]).await;
        assert_eq!(reply.status, expected);
    }
    world.recovery.delivery.run_one_job().await.unwrap();
    let reached = "select count(*) from audit_event where action = 'limit.reached'";
    assert_eq!(world.count(reached).await, 1);
}

/// Servers that are restarted together with a new key say once that it is new.
#[rekey_test::on_a_database]
async fn a_key_is_promoted_once_however_many_say_so(db: PgPool) {
    let world = World::new(db).await;
    let both = operator(&world, &[NEXT_KEY, KEY]);
    world.operator.check_keyring().await.unwrap();
    // Somebody remembers the key, as a server does that has it second.
    let second = operator(&world, &[KEY, NEXT_KEY]);
    second.check_keyring().await.unwrap();
    let mut held = world.db.begin().await.unwrap();
    sqlx::query("select from keyring for update")
        .execute(&mut *held)
        .await
        .unwrap();
    let checks = async { tokio::join!(both.check_keyring(), both.check_keyring()) };
    let free = async {
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(10));
        let stuck = "select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        while world.count(stuck).await < 2 {
            tick.tick().await;
        }
        held.rollback().await.unwrap();
    };
    let ((one, two), ()) = tokio::join!(checks, free);
    one.unwrap();
    two.unwrap();
    let promoted = "select count(*) from audit_event as e join tenant using (tenant_id)
        where action = 'secret-key.promoted'";
    let tenants = world.count("select count(*) from tenant").await;
    // The old key, and the new one.
    assert_eq!(world.count(promoted).await, 2 * tenants);
}
