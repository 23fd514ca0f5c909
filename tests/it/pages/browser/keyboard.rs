//! With keys alone.

use fantoccini::key::Key;
use serde_json::Value;
use sqlx::PgPool;

use super::Site;
use crate::harness::Browser;
use crate::pages::NEW;

/// Presses Tab until something has the focus, and returns how often.
async fn tab_to(browser: &Browser, css: &str) -> usize {
    for pressed in 1..20 {
        let focused = browser.client.active_element().await.unwrap();
        focused
            .send_keys(&char::from(Key::Tab).to_string())
            .await
            .unwrap();
        let script = "return document.activeElement.matches(arguments[0])";
        let found = browser
            .client
            .execute(script, vec![css.into()])
            .await
            .unwrap();
        if found == Value::Bool(true) {
            return pressed;
        }
    }
    panic!("{css} is not reached");
}

async fn press(browser: &Browser, keys: &str) {
    let focused = browser.client.active_element().await.unwrap();
    focused.send_keys(keys).await.unwrap();
}

#[rekey_test::on_a_database]
async fn a_password_is_replaced_without_a_mouse(db: PgPool) {
    let site = Site::new(db, "").await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/recover", site.url)).await;
    assert!(
        tab_to(&browser, "#name").await <= 1,
        "the field comes first"
    );
    let enter = char::from(Key::Enter).to_string();
    press(&browser, &format!("JohnDoe{enter}")).await;
    browser.page("Look into your mailbox").await;
    let letter = site.world.post().await.remove(0);
    let link = format!("{}{}", site.url, crate::pages::path_in(&letter));
    browser.open(&link).await;
    tab_to(&browser, "#password").await;
    press(&browser, "x").await;
    tab_to(&browser, "button.plain").await;
    let outline = "return getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(
        browser.client.execute(outline, vec![]).await.unwrap(),
        "solid",
        "focus is seen"
    );
    press(&browser, " ").await;
    let kind = "const f = document.getElementById('password'); return f.type + (document.activeElement === f)";
    assert_eq!(
        browser.client.execute(kind, vec![]).await.unwrap(),
        "texttrue"
    );
    press(&browser, &enter).await;
    // After a refusal the field has the focus, and what is wrong is read with it.
    browser.find("#missing").await;
    let focused = browser.find("#password:focus").await;
    let described = focused.attr("aria-describedby").await.unwrap();
    assert_eq!(described.as_deref(), Some("missing rules"));
    press(&browser, &format!("{NEW}{enter}")).await;
    browser.page("Your password was changed").await;
    assert!(site.world.is_password("JohnDoe", NEW).await);
}
