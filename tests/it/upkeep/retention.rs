//! How long things are kept (docs/operations.md, "Retention").

use sqlx::PgPool;
use time::Duration;

use crate::harness::World;
use crate::harness::world::{Setting, TENANT};
use crate::turbosmtp::{self, EMAIL, OLD};

/// A second before its time a row is there; at its time it is gone.
async fn is_kept_for(world: &World, kept: Duration, count: &'static str) {
    world.hand.turn(kept - Duration::SECOND);
    world.recovery.upkeep.purge().await.unwrap();
    assert_eq!(world.count(count).await, 1, "{count}");
    world.hand.turn(Duration::SECOND);
    assert!(world.recovery.upkeep.purge().await.unwrap() > 0);
    assert_eq!(world.count(count).await, 0, "{count}");
}

/// O-06.
#[rekey_test::on_a_database]
async fn tokens_are_kept_for_a_week_after_they_expire(db: PgPool) {
    let world = World::new(db).await;
    world.reset_token().await;
    let kept = Duration::HOUR + Duration::days(7);
    is_kept_for(&world, kept, "select count(*) from recovery_token").await;
}

#[rekey_test::on_a_database]
async fn keys_of_sign_ins_are_kept_for_a_week_after_they_end(db: PgPool) {
    let world = World::new(db).await;
    world.turbo_key(EMAIL, OLD).await;
    let kept = Duration::hours(2) + Duration::days(7);
    let count = "select count(*) from api_key where kind = 'turbosmtp'";
    is_kept_for(&world, kept, count).await;
    assert_eq!(
        world.count("select count(*) from api_key").await,
        1,
        "the operator's"
    );
}

/// O-06.
#[rekey_test::on_a_database]
async fn letters_that_were_given_up_are_kept_for_thirty_days(db: PgPool) {
    let world = World::new(db).await;
    turbosmtp_ask(&world).await;
    world
        .sql("update job set dead_at = '2026-01-01 12:00Z', leased_until = null")
        .await;
    let count = "select count(*) from job";
    is_kept_for(&world, Duration::days(30), count).await;
}

async fn turbosmtp_ask(world: &World) {
    world.ask(EMAIL).await.is_success();
}

#[rekey_test::on_a_database]
async fn tries_at_nobody_are_kept_for_thirty_days(db: PgPool) {
    let world = World::new(db).await;
    world
        .authorize(&turbosmtp::login("nobody@domain.example", OLD))
        .await;
    let count = "select count(*) from shadow_password";
    is_kept_for(&world, Duration::days(30), count).await;
}

/// O-06.
#[rekey_test::on_a_database]
async fn limit_windows_are_kept_until_they_end(db: PgPool) {
    let world = World::new(db).await;
    turbosmtp_ask(&world).await;
    let count = "select count(*) from throttle where scope = 'recovery.identifier'";
    is_kept_for(&world, Duration::HOUR, count).await;
}

/// However many there are, they go, a batch at a time, and a session nobody uses with them.
#[rekey_test::on_a_database]
async fn many_rows_go_in_batches(db: PgPool) {
    let world = World::new(db).await;
    world
        .sql(
            "insert into session (tenant_id, session_id, account_id, digest, principal, principal_kind,
                split, pending, timeout, created_at, touched_at, expires_at)
            select tenant_id, gen_random_uuid(), account_id, sha256(convert_to(n::text, 'UTF8')), 'x',
                'login', false, false, 60, '2026-01-01Z', '2026-01-01Z', '2026-01-01 00:01Z'
            from account, generate_series(1, 2500) as n where login = 'JohnDoe'",
        )
        .await;
    assert_eq!(world.recovery.upkeep.purge().await.unwrap(), 2500);
}

/// A tenant that asks for fewer earlier passwords keeps fewer, also of those who change nothing.
#[rekey_test::on_a_database]
async fn earlier_passwords_go_with_the_policy_that_asked_for_them(db: PgPool) {
    let with_history = |history: u32| {
        format!(
            "{TENANT}[[password_type]]\ninternal_name = \"login\"\nname = \"Login password\"\n\
             access = true\nhistory = {history}\n"
        )
    };
    let setting = Setting {
        tenant: with_history(3),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    for number in 0..5 {
        world.hand.turn(Duration::MINUTE);
        let token = world.turbo_token().await;
        let password = format!("Remembered-{number}");
        let done = world.update(&turbosmtp::update(&token, &password)).await;
        done.is_success();
        world.post().await;
    }
    let count = "select count(*) from password_history";
    let kept = world.count(count).await;
    assert!((2..=3).contains(&kept), "{kept}");
    assert_eq!(world.recovery.upkeep.trim_history().await.unwrap(), 0);
    let fewer = rekey::config::tenant::parse("tenant.toml", &with_history(1)).unwrap();
    world.operator.apply_tenant(&fewer).await.unwrap();
    world.recovery.upkeep.trim_history().await.unwrap();
    assert!(world.count(count).await <= 1);
    let none = rekey::config::tenant::parse("tenant.toml", &with_history(0)).unwrap();
    world.operator.apply_tenant(&none).await.unwrap();
    world.recovery.upkeep.trim_history().await.unwrap();
    assert_eq!(world.count(count).await, 0);
}

/// They go page by page, whosoever they are, and what is asked for stays.
#[rekey_test::on_a_database]
async fn earlier_passwords_of_many_go_page_by_page(db: PgPool) {
    let setting = Setting {
        tenant: format!(
            "{TENANT}[[password_type]]\ninternal_name = \"login\"\nname = \"Login password\"\n\
             access = true\nhistory = 1\n"
        ),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    for sql in [
        "insert into account (tenant_id, account_id, reference, login, login_key, user_type, role, status,
            created_at, updated_at)
        select tenant_id, n, 'R' || n, 'Many' || n, 'many' || n, 'Native', 'member', 'active', at, at
        from tenant, generate_series(1, 2500) as n, (values (timestamptz '2026-01-01Z')) as t (at)",
        "insert into password (tenant_id, account_id, password_type_id, standing, changed_at)
        select tenant_id, account_id, password_type_id, 'never_created', account.created_at
        from account join password_type using (tenant_id) where login like 'Many%'",
        "insert into password_history (tenant_id, account_id, password_type_id, set_at, hash)
        select tenant_id, account_id, password_type_id, changed_at - n * interval '1 day', 'hash-' || n
        from password join account using (tenant_id, account_id), generate_series(1, 3) as n
        where login like 'Many%'",
    ] {
        world.sql(sql).await;
    }
    assert_eq!(world.recovery.upkeep.trim_history().await.unwrap(), 5000);
    let newest = "select count(*) from password_history where hash = 'hash-1'";
    assert_eq!(world.count(newest).await, 2500);
    assert_eq!(
        world.count("select count(*) from password_history").await,
        2500
    );
}

/// Tenants are read with each request: a changed file counts from the next one on, without a restart
/// (docs/decisions/0008).
#[rekey_test::on_a_database]
async fn a_changed_tenant_counts_from_the_next_request_on(db: PgPool) {
    let world = World::new(db).await;
    let nobody = "nobody@domain.example";
    world.ask(nobody).await.says(404, "email_not_found");
    let text = format!("{TENANT}[turbosmtp]\nconceal_unknown = true\n");
    let file = rekey::config::tenant::parse("tenant.toml", &text).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    world.ask(nobody).await.is_success();
}
