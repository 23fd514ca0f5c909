//! Pages of other origins: what browsers ask first, what they are answered, and real Chromium.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Html;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::net::TcpListener;

use crate::cyclos::{OLD, USER};
use crate::harness::world::Setting;
use crate::harness::{Browser, Call, Reply, World};
use crate::sspr::{minimal, path};
use crate::turbosmtp::{EMAIL, login};

const FRONT: &str = "https://front.example";

/// One operation of each family, by the method that serves it.
const OPERATIONS: [(&str, &str); 5] = [
    ("/rest/1/module/sspr/sendUsernames", "POST"),
    ("/rest/accounts/passwordReset", "POST"),
    ("/api/v2/authorize", "POST"),
    ("/api/auth/session", "POST"),
    ("/api/self/passwords", "GET"),
];

/// What the published clients of all families send, as browsers list it.
const SENT: &str = "accept,access-client-token,authorization,channel,confirmationpassword,\
                    consumerkey,consumersecret,content-type,ezmax-date,ezmax-fingerprint,\
                    ezmax-signature,preferred-locale,principal-type,session-prefix,session-token,\
                    x-theme";

async fn listed(db: PgPool) -> World {
    let setting = Setting {
        cors_origins: vec![FRONT.to_owned()],
        ..Setting::default()
    };
    World::with(db, setting).await
}

fn options(path: &str) -> Call {
    Call::new("OPTIONS", path).header("host", "demo.localhost")
}

fn is_hardened(reply: &Reply, at: &str) {
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{at}");
    assert_eq!(
        reply.header("x-content-type-options"),
        Some("nosniff"),
        "{at}"
    );
    assert!(reply.header("x-request-id").is_some(), "{at}");
}

