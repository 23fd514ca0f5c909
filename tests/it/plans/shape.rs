//! What is wrong with a plan by its shape, whatever it is thought to cost.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// An index of a table that grows.
pub struct Index {
    pub table: String,
    pub columns: Vec<String>,
}

/// What plans are judged by.
#[derive(Default)]
pub struct Schema {
    /// Tables that grow with accounts or with what is asked.
    pub growing: Vec<String>,
    /// The indexes of those, by name.
    pub indexes: BTreeMap<String, Index>,
}

/// Every node of a plan, the plan itself first.
fn nodes(plan: &Value) -> Vec<&Value> {
    let mut all = vec![plan];
    for child in plan["Plans"].as_array().into_iter().flatten() {
        all.extend(nodes(child));
    }
    all
}

fn has_word(condition: &Value, word: &str) -> bool {
    let condition = condition.as_str().unwrap_or_default();
    condition
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|one| one == word)
}

/// Where a plan reads a whole table, a whole index, or more of an index than its conditions need.
pub fn faults(plan: &Value, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for node in nodes(plan) {
        match node["Node Type"].as_str().unwrap() {
            "Seq Scan" => {
                let table = node["Relation Name"].as_str().unwrap();
                if schema.growing.iter().any(|one| one == table) {
                    found.push(format!("reads all of {table}"));
                }
            }
            "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
                let name = node["Index Name"].as_str().unwrap();
                let Some(index) = schema.indexes.get(name) else {
                    continue;
                };
                let sought = &node["Index Cond"];
                if sought.is_null() {
                    found.push(format!("reads all of {name}, an index of {}", index.table));
                    continue;
                }
                // A condition on what the index is sorted by that the index is not asked for: mostly one of
                // the kind "no parameter, or equal to it", which a plan for any value cannot use.
                for column in &index.columns {
                    if !has_word(sought, column) && has_word(&node["Filter"], column) {
                        found.push(format!("does not ask {name} for {column}"));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The tables that a plan deletes from.
pub fn deletes(plan: &Value) -> BTreeSet<String> {
    nodes(plan)
        .into_iter()
        .filter(|node| node["Operation"] == "Delete")
        .map(|node| node["Relation Name"].as_str().unwrap().to_owned())
        .collect()
}

fn schema() -> Schema {
    let by_account = Index {
        table: "session".into(),
        columns: vec!["tenant_id".into(), "account_id".into()],
    };
    Schema {
        growing: vec!["session".to_owned()],
        indexes: [("session_account".to_owned(), by_account)].into(),
    }
}

fn scan(kind: &str, sought: Option<&str>, filter: Option<&str>) -> Value {
    json!({"Node Type": kind, "Relation Name": "session", "Index Name": "session_account",
            "Index Cond": sought, "Filter": filter})
}

#[test]
fn reading_all_is_a_fault_at_any_depth() {
    let whole = scan("Seq Scan", None, Some("(tenant_id = $1)"));
    let plan = json!({"Node Type": "Limit", "Plans": [
        {"Node Type": "Result"},
        {"Node Type": "ModifyTable", "Operation": "Delete", "Relation Name": "session", "Plans": [whole]},
    ]});
    assert_eq!(faults(&plan, &schema()), ["reads all of session"]);
    assert_eq!(deletes(&plan), ["session".to_owned()].into());
    let small = json!({"Node Type": "Seq Scan", "Relation Name": "tenant"});
    assert!(faults(&small, &schema()).is_empty());
    for kind in ["Index Scan", "Index Only Scan", "Bitmap Index Scan"] {
        let found = faults(&scan(kind, None, None), &schema());
        assert_eq!(found, ["reads all of session_account, an index of session"]);
    }
}

#[test]
fn an_index_is_to_be_asked_for_all_it_can_tell() {
    let tenant = Some("(tenant_id = $1)");
    let both = Some("((tenant_id = $1) AND (account_id = $2))");
    let optional = Some("(($2 IS NULL) OR (s.account_id = $2))");
    let other = Some("(my_account_id > 0)");
    let found = faults(&scan("Index Scan", tenant, optional), &schema());
    assert_eq!(found, ["does not ask session_account for account_id"]);
    assert!(faults(&scan("Index Scan", tenant, other), &schema()).is_empty());
    assert!(faults(&scan("Index Scan", both, None), &schema()).is_empty());
}
