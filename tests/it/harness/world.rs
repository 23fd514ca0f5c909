//! A whole Rekey in process: a database of its own, a clock to turn, seeded dice, a mailbox, an
//! inbox for texts.

use std::io::Cursor;
use std::sync::Arc;

use axum::Router;
use rekey::api::{self, Surface};
use rekey::domain::Timestamp;
use rekey::domain::digest::Keyring;
use rekey::domain::key::{KeySecret, Kind};
use rekey::domain::limit::Rate;
use rekey::domain::tenant::Tenant;
use rekey::mail::{Letter, Mailbox, Mailer, Templates};
use rekey::operator::{CreateKey, Operator, OperatorParts};
use rekey::recovery::{
    Capacity, Clock, Entropy, Hasher, Limits, ManualClock, OperatorNotices, Params, Parts,
    Recovery, Retention,
};
use rekey::sms::{Inbox, Texter};
use sqlx::PgPool;
use time::Duration;
use zeroize::Zeroizing;

/// The tenant file of tests; more may be appended to it.
pub const TENANT: &str = r#"
code = "demo"
name = "Demo Cooperative"
hosts = ["demo.localhost"]
[mail]
from = "Demo Cooperative <help@demo.example>"
"#;

/// People of the tenant: one of each kind that recovery treats differently.
pub const PEOPLE: &str = r#"
{"login":"JohnDoe","email":"example@domain.com","phone":"+15145550100","name":"John Doe","language":"en","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"Ezra","userType":"EzsignUser","email":"ezra@domain.example","name":"Ezra","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"JohnTwo","email":"example@domain.com","name":"John Two","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"Disabled","email":"disabled@domain.example","status":"disabled","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"Pending","email":"pending@domain.example","status":"pending"}
{"login":"Blocked","email":"blocked@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"Mailless"}
{"login":"NoPassword","email":"nopassword@domain.example"}
"#;

/// The secret key of every world.
pub const KEY: [u8; 32] = *b"a secret key for tests, no other";

/// When every world begins: 2026-01-01 12:00 UTC.
pub const BEGINNING: i64 = 1_767_268_800;

/// How a world differs from the usual one.
pub struct Setting {
    pub tenant: String,
    pub limits: Limits,
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Who carries text messages, if anybody does: usually `texts`.
    pub texter: Option<Arc<dyn Texter>>,
    pub texts: Inbox,
    pub queue: usize,
    pub cors_origins: Vec<String>,
    pub public_url: String,
    /// Who of the operators is told that an owner said "this was not me", if anybody is.
    pub notices: Option<OperatorNotices>,
}

impl Default for Setting {
    fn default() -> Self {
        let texts = Inbox::new();
        Self {
            tenant: TENANT.to_owned(),
            limits: generous(),
            mailer: None,
            texter: Some(Arc::new(texts.clone())),
            texts,
            queue: 1_000,
            cors_origins: Vec::new(),
            public_url: "http://rekey.localhost".to_owned(),
            notices: None,
        }
    }
}

/// So many times in an hour.
pub fn hourly(times: u32) -> Rate {
    Rate {
        times,
        per: Duration::HOUR,
    }
}

/// Limits that no test meets by accident.
pub fn generous() -> Limits {
    let rate = hourly(100_000);
    Limits {
        recovery_per_identifier: rate,
        recovery_per_address: rate,
        recovery_per_tenant: rate,
        login_per_address: rate,
        codes_per_account: rate,
        mail_per_server: rate,
    }
}

const RETENTION: Retention = Retention {
    addresses: Duration::days(90),
    audit: Duration::days(730),
};

pub struct World {
    pub db: PgPool,
    pub hand: ManualClock,
    pub clock: Clock,
    pub hasher: Hasher,
    pub recovery: Recovery,
    pub operator: Operator,
    pub mailbox: Mailbox,
    pub texts: Inbox,
    pub tenant: Tenant,
    pub key: KeySecret,
    pub router: Router,
    pub limits: Limits,
    pub public_url: String,
}

impl World {
    /// The usual world.
    pub async fn new(db: PgPool) -> Self {
        Self::with(db, Setting::default()).await
    }

    /// A world in which some limits are tight.
    pub async fn limited(db: PgPool, tighten: impl FnOnce(&mut Limits)) -> Self {
        let mut setting = Setting::default();
        tighten(&mut setting.limits);
        Self::with(db, setting).await
    }

    pub async fn with(db: PgPool, setting: Setting) -> Self {
        let start = Timestamp::from_unix_timestamp(BEGINNING).unwrap();
        let (clock, hand) = Clock::stopped_at(start);
        let entropy = Entropy::seeded(7);
        let keys = Keyring::new(vec![Zeroizing::new(KEY)]).unwrap();
        let params = Params::new(64, 1, 1, None).unwrap();
        let capacity = Capacity {
            params,
            concurrency: 2,
            queue: setting.queue,
        };
        let hasher = Hasher::start(&capacity, entropy.clone()).unwrap();
        let operator = Operator::new(OperatorParts {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            keys: keys.clone(),
            hasher: Some(hasher.clone()),
        });
        let file = rekey::config::tenant::parse("tenant.toml", &setting.tenant).unwrap();
        operator.apply_tenant(&file).await.unwrap();
        let tenant = operator.find_tenant("demo").await.unwrap();
        import(&operator, &tenant, PEOPLE).await;
        let asked = CreateKey {
            kind: Kind::Sspr,
            name: None,
            must_sign: false,
        };
        let key = operator.create_key(&tenant, &asked).await.unwrap().secret;
        let mailbox = Mailbox::default();
        let recovery = Recovery::new(Parts {
            db: db.clone(),
            clock: clock.clone(),
            entropy,
            keys: keys.clone(),
            hasher: hasher.clone(),
            limits: setting.limits,
            retention: RETENTION,
            mailer: setting.mailer.unwrap_or_else(|| Arc::new(mailbox.clone())),
            texter: setting.texter,
            templates: Templates::builtin(),
            mail_from: "Rekey <no-reply@localhost>".to_owned(),
            default_tenant: None,
            public_url: setting.public_url.clone(),
            notices: setting.notices,
        });
        let surface = Surface {
            public_url: setting.public_url,
            cors_origins: setting.cors_origins,
            ..Surface::default()
        };
        let router = api::router(recovery.clone(), &surface);
        Self {
            db,
            hand,
            clock,
            hasher,
            recovery,
            operator,
            mailbox,
            texts: setting.texts,
            tenant,
            key,
            router,
            limits: setting.limits,
            public_url: surface.public_url,
        }
    }

    /// Another server on the same database, or the same one started again.
    pub fn replica(&self, db: PgPool) -> (Recovery, Router) {
        let recovery = Recovery::new(Parts {
            db,
            clock: self.clock.clone(),
            entropy: Entropy::seeded(8),
            keys: Keyring::new(vec![Zeroizing::new(KEY)]).unwrap(),
            hasher: self.hasher.clone(),
            limits: self.limits,
            retention: RETENTION,
            mailer: Arc::new(self.mailbox.clone()),
            texter: None,
            templates: Templates::builtin(),
            mail_from: "Rekey <no-reply@localhost>".to_owned(),
            default_tenant: None,
            public_url: self.public_url.clone(),
            notices: None,
        });
        let surface = Surface {
            public_url: self.public_url.clone(),
            ..Surface::default()
        };
        (recovery.clone(), api::router(recovery, &surface))
    }

    /// Changes accounts the way an operator does. What owners are told of it is dropped: here it only
    /// sets the scene.
    pub async fn import(&self, lines: &str) {
        self.import_and_tell(lines).await;
        sqlx::query("delete from job where work ->> 'job' = 'imported'")
            .execute(&self.db)
            .await
            .unwrap();
    }

    /// Changes accounts the way an operator does, and promises what owners are told of it.
    pub async fn import_and_tell(&self, lines: &str) {
        import(&self.operator, &self.tenant, lines).await;
    }

    /// Another tenant, with an account of the same name as `JohnDoe` and one of its own; returns its key.
    pub async fn neighbour(&self) -> KeySecret {
        let text = TENANT
            .replace("\"demo\"", "\"other\"")
            .replace("demo.localhost", "o.localhost");
        let file = rekey::config::tenant::parse("other.toml", &text).unwrap();
        self.operator.apply_tenant(&file).await.unwrap();
        let tenant = self.operator.find_tenant("other").await.unwrap();
        let people = r#"{"login":"JohnDoe","email":"example@domain.com"}
{"login":"Neighbour","email":"neighbour@domain.example"}"#;
        import(&self.operator, &tenant, people).await;
        let asked = CreateKey {
            kind: Kind::Sspr,
            name: None,
            must_sign: false,
        };
        self.operator
            .create_key(&tenant, &asked)
            .await
            .unwrap()
            .secret
    }

    /// Runs jobs until none is due, and returns what was mailed meanwhile, oldest first.
    pub async fn post(&self) -> Vec<Letter> {
        let before = self.mailbox.letters().len();
        while self.recovery.delivery.run_one_job().await.unwrap() {}
        self.mailbox.letters().split_off(before)
    }

    /// Like [`Self::post`], for the one token that must have been mailed.
    pub async fn mailed_token(&self) -> String {
        let letters = self.post().await;
        assert_eq!(letters.len(), 1, "one letter");
        token_in(&letters[0])
    }

    /// The hash of somebody's password of a type.
    pub async fn hash_of(&self, login: &str) -> Option<String> {
        sqlx::query_scalar(
            "select hash from account join password using (tenant_id, account_id) where login = $1",
        )
        .bind(login)
        .fetch_optional(&self.db)
        .await
        .unwrap()
        .flatten()
    }

    /// Whether `password` is what somebody would sign in with.
    pub async fn is_password(&self, login: &str, password: &str) -> bool {
        let Some(hash) = self.hash_of(login).await else {
            return false;
        };
        let password = rekey::domain::password::Password::new(password.to_owned());
        self.hasher.verify(&password, &hash).await.unwrap()
    }

    /// Runs a statement that stands in for something no public way leads to yet.
    pub async fn sql(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&self.db).await.unwrap();
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.db).await.unwrap()
    }
}

async fn import(operator: &Operator, tenant: &Tenant, lines: &str) {
    let mut bad = Vec::new();
    let mut note = |line: rekey::operator::BadLine| bad.push(line.message);
    let done = operator
        .import_accounts(tenant, Cursor::new(lines.trim_start()), &mut note)
        .await;
    assert!(done.is_ok(), "{bad:?}");
}

/// The 64 hexadecimal digits in a letter.
pub fn token_in(letter: &Letter) -> String {
    token_in_text(&letter.content.text)
}

/// The 64 hexadecimal digits in a text.
pub fn token_in_text(text: &str) -> String {
    let is_token = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let token = text.split_whitespace().find(is_token);
    token.expect("a token in the text").to_owned()
}
