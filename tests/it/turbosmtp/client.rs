//! Replies as the generated client reads them: what it requires, and which keys it knows.

use serde::Deserialize;
use sqlx::PgPool;

use super::{EMAIL, NEW, OLD, call, change, login, update};
use crate::harness::{Reply, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    auth: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message<T> {
    message: T,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
enum Success {
    Success,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AuthorizationKey {
    MissingAuthorizationKey,
    InvalidAuthorizationKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LoginKey {
    MissingRequiredParameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PasswordKey {
    EmptyRequestBody,
    PasswordIsMissing,
    ConfirmPasswordIsMissing,
    CurrentPasswordIsMissing,
    CurrentPasswordCanNotBeEmpty,
    PasswordShouldEqualConfirmPassword,
    NewPasswordShouldNotEqualCurrentPassword,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AddressKey {
    EmptyRequestBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenKey {
    ForgotPasswordTokenIsMissing,
}

fn read<T: for<'de> Deserialize<'de>>(reply: &Reply, status: u16) -> T {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.body);
    let read = serde_json::from_str::<T>(&reply.body);
    read.unwrap_or_else(|error| panic!("{error}: {}", reply.body))
}

fn is_success(reply: &Reply) {
    let Message { message } = read::<Message<Success>>(reply, 200);
    assert_eq!(message, Success::Success);
}

#[rekey_test::on_a_database]
async fn authentication_login(db: PgPool) {
    let world = World::new(db).await;
    let reply = world.authorize(&login(EMAIL, OLD)).await;
    assert!(!read::<Auth>(&reply, 200).auth.is_empty());
    let reply = world.authorize(&login("", "")).await;
    let LoginKey::MissingRequiredParameter = read::<Message<LoginKey>>(&reply, 400).message;
    let reply = world.authorize(&login(EMAIL, "x")).await;
    read::<Message<String>>(&reply, 403);
}

#[rekey_test::on_a_database]
async fn authentication_logout(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    // The client sends a length of zero and no type.
    let out = call("POST", "deauthorize").header("content-length", "0");
    let reply = world.send(out.header("authorization", key.as_str())).await;
    read::<Message<String>>(&reply, 200);
    let reply = world.deauthorize(&key).await;
    assert!(matches!(
        read::<Message<AuthorizationKey>>(&reply, 401).message,
        AuthorizationKey::InvalidAuthorizationKey
    ));
    let reply = world.send(call("POST", "deauthorize")).await;
    assert!(matches!(
        read::<Message<AuthorizationKey>>(&reply, 401).message,
        AuthorizationKey::MissingAuthorizationKey
    ));
}

#[rekey_test::on_a_database]
async fn change_password(db: PgPool) {
    use PasswordKey as Key;
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let refused = |body: &'static str| {
        let call = call("PUT", "change-password").header("authorization", key.as_str());
        let world = &world;
        async move { read::<Message<Key>>(&world.send(call.body(body)).await, 400).message }
    };
    assert!(matches!(refused("").await, Key::CurrentPasswordIsMissing));
    assert!(matches!(
        refused(r#"{"current_password":""}"#).await,
        Key::CurrentPasswordCanNotBeEmpty
    ));
    assert!(matches!(
        refused(r#"{"current_password":"x"}"#).await,
        Key::PasswordIsMissing
    ));
    let same = r#"{"current_password":"Abcdefghi1","password":"Abcdefghi1","confirm_password":"Abcdefghi1"}"#;
    assert!(matches!(
        refused(same).await,
        Key::NewPasswordShouldNotEqualCurrentPassword
    ));
    let reply = world.change(&key, &change("wrong", NEW)).await;
    read::<Message<String>>(&reply, 403);
    is_success(&world.change(&key, &change(OLD, NEW)).await);
    world.post().await;
}

#[rekey_test::on_a_database]
async fn the_three_of_a_forgotten_password(db: PgPool) {
    use PasswordKey as Key;
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let reply = world.send(call("POST", "forgot-password")).await;
    let AddressKey::EmptyRequestBody = read::<Message<AddressKey>>(&reply, 400).message;
    let reply = world.ask("nobody@domain.example").await;
    read::<Message<String>>(&reply, 404);
    is_success(&world.ask(EMAIL).await);
    let token = world.mailed_token().await;

    let reply = world.check(&key, "").await;
    let TokenKey::ForgotPasswordTokenIsMissing = read::<Message<TokenKey>>(&reply, 400).message;
    read::<Message<String>>(&world.check(&key, "x").await, 403);
    is_success(&world.check(&key, &token).await);

    let refused = |body: &'static str| {
        let call = call("PUT", "forgot-password");
        let world = &world;
        async move { read::<Message<Key>>(&world.send(call.body(body)).await, 400).message }
    };
    assert!(matches!(refused("").await, Key::EmptyRequestBody));
    assert!(matches!(
        refused(r#"{"token":"x","password":"Abcdefghi1"}"#).await,
        Key::ConfirmPasswordIsMissing
    ));
    assert!(matches!(
        refused(r#"{"token":"x","password":"Abcdefghi1","confirm_password":""}"#).await,
        Key::PasswordShouldEqualConfirmPassword
    ));
    read::<Message<String>>(&world.update(&update("x", NEW)).await, 403);
    is_success(&world.update(&update(&token, NEW)).await);
    world.post().await;
}
