//! Links hold the token and nothing beside it; what a mail program cut off one of them is told.

use sqlx::PgPool;

use super::{Agent, NEW, path_in, secret_in};
use crate::harness::World;
use crate::harness::world::Setting;

/// What is left of a line that is cut hard.
const CUT: usize = 78;

/// Where the form of the page leads with what is pasted into it.
fn pasted(page: &str, text: &str) -> String {
    let (_, form) = page.split_once("<form method=\"get\" action=\"").unwrap();
    let (action, form) = form.split_once('"').unwrap();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for hidden in form.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = hidden.split_once("\" value=\"").unwrap();
        query.append_pair(name, rest.split('"').next().unwrap());
    }
    query.append_pair("code", text);
    format!("{action}?{}", query.finish())
}

/// The shape of every link of ours: its page, and the token at the end.
#[rekey_test::on_a_database]
async fn a_link_holds_the_token_alone(db: PgPool) {
    let world = World::new(db).await;
    let not_me = world.not_me_link_after(NEW).await;
    let reset = world.link("/recover", "Ezra").await;
    let unlock = world.link("/recover/locked", "Ezra").await;
    for (page, link) in [("reset", reset), ("unlock", unlock), ("not-me", not_me)] {
        assert_eq!(link, format!("/recover/{page}?token={}", secret_in(&link)));
        assert_eq!(secret_in(&link).len(), 64);
    }
}

/// Tenant and account follow from the token, at whatever host it is opened; links of before, which named
/// them, work as they did.
#[rekey_test::on_a_database]
async fn tenant_and_account_follow_from_the_token(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let link = world.reset_link().await;
    let before = link.replace(
        "?token=",
        "?tenant=demo&language=en&user_type=Native&identifier=JohnDoe&token=",
    );
    for host in ["demo.localhost", "o.localhost", "elsewhere.example"] {
        for link in [&link, &before] {
            let page = Agent::at(&world, host).open(link).await;
            assert_eq!(page.status, 200, "{host} {link}");
            assert!(page.body.contains("Demo Cooperative") && page.body.contains("JohnDoe"));
        }
    }
    let mut agent = Agent::at(&world, "o.localhost");
    let form = agent.open(&link).await;
    let done = agent.submit(&form, &[("password", NEW)]).await;
    assert!(done.body.contains("Demo Cooperative"), "{}", done.body);
    assert!(world.is_password("JohnDoe", NEW).await);
}

#[rekey_test::on_a_database]
async fn what_is_left_of_a_link_is_told_and_its_code_works(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    for door in ["/recover", "/recover/locked"] {
        let link = world.link(door, "Ezra").await;
        let page_end = link.find('?').unwrap();
        let whole = format!("http://rekey.localhost{link}");
        let hard = CUT - (whole.len() - link.len());
        let secret = secret_in(&link).to_owned();
        // Wherever it was cut behind its page.
        for end in [
            page_end,
            page_end + 1,
            page_end + 4,
            page_end + 7,
            hard,
            link.len() - 1,
        ] {
            for host in ["demo.localhost", "elsewhere.example"] {
                let mut agent = Agent::at(&world, host);
                let page = agent.open(&link[..end]).await;
                assert_eq!(page.status, 404, "{}", &link[..end]);
                let told = page.body.contains("This link arrived damaged");
                assert!(told, "{}: {}", &link[..end], page.body);
                let rest = &secret[..8];
                assert!(!page.body.contains(rest), "nothing of it is in the page");
                // The code beside it, and the whole address with the break in it.
                let (one, other) = whole.split_at(CUT);
                for text in [
                    secret.clone(),
                    format!(" {secret} "),
                    format!("{one} {other}"),
                ] {
                    let opened = agent.open(&pasted(&page.body, &text)).await;
                    assert_eq!(opened.status, 200, "{text}: {}", opened.body);
                    assert!(opened.body.contains("Ezra"));
                }
                let wrong = agent.open(&pasted(&page.body, &secret[..60])).await;
                assert!(wrong.body.contains("This link arrived damaged"));
            }
        }
        // Of the longer form of before as well.
        let before = format!("/recover/reset?tenant=demo&language=fr&user_type=Native&to={door}");
        let page = Agent::new(&world).open(&before).await;
        assert!(
            page.body.contains("Ce lien est arrivé abîmé"),
            "{}",
            page.body
        );
    }
}

/// A link to a tenant's own front end is what the tenant says it is.
#[rekey_test::on_a_database]
async fn a_tenants_own_link_stays_as_it_is_written(db: PgPool) {
    let setting = Setting {
        tenant: format!(
            "{}[links]\nreset = 'https://app.example/{{tenant}}/{{language}}/{{user_type}}/{{identifier}}#{{token}}'\n",
            crate::harness::world::TENANT
        ),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let mut agent = Agent::new(&world);
    for (name, part) in [
        ("JohnDoe", "/demo/en/Native/JohnDoe#"),
        ("Ezra", "/demo/en/EzsignUser/ezra%40domain.example#"),
    ] {
        let ask = agent.open("/recover").await;
        agent.submit(&ask, &[("name", name)]).await;
        let letter = world.post().await.remove(0);
        let text = letter.content.text.as_str();
        assert!(
            text.contains(&format!("\nhttps://app.example{part}")),
            "{text}"
        );
    }
    let unlock = agent.open("/recover/locked").await;
    agent.submit(&unlock, &[("name", "JohnDoe")]).await;
    assert!(path_in(&world.post().await[0]).starts_with("/recover/unlock?token="));
}
