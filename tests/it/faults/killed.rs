//! `kill -9` at every moment that matters: right before each `COMMIT` reaches the database, right after
//! each is done and the server does not know it yet, and right after each statement that writes on its
//! own. Whatever happens, an account is in the old state or the new, and nothing that was promised
//! is lost.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::json;
use sqlx::PgPool;

use super::stage::{NEW, OLD, OTHER, Stage, Standing, address, people};
use crate::pages::form_of;
use crate::sspr;

/// What people do, by the ways they do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    AskSspr,
    AskClevermaps,
    AskTurbosmtp,
    AskCyclos,
    AskPage,
    ResetSspr,
    ResetClevermaps,
    ResetTurbosmtp,
    ResetCyclos,
    ResetPage,
    Unlock,
    ChangeTurbosmtp,
    ChangeCyclos,
    SignInTurbosmtp,
    SignInCyclos,
    NotMe,
}

/// Somebody about to do it.
struct Scene {
    login: String,
    /// The secret it takes, if it takes one.
    secret: String,
    before: Standing,
    letters: usize,
}

impl Verb {
    /// Everything that comes before it, on the calm server.
    async fn prepare(self, stage: &Stage, login: &str) -> Scene {
        stage.sign_in(login, OLD).await;
        let secret = match self {
            Self::Unlock => {
                let token = stage.token(login, "unlockAccountRequest").await;
                sqlx::query(
                    "update password set failures = 5, blocked_until = now() + interval '1 hour'
                     where account_id = (select account_id from account where login = $1)",
                )
                .bind(login)
                .execute(&stage.db)
                .await
                .unwrap();
                token
            }
            Self::NotMe => {
                let token = stage.token(login, "resetPasswordRequest").await;
                let reset = reset_sspr(stage, &stage.calm.url, login, &token, NEW);
                assert_eq!(reset.send().await.unwrap().status(), 204);
                let letters = stage.letters_of(login, 2).await;
                let text = &letters[1].text;
                let (_, token) = text.split_once("not-me?").unwrap();
                let (_, token) = token.split_once("token=").unwrap();
                stage.sign_in(login, NEW).await;
                token[..64].to_owned()
            }
            Self::ChangeTurbosmtp => {
                let call = stage.authorize(&stage.calm.url, login, OLD).send().await;
                let reply: serde_json::Value = call.unwrap().json().await.unwrap();
                reply["auth"].as_str().unwrap().to_owned()
            }
            Self::ResetSspr
            | Self::ResetClevermaps
            | Self::ResetTurbosmtp
            | Self::ResetCyclos
            | Self::ResetPage => stage.token(login, "resetPasswordRequest").await,
            Self::AskSspr
            | Self::AskClevermaps
            | Self::AskTurbosmtp
            | Self::AskCyclos
            | Self::AskPage
            | Self::ChangeCyclos
            | Self::SignInTurbosmtp
            | Self::SignInCyclos => String::new(),
        };
        Scene {
            login: login.to_owned(),
            secret,
            before: stage.standing(login).await,
            letters: stage.letters(login).len(),
        }
    }

    /// Does it, and says how it was answered, if it was.
    async fn act(self, stage: &Stage, url: &str, scene: &Scene) -> reqwest::Result<StatusCode> {
        let Scene { login, secret, .. } = scene;
        let client = &stage.client;
        let call = match self {
            Self::AskSspr => {
                let body = sspr::about("resetPasswordRequest", login);
                stage.sspr(url, "resetPasswordRequest", &body)
            }
            Self::AskClevermaps => client
                .post(format!("{url}/rest/accounts/passwordReset"))
                .json(&json!({"email": address(login)})),
            Self::AskTurbosmtp => client
                .post(format!("{url}/api/v2/forgot-password"))
                .json(&json!({"email": address(login)})),
            Self::AskCyclos => client
                .post(format!("{url}/api/auth/forgotten-password/request"))
                .json(&json!({ "user": login })),
            Self::AskPage => return page(url, "/recover", &[("name", login)]).await,
            Self::ResetSspr => reset_sspr(stage, url, login, secret, NEW),
            Self::ResetClevermaps => client
                .post(format!("{url}/rest/accounts/passwordReset/{secret}"))
                .json(&json!({"newPassword": NEW})),
            Self::ResetTurbosmtp => client
                .put(format!("{url}/api/v2/forgot-password"))
                .json(&crate::turbosmtp::update(secret, NEW)),
            Self::ResetCyclos => client
                .post(format!("{url}/api/auth/forgotten-password"))
                .json(&json!({"key": secret, "newPassword": NEW})),
            Self::ResetPage => {
                let link = format!("/recover/reset?tenant=demo&token={secret}");
                return page(url, &link, &[("password", NEW)]).await;
            }
            Self::Unlock => {
                let mut body = sspr::about("unlockAccount", login);
                body["binUserSSPRtoken"] = secret.as_str().into();
                stage.sspr(url, "unlockAccount", &body)
            }
            Self::ChangeTurbosmtp => client
                .put(format!("{url}/api/v2/change-password"))
                .header("authorization", secret)
                .json(&crate::turbosmtp::change(OLD, NEW)),
            Self::ChangeCyclos => client
                .post(format!("{url}/api/self/passwords/login/change"))
                .basic_auth(login, Some(OLD))
                .json(&json!({"oldPassword": OLD, "newPassword": NEW})),
            Self::SignInTurbosmtp => stage.authorize(url, login, OLD),
            Self::SignInCyclos => stage.session(url, login, OLD),
            Self::NotMe => {
                let link = format!("/recover/not-me?tenant=demo&token={secret}");
                return page(url, &link, &[]).await;
            }
        };
        call.send().await.map(|reply| reply.status())
    }

