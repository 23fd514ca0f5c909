//! Whoever says "this was not me" is protected from that moment on: what the thief set opens nothing.

use rekey::domain::identifier::EmailAddress;
use rekey::domain::language::Language;
use rekey::domain::status::Status;
use rekey::recovery::OperatorNotices;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{Agent, NEW, OLD, path_in, with};
use crate::cyclos::{LOGIN, call};
use crate::harness::World;
use crate::harness::world::Setting;
use crate::turbosmtp::{EMAIL, login};

const NEXT: &str = "Another-2028";

async fn disown(world: &World, link: &str) -> String {
    let mut agent = Agent::new(world);
    let form = agent.open(link).await;
    let done = agent.submit(&form, &[]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    done.body
}

async fn status(world: &World, internal_name: &str) -> Status {
    let sheet = world.operator.show_account(&world.tenant, "JohnDoe").await;
    let passwords = sheet.unwrap().passwords;
    let password = passwords
        .iter()
        .find(|password| password.internal_name == internal_name);
    password.unwrap().status
}

/// S-06: the value is gone, and nothing but another brings somebody in.
#[rekey_test::on_a_database]
async fn a_disowned_password_opens_nothing_and_nothing_revives_it(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}history = 1\n"))).await;
    let link = world.not_me_link().await;
    assert!(world.is_password("JohnDoe", NEW).await);
    let thief = world.session_of("JohnDoe", NEW).await;
    disown(&world, &link).await;

    assert!(!world.is_signed_in(&thief).await);
    assert_eq!(status(&world, "login").await, Status::NeverCreated);
    assert_eq!(world.hash_of("JohnDoe").await, None);
    let shut = async |world: &World, after: &str| {
        for password in [NEW, OLD] {
            let said = world.authorize(&login(EMAIL, password)).await.status;
            assert_ne!(said, 200, "TurboSMTP, {password}, {after}");
            let said = world.sign_in("JohnDoe", password).await.status;
            assert_ne!(said, 200, "Cyclos, {password}, {after}");
        }
    };
    shut(&world, "at once").await;
    let (operator, tenant) = (&world.operator, &world.tenant);
    operator
        .unblock_account(tenant, "JohnDoe", None)
        .await
        .unwrap();
    shut(&world, "unblocked").await;
    operator.disable_account(tenant, "JohnDoe").await.unwrap();
    operator.enable_account(tenant, "JohnDoe").await.unwrap();
    shut(&world, "enabled").await;
    world
        .import(r#"{"login":"Ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    for action in ["unblock", "enable"] {
        let path = format!("/JohnDoe/passwords/login/{action}");
        world.send(call("POST", &path).basic("Ada", OLD)).await;
        shut(&world, action).await;
    }
    operator.thaw_account(tenant, "JohnDoe").await.unwrap();
    shut(&world, "thawed").await;

    // Back in: by another value, and the disowned one is among those that may not return.
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    let refused = agent.submit(&form, &[("password", NEW)]).await;
    assert_ne!(refused.status, 200, "{}", refused.body);
    let form = agent.open(&link).await;
    let done = agent.submit(&form, &[("password", NEXT)]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    world.session_of("JohnDoe", NEXT).await;
}

/// Wrong tries closed it: opening it again does not bring the value back.
#[rekey_test::on_a_database]
async fn a_disowned_password_that_was_closed_is_revived_by_no_opening(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}block = 'forever'\n"))).await;
    let link = world.not_me_link().await;
    for number in 0..6 {
        world.sign_in("JohnDoe", &format!("wrong{number}")).await;
    }
    assert_eq!(status(&world, "login").await, Status::IndefinitelyBlocked);
    disown(&world, &link).await;
    let (operator, tenant) = (&world.operator, &world.tenant);
    let opened = operator.unblock_account(tenant, "JohnDoe", None).await;
    assert!(opened.unwrap().was_blocked);
    assert_eq!(status(&world, "login").await, Status::NeverCreated);
    assert_ne!(world.sign_in("JohnDoe", NEW).await.status, 200);
}

