//! Whether everybody can use every page: axe-core's rules, narrow screens, large letters, both schemes.

use rekey::domain::language::Language;
use serde_json::json;
use sqlx::PgPool;

use super::{Site, State, states};
use crate::harness::Browser;
use crate::harness::browser::is_unsaid;

const AXE: &str = include_str!("../../../data/axe/axe.min.js");
const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        (found) => done(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])),
        (error) => done([['axe failed', String(error)]]));";
const OVERFLOWS: &str =
    "const page = document.documentElement; return page.scrollWidth - page.clientWidth";

async fn is_accessible(browser: &Browser, state: &State, how: &str) {
    let found = browser.client.execute_async(RUN, Vec::new()).await.unwrap();
    let name = &state.name;
    assert_eq!(found, json!([]), "{name} {how}: {found:#}");
}

async fn fits(browser: &Browser, state: &State, how: &str) {
    let over = browser.client.execute(OVERFLOWS, Vec::new()).await.unwrap();
    assert_eq!(over, json!(0), "{} is too wide, {how}", state.name);
}

#[rekey_test::on_a_database]
async fn every_page_is_accessible_in_every_state_and_language(db: PgPool) {
    let more = "[pages]\ncolour = '#ffcc00'\nsupport = 'help@demo.example'\n\
                [[password_type]]\ninternal_name = 'login'\nrequire = ['upper', 'digit', 'special']\nhistory = 2\n";
    let site = Site::new(db, more).await;
    let browser = Browser::start().await;
    let source = json!({ "source": AXE });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", source)
        .await;
    browser.resize(320, 640).await;
    for language in Language::ALL {
        for state in states(&site, language).await {
            let how = language.code();
            browser.paint("light").await;
            state.show(&browser).await;
            let spoken = browser.find("html").await.attr("lang").await.unwrap();
            assert_eq!(spoken.as_deref(), Some(language.code()), "{}", state.name);
            is_accessible(&browser, &state, how).await;
            fits(&browser, &state, how).await;
            if language == Language::En {
                browser.paint("dark").await;
                is_accessible(&browser, &state, "dark").await;
                // 200 % of the letters, on a screen of 640.
                let large = "document.documentElement.style.fontSize = '200%'";
                browser.client.execute(large, Vec::new()).await.unwrap();
                fits(&browser, &state, "large").await;
            }
        }
    }
    // The rules are awake: a page without a language is not for everybody.
    let break_it = "document.documentElement.removeAttribute('lang')";
    browser.client.execute(break_it, Vec::new()).await.unwrap();
    let found = browser.client.execute_async(RUN, Vec::new()).await.unwrap();
    assert_eq!(found[0][0], json!("html-has-lang"));
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "{complaints:?}");
    let ours = |url: &str| url.starts_with(&site.url) || url.starts_with("data:");
    let requests = browser.requests().await;
    assert!(requests.len() > 100, "requests are seen");
    for (url, headers) in requests {
        assert!(ours(&url), "asks {url}");
        assert!(is_unsaid(headers.get("Referer")), "{url} {headers}");
        let is_asset = url.contains("/assets/");
        assert!(!(is_asset && url.contains("token")), "{url}");
    }
}
