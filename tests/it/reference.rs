//! The pages at `/docs`, and the examples in the documents behind them.

use serde_json::Value;
use sqlx::PgPool;

use crate::harness::{Call, World};

const FAMILIES: [&str; 4] = ["sspr", "cyclos", "clevermaps", "turbosmtp"];

fn document(family: &str) -> Value {
    serde_json::from_str(&rekey::api::docs::document(family).unwrap()).unwrap()
}

/// Every operation of a document.
fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().unwrap().values();
    paths
        .flat_map(|item| item.as_object().unwrap().values())
        .collect()
}

/// Each operation is on its family's page. Pages run no script and fetch nothing from elsewhere,
/// and browsers are told so.
#[rekey_test::on_a_database]
async fn pages_show_every_operation_and_fetch_nothing(db: PgPool) {
    let world = World::new(db).await;
    let index = world.send(Call::new("GET", "/docs")).await;
    assert_eq!(index.status, 200);
    let mut pages = vec![index];
    for family in FAMILIES {
        let link = format!("href=\"/docs/{family}\"");
        assert!(pages[0].body.contains(&link), "{family} is listed");
        let page = world
            .send(Call::new("GET", format!("/docs/{family}")))
            .await;
        assert_eq!(page.status, 200, "{family}");
        for operation in operations(&document(family)) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}");
        }
        pages.push(page);
    }
    pages.push(world.send(Call::new("GET", "/docs/style.css")).await);
    for page in pages {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"));
        assert!(!policy.contains("unsafe"));
        for foreign in [
            "<script",
            "javascript:",
            "src=",
            "href=\"//",
            "href=\"http",
            "@import",
            "url(",
        ] {
            assert!(!page.body.contains(foreign), "{foreign}");
        }
    }
}

/// Each body of JSON has an example. What refuses is shown as the family's own errors write it.
#[test]
fn every_body_has_an_example() {
    for family in FAMILIES {
        let document = document(family);
        for operation in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            let answers = operation["responses"].as_object().unwrap();
            let bodies = answers
                .iter()
                .map(|(status, answer)| (status.as_str(), answer));
            for (of, holder) in bodies.chain([("body", &operation["requestBody"])]) {
                let Some(body) = holder.pointer("/content/application~1json") else {
                    continue;
                };
                let has_one = body.get("example").is_some() || body.get("examples").is_some();
                assert!(has_one, "{family} {id} {of}");
            }
        }
    }
    let sspr = document("sspr");
    let answers = &sspr["paths"]["/rest/1/module/sspr/resetPassword"]["post"]["responses"];
    let shown = &answers["422"]["content"]["application/json"]["examples"];
    assert_eq!(
        shown["token-is-not-good"]["value"],
        serde_json::json!({
            "sErrorMessage": "Token is not valid or has expired",
            "eErrorCode": "UNPROCESSABLEENTITY_DATA_VALIDATION",
        })
    );
    let turbosmtp = document("turbosmtp");
    let answers = &turbosmtp["paths"]["/api/v2/authorize"]["post"]["responses"];
    let shown = &answers["400"]["content"]["application/json"]["examples"];
    assert_eq!(
        shown.as_object().unwrap().len(),
        1,
        "only what this operation says: {shown}"
    );
    assert_eq!(
        shown["field-is-missing"]["value"]["message"],
        "missing_required_parameter"
    );
}
