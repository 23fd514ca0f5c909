//! Forms that are not ours, or not whole.

use sqlx::PgPool;

use super::{Agent, NEW, form_of};
use crate::harness::{Call, World};

const FORM: &str = "application/x-www-form-urlencoded";

fn ask(body: &str) -> Call {
    Call::new("POST", "/recover")
        .header("content-type", FORM)
        .body(body)
}

#[rekey_test::on_a_database]
async fn a_form_of_another_page_does_nothing(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let mut agent = Agent::new(&world);
    let page = agent.open(&link).await;
    let form = form_of(&page.body);
    let body = format!("password={NEW}&link={}", form.hidden[0].1);
    let before = world.everything().await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://demo.localhost"),
        ],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://demo.localhost.evil.example")],
        &[("origin", "http://evil.localhost")],
    ];
    for headers in foreign {
        for (action, body) in [
            (form.action.as_str(), body.as_str()),
            ("/recover", "name=JohnDoe"),
        ] {
            let mut call = Call::new("POST", action)
                .header("content-type", FORM)
                .body(body);
            for (name, value) in headers {
                let name = if *name == "origin" {
                    "origin"
                } else {
                    "sec-fetch-site"
                };
                call = call.header(name, *value);
            }
            let reply = agent.send(call).await;
            assert_eq!(reply.status, 403, "{headers:?}");
            assert!(reply.body.contains("Nothing was done."));
        }
    }
    assert_eq!(world.everything().await, before);
    // A form without the cookie, as another site's would be, opens nothing whatever it claims.
    let bare = Call::new("POST", form.action)
        .header("content-type", FORM)
        .body(body);
    assert_eq!(Agent::new(&world).send(bare).await.status, 404);
    assert!(!world.is_password("JohnDoe", NEW).await);
}

#[rekey_test::on_a_database]
async fn our_own_forms_are_taken_from_every_browser(db: PgPool) {
    let world = World::new(db).await;
    let ours: [&[(&'static str, &str)]; 6] = [
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://demo.localhost")],
        &[("origin", "http://rekey.localhost")],
        // What browsers say of pages that send no referrer.
        &[("origin", "null")],
        &[],
    ];
    for headers in ours {
        let mut call = ask("name=JohnDoe");
        for (name, value) in headers {
            call = call.header(name, *value);
        }
        let reply = Agent::new(&world).send(call).await;
        assert_eq!(reply.status, 303, "{headers:?}: {}", reply.body);
    }
    assert_eq!(world.post().await.len(), ours.len());
}

/// L4.
#[rekey_test::on_a_database]
async fn a_form_that_is_none_is_told_so(db: PgPool) {
    let world = World::new(db).await;
    let mut agent = Agent::new(&world);
    let json = Call::new("POST", "/recover")
        .header("content-type", "application/json")
        .body(r#"{"name":"JohnDoe"}"#);
    assert_eq!(agent.send(json).await.status, 400);
    assert_eq!(
        agent.send(ask("name=JohnDoe&name=Ezra")).await.status,
        400,
        "L4"
    );
    let long = format!("name={}", "x".repeat(70_000));
    assert_eq!(agent.send(ask(&long)).await.status, 413);
    for empty in [
        "",
        "name=",
        "name=%20%0a",
        "name=%00",
        "name=a%0d%0aBcc:b",
        "other=1",
    ] {
        let reply = agent.send(ask(empty)).await;
        assert_eq!(reply.status, 422, "{empty}");
        assert!(reply.body.contains("role=\"alert\""), "{empty}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let reply = agent.send(Call::new(method, "/recover")).await;
        assert_eq!(reply.status, 405);
        assert!(reply.body.contains("That cannot be done here"));
    }
    assert!(world.post().await.is_empty());
}

/// L3, H-11: no address of ours leads anywhere else, whatever it is asked with.
#[rekey_test::on_a_database]
async fn h11_nothing_leads_elsewhere(db: PgPool) {
    let world = World::new(db).await;
    let hostile = [
        "//evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "%2f%2fevil.example",
        "http:evil.example",
        "\u{2f}\u{2f}evil.example",
    ];
    for target in hostile {
        let value: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let queries = [
            "next",
            "redirect",
            "return_to",
            "url",
            "continue",
            "link",
            "of",
            "reference",
        ];
        for name in queries {
            for page in ["", "/reset", "/sent", "/done", "/unlock"] {
                let path = format!("/recover{page}?{name}={value}");
                let reply = Agent::new(&world).get(&path).await;
                assert!(reply.header("location").is_none(), "{path}");
                assert!(!reply.body.contains("href=\"http"), "{path}");
                assert!(!reply.body.contains("href=\"//"), "{path}");
                assert!(!reply.body.contains("href=\"java"), "{path}");
            }
        }
        let path = format!("/recover/reset?token={value}&language={value}&tenant=demo");
        let hop = Agent::new(&world).get(&path).await;
        let to = "/recover/reset?tenant=demo&damaged=altered";
        assert_eq!(hop.header("location"), Some(to));
        assert!(hop.header("set-cookie").is_none());
    }
}
