//! Which host a request is for: it says so once, or it is for nobody; and whatever else it says of
//! hosts changes no link.

use axum::body::Body;
use axum::http::{Request, Version};
use http_body_util::BodyExt as _;
use serde_json::json;
use sqlx::PgPool;
use tower::ServiceExt as _;

use crate::harness::{Call, World};
use crate::{clevermaps, cyclos, sspr, turbosmtp};

/// What each family says, and what is said where no family is.
const WORDS: [(&str, &str); 6] = [
    (
        "/rest/1/module/sspr/sendUsernames",
        r#"{"sErrorMessage":"Host is missing, repeated or not valid","eErrorCode":"BADREQUEST"}"#,
    ),
    (clevermaps::SEND, r#"{"message":"Bad request"}"#),
    ("/api/v2/authorize", r#"{"message":"host_is_not_valid"}"#),
    (
        "/api/auth/session",
        r#"{"code":"general","message":"The host is missing, repeated or not valid"}"#,
    ),
    (
        "/api/self/passwords",
        r#"{"code":"general","message":"The host is missing, repeated or not valid"}"#,
    ),
    (
        "/recover",
        "The request needs one Host header, with a host and nothing more.\n",
    ),
];

/// L2, and RFC 9112, 3.2: two hosts, one that is none, and none at all are 400 in the family's words, before
/// anything is looked at or counted.
#[rekey_test::on_a_database]
async fn a_request_has_one_host(db: PgPool) {
    let world = World::new(db).await;
    for (path, words) in WORDS {
        for hosts in [
            &["demo.localhost", "demo.localhost"][..],
            &["demo.localhost", "evil.example"],
            &["demo.localhost@evil.example"],
            &["evil.example@demo.localhost"],
            &["evil.example\\demo.localhost"],
            &["evil.example\tdemo.localhost"],
            &["demo.localhost:80:80"],
        ] {
            let mut call = Call::new("POST", path);
            for host in hosts {
                call = call.header("host", *host);
            }
            let reply = world.send(call).await;
            assert_eq!(reply.said(), (400, words), "{path} {hosts:?}");
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            assert!(reply.header("x-request-id").is_some());
        }
        let bare = |version| {
            let request = Request::post(path).version(version).body(Body::empty());
            world.router.clone().oneshot(request.unwrap())
        };
        let reply = bare(Version::HTTP_11).await.unwrap();
        assert_eq!(reply.status(), 400, "{path}");
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, words, "{path}");
        // Before HTTP/1.1 nobody had to say it.
        let reply = bare(Version::HTTP_10).await.unwrap();
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        assert_ne!(body, words, "{path}");
    }
    assert!(world.post().await.is_empty(), "nothing was promised");
}

/// `acme.localhost.` is `acme.localhost`, in every family whose tenant is found by it.
#[rekey_test::on_a_database]
async fn a_final_dot_of_a_host_is_nothing(db: PgPool) {
    let world = World::new(db).await;
    for host in ["demo.localhost.", "Demo.LocalHost.", "demo.localhost.:8080"] {
        let asking = json!({"email": turbosmtp::EMAIL});
        let asked = Call::new("POST", clevermaps::SEND).header("host", host);
        assert_eq!(world.send(asked.json(&asking)).await.status, 201, "{host}");
        let login = turbosmtp::login(turbosmtp::EMAIL, turbosmtp::OLD);
        let entered = Call::new("POST", "/api/v2/authorize").header("host", host);
        assert_eq!(world.send(entered.json(&login)).await.status, 200, "{host}");
        for path in ["/api/auth/data-for-login", "/recover"] {
            let looked = Call::new("GET", path).header("host", host);
            assert_eq!(world.send(looked).await.status, 200, "{path} of {host}");
        }
    }
    let two = Call::new("GET", "/api/auth/data-for-login").header("host", "demo.localhost..");
    assert_eq!(world.send(two).await.status, 404, "another name");
}

/// T-12, L2: what a request says of hosts beside its own, dressed up as it may be, is in no link.
#[rekey_test::on_a_database]
async fn forwarded_hosts_change_no_link(db: PgPool) {
    let world = World::new(db).await;
    let dressed = [
        "evil.example",
        "rekey.localhost@evil.example",
        "rekey.localhost:80@evil.example",
        "demo.localhost:pass@evil.example:443",
        "evil.example:1337",
        "rekey.localhost:1337",
        "evil.example\\@rekey.localhost",
        "rekey.localhost\\evil.example",
        "rekey.localhost\\.evil.example",
        "evil.example\trekey.localhost",
        "rekey.localhost\tevil.example",
        "rekey.localhost, evil.example",
        "evil.example/rekey.localhost",
        "evil.example#@rekey.localhost",
        "[::1]@evil.example",
    ];
    for host in dressed {
        let calls = [
            world.sspr_call(
                "resetPasswordRequest",
                &sspr::minimal("resetPasswordRequest"),
            ),
            clevermaps::asking(turbosmtp::EMAIL),
            Call::new("POST", "/api/v2/forgot-password")
                .header("host", "demo.localhost")
                .json(&json!({"email": turbosmtp::EMAIL})),
            cyclos::call("POST", "/auth/forgotten-password/request")
                .json(&json!({"user": cyclos::USER})),
        ];
        for call in calls {
            let at = format!("{} {host}", call.path);
            let call = call
                .header("x-forwarded-host", host)
                .header("x-forwarded-server", host)
                .header("x-original-host", host)
                .header("x-host", host)
                .header("x-forwarded-port", "1337")
                .header("x-forwarded-proto", "https")
                .header("x-forwarded-prefix", "/evil")
                .header("forwarded", format!("host=\"{host}\";proto=https"))
                .header("origin", format!("https://{host}"))
                .header("referer", format!("https://{host}/"));
            assert!(world.send(call).await.status.is_success(), "{at}");
            let letters = world.post().await;
            assert_eq!(letters.len(), 1, "{at}");
            // Where a long address may break is said in its middle.
            let html = letters[0].content.html.replace("<wbr>", "");
            for body in [&*letters[0].content.text, &html] {
                assert!(!body.contains("evil") && !body.contains(":1337"), "{at}");
                let mut links = body.match_indices("://").peekable();
                assert!(links.peek().is_some(), "{at}");
                for (place, _) in links {
                    let ours = body[..place].ends_with("http")
                        && body[place..].starts_with("://rekey.localhost/");
                    assert!(ours, "{at}: {}", &body[place.saturating_sub(5)..][..40]);
                }
            }
        }
    }
}
