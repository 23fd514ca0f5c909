//! Many at once, over two servers of one database.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;

use super::stage::{OLD, Stage, people};
use crate::cyclos::auth::{code_in, not};
use crate::sspr;

/// T-04, L11: a hundred resets of one token with a hundred passwords, over two servers: one winner, one
/// spent token, one notice.
#[rekey_test::on_an_empty_database]
async fn l11_a_hundred_resets_over_two_servers_have_one_winner(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let other = stage.victim("other", &["--no-worker"]).await;
    stage.sign_in("p1", OLD).await;
    let token = stage.token("p1", "resetPasswordRequest").await;
    let calls = (0..100_usize).map(async |number| {
        let url = if number.is_multiple_of(2) {
            &stage.calm.url
        } else {
            &other.url
        };
        let mut body = sspr::about("resetPassword", "p1");
        body["binUserSSPRtoken"] = token.as_str().into();
        body["sPassword"] = format!("Remembered-{number}").into();
        let reply = stage.sspr(url, "resetPassword", &body).send().await;
        (number, reply.unwrap().status().as_u16())
    });
    let statuses = join_all(calls).await;
    let won: Vec<_> = statuses
        .iter()
        .filter(|(_, status)| *status == 204)
        .collect();
    assert_eq!(won.len(), 1, "{statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|(_, status)| matches!(status, 204 | 422 | 503)),
        "{statuses:?}"
    );
    stage.all_jobs_are_done().await;
    assert_eq!(stage.letters("p1").len(), 2, "a link and one notice");
    let standing = stage.standing("p1").await;
    assert_eq!((standing.resets_spent, standing.open), (1, 0));
    assert!(stage.opens("p1", &format!("Remembered-{}", won[0].0)).await);
    assert_eq!(other.stop().await, Some(0));
}

/// L10, L-05: five hundred wrong codes over two servers: four are told that they are wrong, the fifth
/// closes the account to codes, and the right one is refused.
#[rekey_test::on_an_empty_database]
async fn l10_five_hundred_wrong_codes_over_two_processes(db: PgPool) {
    let stage = Stage::new(db, &people(1)).await;
    let other = stage.victim("other", &["--no-worker"]).await;
    let ask = stage
        .client
        .post(format!("{}/api/auth/forgotten-password/request", other.url))
        .json(&json!({"user": "p1", "sendMedium": "email"}));
    assert_eq!(ask.send().await.unwrap().status(), 200);
    let letters = stage.letters_of("p1", 1).await;
    let code = code_in(&letters[0].text);
    let look = async |number: usize, code: &str| {
        let url = if number.is_multiple_of(2) {
            &stage.calm.url
        } else {
            &other.url
        };
        let path = "api/auth/forgotten-password/data-for-change";
        let call = stage
            .client
            .get(format!("{url}/{path}?user=p1&code={code}"));
        let reply = call.send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    let wrong = not(&code);
    let replies = join_all((0..500).map(|number| look(number, &wrong))).await;
    let evaluated = replies
        .iter()
        .filter(|(_, body)| body.contains("invalidPassword"))
        .count();
    assert!(evaluated <= 4, "{evaluated} were told that they are wrong");
    // A server with more to do than connections says so, and counts nothing.
    let others = replies
        .iter()
        .filter(|(_, body)| !body.contains("invalidPassword"));
    for (status, body) in others {
        let is_closed = *status == 403 && body.contains("temporarilyBlocked");
        assert!(is_closed || *status == 503, "{status} {body}");
    }
    let (status, body) = look(1, &code).await;
    assert_eq!(status, 403, "{body}");
    assert!(body.contains("temporarilyBlocked"), "{body}");
    assert_eq!(other.stop().await, Some(0));
}