/// A notice may be about another password than the one that signs in, and one word answers them all.
#[rekey_test::on_a_database]
async fn every_password_that_a_live_notice_was_about_goes(db: PgPool) {
    let types = "[[password_type]]\ninternal_name = 'pin'\nmin_length = 4\n\
                 [[password_type]]\ninternal_name = 'word'\n";
    let world = World::with(db, with(&format!("{LOGIN}{types}"))).await;
    world
        .import(r#"{"login":"JohnDoe","passwords":{"pin":{"value":"48159263"},"word":{"value":"Untouched-2026"}}}"#)
        .await;
    let first = world.not_me_link().await;
    // What an owner changes themselves, the access password apart, they are not told of.
    world
        .import(r#"{"login":"Ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let body = json!({
        "newPassword": "93047518", "newPasswordConfirmation": "93047518", "checkConfirmation": true,
    });
    let changed = call("POST", "/JohnDoe/passwords/pin/change").basic("Ada", OLD);
    let changed = world.send(changed.json(&body)).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    let letters = world.post().await;
    let why: Vec<Option<String>> = sqlx::query_scalar("select last_error from job")
        .fetch_all(&world.db)
        .await
        .unwrap();
    assert_eq!(letters.len(), 1, "{why:?}");
    let second = path_in(&letters[0]);
    disown(&world, &first).await;
    assert_eq!(status(&world, "login").await, Status::NeverCreated);
    assert_eq!(status(&world, "pin").await, Status::NeverCreated);
    assert_eq!(
        status(&world, "word").await,
        Status::Active,
        "nobody was told of it"
    );
    assert_eq!(Agent::new(&world).open(&second).await.status, 410);
}

/// A manager sets the next one before the freeze is over; nothing is sent for that.
#[rekey_test::on_a_database]
async fn a_manager_lets_somebody_back_in_who_disowned_a_change(db: PgPool) {
    let world = World::with(db, with(LOGIN)).await;
    world
        .import(r#"{"login":"Ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let link = world.not_me_link().await;
    disown(&world, &link).await;
    let body = json!({
        "newPassword": NEXT, "newPasswordConfirmation": NEXT, "checkConfirmation": true,
    });
    let change = call("POST", "/JohnDoe/passwords/login/change").basic("Ada", OLD);
    let changed = world.send(change.json(&body)).await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    world.session_of("JohnDoe", NEXT).await;
}

/// The page says what will happen, what happened, and what to do now.
#[rekey_test::on_a_database]
async fn the_pages_say_what_not_me_does_and_what_to_do_next(db: PgPool) {
    let world = World::new(db).await;
    let link = world.not_me_link().await;
    let form = Agent::new(&world).open(&link).await;
    for said in [
        "the password that was set stops working at once, for everybody",
        "nobody can sign in to the account, you included",
        "once those 24 hours are over",
    ] {
        assert!(form.body.contains(said), "{said}: {}", form.body);
    }
    let done = disown(&world, &link).await;
    for said in [
        "The password that was set no longer works",
        "Nobody can sign in now, you included.",
        "<li>Make your mailbox safe",
        "<li>Ask for help. The people at Demo Cooperative",
        "<li>Without help, choose a new password yourself once the 24 hours are over.",
    ] {
        assert!(done.contains(said), "{said}: {done}");
    }
    world.hand.turn(Duration::hours(24));
    world.not_me_link_after(NEXT).await;
    world.session_of("JohnDoe", NEXT).await;
}

/// An operator who wants to know is told, once for each report, in their language; the letter holds no
/// secret and no address of the owner.
#[rekey_test::on_a_database]
async fn an_operator_is_told_that_a_change_was_disowned(db: PgPool) {
    let setting = Setting {
        notices: Some(OperatorNotices {
            to: EmailAddress::parse("security@rekey.example").unwrap(),
            language: Language::Fr,
        }),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let link = world.not_me_link().await;
    disown(&world, &link).await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(letter.to.as_str(), "security@rekey.example");
    let text = &*letter.content.text;
    for said in [
        "« JohnDoe » chez Demo Cooperative",
        "rekey account show LOGIN --tenant demo",
        "rekey account thaw LOGIN --tenant demo",
        "rekey account send-reset LOGIN --tenant demo",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains('@') && !text.contains("John Doe"), "{text}");
    let told = "select count(*) from audit_event where action = 'letter.sent' \
                and detail ->> 'letter' = 'account-disowned'";
    assert_eq!(world.count(told).await, 1);
}

/// A link that somebody used is no riddle to them.
#[rekey_test::on_a_database]
async fn a_used_reset_link_says_to_sign_in(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    agent.submit(&form, &[("password", NEW)]).await;
    world.post().await;
    let said = [
        (
            "en",
            "It was used already. If that was you, sign in with the new password.",
        ),
        (
            "fr",
            "Il a déjà été utilisé. Si c’était vous, connectez-vous avec le nouveau mot de passe.",
        ),
        (
            "es",
            "Ya se usó. Si fue usted, entre con la nueva contraseña.",
        ),
    ];
    for (language, sentence) in said {
        let spoken = format!("{link}&language={language}");
        let again = Agent::new(&world).open(&spoken).await;
        assert_eq!(again.status, 410);
        assert!(again.body.contains(sentence), "{}", again.body);
    }
    let unlock = world.link("/recover/locked", "JohnDoe").await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&unlock).await;
    agent.submit(&form, &[]).await;
    let again = Agent::new(&world).open(&unlock).await;
    assert!(!again.body.contains("the new password"), "{}", again.body);
}
