//! Every way in which a reset token sets a password.

use serde_json::json;

use crate::harness::World;
use crate::pages::Agent;
use crate::{sspr, turbosmtp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Sspr,
    Clevermaps,
    Turbosmtp,
    Cyclos,
    Page,
}

impl Door {
    pub const ALL: [Self; 5] = [
        Self::Sspr,
        Self::Clevermaps,
        Self::Turbosmtp,
        Self::Cyclos,
        Self::Page,
    ];

    /// Two families publish rules of their own about what a password is made of.
    pub fn publishes_composition(self) -> bool {
        match self {
            Self::Clevermaps | Self::Turbosmtp => true,
            Self::Sspr | Self::Cyclos | Self::Page => false,
        }
    }

    /// What a token of `JohnDoe` leads to here, and whether it set the password.
    pub async fn sets(self, world: &World, token: &str, password: &str) -> bool {
        let (status, is_set) = match self {
            Self::Sspr => {
                let mut body = sspr::with_token("resetPassword", token);
                body["sPassword"] = password.into();
                let reply = world.sspr("resetPassword", &body).await;
                (reply.status, reply.status == 204)
            }
            Self::Clevermaps => {
                let reply = world.reset(token, password).await;
                (reply.status, reply.status == 204)
            }
            Self::Turbosmtp => {
                let reply = world.update(&turbosmtp::update(token, password)).await;
                (reply.status, reply.status == 200)
            }
            Self::Cyclos => {
                let body = json!({"key": token, "newPassword": password});
                let reply = world.recover(&body).await;
                (reply.status, reply.status == 204)
            }
            Self::Page => {
                let link = format!("/recover/reset?tenant=demo&token={token}");
                let mut agent = Agent::new(world);
                let form = agent.open(&link).await;
                assert_eq!(form.status, 200, "{}", form.body);
                let reply = agent.post(&form, &[("password", password)]).await;
                (reply.status, reply.status == 303)
            }
        };
        assert!(!status.is_server_error(), "{self:?}: {status}");
        let is_there = world.is_password("JohnDoe", password).await;
        assert_eq!(is_set, is_there, "{self:?} answers {status}");
        is_set
    }
}