    /// What must be true whether or not it was killed, and that it can be done after all.
    async fn judge(self, stage: &Stage, scene: &Scene) {
        let Scene { login, before, .. } = scene;
        let after = stage.standing(login).await;
        let calm = &stage.calm.url;
        let is_changed = after.hash != before.hash;
        match self {
            Self::Unlock => {
                let is_spent = after.unlocks_spent == 1;
                assert!(before.is_blocked && !is_changed);
                assert_eq!(is_spent, !after.is_blocked, "{after:?}");
                let again = self.act(stage, calm, scene).await.unwrap();
                assert_eq!(again, if is_spent { 422 } else { 204 });
                self.told_once(stage, scene).await;
                assert!(stage.opens(login, OLD).await);
            }
            Self::NotMe => {
                let is_spent = after.disowns_spent == 1;
                assert_eq!(is_spent, after.hash.is_none(), "{after:?}");
                assert_eq!(is_spent, after.is_frozen, "{after:?}");
                assert_eq!(is_spent, after.open == 0, "{after:?}");
                let again = self.act(stage, calm, scene).await.unwrap();
                assert!(again.as_u16() < 500, "{again}");
                let after = stage.standing(login).await;
                assert!(after.is_frozen && after.open == 0, "{after:?}");
            }
            Self::SignInTurbosmtp | Self::SignInCyclos => {
                assert!(!is_changed, "a sign-in changes no password");
                assert!(after.failures <= 1, "counted, and not taken back yet");
                assert!(after.open <= before.open + 1);
                assert_eq!(self.act(stage, calm, scene).await.unwrap(), 200);
                assert_eq!(stage.standing(login).await.failures, 0);
            }
            Self::ChangeTurbosmtp | Self::ChangeCyclos => {
                if !is_changed {
                    assert!(after.failures <= 1, "counted, and not taken back yet");
                    assert!(after.open >= before.open, "nobody was signed out");
                    let again = self.act(stage, calm, scene).await.unwrap();
                    assert!(again.is_success(), "{again}");
                }
                self.told_once(stage, scene).await;
                // The key that a change was made with is the one that may live on.
                let open = stage.standing(login).await.open;
                assert!(open <= 1, "{open} are still signed in");
                assert!(stage.opens(login, NEW).await && !stage.opens(login, OLD).await);
            }
            Self::AskSspr
            | Self::AskClevermaps
            | Self::AskTurbosmtp
            | Self::AskCyclos
            | Self::AskPage => self.judge_asking(stage, scene).await,
            Self::ResetSspr
            | Self::ResetClevermaps
            | Self::ResetTurbosmtp
            | Self::ResetCyclos
            | Self::ResetPage => {
                assert_eq!(is_changed, after.resets_spent == 1, "{after:?}");
                assert_eq!(is_changed, after.open == 0, "{after:?}");
                let again = self.act(stage, calm, scene).await.unwrap();
                // A page that was sent twice may say that all is well.
                if self != Self::ResetPage {
                    assert_eq!(again.is_success(), !is_changed, "{again}");
                }
                self.told_once(stage, scene).await;
                let after = stage.standing(login).await;
                assert_eq!((after.resets_spent, after.open), (1, 0), "{after:?}");
                assert!(stage.opens(login, NEW).await && !stage.opens(login, OLD).await);
            }
        }
    }

