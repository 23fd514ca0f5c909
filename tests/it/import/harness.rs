//! An operator with a tenant, a clock to turn, and hashing that costs nothing.

use std::io::Cursor;

use rekey::domain::Timestamp;
use rekey::domain::digest::Keyring;
use rekey::domain::identifier::Kind;
use rekey::domain::language::Language;
use rekey::domain::password::Password;
use rekey::domain::password_type::{OwnerRights, Spec};
use rekey::domain::policy::PasswordPolicy;
use rekey::domain::status::{BlockPolicy, Mode};
use rekey::domain::tenant::{
    Accounts, Clevermaps, Cyclos, Links, Pages, Profile, Settings, Sspr, Tenant, TenantFile,
    Turbosmtp,
};
use rekey::operator::{
    BadLine, Hashes, Import, ImportError, Listeners, Operator, OperatorParts, Report,
};
use rekey::recovery::{Capacity, Clock, Entropy, Hasher, ManualClock, Params};
use serde_json::Value;
use sqlx::PgPool;
use zeroize::Zeroizing;

/// When every world begins: 2026-01-01 12:00 UTC.
const BEGINNING: i64 = 1_767_268_800;

/// Two hashes made elsewhere.
pub const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
pub const OTHER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$b3RoZXJzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

pub struct World {
    pub db: PgPool,
    pub hand: ManualClock,
    pub hasher: Hasher,
    pub operator: Operator,
    pub tenant: Tenant,
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        Self::with(db, Params::new(64, 1, 1, None).unwrap()).await
    }

    /// A world whose hashes cost something.
    pub async fn with(db: PgPool, params: Params) -> Self {
        let start = Timestamp::from_unix_timestamp(BEGINNING).unwrap();
        let (clock, hand) = Clock::stopped_at(start);
        let entropy = Entropy::seeded(7);
        let capacity = Capacity {
            params,
            concurrency: 2,
            queue: 8,
        };
        let hasher = Hasher::start(&capacity, entropy.clone()).unwrap();
        let operator = Operator::new(OperatorParts {
            db: db.clone(),
            clock,
            entropy,
            keys: Keyring::new(vec![Zeroizing::new([7; 32])]).unwrap(),
            hasher: Some(hasher.clone()),
        });
        operator.apply_tenant(&tenant_file("demo")).await.unwrap();
        let tenant = operator.find_tenant("demo").await.unwrap();
        Self {
            db,
            hand,
            hasher,
            operator,
            tenant,
        }
    }

    /// Imports, and says which lines were bad.
    pub async fn try_import(
        &self,
        lines: impl AsRef<[u8]> + Send,
    ) -> (Result<Report, ImportError>, Vec<(u64, String)>) {
        let mut bad = Vec::new();
        let mut note = |line: BadLine| bad.push((line.line, line.message));
        let done = self
            .operator
            .import_accounts(&self.tenant, Cursor::new(lines), &mut note)
            .await;
        (done, bad)
    }

    /// Imports a file in some way.
    pub async fn take(
        &self,
        file: impl AsRef<[u8]> + Send,
        import: Import,
    ) -> Result<Report, Vec<(u64, String)>> {
        let mut bad = Vec::new();
        let listeners = Listeners {
            on_bad: &mut |line| bad.push((line.line, line.message)),
            on_step: &mut |_| {},
        };
        let done = self
            .operator
            .import_file(&self.tenant, Cursor::new(file), import, listeners)
            .await;
        done.map_err(|_| bad)
    }

    /// Imports a file in some way that has to be bad.
    pub async fn reject(
        &self,
        file: impl AsRef<[u8]> + Send,
        import: Import,
    ) -> Vec<(u64, String)> {
        let before = self.everything().await;
        let bad = self.take(file, import).await.expect_err("was imported");
        assert_eq!(self.everything().await, before);
        bad
    }

    /// Imports into another tenant, which is made for that.
    pub async fn import_into(&self, code: &str, lines: &str) -> Report {
        self.operator
            .apply_tenant(&tenant_file(code))
            .await
            .unwrap();
        let tenant = self.operator.find_tenant(code).await.unwrap();
        let mut note = |bad: BadLine| panic!("{bad:?}");
        self.operator
            .import_accounts(&tenant, Cursor::new(lines), &mut note)
            .await
            .unwrap()
    }

    /// Everything that a tenant's export passes on.
    pub async fn export(&self, code: &str) -> Vec<Value> {
        let tenant = self.operator.find_tenant(code).await.unwrap();
        let mut exported = Vec::new();
        let mut keep = |line| {
            exported.push(line);
            Ok(())
        };
        let count = self
            .operator
            .export_accounts(&tenant, Hashes::With, &mut keep)
            .await
            .unwrap();
        assert_eq!(count, exported.len() as u64);
        exported
    }

    /// Imports what has to be good.
    pub async fn import(&self, lines: &str) -> Report {
        let (done, bad) = self.try_import(lines).await;
        done.unwrap_or_else(|error| panic!("{error}: {bad:?}"))
    }

    /// Imports what has to be bad, and nothing of which may be there afterwards.
    pub async fn refuse(&self, lines: impl AsRef<[u8]> + Send) -> Vec<(u64, String)> {
        let before = self.everything().await;
        let (done, bad) = self.try_import(lines).await;
        match done.expect_err("was imported") {
            ImportError::BadLines { count } => assert_eq!(count, bad.len() as u64),
            error @ (ImportError::Changed | ImportError::Unreadable(_) | ImportError::Fault(_)) => {
                panic!("{error}: {error:?}")
            }
        }
        assert_eq!(self.everything().await, before);
        bad
    }

    /// One value of the database.
    pub async fn value(&self, sql: &'static str) -> Value {
        let row: Option<Value> = sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap();
        row.unwrap_or_default()
    }

    /// Every row that an import may touch.
    pub async fn everything(&self) -> Value {
        self.value(
            "select jsonb_build_array(
                (select jsonb_agg(to_jsonb(t) order by account_id) from account t),
                (select jsonb_agg(to_jsonb(t) order by kind, value) from identifier t),
                (select jsonb_agg(to_jsonb(t) order by account_id, password_type_id) from password t),
                (select jsonb_agg(to_jsonb(t) order by account_id, set_at) from password_history t),
                (select jsonb_agg(to_jsonb(t) order by token_id) from recovery_token t),
                (select count(*) from audit_event where action = 'accounts.imported'),
                (select count(*) from account_import), (select count(*) from password_import),
                (select count(*) from changed_import), (select count(*) from altered_import),
                (select count(*) from job),
                (select count(*) from audit_event where action = 'account.changed-by-import'))",
        )
        .await
    }

    /// The row of an account.
    pub async fn account(&self, login_key: &str) -> Value {
        sqlx::query_scalar("select to_jsonb(account) from account where login_key = $1")
            .bind(login_key)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    /// The row of a password.
    pub async fn password(&self, login_key: &str, kind: &str) -> Value {
        sqlx::query_scalar(
            "select to_jsonb(password) from password join account using (tenant_id, account_id)
                join password_type using (tenant_id, password_type_id)
            where login_key = $1 and internal_name = $2",
        )
        .bind(login_key)
        .bind(kind)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// Whether an account's stored password is this one.
    pub async fn opens(&self, login_key: &str, kind: &str, password: &str) -> bool {
        let row = self.password(login_key, kind).await;
        self.verifies(row["hash"].as_str().unwrap(), password).await
    }

    pub async fn verifies(&self, hash: &str, secret: &str) -> bool {
        let secret = Password::new(secret.to_owned());
        self.hasher.verify(&secret, hash).await.unwrap()
    }

    /// `kind value -> login` of every identifier.
    pub async fn identifiers(&self) -> Vec<String> {
        sqlx::query_scalar(
            "select kind || ' ' || value || ' -> ' || login
            from identifier join account using (tenant_id, account_id) order by 1",
        )
        .fetch_all(&self.db)
        .await
        .unwrap()
    }

    /// Gives an account a live token of either purpose.
    pub async fn mint_tokens(&self, login_key: &str) {
        sqlx::query(
            "insert into recovery_token
                (tenant_id, token_id, account_id, purpose, digest, created_at, expires_at)
            select tenant_id, gen_random_uuid(), account_id, purpose,
                sha256(convert_to(purpose || account_id, 'UTF8')), updated_at,
                updated_at + interval '1 hour'
            from account, unnest(array['reset', 'unlock']) as purpose where login_key = $1",
        )
        .bind(login_key)
        .execute(&self.db)
        .await
        .unwrap();
    }

    /// How many live tokens there are.
    pub async fn live_tokens(&self) -> i64 {
        sqlx::query_scalar(
            "select count(*) from recovery_token where spent_at is null and voided_at is null",
        )
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// Runs a statement that stands for something that people do.
    pub async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.db).await.unwrap();
    }
}

