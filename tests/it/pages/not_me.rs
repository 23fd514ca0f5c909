//! S-06: "this was not me".

use std::sync::Arc;

use rekey::domain::token::Purpose;
use rekey::mail::{Letter, Mailbox, Mailer, Reason, Undelivered};
use rekey::operator::{AccountError, SendLinkError};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{Agent, NEW, OLD, path_in, secret_in, with};
use crate::cyclos::auth::code_of;
use crate::cyclos::{LOGIN, call};
use crate::harness::world::Setting;
use crate::harness::{Reply, World};
use crate::turbosmtp::{EMAIL, change, update};

async fn disown(world: &World, link: &str) -> Reply {
    let mut agent = Agent::new(world);
    let form = agent.open(link).await;
    assert_eq!(form.status, 200, "{}", form.body);
    agent.submit(&form, &[]).await
}

#[rekey_test::on_a_database]
async fn s06_it_ends_keys_and_links_and_freezes_recovery(db: PgPool) {
    let world = World::new(db).await;
    let link = world.not_me_link().await;
    assert!(link.starts_with("/recover/not-me?token="));
    // Whoever changed the password is signed in, and has asked for links too.
    let key = world.turbo_key(EMAIL, NEW).await;
    let session = world.session_of("JohnDoe", NEW).await;
    let reset = world.reset_link().await;
    let unlock = world.link("/recover/locked", "JohnDoe").await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    assert!(
        form.body
            .contains("for 24 hours, nobody can recover the account by mail")
    );
    assert!(world.is_live(&key).await, "opening the page did nothing");
    let done = agent.submit(&form, &[]).await;
    assert!(
        done.body.contains("Your account is protected"),
        "{}",
        done.body
    );

    assert!(!world.is_live(&key).await);
    assert!(!world.is_signed_in(&session).await);
    for link in [&reset, &unlock] {
        assert_eq!(Agent::new(&world).open(link).await.status, 410);
    }
    let token = secret_in(&reset);
    world
        .update(&update(token, "Another-2028"))
        .await
        .says(403, "token_is_invalid");
    // No door mails another.
    world.ask(EMAIL).await.is_success();
    let by_code = json!({"user": "JohnDoe", "sendMedium": "sms"});
    for asked in [json!({"user": "JohnDoe"}), by_code] {
        let reply = world.forgot(&asked).await;
        assert!(reply.status.is_success(), "{}", reply.body);
    }
    let mut agent = Agent::new(&world);
    for door in ["/recover", "/recover/locked"] {
        let ask = agent.open(door).await;
        assert_eq!(
            agent.submit(&ask, &[("name", "JohnDoe")]).await.status,
            200,
            "as ever"
        );
    }
    assert!(world.post().await.is_empty() && world.texts.texts().is_empty());
    let frozen =
        "select count(*) from audit_event where action = 'recovery.asked' and outcome = 'frozen'";
    assert_eq!(world.count(frozen).await, 5);
    // Nobody else is touched.
    world.link("/recover", "Ezra").await;

    let (outcome, detail): (String, Value) =
        sqlx::query_as("select outcome, detail from audit_event where action = 'account.disowned'")
            .fetch_one(&world.db)
            .await
            .unwrap();
    assert_eq!(outcome, "done");
    assert_eq!(detail, json!({"frozen_until": "2026-01-02T12:00:00Z"}));

    world.hand.turn(Duration::hours(24));
    world.reset_link().await;
}

#[rekey_test::on_a_database]
async fn s06_a_link_to_object_works_once_and_for_a_day(db: PgPool) {
    let world = World::with(db, with("[recovery]\nfreeze = '2h'\n")).await;
    let link = world.not_me_link().await;
    assert_eq!(disown(&world, &link).await.status, 200);
    let again = Agent::new(&world).open(&link).await;
    assert_eq!(again.status, 410);
    // Recovery is frozen now: there is nothing to ask for.
    let has_door = again.body.contains("Choose a new password instead");
    assert!(!has_door, "{}", again.body);
    let once = "select count(*) from audit_event where action = 'account.disowned'";
    assert_eq!(world.count(once).await, 1);

    world.hand.turn(Duration::hours(2));
    let link = world.not_me_link().await;
    world.hand.turn(Duration::hours(24) - Duration::SECOND);
    assert_eq!(Agent::new(&world).open(&link).await.status, 200);
    world.hand.turn(Duration::SECOND);
    let late = Agent::new(&world).open(&link).await;
    assert_eq!(late.status, 410);
    let has_door = late.body.contains("Choose a new password instead");
    assert!(has_door, "{}", late.body);
}

