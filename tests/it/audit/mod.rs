//! The audit trail: what is in it (O-01), what proves it (O-03), how long it is kept (O-06), how it is
//! read out (O-02).

mod acts;
mod events;
mod reading;
mod retention;
mod sealing;
mod stopping;
mod tampering;
mod words;

use std::sync::Arc;

use base64::Engine as _;
use rekey::domain::audit::Point;
use rekey::domain::digest::Keyring;
use rekey::mail::Templates;
use rekey::operator::{Finding, Operator, OperatorParts, Verified, VerifyAuditError, Wrong};
use rekey::recovery::{Entropy, Parts, Recovery, Retention};
use sqlx::PgPool;
use time::Duration;
use zeroize::Zeroizing;

use crate::harness::World;
use crate::harness::binary::Setup;
pub use crate::harness::world::KEY;
use crate::harness::world::generous;
use crate::turbosmtp::{EMAIL, OLD, login};

/// A key that comes after that of the world.
pub const NEXT_KEY: [u8; 32] = [8; 32];

pub fn keyring(keys: &[[u8; 32]]) -> Keyring {
    Keyring::new(keys.iter().copied().map(Zeroizing::new).collect()).unwrap()
}

/// A server of its own on the database of a world.
pub fn server(world: &World, keys: &[[u8; 32]], retention: Retention) -> Recovery {
    Recovery::new(Parts {
        db: world.db.clone(),
        clock: world.clock.clone(),
        entropy: Entropy::seeded(9),
        keys: keyring(keys),
        hasher: world.hasher.clone(),
        limits: generous(),
        retention,
        mailer: Arc::new(world.mailbox.clone()),
        texter: None,
        templates: Templates::builtin(),
        mail_from: "Rekey <no-reply@localhost>".to_owned(),
        default_tenant: None,
        public_url: "http://rekey.localhost".to_owned(),
        notices: None,
    })
}

pub const KEPT: Retention = Retention {
    addresses: Duration::days(90),
    audit: Duration::days(730),
};

/// An operator with some keys.
pub fn operator(world: &World, keys: &[[u8; 32]]) -> Operator {
    Operator::new(OperatorParts {
        db: world.db.clone(),
        clock: world.clock.clone(),
        entropy: Entropy::os(),
        keys: keyring(keys),
        hasher: None,
    })
}

impl Setup {
    /// The binary on the database of a world, with its key.
    pub fn of(world: &World) -> Self {
        let key = base64::engine::general_purpose::STANDARD.encode(KEY);
        Self::new(&world.db).set("REKEY_SECRET_KEY", key)
    }
}

impl World {
    /// Tries to sign in: `times` events with an address.
    pub async fn tries(&self, times: usize) {
        for _ in 0..times {
            let reply = self.authorize(&login(EMAIL, "wrong")).await;
            assert!(!reply.status.is_success());
        }
    }

    /// Signs in: `times` events with an address.
    pub async fn passes(&self, times: usize) {
        for _ in 0..times {
            self.turbo_key(EMAIL, OLD).await;
        }
    }

    /// A world whose trail has ten events and more, all sealed.
    pub async fn with_a_trail(db: PgPool) -> Self {
        let world = Self::new(db).await;
        world.tries(3).await;
        world.turbo_key(EMAIL, OLD).await;
        world.reset_token().await;
        world.tries(3).await;
        assert!(world.recovery.audit.seal().await.unwrap() >= 10);
        world.verified().await;
        world
    }

    pub async fn verify(&self, noted: Option<Point>) -> Result<Verified, Finding> {
        match self.operator.verify_audit(&self.tenant, noted).await {
            Ok(verified) => Ok(verified),
            Err(VerifyAuditError::Found(finding)) => Err(finding),
            Err(VerifyAuditError::Fault(fault)) => panic!("{fault:?}"),
        }
    }

    pub async fn verified(&self) -> Verified {
        let verified = self.verify(None).await;
        verified.unwrap_or_else(|finding| panic!("{finding}"))
    }

    /// Verifies a trail that is not whole.
    pub async fn found(&self) -> (Option<i64>, Wrong) {
        let finding = self.verify(None).await.expect_err("it is whole");
        (finding.seq, finding.wrong)
    }

    /// What somebody does who owns the database and not the keys.
    pub async fn tamper(&self, sql: &'static str) {
        let statement = format!(
            "alter table audit_event disable trigger user; {sql}; \
             alter table audit_event enable trigger user;"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&self.db)
            .await
            .unwrap();
    }
}