/// A tenant with an access password and a PIN.
pub fn tenant_file(code: &str) -> TenantFile {
    TenantFile {
        settings: Settings {
            code: code.to_owned(),
            name: "Demo Cooperative".to_owned(),
            hosts: vec![format!("{code}.localhost"), format!("www.{code}.localhost")],
            default_language: Language::En,
            profile: Profile::Contract,
            mail_from: None,
            mail_templates: None,
            links: Links::default(),
            token_lifetime: 3_600,
            freeze: 86_400,
            accounts: Accounts::default(),
            pages: Pages::default(),
            sspr: Sspr {
                enabled: true,
                anonymous: false,
            },
            cyclos: Cyclos {
                conceal_unknown: true,
                forgotten_password: true,
                principal_types: Kind::ALL.to_vec(),
                session_timeout: 1_800,
                confirmation: None,
                secondary: None,
            },
            clevermaps: Clevermaps {
                conceal_unknown: false,
            },
            turbosmtp: Turbosmtp {
                conceal_unknown: false,
                token_check_requires_key: true,
                key_lifetime: 7_200,
            },
        },
        password_types: vec![password_type("login", true), password_type("pin", false)],
        logo: None,
    }
}

pub fn password_type(internal_name: &str, access: bool) -> Spec {
    Spec {
        internal_name: internal_name.to_owned(),
        name: internal_name.to_uppercase(),
        access,
        mode: Mode::Manual,
        policy: PasswordPolicy {
            min_length: 8,
            max_length: 128,
            require: Vec::new(),
            blocklist: true,
        },
        history: if access { 2 } else { 0 },
        validity: None,
        max_tries: 5,
        block: BlockPolicy::For(900),
        block_max: 900,
        admin_authorization: false,
        generated_length: 12,
        generated_alphabet: "ABCDEFGH".to_owned(),
        otp_lifetime: 600,
        owner: OwnerRights {
            change: true,
            enable: false,
            reset: false,
            unblock: false,
        },
    }
}

/// A file of as many lines.
pub fn lines(count: u64, line: impl Fn(u64) -> String) -> String {
    (0..count).fold(String::new(), |file, n| file + &line(n) + "\n")
}
