//! What operators do from day to day, in process: every effect, seen through the public APIs.

mod accounts;
mod jobs;
mod links;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::harness::{Call, World};
use crate::turbosmtp::{EMAIL, login};

impl World {
    /// Signs in over Cyclos and returns the session.
    async fn cyclos_session(&self, user: &str, password: &str) -> String {
        let basic = STANDARD.encode(format!("{user}:{password}"));
        let call = Call::new("POST", "/api/auth/session")
            .header("host", "demo.localhost")
            .header("authorization", format!("Basic {basic}"));
        let reply = self.send(call).await;
        let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        let token = said["sessionToken"].as_str();
        token.unwrap_or_else(|| panic!("{reply:?}")).to_owned()
    }

    async fn is_session(&self, session: &str) -> bool {
        let call = Call::new("GET", "/api/auth")
            .header("host", "demo.localhost")
            .header("session-token", session);
        match self.send(call).await.status.as_u16() {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }

    /// Types a wrong password so often that it blocks.
    async fn block(&self) {
        for _ in 0..5 {
            self.authorize(&login(EMAIL, "Wrong-Wrong-1")).await;
        }
        let reply = self.authorize(&login(EMAIL, crate::turbosmtp::OLD)).await;
        assert_ne!(reply.status, 200, "it is blocked");
    }

    /// The trail of an action: outcome and detail of each line, oldest first.
    async fn trail(&self, action: &str) -> Vec<(String, Value)> {
        sqlx::query_as(
            "select outcome, detail from audit_event where action = $1 order by at, event_id",
        )
        .bind(action)
        .fetch_all(&self.db)
        .await
        .unwrap()
    }
}