/// Passwords that the server makes are ways in too: neither one that was promised before is made,
/// nor is another promised.
#[rekey_test::on_a_database]
async fn s06_no_password_is_made_meanwhile(db: PgPool) {
    let pin = format!("{LOGIN}[[password_type]]\ninternal_name = 'pin'\nmin_length = 4\n");
    let world = World::with(db, with(&pin)).await;
    world
        .import(r#"{"login":"JohnDoe","passwords":{"pin":{"value":"4711"}}}"#)
        .await;
    world.import(r#"{"login":"Ada","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}"#).await;
    let send =
        || call("POST", "/JohnDoe/passwords/pin/reset-and-send").basic("Ada", "Forgotten-2026");
    let link = world.not_me_link().await;
    world.send(send()).await.is_empty(204);
    assert_eq!(disown(&world, &link).await.status, 200);
    let value = "select count(*) from password where standing = 'reset'";
    assert_eq!(world.count(value).await, 1);
    assert!(world.post().await.is_empty());
    let frozen =
        "select count(*) from audit_event where action = 'letter.sent' and outcome = 'frozen'";
    assert_eq!(world.count(frozen).await, 1);
    world.send(send()).await.is_invalid(&["sendMediums"]);

    world.hand.turn(Duration::hours(24));
    world.send(send()).await.is_empty(204);
    assert_eq!(world.post().await.len(), 1);
}

/// The operator's way back.
#[rekey_test::on_a_database]
async fn s06_an_operator_lets_an_account_be_recovered_again(db: PgPool) {
    let world = World::new(db).await;
    let link = world.not_me_link().await;
    disown(&world, &link).await;
    let (operator, tenant) = (&world.operator, &world.tenant);
    let sheet = operator.show_account(tenant, "JohnDoe").await.unwrap();
    assert_eq!(sheet.frozen_until, Some(world.clock.now() + Duration::DAY));
    let refused = operator.send_link(tenant, "JohnDoe", Purpose::Reset).await;
    assert!(matches!(refused, Err(SendLinkError::Frozen)));
    assert!(operator.thaw_account(tenant, "johndoe").await.unwrap());
    assert!(!operator.thaw_account(tenant, "JohnDoe").await.unwrap());
    let sheet = operator.show_account(tenant, "JohnDoe").await.unwrap();
    assert_eq!(sheet.frozen_until, None);
    world.reset_link().await;
    let thawed = "select count(*) from audit_event where action = 'account.thawed'";
    assert_eq!(world.count(thawed).await, 1, "the second had nothing to do");
    let nobody = operator.thaw_account(tenant, "Nobody").await;
    assert!(matches!(nobody, Err(AccountError::Unknown)));
}

/// Whoever changes the password again takes no link away: the first works until one is used.
#[rekey_test::on_a_database]
async fn s06_a_second_change_leaves_every_way_to_object(db: PgPool) {
    let world = World::new(db).await;
    let first = world.not_me_link().await;
    let key = world.turbo_key(EMAIL, NEW).await;
    world
        .change(&key, &change(NEW, "Another-2028"))
        .await
        .is_success();
    let second = path_in(&world.post().await[0]);
    for link in [&first, &second] {
        assert_eq!(Agent::new(&world).open(link).await.status, 200);
    }
    assert_eq!(disown(&world, &first).await.status, 200);
    assert!(!world.is_live(&key).await);
    assert_eq!(Agent::new(&world).open(&second).await.status, 410);
}

/// A notice that is sent again is a copy: a link in hand stays good.
#[rekey_test::on_a_database]
async fn a_second_attempt_at_a_notice_is_a_copy(db: PgPool) {
    let mailer = Twice(Mailbox::new());
    let setting = Setting {
        mailer: Some(Arc::new(mailer.clone())),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    world.change(&key, &change(OLD, NEW)).await.is_success();
    world.post().await;
    world.hand.turn(Duration::HOUR);
    world.post().await;
    let letters = mailer.0.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].message_id, letters[1].message_id);
    assert_eq!(path_in(&letters[0]), path_in(&letters[1]));
    let opened = Agent::new(&world).open(&path_in(&letters[0])).await;
    assert_eq!(opened.status, 200);
}

/// Takes each letter, and says the first time that it did not.
#[derive(Clone)]
struct Twice(Mailbox);

#[async_trait::async_trait]
impl Mailer for Twice {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        self.0.send(letter).await?;
        if self.0.letters().len() == 1 {
            return Err(Undelivered::Later(Reason::Postponed(451.into())));
        }
        Ok(())
    }
}

/// Wrong tries that disable the password do not take the link to object away.
#[rekey_test::on_a_database]
async fn s06_a_disabled_password_can_be_disowned(db: PgPool) {
    let world = World::with(db, with(&format!("{LOGIN}block = 'disable'\n"))).await;
    let link = world.not_me_link().await;
    let session = world.session_of("JohnDoe", NEW).await;
    for number in 0..6 {
        world.sign_in("JohnDoe", &format!("wrong{number}")).await;
    }
    let disabled = "select count(*) from password where disabled_at is not null";
    assert_eq!(world.count(disabled).await, 1);
    assert!(world.is_signed_in(&session).await);
    assert_eq!(disown(&world, &link).await.status, 200);
    assert!(!world.is_signed_in(&session).await);
}