/// H-08, K3: every family's clients may send what they send, and are remembered for two hours; and what is
/// answered to a browser that only asks carries what every answer does.
#[rekey_test::on_a_database]
async fn preflights_allow_what_clients_send_and_carry_what_answers_carry(db: PgPool) {
    let world = listed(db).await;
    for (path, method) in OPERATIONS {
        let asked = options(path)
            .header("origin", FRONT)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", SENT);
        let reply = world.send(asked).await;
        assert_eq!(reply.said(), (200, ""), "{path}");
        is_hardened(&reply, path);
        let says = |name: &str| reply.header(name).unwrap().to_ascii_lowercase();
        assert_eq!(says("access-control-allow-origin"), FRONT);
        assert_eq!(says("access-control-max-age"), "7200");
        let allowed = says("access-control-allow-headers");
        for header in SENT.split(',') {
            assert!(
                allowed.split(',').any(|name| name.trim() == header),
                "{header}"
            );
        }
        // A stranger is told the same of the server, and nothing that lets them in.
        let stranger = options(path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", method);
        let reply = world.send(stranger).await;
        is_hardened(&reply, path);
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

/// Row 2 of SSPR and its like: an `OPTIONS` that is no preflight is a wrong method, whether or not
/// origins are listed, and to whomever.
#[rekey_test::on_a_database]
async fn a_plain_options_is_a_wrong_method_also_where_origins_are_listed(db: PgPool) {
    let plain = World::new(db.clone()).await;
    let world = listed(db).await;
    for (path, method) in OPERATIONS {
        let ways = [
            options(path),
            options(path).header("origin", FRONT),
            options(path).header("access-control-request-method", method),
            options(path).header("access-control-request-headers", SENT),
        ];
        for call in ways {
            let at = format!("{path} {:?}", call.headers);
            let reply = world.send(call).await;
            assert_eq!(reply.status, 405, "{at}");
            is_hardened(&reply, &at);
            let without = plain.send(options(path)).await;
            assert_eq!(reply.said(), without.said(), "{at}");
            assert_eq!(reply.header("allow"), without.header("allow"), "{at}");
            assert!(reply.header("allow").unwrap().contains(method), "{at}");
        }
    }
}

/// A page may read when to come again, also from a refusal.
#[rekey_test::on_a_database]
async fn pages_may_read_when_to_come_again(db: PgPool) {
    let world = listed(db).await;
    for (path, method) in OPERATIONS {
        let call = Call::new(method, path).header("host", "demo.localhost");
        let reply = world.send(call.header("origin", FRONT)).await;
        let exposed = reply.header("access-control-expose-headers").unwrap();
        for name in [
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id",
        ] {
            assert!(
                exposed.split(',').any(|exposed| exposed.trim() == name),
                "{name}"
            );
        }
    }
}

/// A page on another origin, in Chromium.
struct Page {
    browser: Browser,
    /// Where Rekey is.
    rekey: String,
    /// What reached Rekey: methods and paths.
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Page {
    /// Calls as a page does, and returns the status, the headers it may read, and the body. Status 0:
    /// the browser keeps the answer from the page.
    async fn fetch(&self, method: &str, path: &str, headers: Value, body: &Value) -> Value {
        let script = "const [url, init, done] = arguments;
            fetch(url, init).then(
                async (r) => done([r.status, Object.fromEntries(r.headers), await r.text()]),
                (error) => done([0, {}, String(error)]));";
        let mut init = json!({"method": method, "headers": headers, "credentials": "include"});
        if !body.is_null() {
            init["body"] = body.to_string().into();
        }
        let url = format!("{}{path}", self.rekey).into();
        let client = &self.browser.client;
        client.execute_async(script, vec![url, init]).await.unwrap()
    }

    fn preflights(&self, path: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        let is_one = |(method, asked): &&(String, String)| method == "OPTIONS" && asked == path;
        seen.iter().filter(is_one).count()
    }
}

#[expect(clippy::unused_async, reason = "a handler is")]
async fn serve(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

/// H-08, K3: each family is called from a page of another origin with the headers that its clients
/// send; the page reads what it needs; a second call asks for nothing again; and a page of an origin
/// that is not listed reads nothing.
#[rekey_test::on_a_database]
async fn chromium_on_another_origin_calls_every_family(db: PgPool) {
    let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = front.local_addr().unwrap().port();
    let page = Html("<!doctype html><html lang=en><title>Front</title><h1>Front</h1></html>");
    serve(front, Router::new().route("/", get(async move || page))).await;
    let back = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rekey = format!(
        "http://demo.localhost:{}",
        back.local_addr().unwrap().port()
    );
    let setting = Setting {
        cors_origins: vec![format!("http://127.0.0.1:{port}")],
        public_url: rekey.clone(),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let noted = seen.clone();
    let note = from_fn(move |request: Request, next: Next| {
        let call = (
            request.method().to_string(),
            request.uri().path().to_owned(),
        );
        noted.lock().unwrap().push(call);
        next.run(request)
    });
    serve(back, world.router.clone().layer(note)).await;
    let browser = Browser::start().await;
    browser.open(&format!("http://127.0.0.1:{port}/")).await;
    let page = Page {
        browser,
        rekey,
        seen,
    };

    let basic = format!("Basic {}", STANDARD.encode(format!("{USER}:{OLD}")));
    let cyclos = json!({
        "Authorization": basic, "Accept": "application/json", "Channel": "main",
        "Content-Type": "application/json", "Preferred-Locale": "fr", "X-Theme": "dark",
        "Principal-Type": "*",
    });
    let session = page
        .fetch("POST", "/api/auth/session", cyclos, &json!({}))
        .await;
    assert_eq!(session[0], 200, "{session}");
    let signed_in: Value = serde_json::from_str(session[2].as_str().unwrap()).unwrap();
    let sspr = path("sendUsernames");
    let calls = [
        (
            ("POST", sspr.as_str()),
            json!({
                "Authorization": world.key.reveal(), "Content-Type": "application/json",
                "Ezmax-Date": "2026-01-01T12:00:00Z", "Ezmax-Fingerprint": "v1=00",
                "Ezmax-Signature": "v1=00",
            }),
            minimal("sendUsernames"),
            204,
        ),
        (
            ("POST", "/rest/accounts/passwordReset"),
            json!({"Accept": "application/json", "Content-Type": "application/json"}),
            json!({"email": EMAIL}),
            201,
        ),
        (
            ("POST", "/api/v2/authorize"),
            json!({
                "Content-Type": "application/json", "consumerKey": "k", "consumerSecret": "s",
            }),
            login(EMAIL, OLD),
            200,
        ),
        (
            ("GET", "/api/self/passwords"),
            json!({
                "Session-Token": signed_in["sessionToken"], "Channel": "main",
                "Preferred-Locale": "en", "X-Theme": "light", "confirmationPassword": "",
                "Access-Client-Token": "", "Content-Type": "application/json",
            }),
            Value::Null,
            200,
        ),
    ];
    for ((method, path), headers, body, status) in &calls {
        for _ in 0..2 {
            let reply = page.fetch(method, path, headers.clone(), body).await;
            assert_eq!(reply[0], *status, "{path}: {reply}");
            assert!(reply[1]["x-request-id"].is_string(), "{path}: {reply}");
            if *method == "POST" {
                assert!(reply[1]["ratelimit"].is_string(), "{path}: {reply}");
            }
        }
        assert_eq!(page.preflights(path), 1, "{path}");
    }

    // The same page under another name of this machine is another origin.
    let stranger = format!("http://localhost:{port}/");
    page.browser.open(&stranger).await;
    for ((method, path), headers, body, _) in &calls {
        let reply = page.fetch(method, path, headers.clone(), body).await;
        assert_eq!(reply[0], 0, "{path}: {reply}");
    }
}
