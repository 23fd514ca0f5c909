//! Real proxies in front of real servers: `make rolling`. Not part of `make test`, which needs no
//! proxies.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "in a test a failed assumption is a failed test, and figures are for people"
)]
#![expect(
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "the harness is that of the other tests, and offers more than these use"
)]

#[path = "../it/harness/mod.rs"]
mod harness;
mod load;
mod proxies;
mod proxy;
mod restarts;

use serde_json::{Value, json};

use crate::harness::binary::Setup;
use crate::harness::world::TENANT;

/// A body for the account `login`.
fn body(operation: &str, login: &str) -> Value {
    let mut body = json!({
        "pksCustomerCode": "demo", "fkiLanguageID": 2, "eUserTypeSSPR": "Native",
        "sUserLoginname": login,
    });
    if operation == "validateToken" {
        body["binUserSSPRtoken"] = "0".repeat(64).into();
    }
    body
}

fn path(operation: &str) -> String {
    format!("/rest/1/module/sspr/{operation}")
}

/// Applies the tenant, imports people, and makes a key.
async fn furnish(setup: &Setup, people: &str) -> String {
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
