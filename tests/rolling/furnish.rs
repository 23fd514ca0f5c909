//! What servers are asked, and what they need before they can answer.

use serde_json::{Value, json};

use crate::harness::binary::Setup;
use crate::harness::world::TENANT;

/// A body for the account `login`.
pub fn body(operation: &str, login: &str) -> Value {
    let mut body = json!({
        "pksCustomerCode": "demo", "fkiLanguageID": 2, "eUserTypeSSPR": "Native",
        "sUserLoginname": login,
    });
    if operation == "validateToken" {
        body["binUserSSPRtoken"] = "0".repeat(64).into();
    }
    body
}

pub fn path(operation: &str) -> String {
    format!("/rest/1/module/sspr/{operation}")
}

/// Applies the tenant, imports people, and makes a key.
pub async fn furnish(setup: &Setup, people: &str) -> String {
    setup.folder().write("tenant.toml", TENANT);
    setup.folder().write("people.jsonl", people);
    let file = |name: &str| setup.folder().path().join(name).display().to_string();
    setup.run(&["migrate"]).await;
    setup.run(&["tenant", "apply", &file("tenant.toml")]).await;
    let (import, people) = (["account", "import"], file("people.jsonl"));
    setup
        .run(&[&import[..], &[people.as_str(), "--tenant", "demo"]].concat())
        .await;
    let create = [
        "key", "create", "--tenant", "demo", "--kind", "sspr", "--json",
    ];
    let made: Value = serde_json::from_str(&setup.run(&create).await).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}
