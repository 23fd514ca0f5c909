//! Addresses of our pages with a little more or less than they had, and links that were damaged on the way.

use sqlx::PgPool;

use crate::harness::{Call, World};
use crate::pages::{Agent, NEW, secret_in};

/// Where an address leads at once.
async fn leads(world: &World, address: &str) -> Option<String> {
    let reply = Agent::new(world).get(address).await;
    let to = reply.header("location").map(str::to_owned);
    to.filter(|_| reply.status == 303)
}

#[rekey_test::on_a_database]
async fn an_address_that_was_pasted_with_more_or_less_leads_to_its_page(db: PgPool) {
    let world = World::new(db).await;
    for (address, to) in [
        ("/recover.", "/recover"),
        ("/recover)", "/recover"),
        ("/recover/%3E", "/recover"),
        ("/Recover", "/recover"),
        ("/RECOVER/", "/recover"),
        ("//recover", "/recover"),
        ("/recover/?tenant=demo", "/recover?tenant=demo"),
        ("/recover/locked.", "/recover/locked"),
        ("/recover/locked/", "/recover/locked"),
        ("/recover/Locked%22", "/recover/locked"),
        ("/recover/username,", "/recover/username"),
        ("/recover/usern", "/recover/username"),
        ("/recover//username%20", "/recover/username"),
        (
            "/recover/locked%E2%80%8B?tenant=demo).",
            "/recover/locked?tenant=demo",
        ),
        ("/.well-known/change-password/", "/recover"),
        ("/.well-known/change-password.", "/recover"),
    ] {
        if address == "/recover/?tenant=demo" {
            let page = Agent::new(&world).open(address).await;
            assert_eq!(page.status, 200, "{address}");
            continue;
        }
        assert_eq!(
            leads(&world, address).await.as_deref(),
            Some(to),
            "{address}"
        );
        assert_eq!(
            Agent::new(&world).open(address).await.status,
            200,
            "{address}"
        );
    }
    for address in ["/recover/nowhere", "/recovery", "/recover/un", "/"] {
        assert_eq!(leads(&world, address).await, None, "{address}");
    }
    let posted = Agent::new(&world)
        .send(Call::new("POST", "/recover/locked."))
        .await;
    assert_eq!(posted.status, 404, "a form is not sent on");
}

/// The tenant of an address that ends a sentence is the tenant.
#[rekey_test::on_a_database]
async fn what_is_around_an_address_is_no_part_of_its_last_value(db: PgPool) {
    let world = World::new(db).await;
    for end in [
        ".",
        ")",
        "%3E",
        "%22,",
        "%E2%80%9D",
        "%20",
        "+",
        "%E2%80%8B",
    ] {
        let address = format!("/recover?tenant=demo{end}");
        let page = Agent::at(&world, "elsewhere.example").open(&address).await;
        assert_eq!(page.status, 200, "{address}");
    }
}

#[rekey_test::on_a_database]
async fn a_link_that_was_pasted_with_more_than_it_had_works(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    for end in [".", ")", "%3E", "%22", ",", "%20", "%E2%80%8B", "%0D%0A"] {
        let page = Agent::new(&world).open(&format!("{link}{end}")).await;
        assert_eq!(page.status, 200, "{end}: {}", page.body);
    }
    let written = link.replace("/recover/reset", "/Recover//Reset/");
    let mut agent = Agent::new(&world);
    let form = agent.open(&written).await;
    let done = agent.submit(&form, &[("password", NEW)]).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

/// Of a token that is not whole nothing is guessed: it is said what is wrong, and how to copy the link whole.
#[rekey_test::on_a_database]
async fn a_damaged_link_says_what_is_damaged(db: PgPool) {
    let world = World::new(db).await;
    let link = world.reset_link().await;
    let secret = secret_in(&link).to_owned();
    let with = |token: &str| link.replace(&secret, token);
    let cut = "Its end is missing";
    let equals = "It holds =3D where a plain = belongs";
    let broken = "A line break or a blank has come into the middle";
    for (address, said) in [
        (with(&secret[..63]), cut),
        (with(&secret[..1]), cut),
        (with(""), cut),
        (with(&format!("{}=", &secret[..50])), cut),
        (with(&format!("{}...", &secret[..50])), cut),
        (with(&format!("3D{secret}")), equals),
        (link.replace("token=", "token%3D"), equals),
        (
            with(&format!("{} {}", &secret[..40], &secret[40..]).replace(' ', "%20")),
            broken,
        ),
        (
            with(&format!("{}%0D%0A{}", &secret[..40], &secret[40..])),
            broken,
        ),
        (
            with(&format!("{}=%0A{}", &secret[..40], &secret[40..])),
            broken,
        ),
        (with(&format!("{secret}0")), "stuck to its end"),
        (with(&format!("{secret}Then")), "stuck to its end"),
        (
            with(&format!("x{}", &secret[1..])),
            "was changed on the way",
        ),
        (
            format!("/recover/reset?tenant=demo&amp;token={secret}"),
            "It holds &amp;amp; where a plain &amp; belongs",
        ),
        ("/recover/reset?tok".to_owned(), cut),
    ] {
        let mut agent = Agent::new(&world);
        let page = agent.open(&address).await;
        assert_eq!(page.status, 404, "{address}");
        let text = page.body.replace("&#x3D;", "=").replace("&#x2f;", "/");
        assert!(text.contains(said), "{address}: {text}");
        assert!(text.contains("choose to copy its address"), "{address}");
        assert!(!text.contains(&secret[..20]), "nothing of it is shown");
        assert!(
            agent
                .cookies
                .iter()
                .all(|(name, _, _)| !name.contains("reset"))
        );
    }
    // None of that did any harm.
    assert_eq!(Agent::new(&world).open(&link).await.status, 200);
    // What is left of a token leaves the address bar.
    let to = leads(&world, &with(&secret[..40])).await.unwrap();
    assert!(
        to.contains("damaged=cut") && !to.contains(&secret[..20]),
        "{to}"
    );
    for page in ["/recover/unlock", "/recover/not-me"] {
        let page = Agent::new(&world).open(&format!("{page}?token=0123")).await;
        assert!(page.body.contains(cut), "{}", page.body);
    }
}