/// A code that lets somebody in goes to nobody while recovery stands still: the freeze is there
/// because of whoever may read the mail.
#[rekey_test::on_a_database]
async fn s06_no_second_password_is_mailed_meanwhile(db: PgPool) {
    let code = "[[password_type]]\ninternal_name = 'code'\nname = 'Code'\nmode = 'otp'\n";
    let world = World::with(
        db,
        with(&format!("[cyclos]\nsecondary = 'code'\n{LOGIN}{code}")),
    )
    .await;
    let link = world.not_me_link().await;
    let session = world.session_of("JohnDoe", NEW).await;
    let asked = call("POST", "/auth/otp?medium=email").session(&session);
    assert_eq!(world.send(asked).await.status, 200);
    let code = code_of(&world.post().await);
    assert_eq!(disown(&world, &link).await.status, 200);
    // Their operator sets another password: the one that was set is gone.
    let set = r#"{"login":"JohnDoe","passwords":{"login":{"value":"Another-2028"}}}"#;
    world.import(set).await;
    let session = world.session_of("JohnDoe", "Another-2028").await;
    // Nor does one that was mailed before let anybody in.
    let given = world.second(&session, &code).await;
    assert_ne!(given.status, 204, "{}", given.body);
    for medium in ["email", "sms"] {
        let asked = call("POST", &format!("/auth/otp?medium={medium}")).session(&session);
        world.send(asked).await.is_code(403, "illegalAction");
    }
    assert!(world.post().await.is_empty() && world.texts.texts().is_empty());
    world.hand.turn(Duration::hours(24));
    let session = world.session_of("JohnDoe", "Another-2028").await;
    let asked = call("POST", "/auth/otp?medium=email").session(&session);
    assert_eq!(world.send(asked).await.status, 200);
    assert_eq!(world.post().await.len(), 1);
}

/// L5: a link that was asked for before an address changed, and is minted after it, goes to the new
/// one, even if the worker was on its way.
#[rekey_test::on_a_database]
async fn l5_a_letter_follows_an_address_that_changes_meanwhile(db: PgPool) {
    let world = World::new(db).await;
    world.ask(EMAIL).await.is_success();
    world
        .forgot(&json!({"user": "JohnDoe"}))
        .await
        .is_empty(204);
    let mut import = world.db.begin().await.unwrap();
    let moved = "update account set email = 'new@domain.example' where login = 'JohnDoe'";
    sqlx::query(moved).execute(&mut *import).await.unwrap();
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                   and datname = current_database()";
    let working = async {
        let (first, second) = futures::join!(
            world.recovery.delivery.run_one_job(),
            world.recovery.delivery.run_one_job()
        );
        first.unwrap() && second.unwrap()
    };
    let committing = async {
        let mut tick = tokio::time::interval(std::time::Duration::from_millis(5));
        while world.count(waiting).await < 2 {
            tick.tick().await;
        }
        import.commit().await.unwrap();
    };
    let (worked, ()) = futures::join!(working, committing);
    assert!(worked);
    let letters = world.mailbox.letters();
    assert!(!letters.is_empty());
    for letter in letters {
        assert_eq!(letter.to.as_str(), "new@domain.example");
    }
}

/// L13: a token to object with recovers nothing, whichever door it is carried to.
#[rekey_test::on_a_database]
async fn l13_a_token_to_object_with_recovers_nothing(db: PgPool) {
    let world = World::new(db).await;
    let link = world.not_me_link().await;
    let token = secret_in(&link);
    for page in ["reset", "unlock"] {
        let moved = link.replace("not-me", page);
        assert_eq!(Agent::new(&world).open(&moved).await.status, 404, "{page}");
    }
    world
        .update(&update(token, "Another-2028"))
        .await
        .says(403, "token_is_invalid");
    let look = crate::harness::Call::new("GET", format!("/rest/accounts/passwordReset/{token}"))
        .header("host", "demo.localhost");
    assert_eq!(world.send(look).await.status, 404);
    let body = json!({
        "pksCustomerCode": "demo", "fkiLanguageID": 2, "eUserTypeSSPR": "Native",
        "sUserLoginname": "JohnDoe", "binUserSSPRtoken": token,
    });
    let check = crate::harness::Call::new("POST", "/rest/1/module/sspr/validateToken")
        .header("authorization", world.key.reveal())
        .json(&body);
    assert_eq!(world.send(check).await.status, 422);
    assert_eq!(
        disown(&world, &link).await.status,
        200,
        "and it is still good for its own"
    );
}

/// The mint that races a freeze waits for it, and then mails nothing.
#[rekey_test::on_a_database]
async fn s06_racing_objections_have_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let link = world.not_me_link().await;
    let mut agents: Vec<_> = (0..8).map(|_| Agent::new(&world)).collect();
    let mut forms = Vec::new();
    for agent in &mut agents {
        forms.push(agent.open(&link).await);
    }
    let posts = agents
        .iter_mut()
        .zip(&forms)
        .map(|(agent, form)| agent.post(form, &[]));
    let replies = futures::future::join_all(posts).await;
    let won = replies.iter().filter(|reply| reply.status == 303).count();
    let lost = replies.iter().filter(|reply| reply.status == 410).count();
    assert_eq!((won, lost), (1, 7));
}
