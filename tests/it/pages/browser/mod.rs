//! The pages in a real Chromium, over a real socket.

mod axe;
mod journey;
mod keyboard;
mod screens;
mod without_script;

use std::net::SocketAddr;

use rekey::domain::language::Language;
use sqlx::PgPool;
use tokio::net::TcpListener;

use super::{path_in, with};
use crate::harness::{Browser, World};

/// A world that browsers reach.
pub struct Site {
    pub world: World,
    /// Where it is, without a trailing slash.
    pub url: String,
}

impl Site {
    pub async fn new(db: PgPool, more: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("http://demo.localhost:{port}");
        let mut setting = with(more);
        setting.public_url.clone_from(&url);
        let world = World::with(db, setting).await;
        let service = world.router.clone();
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { world, url }
    }

    /// Asks on a page as a person does, and returns the link of the letter.
    pub async fn ask(&self, browser: &Browser, page: &str, name: &str) -> String {
        browser.open(&format!("{}{page}", self.url)).await;
        browser.write("#name", name).await;
        browser.click("button").await;
        browser.find(".reference").await;
        let letters = self.world.post().await;
        assert_eq!(letters.len(), 1, "one letter");
        format!("{}{}", self.url, path_in(&letters[0]))
    }
}

/// A page that can be looked at, and how to get there.
pub struct State {
    pub name: String,
    pub url: String,
    /// What to type and to send, once it is open.
    pub sent: Option<(&'static str, &'static str)>,
}

/// Every page and state in a language.
pub async fn states(site: &Site, language: Language) -> Vec<State> {
    let code = language.code();
    let mut states = Vec::new();
    for (name, path) in [
        ("ask-reset", ""),
        ("ask-unlock", "/locked?"),
        ("ask-usernames", "/username?"),
        ("sent", "/sent?of=reset&reference=0123abcd"),
        ("sent-usernames", "/sent?of=usernames"),
        ("done-reset", "/done?of=reset"),
        ("done-unlock", "/done?of=unlock"),
        ("done-not-me", "/done?of=not-me"),
        ("ended-unknown", "/reset?link=0123456789ab"),
        ("cut", "/reset?"),
        ("nothing", "/nothing?"),
    ] {
        let mark = if path.contains('?') { "" } else { "?" };
        states.push(State {
            name: name.to_owned(),
            url: format!("{}/recover{path}{mark}&language={code}", site.url),
            sent: None,
        });
    }
    let start = format!("{}/recover?language={code}", site.url);
    let username = format!("{}/recover/username?language={code}", site.url);
    let missing = (start.clone(), ("#name", " "));
    let wrong = (username, ("#name", "name@example.com@"));
    for (name, (url, sent)) in [("ask-missing", missing), ("ask-wrong", wrong)] {
        let name = name.to_owned();
        let sent = Some(sent);
        states.push(State { name, url, sent });
    }
    let spoken = |link: String| format!("{}{link}&language={code}", site.url);
    let world = &site.world;
    let ended = spoken(world.link("/recover", "JohnTwo").await);
    let replaced = ("ended-replaced", ended, None);
    world.link("/recover", "JohnTwo").await;
    let reset = spoken(world.link("/recover", "Ezra").await);
    let unlock = spoken(world.link("/recover/locked", "Ezra").await);
    let password = format!("Remembered-{code}-2027");
    let not_me = spoken(world.not_me_link_after(&password).await);
    let refused = Some(("#password", "password"));
    for (name, url, sent) in [
        ("reset", reset.clone(), None),
        ("reset-refused", reset, refused),
        ("unlock", unlock, None),
        ("not-me", not_me, None),
        replaced,
    ] {
        let name = name.to_owned();
        states.push(State { name, url, sent });
    }
    states
}

impl State {
    /// Opens it.
    pub async fn show(&self, browser: &Browser) {
        browser.open(&self.url).await;
        if let Some((field, typed)) = self.sent {
            // The server says what is wrong, in the page's language; browsers would say it in theirs.
            let script = "document.querySelector('form').noValidate = true";
            browser.client.execute(script, Vec::new()).await.unwrap();
            browser.write(field, typed).await;
            browser.click("form p button:not([type])").await;
            browser.find(".alert").await;
        }
    }
}
