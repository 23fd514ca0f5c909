//! O-03: whoever owns the database and not the keys: what they do is found, and where.

use rekey::operator::{VerifyAuditError, Wrong};
use sqlx::PgPool;

use super::{KEPT, KEY, server};
use crate::harness::World;

/// Does something to a whole trail and expects it found at a seal.
async fn expect(db: PgPool, sql: &'static str, seq: Option<i64>, wrong: Wrong) {
    let world = World::with_a_trail(db).await;
    world.tamper(sql).await;
    assert_eq!(world.found().await, (seq, wrong), "{sql}");
}

#[rekey_test::on_a_database]
async fn an_edit_of_any_column_is_found(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let (seq, event_id): (i64, String) = sqlx::query_as(
        "select seq, event_id::text from audit_seal join audit_event using (tenant_id, event_id)
        where address is not null order by seq limit 1",
    )
    .fetch_one(&world.db)
    .await
    .unwrap();
    for edit in [
        "at = at + interval '1 microsecond'",
        "action = 'x'",
        "outcome = outcome || ' '",
        "account_id = coalesce(account_id, 0) + 1",
        "actor_id = 1",
        "request_id = 'x'",
        "detail = '{\"x\": 1}'",
        "address = '198.51.100.1'",
        "address_salt = decode(repeat('00', 16), 'hex')",
        "address_digest = decode(repeat('00', 40), 'hex')",
        "address_digest = null",
        "digest = overlay(digest placing '\\x00'::bytea from 9)",
    ] {
        let kept = "create table kept as select * from audit_event";
        sqlx::raw_sql(kept).execute(&world.db).await.unwrap();
        let sql = format!(
            "alter table audit_event disable trigger user;
            update audit_event set {edit} where event_id = '{event_id}'"
        );
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&world.db)
            .await;
        assert_eq!(done.unwrap().rows_affected(), 1, "{edit}");
        assert_eq!(world.found().await, (Some(seq), Wrong::Edited), "{edit}");
        let restore = "delete from audit_event; insert into audit_event select * from kept;
            drop table kept; alter table audit_event enable trigger user";
        sqlx::raw_sql(restore).execute(&world.db).await.unwrap();
        world.verified().await;
    }
}

#[rekey_test::on_a_database]
async fn a_row_missing_in_the_middle_is_found(db: PgPool) {
    let sql =
        "delete from audit_event where event_id = (select event_id from audit_seal where seq = 3)";
    expect(db, sql, Some(3), Wrong::EventMissing).await;
}

#[rekey_test::on_a_database]
async fn a_row_missing_with_its_seal_is_found(db: PgPool) {
    let sql =
        "delete from audit_event where event_id = (select event_id from audit_seal where seq = 3);
        delete from audit_seal where seq = 3";
    expect(db, sql, Some(3), Wrong::SealMissing).await;
}

#[rekey_test::on_a_database]
async fn a_row_missing_is_found_also_when_the_rest_is_numbered_anew(db: PgPool) {
    let sql =
        "delete from audit_event where event_id = (select event_id from audit_seal where seq = 3);
        delete from audit_seal where seq = 3;
        update audit_seal set seq = seq + 1000000 where seq > 3;
        update audit_seal set seq = seq - 1000001 where seq > 3;
        update audit_chain set head_seq = head_seq - 1";
    expect(db, sql, None, Wrong::Ends).await;
}

#[rekey_test::on_a_database]
async fn a_seal_in_the_place_of_another_is_found(db: PgPool) {
    let sql =
        "delete from audit_event where event_id = (select event_id from audit_seal where seq = 3);
        delete from audit_seal where seq = 3;
        update audit_seal set seq = 3 where seq = (select max(seq) from audit_seal)";
    expect(db, sql, Some(3), Wrong::Seal).await;
}

#[rekey_test::on_a_database]
async fn a_missing_tail_is_found(db: PgPool) {
    let sql =
        "delete from audit_event where event_id in (select event_id from audit_seal where seq > 8);
        delete from audit_seal where seq > 8";
    expect(db, sql, Some(9), Wrong::Truncated).await;
}

#[rekey_test::on_a_database]
async fn a_missing_tail_is_found_also_when_the_head_is_moved(db: PgPool) {
    let sql = "delete from audit_event where event_id in (select event_id from audit_seal where seq > 8);
        delete from audit_seal where seq > 8;
        update audit_chain set head_seq = 8, head_digest = (select digest from audit_seal where seq = 8)";
    expect(db, sql, None, Wrong::Ends).await;
}

