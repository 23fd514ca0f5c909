//! Programs that start together on an empty database.

use sqlx::PgPool;

use crate::harness::binary::Setup;

/// Without turns, the later ones make tables that are there already. The turn belongs to a transaction:
/// nothing is held afterwards, in whichever session.
#[rekey_test::on_an_empty_database]
async fn those_who_migrate_together_take_turns(db: PgPool) {
    let setup = Setup::new(&db);
    let migrate = || async { setup.run(&["migrate"]).await };
    tokio::join!(migrate(), migrate(), migrate());
    let locks = "select count(*) from pg_locks where locktype = 'advisory' \
                 and database = (select oid from pg_database where datname = current_database())";
    let held: i64 = sqlx::query_scalar(locks).fetch_one(&db).await.unwrap();
    assert_eq!(held, 0);
}