    /// What was asked for may be lost with the answer, never after it: asked for again, it arrives, and
    /// the newest link works.
    async fn judge_asking(self, stage: &Stage, scene: &Scene) {
        let login = &scene.login;
        let again = self.act(stage, &stage.calm.url, scene).await.unwrap();
        assert!(again.is_success() || again.is_redirection(), "{again}");
        stage.all_jobs_are_done().await;
        let letters = stage.letters(login);
        assert!(letters.len() > scene.letters, "the letter arrives");
        let token = crate::harness::world::token_in_text(&letters[letters.len() - 1].text);
        let reset = reset_sspr(stage, &stage.calm.url, login, &token, OTHER);
        assert_eq!(reset.send().await.unwrap().status(), 204);
        stage.all_jobs_are_done().await;
    }

    /// The owner is told, once, when all is done.
    async fn told_once(self, stage: &Stage, scene: &Scene) {
        stage.all_jobs_are_done().await;
        let told = stage.letters(&scene.login).len() - scene.letters;
        assert_eq!(told, 1, "{self:?}: one notice");
    }
}

fn reset_sspr(
    stage: &Stage,
    url: &str,
    login: &str,
    token: &str,
    password: &str,
) -> RequestBuilder {
    let mut body = sspr::about("resetPassword", login);
    body["binUserSSPRtoken"] = token.into();
    body["sPassword"] = password.into();
    stage.sspr(url, "resetPassword", &body)
}

/// Opens a page with a browser of its own and sends its form. Where there is no form, says why.
async fn page(url: &str, path: &str, typed: &[(&str, &str)]) -> reqwest::Result<StatusCode> {
    let browser = Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::limited(5))
        .build()
        .unwrap();
    let shown = browser.get(format!("{url}{path}")).send().await?;
    let status = shown.status();
    let text = shown.text().await?;
    if status != 200 {
        return Ok(status);
    }
    let form = form_of(&text);
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(typed);
    body.extend_pairs(form.hidden);
    let sent = browser
        .post(format!("{url}{}", form.action))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(body.finish());
    sent.send().await.map(|reply| reply.status())
}

/// Does it again and again, each time by somebody else and killed one moment later, until it gets
/// through.
async fn killed_at_every_moment(db: PgPool, verbs: &[Verb]) {
    let stage = Stage::new(db, &people(verbs.len() * 16)).await;
    let mut person = 0;
    for verb in verbs {
        for moment in 1.. {
            person += 1;
            let scene = verb.prepare(&stage, &format!("p{person}")).await;
            let name = format!("{verb:?}-{moment}");
            let victim = stage.victim(&name, &["--no-worker"]).await;
            stage.proxy.stop_at(moment);
            let status = tokio::select! {
                () = stage.proxy.stopped() => None,
                status = verb.act(&stage, &victim.url, &scene) => Some(status.unwrap()),
            };
            victim.kill().await;
            stage.sever().await;
            if let Some(status) = status {
                assert!(
                    status.is_success() || status.is_redirection(),
                    "{name}: {status}"
                );
            }
            verb.judge(&stage, &scene).await;
            if status.is_some() {
                assert!(moment > 1, "{verb:?} was killed at least once");
                break;
            }
        }
    }
    assert_eq!(stage.calm.stop().await, Some(0));
}

/// O-04: of what was asked for, nothing that was answered is lost.
#[rekey_test::on_an_empty_database]
async fn o_04_killed_while_asked(db: PgPool) {
    let verbs = [
        Verb::AskSspr,
        Verb::AskClevermaps,
        Verb::AskTurbosmtp,
        Verb::AskCyclos,
        Verb::AskPage,
    ];
    killed_at_every_moment(db, &verbs).await;
}

/// T-11, L16, O-04: no token is spent without a changed password, nor the other way round; with it
/// end the sessions, and the owner is told.
#[rekey_test::on_an_empty_database]
async fn t_11_killed_while_a_password_is_reset(db: PgPool) {
    let verbs = [
        Verb::ResetSspr,
        Verb::ResetClevermaps,
        Verb::ResetTurbosmtp,
        Verb::ResetCyclos,
        Verb::ResetPage,
    ];
    killed_at_every_moment(db, &verbs).await;
}

/// O-04: a block ends with its token; a change goes through or leaves all as it was.
#[rekey_test::on_an_empty_database]
async fn o_04_killed_while_unlocked_or_changed(db: PgPool) {
    let verbs = [Verb::Unlock, Verb::ChangeTurbosmtp, Verb::ChangeCyclos];
    killed_at_every_moment(db, &verbs).await;
}

/// O-04: no try at a right password is left counted for long; an objection does all or nothing.
#[rekey_test::on_an_empty_database]
async fn o_04_killed_while_signed_in_or_objected(db: PgPool) {
    let verbs = [Verb::SignInTurbosmtp, Verb::SignInCyclos, Verb::NotMe];
    killed_at_every_moment(db, &verbs).await;
}