#[rekey_test::on_a_database]
async fn a_missing_beginning_is_found(db: PgPool) {
    let sql = "update audit_chain set anchor_seq = 4, anchor_digest = (select digest from audit_seal where seq = 4);
        delete from audit_event where event_id in (select event_id from audit_seal where seq <= 4);
        delete from audit_seal where seq <= 4";
    expect(db, sql, None, Wrong::Ends).await;
}

#[rekey_test::on_a_database]
async fn two_events_that_changed_places_are_found(db: PgPool) {
    let sql = "create table x as select seq, event_id from audit_seal where seq in (3, 5);
        update audit_seal set event_id = gen_random_uuid() where seq in (3, 5);
        update audit_seal s set event_id = (select event_id from x where x.seq = 8 - s.seq) where seq in (3, 5)";
    expect(db, sql, Some(3), Wrong::Seal).await;
}

#[rekey_test::on_a_database]
async fn an_added_event_is_found(db: PgPool) {
    let sql = "insert into audit_event (tenant_id, event_id, at, action, outcome, detail, digest)
        select tenant_id, gen_random_uuid(), at, action, outcome, detail, digest from audit_event limit 1";
    expect(db, sql, None, Wrong::EventExtra).await;
}

#[rekey_test::on_a_database]
async fn an_added_event_is_not_sealed(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world
        .tamper(
            "insert into audit_event (tenant_id, event_id, at, action, outcome, detail, digest)
            select tenant_id, 'ffffffff-0000-7000-8000-000000000000', at, action, outcome, detail, digest
                from audit_event limit 1;
            insert into audit_unsealed
            select tenant_id, 'ffffffff-0000-7000-8000-000000000000' from audit_chain",
        )
        .await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Edited));
    // What is genuine is sealed all the same.
    world.tries(1).await;
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.count("select count(*) from audit_unsealed").await, 1);
}

#[rekey_test::on_a_database]
async fn an_event_is_proven_before_it_is_sealed(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.tries(2).await;
    world
        .tamper(
            "update audit_event set outcome = 'done'
            where event_id = (select min(event_id::text)::uuid from audit_unsealed)",
        )
        .await;
    assert_eq!(world.found().await, (None, Wrong::Edited));
    world.recovery.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Edited));
}

#[rekey_test::on_a_database]
async fn an_event_that_waits_and_is_gone_is_found(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.tries(2).await;
    world
        .tamper("delete from audit_event where event_id = (select min(event_id::text)::uuid from audit_unsealed)")
        .await;
    world.recovery.audit.seal().await.unwrap();
    assert_eq!(world.found().await, (None, Wrong::EventMissing));
}

#[rekey_test::on_a_database]
async fn seals_by_another_key_are_found(db: PgPool) {
    let world = World::with_a_trail(db).await;
    // Somebody with the program and the database makes the whole chain anew, with a key of theirs.
    world
        .tamper(
            "delete from audit_event where event_id = (select event_id from audit_seal where seq = 3);
            insert into audit_unsealed select tenant_id, event_id from audit_event;
            delete from audit_seal; delete from audit_chain;
            update audit_event set digest = null, address_digest = null, address_salt = null",
        )
        .await;
    let theirs = server(&world, &[[66; 32]], KEPT);
    assert!(theirs.audit.seal().await.unwrap() > 8);
    assert_eq!(world.found().await, (None, Wrong::UnknownKey));
    // Nor does the server build upon it.
    world.tries(1).await;
    let fault = world.recovery.audit.seal().await.unwrap_err();
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(cause.contains("not in secrets.keys"), "{cause}");
}

#[rekey_test::on_a_database]
async fn an_end_put_back_is_refused_by_who_saw_more_and_by_a_noted_head(db: PgPool) {
    let world = World::with_a_trail(db).await;
    let keep = "create table kept as select * from audit_chain";
    sqlx::raw_sql(keep).execute(&world.db).await.unwrap();
    world.tries(3).await;
    world.recovery.audit.seal().await.unwrap();
    let noted = world.verified().await.head;
    assert!(world.verify(Some(noted)).await.is_ok());
    // A genuine head of before, with everything after it gone: no trace of it is in the database.
    world
        .tamper(
            "delete from audit_event where event_id in (
                select event_id from audit_seal where seq > (select head_seq from kept));
            delete from audit_seal where seq > (select head_seq from kept);
            delete from audit_chain; insert into audit_chain select * from kept",
        )
        .await;
    world.verified().await;
    let finding = world.verify(Some(noted)).await.unwrap_err();
    assert_eq!(finding.wrong, Wrong::Truncated);
    world.tries(1).await;
    let fault = world.recovery.audit.seal().await.unwrap_err();
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(cause.contains("shorter than it was"), "{cause}");
    // A server that starts then cannot know; the noted head still tells, as the chain grows past it.
    let fresh = server(&world, &[KEY], KEPT);
    world.tries(5).await;
    fresh.audit.seal().await.unwrap();
    assert!(world.verified().await.head.seq > noted.seq);
    let finding = world.verify(Some(noted)).await.unwrap_err();
    assert_eq!(
        (finding.seq, finding.wrong),
        (Some(noted.seq), Wrong::OtherHead)
    );
    // Nor does who saw more go on once the other chain is longer.
    world.tries(1).await;
    let fault = world.recovery.audit.seal().await.unwrap_err();
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(
        cause.contains("does not go through the head it had"),
        "{cause}"
    );
    world.recovery.audit.retain().await.unwrap_err();
}

