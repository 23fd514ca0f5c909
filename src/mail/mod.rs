//! tmp
#![allow(missing_docs, dead_code)]
use crate::domain::{Timestamp, identifier::EmailAddress};
pub mod letters {
    use crate::domain::{Timestamp, language::Language};
    use time::Duration;
    pub struct Frame<'a> {
        pub tenant_name: &'a str,
        pub person_name: Option<&'a str>,
        pub login: &'a str,
        pub language: Language,
        pub support: Option<&'a str>,
    }
    pub struct TokenLink<'a> {
        pub link: &'a str,
        pub token: &'a str,
        pub lifetime: Duration,
        pub reference: &'a str,
    }
    pub struct Usernames<'a> {
        pub logins: &'a [&'a str],
    }
    pub struct Happened {
        pub at: Timestamp,
    }
    pub enum Values<'a> {
        ResetLink(TokenLink<'a>),
        UnlockLink(TokenLink<'a>),
        Usernames(Usernames<'a>),
        PasswordChanged(Happened),
        AccountUnlocked(Happened),
    }
}
pub mod templates {
    #[derive(Debug, thiserror::Error)]
    #[error("x")]
    pub struct E;
    #[derive(Clone)]
    pub struct Templates;
    impl Templates {
        pub fn with_overrides(_: &std::path::Path) -> Result<Self, E> {
            Ok(Self)
        }
        pub fn render(
            &self,
            _: &super::letters::Frame<'_>,
            _: &super::letters::Values<'_>,
        ) -> Result<super::Content, E> {
            Err(E)
        }
    }
}
pub struct Content {
    pub subject: String,
    pub text: String,
    pub html: String,
}
pub struct Letter {
    pub to: EmailAddress,
    pub from: String,
    pub message_id: String,
    pub date: Timestamp,
    pub content: Content,
}
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    #[error("later")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("never")]
    Never(#[source] Box<dyn std::error::Error + Send + Sync>),
}
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered>;
}
