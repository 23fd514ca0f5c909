//! The demo is made of good files.

use rekey::config::tenant;
use rekey::domain::account::{AccountStatus, Role, UserType};
use rekey::domain::identifier::{EmailAddress, LoginName, Phone};
use rekey::domain::language::Language;
use rekey::domain::password::Password;
use rekey::domain::strength::{Context, Strength};
use serde_json::Value;

const TENANT: &str = include_str!("../../../config/demo/tenant.toml");
const ACCOUNTS: &str = include_str!("../../../config/demo/accounts.jsonl");

fn accounts() -> Vec<Value> {
    let lines = ACCOUNTS.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

fn account<'a>(accounts: &'a [Value], login: &str) -> &'a Value {
    let found = accounts.iter().find(|account| account["login"] == login);
    found.expect("it is in the demo")
}

#[test]
fn the_demo_tenant_is_good() {
    let demo = tenant::parse("config/demo/tenant.toml", TENANT).expect("it is good");
    assert_eq!(demo.settings.code, "demo");
    assert_eq!(demo.settings.name, "Demo Cooperative");
    assert_eq!(demo.settings.hosts, ["demo.localhost"]);
    assert_eq!(
        demo.settings.mail_from.as_deref(),
        Some("Demo Cooperative <help@demo.example>")
    );
    assert!(!demo.settings.sspr.anonymous);
    let names: Vec<_> = demo
        .password_types
        .iter()
        .map(|t| t.internal_name.as_str())
        .collect();
    assert_eq!(names, ["login", "pin"]);
}

#[test]
fn the_demo_accounts_have_names_and_passwords_that_are_accepted() {
    let demo = tenant::parse("config/demo/tenant.toml", TENANT).expect("it is good");
    let policy = &demo.password_types[0].policy;
    for account in accounts() {
        let text = |member: &str| account[member].as_str();
        let login = text("login").expect("every account has a login");
        let name = text("name").unwrap_or_default();
        let email = text("email").unwrap_or_default();
        let words = [login, name, email, "demo", "Demo Cooperative"];
        let context = Context::new(Strength::NotObvious, words);
        assert!(LoginName::parse(login).is_ok(), "{login}");
        assert!(text("email").is_none_or(|text| EmailAddress::parse(text).is_ok()));
        assert!(text("phone").is_none_or(|text| Phone::parse(text).is_ok()));
        assert!(text("language").is_none_or(|text| Language::parse(text).is_some()));
        assert!(serde_json::from_value::<UserType>(account["userType"].clone()).is_ok());
        assert!(serde_json::from_value::<Role>(account["role"].clone()).is_ok());
        if let Some(status) = account.get("status") {
            assert!(serde_json::from_value::<AccountStatus>(status.clone()).is_ok());
        }
        if let Some(password) = account["passwords"]["login"]["value"].as_str() {
            let password = Password::new(password.to_owned());
            assert_eq!(policy.check(&password, &context), Ok(()), "{login}");
        }
    }
}

#[test]
fn the_demo_shows_every_kind_of_account() {
    let accounts = accounts();
    let john = account(&accounts, "JohnDoe");
    assert_eq!(john["email"], "example@domain.com");
    assert_eq!(john["phone"], "+15145550100");
    assert_eq!(john["passwords"]["login"]["value"], "Forgotten-2026");
    assert_eq!(account(&accounts, "Broker1")["role"], "broker");
    let some = |test: &dyn Fn(&Value) -> bool| accounts.iter().filter(|a| test(a)).count();
    assert_eq!(some(&|a| a["email"] == "example@domain.com"), 2);
    assert_eq!(some(&|a| a["userType"] == "EzsignUser"), 1);
    assert_eq!(some(&|a| a["role"] == "administrator"), 1);
    assert_eq!(some(&|a| a["language"] == "fr"), 1);
    assert_eq!(some(&|a| a["status"] == "disabled"), 1);
    assert_eq!(some(&|a| a.get("passwords").is_none()), 1);
    for broker in accounts.iter().filter_map(|a| a["broker"].as_str()) {
        assert_eq!(account(&accounts, broker)["role"], "broker");
    }
}
