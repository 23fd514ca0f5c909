//! The ways through the pages, from a forgotten password to a sign-in.

use sqlx::PgPool;

use super::{Agent, NEW, OLD, reference_in, with};
use crate::harness::World;
use crate::turbosmtp::{EMAIL, login};

#[rekey_test::on_a_database]
async fn a_forgotten_password_is_replaced(db: PgPool) {
    let setting =
        with("[[password_type]]\ninternal_name = 'login'\nrequire = ['upper', 'digit']\n");
    let world = World::with(db, setting).await;
    let mut agent = Agent::new(&world);
    let ask = agent.open("/recover").await;
    assert!(
        ask.body
            .contains("Your login name, e-mail address or phone number")
    );
    let sent = agent.submit(&ask, &[("name", EMAIL_OF_EZRA)]).await;
    assert!(
        sent.body.contains("Look into your mailbox"),
        "{}",
        sent.body
    );
    let letter = world.post().await.remove(0);
    assert_eq!(letter.to.as_str(), EMAIL_OF_EZRA);
    assert!(
        sent.body
            .contains(&format!(">{}</strong>", reference_in(&letter)))
    );

    let form = agent.open(&super::path_in(&letter)).await;
    assert_eq!(form.status, 200);
    assert!(
        form.body
            .contains("name=\"username\" type=\"text\" autocomplete=\"username\" value=\"Ezra\"")
    );
    assert!(
        form.body
            .contains("another 1 hour, until 1 January 2026 at 13:00 UTC")
    );
    let known = format!("Reference of the mail: {}", reference_in(&letter));
    assert!(form.body.contains(&known), "{}", form.body);

    let weak = agent.submit(&form, &[("password", "ezra")]).await;
    assert_eq!(weak.status, 422);
    for reason in [
        "<li>At least 8 characters</li>",
        "<li>A capital letter</li>",
        "<li>A digit</li>",
        "<li>Hard to guess: not a common password, a pattern on the keyboard, or just a name of yours or of Demo Cooperative with digits or signs</li>",
    ] {
        assert!(weak.body.contains(reason), "{reason} in {}", weak.body);
    }
    assert!(
        !weak.body.contains("value=\"ezra\""),
        "what was typed is not written back"
    );
    let empty = agent.submit(&weak, &[]).await;
    assert_eq!(empty.status, 422);
    let unlike = [("password", NEW), ("repeat", OLD)];
    let unlike = agent.submit(&weak, &unlike).await;
    assert!(
        unlike
            .body
            .contains("<li>The two passwords are not the same.</li>")
    );

    let done = agent
        .submit(&unlike, &[("password", NEW), ("repeat", NEW)])
        .await;
    assert!(
        done.body.contains("Your password was changed"),
        "{}",
        done.body
    );
    assert_eq!(
        world.authorize(&login(EMAIL_OF_EZRA, NEW)).await.status,
        200
    );
    assert_eq!(
        world.authorize(&login(EMAIL_OF_EZRA, OLD)).await.status,
        403
    );
    let left: Vec<_> = agent.cookies.iter().map(|(name, ..)| name).collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
}

const EMAIL_OF_EZRA: &str = "ezra@domain.example";

#[rekey_test::on_a_database]
async fn a_password_that_may_not_come_back_is_told(db: PgPool) {
    let setting = with("[[password_type]]\ninternal_name = 'login'\nhistory = 3\n");
    let world = World::with(db, setting).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    assert!(form.body.contains("None of your last 3 passwords</li>"));
    let refused = agent.submit(&form, &[("password", OLD)]).await;
    let summary = "<ul>\n<li>None of your last 3 passwords</li>\n</ul>";
    assert!(refused.body.contains(summary), "{}", refused.body);
}

