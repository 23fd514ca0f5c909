//! Two servers on one database: one that stays, and one that comes to grief.

use std::fmt::Write as _;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::binary::{furnish, setup};
use crate::harness::binary::{Server, Setup};
use crate::harness::mime::Parsed;
use crate::harness::proxy::{self, Proxy};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::token_in_text;
use crate::sspr;

pub const OLD: &str = "Forgotten-2026";
pub const NEW: &str = "Remembered-2027";
pub const OTHER: &str = "Remembered-2028";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Stage {
    pub db: PgPool,
    pub mail: SmtpServer,
    pub proxy: Proxy,
    pub setup: Setup,
    pub key: String,
    pub client: Client,
    /// Speaks to the database without anybody between, sends the letters, and stays.
    pub calm: Server,
}

/// How somebody's account stands.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// Gone after an objection.
    pub hash: Option<String>,
    pub failures: i32,
    pub is_blocked: bool,
    pub is_frozen: bool,
    /// Sessions and keys of sign-ins.
    pub open: i64,
    pub resets_spent: i64,
    pub unlocks_spent: i64,
    pub disowns_spent: i64,
}

/// As many accounts as a test may use up: `p1`, `p2`, ….
pub fn people(number: usize) -> String {
    (1..=number).fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            r#"{{"login":"p{number}","email":"p{number}@domain.example","passwords":{{"login":{{"value":"{OLD}"}}}}}}"#
        );
        text
    })
}

pub fn address(login: &str) -> String {
    format!("{login}@domain.example")
}

impl Stage {
    pub async fn new(db: PgPool, people: &str) -> Self {
        Self::with(db, people, &[]).await
    }

    /// A stage whose calm server was started with more arguments.
    pub async fn with(db: PgPool, people: &str, calm: &[&str]) -> Self {
        let mail = SmtpServer::start(Mode::Plain).await;
        let proxy = Proxy::start(&db).await;
        let mut setup = setup(&db, &mail)
            .without_limits()
            .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour")
            // The cheapest that is allowed; the hashing is not what is tested here.
            .set("REKEY__HASHING__MEMORY_KIB", "7168")
            .set("REKEY__HASHING__ITERATIONS", "5")
            .set("REKEY__DATABASE__MAX_CONNECTIONS", "4");
        let key = furnish(&setup, people).await;
        let calm = setup.serve_as("calm", calm).await;
        setup.put("DATABASE_URL", proxy.url());
        Self {
            db,
            mail,
            proxy,
            setup,
            key,
            client: Client::new(),
            calm,
        }
    }

    /// Another server, whose way to the database leads through the proxy.
    pub async fn victim(&self, name: &str, more: &[&str]) -> Server {
        let server = self.setup.serve_as(name, more).await;
        if !more.contains(&"--worker-only") {
            let ready = self.client.get(format!("{}/health/ready", server.url));
            assert_eq!(ready.send().await.unwrap().status(), 200);
        }
        server
    }

    /// Ends every connection through the proxy, lets new ones through, and waits until the database has
    /// done with what the ended ones still had to do.
    pub async fn sever(&self) {
        let of_now = "select pid from pg_stat_activity
            where datname = current_database() and application_name = $1";
        let cut: Vec<i32> = sqlx::query_scalar(of_now)
            .bind(proxy::NAME)
            .fetch_all(&self.db)
            .await
            .unwrap();
        self.proxy.release();
        let left = "select count(*) from pg_stat_activity where pid = any($1)";
        loop {
            let left: i64 = sqlx::query_scalar(left)
                .bind(&cut)
                .fetch_one(&self.db)
                .await
                .unwrap();
            if left == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    pub fn sspr(&self, url: &str, operation: &str, body: &Value) -> RequestBuilder {
        self.client
            .post(format!("{url}{}", sspr::path(operation)))
            .header("authorization", &self.key)
            .json(body)
    }

    /// Asks for a reset on the calm server, and returns the token.
    pub async fn token(&self, login: &str, operation: &str) -> String {
        let before = self.letters(login).len();
        let body = sspr::about(operation, login);
        let asked = self.sspr(&self.calm.url, operation, &body).send().await;
        assert_eq!(asked.unwrap().status(), 204);
        let letters = self.letters_of(login, before + 1).await;
        token_in_text(&letters[before].text)
    }

    /// What was mailed to somebody so far.
    pub fn letters(&self, login: &str) -> Vec<Parsed> {
        let to = address(login);
        let letters = self.mail.messages().into_iter();
        letters
            .filter(|letter| letter.to.contains(&to))
            .map(|letter| Parsed::read(&letter.raw))
            .collect()
    }

    /// Waits for so many letters to somebody.
    pub async fn letters_of(&self, login: &str, number: usize) -> Vec<Parsed> {
        let mut all = self.mail.messages().len();
        loop {
            let letters = self.letters(login);
            if letters.len() >= number {
                return letters;
            }
            all = self.mail.received(all + 1).await.len();
        }
    }

    /// A session and a key of a sign-in, which a reset has to end.
    pub async fn sign_in(&self, login: &str, password: &str) {
        for call in [
            self.session(&self.calm.url, login, password),
            self.authorize(&self.calm.url, login, password),
        ] {
            assert_eq!(call.send().await.unwrap().status(), 200);
        }
    }

    pub fn session(&self, url: &str, login: &str, password: &str) -> RequestBuilder {
        let call = self.client.post(format!("{url}/api/auth/session"));
        call.basic_auth(login, Some(password))
    }

    pub fn authorize(&self, url: &str, login: &str, password: &str) -> RequestBuilder {
        let body = json!({"email": address(login), "password": password, "no_expire": false});
        self.client
            .post(format!("{url}/api/v2/authorize"))
            .json(&body)
    }

    pub async fn opens(&self, login: &str, password: &str) -> bool {
        let call = self.session(&self.calm.url, login, password);
        call.send().await.unwrap().status() == 200
    }

    pub async fn standing(&self, login: &str) -> Standing {
        sqlx::query_as(
            "select p.hash, p.failures,
                p.blocked_forever or p.blocked_until is not null as is_blocked,
                a.recovery_frozen_until is not null as is_frozen,
                (select count(*) from session s where s.account_id = a.account_id)
                + (select count(*) from api_key k
                   where k.account_id = a.account_id and k.ended_at is null) as open,
                count(t) filter (where t.purpose = 'reset') as resets_spent,
                count(t) filter (where t.purpose = 'unlock') as unlocks_spent,
                count(t) filter (where t.purpose = 'disown') as disowns_spent
             from account a join password p using (tenant_id, account_id)
                left join recovery_token t on t.account_id = a.account_id
                    and t.spent_at is not null
             where a.login = $1
             group by a.tenant_id, a.account_id, p.tenant_id, p.account_id, p.password_type_id",
        )
        .bind(login)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// Lets the time pass that a job waits: for its next attempt, or for a worker that holds it and is gone.
    pub async fn jobs_come_due(&self) {
        sqlx::raw_sql("update job set due_at = created_at, leased_until = null")
            .execute(&self.db)
            .await
            .unwrap();
    }

    /// Waits until no job is left: none was lost, and none was given up.
    pub async fn all_jobs_are_done(&self) {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        let done = async {
            loop {
                tick.tick().await;
                let left: i64 = sqlx::query_scalar("select count(*) from job")
                    .fetch_one(&self.db)
                    .await
                    .unwrap();
                if left == 0 {
                    return;
                }
            }
        };
        let done = tokio::time::timeout(PATIENCE, done).await;
        done.expect("the jobs are done");
    }
}
