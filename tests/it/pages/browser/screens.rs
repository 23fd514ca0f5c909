//! Pictures of every page, for people to look at: `make pages`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rekey::domain::language::Language;
use serde_json::json;
use sqlx::PgPool;

use super::{Site, states};
use crate::harness::Browser;

#[rekey_test::on_a_database]
#[ignore = "draws pictures; `make pages` runs it"]
async fn pictures_of_every_page(db: PgPool) {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(target)
        .join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let more = "[pages]\nsupport = 'help@demo.example'\n\
                [[password_type]]\ninternal_name = 'login'\nrequire = ['upper', 'digit']\n";
    let site = Site::new(db, more).await;
    let browser = Browser::start().await;
    for language in Language::ALL {
        for state in states(&site, language).await {
            state.show(&browser).await;
            for width in [320, 768, 1280] {
                browser.resize(width, 900).await;
                for scheme in ["light", "dark"] {
                    browser.paint(scheme).await;
                    let whole = json!({ "captureBeyondViewport": true });
                    let picture = browser.devtools("Page.captureScreenshot", whole).await;
                    let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
                    let name = format!("{}.{}.{width}.{scheme}.png", state.name, language.code());
                    std::fs::write(folder.join(name), picture).unwrap();
                }
            }
        }
    }
}
