//! A database for each test. It is copied from a template that is made once for each set of migrations,
//! by whoever needs it first, and dropped when the test has passed.

use std::pin::Pin;
use std::time::Duration;

use rekey::store::MIGRATOR;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool};

type Running = Pin<Box<dyn Future<Output = ()>>>;

/// Whoever makes a template holds this lock: `rekeytst` in ASCII.
const MAKING: i64 = 0x7265_6b65_7974_7374;

/// Longer than a pool needs to close once its test has given every connection back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a test on a database with our schema.
pub fn ours(path: &'static str, test: fn(PgPool) -> Running) {
    block_on(async {
        let mut server = Server::connect().await;
        let template = server.template().await;
        server.run(path, Some(&template), test).await;
    });
}

/// Runs a test on an empty database.
pub fn empty(path: &'static str, test: fn(PgPool) -> Running) {
    block_on(async { Server::connect().await.run(path, None, test).await });
}

/// On one thread, and so are the tasks that tests start.
fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}

/// What `DATABASE_URL` names.
struct Server {
    options: PgConnectOptions,
    connection: PgConnection,
}

impl Server {
    async fn connect() -> Self {
        let url = std::env::var("DATABASE_URL").expect("DATABASE_URL is set: scripts/db does that");
        let options: PgConnectOptions = url.parse().unwrap();
        let connection = options.connect().await.unwrap();
        Self {
            options,
            connection,
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "whoever reads why a test failed reads this beside it"
    )]
    async fn run(mut self, path: &str, template: Option<&str>, test: fn(PgPool) -> Running) {
        let name = format!("test_{}", digest(path.as_bytes()));
        // Left by the same test, if that failed on a server that lasts.
        self.execute(format!("drop database if exists {name}"))
            .await;
        self.copy(&name, template.unwrap_or("template1")).await;
        let pool = PgPoolOptions::new()
            .max_connections(5)
            .connect_with(self.options.clone().database(&name))
            .await;
        let pool = pool.unwrap();
        test(pool.clone()).await;
        if tokio::time::timeout(PATIENCE, pool.close()).await.is_err() {
            eprintln!("{path} has kept a connection");
        }
        self.execute(format!("drop database {name} with (force)"))
            .await;
    }

    /// The database with our schema that others are copied from.
    async fn template(&mut self) -> String {
        let mut digests = Sha256::new();
        for migration in MIGRATOR.iter() {
            digests.update(&*migration.checksum);
        }
        let name = format!("rekey_{}", digest(&digests.finalize()));
        if !self.has(&name).await {
            self.lock("pg_advisory_lock").await;
            if !self.has(&name).await {
                self.make(&name).await;
            }
            self.lock("pg_advisory_unlock").await;
        }
        name
    }

    /// Makes it under another name, so that nobody copies half of it.
    async fn make(&mut self, name: &str) {
        let draft = format!("{name}_draft");
        self.execute(format!("drop database if exists {draft}"))
            .await;
        self.copy(&draft, "template1").await;
        let options = self.options.clone().database(&draft);
        let mut connection = options.connect().await.unwrap();
        MIGRATOR
            .run_direct(None, &mut connection, false)
            .await
            .unwrap();
        connection.close().await.unwrap();
        self.execute(format!("alter database {draft} rename to {name}"))
            .await;
    }

    async fn has(&mut self, name: &str) -> bool {
        let found =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)");
        found
            .bind(name)
            .fetch_one(&mut self.connection)
            .await
            .unwrap()
    }

    async fn lock(&mut self, how: &str) {
        self.execute(format!("select {how}({MAKING})")).await;
    }

    /// File by file, which is half the work of page by page through the log as long as nothing is synced.
    async fn copy(&mut self, name: &str, from: &str) {
        self.execute(format!(
            "create database {name} template {from} strategy file_copy"
        ))
        .await;
    }

    async fn execute(&mut self, statement: String) {
        let done = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut self.connection)
            .await;
        done.unwrap();
    }
}

/// Short enough for a name of a database.
fn digest(of: &[u8]) -> String {
    hex::encode(&Sha256::digest(of)[..16])
}
