//! Everything, in a browser that runs no script.

use sqlx::PgPool;

use super::Site;
use crate::harness::Browser;
use crate::harness::browser::Options;
use crate::pages::{NEW, OLD};
use crate::turbosmtp::{EMAIL, login};

#[rekey_test::on_a_database]
async fn every_way_is_open_without_a_script(db: PgPool) {
    let site = Site::new(db, "").await;
    let world = &site.world;
    let options = Options {
        without_script: true,
        ..Options::default()
    };
    let browser = Browser::with(&options).await;
    for _ in 0..5 {
        world.authorize(&login(EMAIL, "wrong")).await;
    }
    let unlock = site.ask(&browser, "/recover/locked", "JohnDoe").await;
    browser.open(&unlock).await;
    browser.click("main button").await;
    browser.page("Your account is unlocked").await;
    world.post().await;

    browser
        .open(&format!("{}/recover/username", site.url))
        .await;
    browser.write("#name", "ezra@domain.example").await;
    browser.click("main button").await;
    browser.page("Look into your mailbox").await;
    assert_eq!(world.post().await.len(), 1);

    let link = site.ask(&browser, "/recover", "JohnDoe").await;
    browser.open(&link).await;
    // Nobody can look at what they typed, so they type it twice.
    browser.write("#password", NEW).await;
    browser.write("#repeat", OLD).await;
    browser.click("main button").await;
    let missing = browser.find("#missing").await.text().await.unwrap();
    assert!(
        missing.contains("The two passwords are not the same."),
        "{missing}"
    );
    browser.write("#password", "short").await;
    browser.write("#repeat", "short").await;
    browser.click("main button").await;
    browser.find("#missing").await;
    browser.write("#password", NEW).await;
    browser.write("#repeat", NEW).await;
    browser.click("main button").await;
    browser.page("Your password was changed").await;
    assert!(world.is_password("JohnDoe", NEW).await);

    let notice = world.post().await.remove(0);
    browser
        .open(&format!("{}{}", site.url, crate::pages::path_in(&notice)))
        .await;
    browser.click("main button").await;
    browser.page("Your account is protected").await;
    let frozen = "select count(*) from account where recovery_frozen_until is not null";
    assert_eq!(world.count(frozen).await, 1);
}
