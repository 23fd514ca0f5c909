//! What the pages offer a password manager is the name that signs in.

use sqlx::PgPool;

use crate::harness::World;
use crate::pages::{Agent, with};

async fn offered(db: PgPool, identifiers: &str, import: &str, page: &str, typed: &str) -> String {
    let setting = with(&format!("[pages]\nidentifiers = {identifiers}\n"));
    let world = World::with(db, setting).await;
    if !import.is_empty() {
        world.import(import).await;
    }
    let link = world.link(page, typed).await;
    Agent::new(&world).open(&link).await.body
}

fn holds(page: &str, label: &str, name: &str) {
    let field = format!(
        ">{label}</label>\n<input id=\"username\" name=\"username\" type=\"text\" autocomplete=\"username\" value=\"{name}\""
    );
    assert!(page.contains(&field), "{page}");
}

#[rekey_test::on_a_database]
async fn an_address_is_offered_where_addresses_sign_in(db: PgPool) {
    let page = offered(db, "['email']", "", "/recover", "example@domain.com").await;
    holds(&page, "E-mail address", "example@domain.com");
    assert!(!page.contains("JohnDoe"));
}

#[rekey_test::on_a_database]
async fn a_number_is_offered_where_numbers_sign_in(db: PgPool) {
    let page = offered(db, "['phone', 'email']", "", "/recover", "+1 514 555 0100").await;
    holds(&page, "Phone number", "+15145550100");
}

#[rekey_test::on_a_database]
async fn the_first_name_that_an_account_has_is_offered(db: PgPool) {
    let page = offered(db, "['phone', 'email', 'login']", "", "/recover", "Ezra").await;
    holds(&page, "E-mail address", "ezra@domain.example");
}

#[rekey_test::on_a_database]
async fn the_login_name_is_offered_where_it_signs_in(db: PgPool) {
    let page = offered(db, "['login', 'email', 'phone']", "", "/recover", "JohnDoe").await;
    holds(&page, "Login name", "JohnDoe");
}

/// `JohnTwo` gets mail at an address that finds `JohnDoe`: it would sign in nobody, or somebody else.
#[rekey_test::on_a_database]
async fn an_address_that_finds_somebody_else_is_not_offered(db: PgPool) {
    let page = offered(db, "['email', 'login']", "", "/recover", "JohnTwo").await;
    holds(&page, "Login name", "JohnTwo");
}

#[rekey_test::on_a_database]
async fn the_page_that_unlocks_names_an_account_by_what_signs_in(db: PgPool) {
    let page = offered(
        db,
        "['email']",
        "",
        "/recover/locked",
        "blocked@domain.example",
    )
    .await;
    let named = "<dl><dt>E-mail address</dt><dd><bdi>blocked@domain.example</bdi></dd></dl>";
    assert!(page.contains(named), "{page}");
}
