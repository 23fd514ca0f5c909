//! The built-in pages: as answers first, and then in a real browser.

mod agent;
mod asking;
mod browser;
mod cut;
mod forms;
mod headers;
mod hostile;
mod language;
mod links;
mod not_me;
mod protected;
mod scanners;
mod several;
mod tenants;
mod walk;

use rekey::mail::Letter;

pub use self::agent::{Agent, form_of};
use crate::harness::World;
use crate::harness::world::{Setting, TENANT};

pub const OLD: &str = "Forgotten-2026";
pub const NEW: &str = "Remembered-2027";

/// The usual world with more in the tenant's file.
pub fn with(more: &str) -> Setting {
    Setting {
        tenant: format!("{TENANT}{more}"),
        ..Setting::default()
    }
}

/// The path of the one link to our pages in a letter, with its query.
pub fn path_in(letter: &Letter) -> String {
    let mut lines = letter.content.text.lines();
    let link = lines.find(|line| line.contains("/recover/")).unwrap();
    let at = link.find("/recover/").unwrap();
    link[at..].to_owned()
}

/// The secret in such a path.
pub fn secret_in(path: &str) -> &str {
    let (_, rest) = path.split_once("token=").unwrap();
    &rest[..64]
}

/// The reference at the foot of a letter.
pub fn reference_in(letter: &Letter) -> &str {
    letter.content.text.trim_end().rsplit(' ').next().unwrap()
}

impl World {
    /// Asks for a letter by the page, and returns the path of the link in it.
    pub async fn link(&self, page: &str, name: &str) -> String {
        let mut agent = Agent::new(self);
        let shown = agent.open(page).await;
        agent.submit(&shown, &[("name", name)]).await;
        let letters = self.post().await;
        assert_eq!(letters.len(), 1, "one letter");
        path_in(&letters[0])
    }

    /// A link to choose a password of `JohnDoe`.
    pub async fn reset_link(&self) -> String {
        self.link("/recover", "JohnDoe").await
    }

    /// Changes the password of `JohnDoe`, and returns the link to object with.
    pub async fn not_me_link(&self) -> String {
        self.not_me_link_after(NEW).await
    }

    pub async fn not_me_link_after(&self, password: &str) -> String {
        let link = self.reset_link().await;
        let mut agent = Agent::new(self);
        let shown = agent.open(&link).await;
        let done = agent.submit(&shown, &[("password", password)]).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let letters = self.post().await;
        assert_eq!(letters.len(), 1, "one notice");
        path_in(&letters[0])
    }

    /// Everything in the database, table by table, as digests.
    pub async fn everything(&self) -> Vec<(String, String)> {
        let tables: Vec<String> = sqlx::query_scalar(
            "select tablename::text from pg_tables where schemaname = 'public' order by 1",
        )
        .fetch_all(&self.db)
        .await
        .unwrap();
        assert!(tables.len() > 15, "the tables are seen");
        let mut all = Vec::new();
        for table in tables {
            let query = format!(
                "select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {table} t"
            );
            let digest = sqlx::query_scalar(sqlx::AssertSqlSafe(query));
            all.push((table, digest.fetch_one(&self.db).await.unwrap()));
        }
        all
    }
}
