//! Sign-ins at the instant at which something else happens to their account: held up there, they find it
//! as it was before or as it is after (docs/decisions/0061).

use futures::future::join_all;
use sqlx::PgPool;

use super::{EMAIL, OLD, call, login};
use crate::cyclos::{self, USER};
use crate::harness::{Reply, World};

const WRONG: &str = "Wrong-Password-1";

/// Another hash than any that somebody signs in with.
const REPLACED: &str = "update password set hash = hash || 'x', changed_at = now()";
const DISABLED: &str = "update account set status = 'disabled' where login = 'JohnDoe'";
/// What a try at the same password does that was counted at this instant.
const COUNTED: &str = "update password set failures = failures + 1";
const OPEN: &str = "select (select count(*) from api_key where kind = 'turbosmtp')
    + (select count(*) from session)";
const FAILURES: &str =
    "select failures::bigint from password join account using (tenant_id, account_id)
    where login = 'JohnDoe'";

impl World {
    /// Has somebody hold an account who is about to run `change`, and lets them go on once the
    /// sign-in waits for them.
    async fn held_up(&self, change: &'static str, sign_in: impl Future<Output = Reply>) -> Reply {
        let mut other = self.db.begin().await.unwrap();
        let hold = "select from account where login = 'JohnDoe' for no key update";
        sqlx::query(hold).execute(&mut *other).await.unwrap();
        let go_on = async {
            let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'
                and datname = current_database()";
            let mut tick = tokio::time::interval(std::time::Duration::from_millis(5));
            let since = std::time::Instant::now();
            while self.count(waiting).await == 0 {
                assert!(since.elapsed().as_secs() < 30, "the sign-in never waited");
                tick.tick().await;
            }
            sqlx::query(change).execute(&mut *other).await.unwrap();
            other.commit().await.unwrap();
        };
        tokio::join!(sign_in, go_on).0
    }

    async fn key_or_session(&self, dialect: &str) -> Reply {
        match dialect {
            "turbosmtp" => self.authorize(&login(EMAIL, OLD)).await,
            _ => self.sign_in(USER, cyclos::OLD).await,
        }
    }
}

#[rekey_test::on_a_database]
async fn nobody_signs_in_to_what_is_disabled_or_replaced_at_this_instant(db: PgPool) {
    let world = World::new(db).await;
    for change in [DISABLED, REPLACED] {
        for dialect in ["turbosmtp", "cyclos"] {
            let was = world.hash_of(USER).await;
            let reply = world.held_up(change, world.key_or_session(dialect)).await;
            assert!(
                [401, 403].contains(&reply.status.as_u16()),
                "{dialect}: {change}"
            );
            assert_eq!(world.count(OPEN).await, 0, "{dialect}: {change}");
            if change == DISABLED {
                assert_eq!(world.count(FAILURES).await, 0, "the try is taken back");
            }
            world.sql("update account set status = 'active'").await;
            sqlx::query("update password set hash = $1, failures = 0")
                .bind(was)
                .execute(&world.db)
                .await
                .unwrap();
        }
    }
}

#[rekey_test::on_a_database]
async fn who_is_right_signs_in_though_something_changes_at_this_instant(db: PgPool) {
    let world = World::new(db).await;
    let renamed = "update account set name = 'Johnny' where login = 'JohnDoe'";
    for (number, change) in (1..).zip([COUNTED, renamed]) {
        for dialect in ["turbosmtp", "cyclos"] {
            let reply = world.held_up(change, world.key_or_session(dialect)).await;
            assert_eq!(reply.status, 200, "{dialect}: {change}");
        }
        assert_eq!(world.count(OPEN).await, number * 2);
    }
    // Each was right, and forgave what came before it.
    assert_eq!(world.count(FAILURES).await, 0);
}

/// L-05, L10: of two hundred wrong sign-ins at one instant, over two servers and under three names,
/// five are evaluated; of those at nobody, and at an account without a password, as many are counted.
#[rekey_test::on_a_database]
async fn l_05_two_hundred_wrong_sign_ins_over_two_servers(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"NoPassword","email":"nopassword@domain.example"}"#)
        .await;
    let (_, router) = world.replica(world.db.clone());
    let routers = [&world.router, &router];
    let counted = "select failures::bigint from shadow_password where touched_at =
        (select max(touched_at) from shadow_password)";
    for names in [
        [USER, EMAIL, cyclos::PHONE],
        ["nobody"; 3],
        ["NoPassword", "nopassword@domain.example", "NoPassword"],
    ] {
        let before = world.hasher.computed();
        let calls = (0..200).map(|number| {
            let peer = format!("198.51.100.{number}:1");
            let call = cyclos::call("POST", "/auth/session").basic(names[number % 3], WRONG);
            call.from(&peer).send(routers[number % 2])
        });
        let mut open = 0;
        for reply in join_all(calls).await {
            assert_eq!(reply.status, 401, "{names:?}: {}", reply.body);
            if !reply.body.contains("temporarilyBlocked") {
                open += 1;
            }
        }
        assert_eq!(open, 5, "{names:?}");
        assert_eq!(world.hasher.computed() - before, 200);
        let failures = if names[0] == USER { FAILURES } else { counted };
        assert_eq!(world.count(failures).await, 5, "{names:?}");
        world.hand.turn(time::Duration::SECOND);
    }
    let evaluated = "select count(*) from audit_event where action = 'account.signed-in' \
                     and outcome = 'wrong password'";
    assert_eq!(world.count(evaluated).await, 5);
}

/// The same for somebody who is signed in and guesses their own password.
#[rekey_test::on_a_database]
async fn l_05_two_hundred_wrong_changes_over_two_servers(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let (_, router) = world.replica(world.db.clone());
    let routers = [&world.router, &router];
    let body = super::change(WRONG, super::NEW);
    let calls = (0..200).map(|number| {
        let call = call("PUT", "change-password").header("authorization", key.clone());
        call.json(&body).send(routers[number % 2])
    });
    for reply in join_all(calls).await {
        reply.says(403, "password_is_invalid");
    }
    assert_eq!(world.count(FAILURES).await, 5);
    let closed = "select count(*) from audit_event where action = 'password.acted'
        and detail ->> 'action' = 'tries'";
    assert_eq!(world.count(closed).await, 1);
}
