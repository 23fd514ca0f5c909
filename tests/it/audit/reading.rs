//! O-02: going on with an export, after whatever happened to the trail meanwhile.

use futures::TryStreamExt as _;
use rekey::domain::audit::Point;
use rekey::operator::ExportAuditError;
use sqlx::PgPool;
use time::Duration;

use super::{KEPT, KEY, server};
use crate::harness::World;
use crate::harness::binary::Setup;

impl World {
    /// Reads the trail out: how many events there were, and where the last one is.
    async fn exported(&self, after: Point) -> Result<(usize, Option<Point>), ExportAuditError> {
        let events = self
            .operator
            .export_audit(&self.tenant, after, None)
            .await?;
        let events: Vec<_> = events.try_collect().await?;
        let last = events.last().and_then(|sealed| sealed.seal);
        Ok((events.len(), last))
    }
}

fn bare(seq: i64) -> Point {
    Point { seq, digest: None }
}

#[rekey_test::on_a_database]
async fn an_export_goes_on_where_the_last_one_ended(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let (events, last) = world.exported(Point::default()).await.unwrap();
    let last = last.unwrap();
    assert_eq!(usize::try_from(last.seq).unwrap(), events);
    world.tries(2).await;
    world.recovery.audit.seal().await.unwrap();
    // The two, and that it was read out.
    assert_eq!(world.exported(last).await.unwrap().0, 3);
    assert_eq!(world.exported(bare(last.seq)).await.unwrap().0, 3);
}

/// A copy of the database was restored, and the trail went on from there.
#[rekey_test::on_a_database]
async fn an_export_notices_that_the_trail_is_another(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let common = world.verified().await.head;
    let keep = "create table kept as select * from audit_chain";
    sqlx::raw_sql(keep).execute(&world.db).await.unwrap();
    world.tries(3).await;
    world.recovery.audit.seal().await.unwrap();
    let last = world.verified().await.head;
    world
        .tamper(
            "delete from audit_event where event_id in (
                select event_id from audit_seal where seq > (select head_seq from kept));
            delete from audit_seal where seq > (select head_seq from kept);
            delete from audit_chain; insert into audit_chain select * from kept",
        )
        .await;
    let elsewhere = async |after: Point| {
        let refused = world.exported(after).await;
        matches!(refused, Err(ExportAuditError::Elsewhere(at)) if at == after)
    };
    assert!(elsewhere(last).await && elsewhere(bare(last.seq)).await);
    let fresh = server(&world, &[KEY], KEPT);
    world.tries(5).await;
    fresh.audit.seal().await.unwrap();
    assert!(world.verified().await.head.seq > last.seq);
    assert!(elsewhere(last).await);
    assert_eq!(world.exported(common).await.unwrap().0, 5);
}

#[rekey_test::on_a_database]
async fn an_export_skips_no_event_that_is_missing(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world
        .tamper("delete from audit_event where event_id = (select event_id from audit_seal where seq = 3)")
        .await;
    let missing = async |seq: i64| {
        let refused = world.exported(Point::default()).await;
        assert!(
            matches!(refused, Err(ExportAuditError::Missing(at)) if at == seq),
            "{refused:?}"
        );
    };
    missing(3).await;
    world.sql("delete from audit_seal where seq = 2").await;
    missing(2).await;
    world.sql("delete from audit_seal where seq > 1").await;
    missing(2).await;
}

#[rekey_test::on_a_database]
async fn an_export_says_what_was_forgotten_before_it(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let anchor = world.verified().await.head;
    world.hand.turn(Duration::days(731));
    world.passes(2).await;
    world.recovery.audit.seal().await.unwrap();
    world.recovery.audit.retain().await.unwrap();
    let refused = world.exported(bare(1)).await;
    assert!(matches!(refused, Err(ExportAuditError::Forgotten(at)) if at == anchor));
    assert_eq!(world.exported(anchor).await.unwrap().0, 2);
    assert!(world.exported(Point::default()).await.unwrap().0 >= 2);
}

#[rekey_test::on_a_database]
async fn the_command_takes_what_it_prints(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let setup = Setup::of(&world);
    let head = world.verified().await.head;
    let after = |head: &str| {
        let head = head.to_owned();
        let command = ["audit", "export", "--tenant", "demo", "--after", &head];
        let command = setup.command(&command).output();
        async { command.await.unwrap() }
    };
    let done = after(&head.to_string()).await;
    assert!(done.status.success() && done.stdout.is_empty(), "{done:?}");
    let other = Point { seq: 1, ..head }.to_string();
    let refused = after(&other).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("does not go through 1:"), "{said}");
    for wrong in ["x", "-1", "1:", "1:00"] {
        assert_eq!(after(wrong).await.status.code(), Some(2), "{wrong}");
    }
}