/// Who deletes a chain has nothing signed by it that no server recorded, as long as there is another.
#[rekey_test::on_a_database]
async fn a_chain_that_was_deleted_takes_on_nothing(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    world
        .tamper(
            "create table mine as select min(tenant_id) as tenant_id from tenant;
            delete from audit_seal where tenant_id = (select tenant_id from mine);
            delete from audit_chain where tenant_id = (select tenant_id from mine);
            update audit_event set digest = null, address_digest = null, address_salt = null,
                outcome = 'done' where tenant_id = (select tenant_id from mine);
            insert into audit_unsealed
                select tenant_id, event_id from audit_event where tenant_id = (select tenant_id from mine)",
        )
        .await;
    let events = world.count("select count(*) from audit_unsealed").await;
    let fresh = server(&world, &[KEY], KEPT);
    let fault = fresh.audit.seal().await.unwrap_err();
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(cause.contains("not as recorded"), "{cause}");
    assert_eq!(
        world.count("select count(*) from audit_unsealed").await,
        events
    );
    world.tries(1).await;
    fresh.audit.seal().await.unwrap_err();
    assert_eq!(world.found().await, (None, Wrong::Edited));
}

#[rekey_test::on_a_database]
async fn an_address_cleared_by_hand_is_found(db: PgPool) {
    let world = World::with_a_trail(db).await;
    // The table itself lets go of addresses: retention clears them.
    world
        .sql("update audit_event set address = null, address_salt = null where address is not null")
        .await;
    let (_, wrong) = world.found().await;
    assert_eq!(wrong, Wrong::AddressCleared);
}

#[rekey_test::on_a_database]
async fn the_table_takes_no_changes(db: PgPool) {
    let world = World::with_a_trail(db).await;
    for statement in [
        "update audit_event set outcome = 'x'",
        "update audit_event set address = null, address_salt = null, outcome = 'x'",
        "update audit_event set digest = null",
        "update audit_event set address = '192.0.2.9'",
        "delete from audit_event",
        "truncate audit_event cascade",
    ] {
        let error = sqlx::raw_sql(statement)
            .execute(&world.db)
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("append-only"),
            "{statement}: {error}"
        );
    }
}

/// Trails are no use to each other: what is genuine in one proves nothing in another.
#[rekey_test::on_a_database]
async fn an_event_moved_to_another_tenant_is_found_in_both(db: PgPool) {
    let world = World::with_a_trail(db).await;
    world.neighbour().await;
    world.recovery.audit.seal().await.unwrap();
    let mut other = world.tenant.clone();
    other.tenant_id = world.operator.find_tenant("other").await.unwrap().tenant_id;
    let found = async || match world.operator.verify_audit(&other, None).await {
        Err(VerifyAuditError::Found(finding)) => (finding.seq, finding.wrong),
        Ok(_) | Err(VerifyAuditError::Fault(_)) => panic!("nothing was found"),
    };
    world
        .tamper(
            "update audit_event set tenant_id = (select max(tenant_id) from tenant)
            where event_id = (select event_id from audit_seal
                where tenant_id = (select min(tenant_id) from tenant) and seq = 1)",
        )
        .await;
    assert_eq!(world.found().await, (Some(1), Wrong::EventMissing));
    assert_eq!(found().await, (None, Wrong::EventExtra));
    // Nor in the place of one of theirs, with its seal.
    world
        .tamper(
            "delete from audit_event where event_id = (select event_id from audit_seal
                where tenant_id = (select max(tenant_id) from tenant) and seq = 1);
            update audit_seal set (event_id, digest, sealed_at) = (select event_id, digest, sealed_at
                from audit_seal where tenant_id = (select min(tenant_id) from tenant) and seq = 1)
            where tenant_id = (select max(tenant_id) from tenant) and seq = 1",
        )
        .await;
    assert_eq!(found().await, (Some(1), Wrong::Edited));
}
