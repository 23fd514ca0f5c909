//! Restarts and rotations under load, behind HAProxy: no request fails and no letter is lost.

use sqlx::PgPool;

use crate::harness::binary::Setup;
use crate::pair::Pair;

#[rekey_test::on_an_empty_database]
async fn restarts_lose_nothing(db: PgPool) {
    let pair = Pair::start(Setup::new(&db), &[]).await;
    let restart = async |pair: &mut Pair| pair.restart_in_turn().await;
    pair.under_load("rolling restart", restart).await;
}

#[rekey_test::on_an_empty_database]
async fn a_rotation_of_the_secret_key_loses_nothing(db: PgPool) {
    let pair = Pair::start(Setup::new(&db), &[]).await;
    pair.under_load("rotation", async |pair| {
        pair.setup.run(&["secrets", "add"]).await;
        pair.restart_in_turn().await;
        pair.setup.run(&["secrets", "promote"]).await;
        pair.restart_in_turn().await;
    })
    .await;
}
