//! People on their way, each in a window of a real browser.

use sqlx::PgPool;
use time::Duration;

use super::Site;
use crate::harness::Browser;
use crate::harness::browser::{Options, is_unsaid};
use crate::pages::{NEW, OLD, secret_in};
use crate::turbosmtp::{EMAIL, login};

/// And then with the new password alone, over both APIs that people sign in to.
#[rekey_test::on_a_database]
async fn from_forgotten_to_signed_in(db: PgPool) {
    let more = "[[password_type]]\ninternal_name = 'login'\nrequire = ['upper', 'digit']\n";
    let site = Site::new(db, more).await;
    let world = &site.world;
    let browser = Browser::start().await;
    let link = site.ask(&browser, "/recover", EMAIL_OF_EZRA).await;
    let before = world.everything().await;
    browser.requests().await;

    browser.open(&link).await;
    browser.page("Choose a new password").await;
    let secret = secret_in(&link);
    assert!(
        !browser.address().await.contains(&secret[..8]),
        "it left the address bar"
    );
    let kept = browser
        .client
        .execute("return history.length + document.cookie", vec![])
        .await;
    assert!(
        !kept.unwrap().to_string().contains(secret),
        "no script can read it"
    );
    let requests = browser.requests().await;
    let holders: Vec<_> = requests
        .iter()
        .filter(|(url, _)| url.contains(secret))
        .collect();
    assert_eq!(
        holders.len(),
        1,
        "the link itself and nothing else: {requests:?}"
    );
    for (url, headers) in &requests {
        assert!(url.starts_with(&site.url), "{url}");
        assert!(
            is_unsaid(headers.get("Referer")) && !headers.to_string().contains(secret),
            "{url} {headers}"
        );
    }
    assert!(
        requests
            .iter()
            .any(|(url, _)| url.contains("/assets/style-")),
        "assets are seen"
    );
    assert_eq!(
        world.everything().await,
        before,
        "opening it changed nothing"
    );

    browser.write("#password", "Short").await;
    let rules = browser.find("#rules").await.text().await.unwrap();
    assert!(rules.contains("A capital letter – done"), "{rules}");
    assert!(rules.contains("At least 8 characters – missing"), "{rules}");
    let hint = browser.find("[role=status]").await.text().await.unwrap();
    assert_eq!(hint, "Easy to guess: make it longer.");
    browser.click("form p button:not([type])").await;
    let missing = browser.find("#missing").await.text().await.unwrap();
    assert!(
        missing.contains("At least 8 characters") && missing.contains("A digit"),
        "{missing}"
    );
    assert!(!missing.contains("capital"), "{missing}");
    let name = browser.find("#username").await.prop("value").await.unwrap();
    assert_eq!(name.as_deref(), Some("Ezra"));

    browser.write("#password", NEW).await;
    let script = "return document.getElementById('password').type";
    browser.click("button.plain").await;
    assert_eq!(
        browser.client.execute(script, vec![]).await.unwrap(),
        "text"
    );
    browser.click("form p button:not([type])").await;
    browser.page("Your password was changed").await;
    assert_eq!(
        world.authorize(&login(EMAIL_OF_EZRA, NEW)).await.status,
        200
    );
    assert_eq!(
        world.authorize(&login(EMAIL_OF_EZRA, OLD)).await.status,
        403
    );
    let signed_in = world.sign_in("Ezra", NEW).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    assert_eq!(world.sign_in("Ezra", OLD).await.status, 401);
    browser.open(&link).await;
    assert!(browser.text().await.contains("It was used already."));
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "{complaints:?}");

    // And the notice leads to the way to object.
    let notice = world.post().await.remove(0);
    let not_me = format!("{}{}", site.url, crate::pages::path_in(&notice));
    let key = world.turbo_key(EMAIL_OF_EZRA, NEW).await;
    let session = world.session_of("Ezra", NEW).await;
    browser.open(&not_me).await;
    browser.page("It was not you?").await;
    assert!(world.is_live(&key).await);
    browser.click("main button").await;
    browser.page("Your account is protected").await;
    assert!(!world.is_live(&key).await);
    assert!(!world.is_signed_in(&session).await);
}

const EMAIL_OF_EZRA: &str = "ezra@domain.example";

#[rekey_test::on_a_database]
async fn in_french_to_the_end(db: PgPool) {
    let site = Site::new(db, "").await;
    let world = &site.world;
    let options = Options {
        languages: Some("fr-CA,fr,en"),
        ..Options::default()
    };
    let browser = Browser::with(&options).await;
    for _ in 0..5 {
        world.authorize(&login(EMAIL, "wrong")).await;
    }
    let link = site.ask(&browser, "/recover/locked", "JohnDoe").await;
    browser.open(&link).await;
    browser.page("Déverrouillez votre compte").await;
    browser.click("main button").await;
    browser.page("Votre compte est déverrouillé").await;
    assert_eq!(world.authorize(&login(EMAIL, OLD)).await.status, 200);
    world.post().await;

    browser
        .open(&format!("{}/recover/username", site.url))
        .await;
    browser.page("Identifiant oublié\u{a0}?").await;
    browser.write("#name", EMAIL_OF_EZRA).await;
    browser.click("main button").await;
    browser.page("Consultez votre boîte aux lettres").await;
    let letter = world.post().await.remove(0);
    assert!(letter.content.text.contains("- Ezra\n"));
    assert_eq!(
        letter.content.subject,
        "Votre identifiant chez Demo Cooperative"
    );

    let link = site.ask(&browser, "/recover", "JohnDoe").await;
    browser.open(&link).await;
    browser.write("#password", "court").await;
    browser.click("form p button:not([type])").await;
    let missing = browser.find("#missing").await.text().await.unwrap();
    assert!(missing.contains("Au moins 8 caractères"), "{missing}");
    browser.write("#password", NEW).await;
    browser.click("form p button:not([type])").await;
    browser.page("Votre mot de passe a été modifié").await;
    world.post().await;

    let old = site.ask(&browser, "/recover", "Ezra").await;
    let new = site.ask(&browser, "/recover", "Ezra").await;
    browser.open(&old).await;
    browser.page("Ce lien ne fonctionne plus").await;
    assert!(
        browser
            .text()
            .await
            .contains("Un message plus récent l’a remplacé")
    );
    world.hand.turn(Duration::HOUR);
    browser.open(&new).await;
    browser.page("Ce lien ne fonctionne plus").await;
    assert!(browser.text().await.contains("Il est trop ancien."));
    browser.click("a.button").await;
    browser.page("Mot de passe oublié\u{a0}?").await;
}