#[rekey_test::on_a_database]
async fn a_locked_account_is_unlocked(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..5 {
        world.authorize(&login(EMAIL, "wrong")).await;
    }
    assert_eq!(world.authorize(&login(EMAIL, OLD)).await.status, 403);
    let link = world.link("/recover/locked", "+1 (514) 555-0100").await;
    let mut agent = Agent::new(&world);
    let form = agent.open(&link).await;
    assert!(form.body.contains("<bdi>JohnDoe</bdi>"), "{}", form.body);
    assert_eq!(
        world.authorize(&login(EMAIL, OLD)).await.status,
        403,
        "opening unlocks nothing"
    );
    let done = agent.submit(&form, &[]).await;
    assert!(done.body.contains("Your account is unlocked"));
    assert_eq!(world.authorize(&login(EMAIL, OLD)).await.status, 200);
}

#[rekey_test::on_a_database]
async fn login_names_are_mailed_of_either_type(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Ezra2","email":"EZRA@domain.example","identifiers":["login"]}"#)
        .await;
    let mut agent = Agent::new(&world);
    let ask = agent.open("/recover/username").await;
    let wrong = agent.submit(&ask, &[("name", "Ezra")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Write a whole e-mail address"));
    let sent = agent.submit(&ask, &[("name", "ezra@domain.example")]).await;
    assert!(!sent.body.contains("The link in it"), "there is none");
    let letters = world.post().await;
    assert_eq!(letters.len(), 2, "one to each spelling of the address");
    let names: String = letters
        .iter()
        .map(|letter| letter.content.text.as_str())
        .collect();
    assert!(names.contains("- Ezra\n") && names.contains("- Ezra2\n"));
    for letter in &letters {
        assert!(sent.body.contains(reference_in(letter)));
    }
}

#[rekey_test::on_a_database]
async fn a_person_is_spoken_to_in_their_language(db: PgPool) {
    let world = World::new(db).await;
    let title = |reply: &crate::harness::Reply| {
        let (_, rest) = reply.body.split_once("<html lang=\"").unwrap();
        rest[..2].to_owned()
    };
    let mut default = Agent::new(&world);
    assert_eq!(title(&default.open("/recover").await), "en");
    let mut accepting = Agent::new(&world).header("accept-language", "de, fr-CA;q=0.8, en;q=0.1");
    assert_eq!(title(&accepting.open("/recover").await), "fr");
    // What was chosen by hand stays.
    assert_eq!(title(&accepting.open("/recover?choose=es").await), "es");
    let ask = accepting.open("/recover").await;
    assert_eq!(title(&ask), "es");
    let sent = accepting.submit(&ask, &[("name", "JohnDoe")]).await;
    assert!(sent.body.contains("Mire en su buzón"));
    let letter = world.post().await.remove(0);
    assert!(
        letter.content.subject.starts_with("Elija"),
        "as the page, not as the account"
    );
    // A link says nothing of a language: whoever opens it does.
    let mut other = Agent::new(&world).header("accept-language", "fr");
    let form = other.open(&super::path_in(&letter)).await;
    assert_eq!(title(&form), "fr");
    world.import(r#"{"login":"JohnDoe","language":"es"}"#).await;
    other.submit(&form, &[("password", NEW)]).await;
    let notice = world.post().await.remove(0);
    assert!(
        notice.content.subject.contains("a été modifié"),
        "as the browser says, not as the account"
    );
}

#[rekey_test::on_a_database]
async fn a_tenant_speaks_its_own_language(db: PgPool) {
    let mut setting = with("[pages]\nidentifiers = ['email']\nsupport = 'help@demo.example'\n");
    setting.tenant = setting
        .tenant
        .replace("[mail]", "default_language = 'fr'\n[mail]");
    let world = World::with(db, setting).await;
    let mut agent = Agent::new(&world);
    let ask = agent.open("/recover").await;
    assert!(
        ask.body.contains("Votre adresse e-mail</label>"),
        "{}",
        ask.body
    );
    assert!(
        ask.body
            .contains("<a href=\"mailto:help@demo.example\">help@demo.example</a>")
    );
    agent.submit(&ask, &[("name", "JohnDoe")]).await;
    assert!(world.post().await.is_empty(), "a login name is no address");
    agent.submit(&ask, &[("name", EMAIL)]).await;
    let letter = world.post().await.remove(0);
    assert!(
        letter
            .content
            .text
            .contains("Demandez ici\u{a0}: help@demo.example")
    );
}
