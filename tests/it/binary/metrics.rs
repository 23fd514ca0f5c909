//! What a running server shows of itself to Prometheus.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Client, Method};
use serde_json::json;
use sqlx::PgPool;

use super::{Application, furnish, setup};
use crate::harness::smtp::{Mode, SmtpServer};
use crate::harness::world::PEOPLE;
use crate::sspr::{NOBODYS, minimal};

/// The names of the labels of each metric.
type Labels = BTreeMap<String, BTreeSet<String>>;

/// Every metric that docs/metrics.md tells of is shown, with the labels it tells of, and no other.
/// Nothing that a caller typed is a label. The public listener shows nothing. (H-05.)
#[rekey_test::on_an_empty_database]
async fn what_is_shown_is_documented_and_names_nobody(db: PgPool) {
    let mail = SmtpServer::start(Mode::Plain).await;
    let setup = setup(&db, &mail).observed();
    let key = furnish(&setup, PEOPLE.trim_start()).await;
    let server = setup.serve("server").await;
    let application = Application::new(&server, &key);

    // Somebody asks for a link, tries a token that nobody was mailed, and a password.
    let asked = minimal("resetPasswordRequest");
    assert_eq!(
        application
            .post("resetPasswordRequest", &asked)
            .await
            .unwrap(),
        204
    );
    let body = minimal("resetPassword");
    assert_eq!(application.post("resetPassword", &body).await.unwrap(), 422);
    let client = Client::new();
    let send = async |method: Method, path: &str| {
        let call = client.request(method, format!("{}{path}", server.url));
        let call = call.header("host", "demo.localhost");
        let body = json!({ "email": "example@domain.com", "password": "Wrong-2026" });
        call.json(&body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(Method::POST, "/api/v2/authorize").await, 403);
    // Names in places where a careless server would count them.
    send(
        Method::GET,
        "/rest/accounts/passwordReset/example@domain.com",
    )
    .await;
    send(Method::GET, "/johndoe/example@domain.com").await;
    send(Method::GET, "/api/johndoe/passwords").await;
    send(Method::from_bytes(b"JOHNDOE").unwrap(), "/docs").await;
    assert_eq!(send(Method::GET, "/metrics").await, 404);
    mail.received(1).await;

    let scraped = server
        .scraped("rekey_jobs_total{kind=\"token\",outcome=\"done\"} 1")
        .await;
    for line in [
        r#"rekey_http_requests_total{family="sspr",operation="sspr_resetPasswordRequest_v1",method="POST",status="204"} 1"#,
        r#"rekey_http_requests_total{family="none",operation="none",method="GET",status="404"} 2"#,
        r#"rekey_verbs_total{verb="password.reset",outcome="token not valid"} 1"#,
        r#"rekey_verbs_total{verb="account.signed-in",outcome="wrong password"} 1"#,
        r#"rekey_verbs_total{verb="recovery.asked",outcome="minted"} 1"#,
        r#"rekey_letters_total{outcome="sent",reason=""} 1"#,
        r#"rekey_limits_hit_total{scope="recovery.address"} 0"#,
        "rekey_hash_compute_seconds_count 1",
        "rekey_hash_queue_depth 0",
        "rekey_ready 1",
        "rekey_database_up 1",
    ] {
        assert!(
            scraped.lines().any(|shown| shown == line),
            "{line} in:\n{scraped}"
        );
    }
    let shown = shown(&scraped);
    let documented = documented();
    assert_eq!(
        shown.keys().collect::<Vec<_>>(),
        documented.keys().collect::<Vec<_>>()
    );
    assert_eq!(shown, documented);
    let samples = scraped.lines().filter(|line| !line.starts_with('#'));
    for line in samples {
        let line = line.to_lowercase();
        for secret in [
            "johndoe",
            "@",
            "domain.com",
            "qwerty",
            "demo",
            NOBODYS,
            &key,
        ] {
            assert!(!line.contains(&secret.to_lowercase()), "{secret} in {line}");
        }
    }
    assert_eq!(server.stop().await, Some(0));
}

/// What a scrape holds. A histogram has one name, and its bounds are no label of ours.
fn shown(scraped: &str) -> Labels {
    let mut found = Labels::new();
    let mut histograms = BTreeSet::new();
    for line in scraped.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap();
            found.entry(name.to_owned()).or_default();
            if kind == "histogram" {
                histograms.insert(name.to_owned());
            }
        } else if let Some((name, rest)) = line.split_once('{') {
            let endings = ["_bucket", "_sum", "_count"];
            let base = endings.iter().find_map(|ending| name.strip_suffix(ending));
            let base = base
                .filter(|base| histograms.contains(*base))
                .unwrap_or(name);
            let (labels, _) = rest.rsplit_once('}').unwrap();
            // Values are words, and a comma or an equals sign is in none of them.
            let names = labels
                .split(',')
                .map(|pair| pair.split_once('=').unwrap().0);
            let names = names.filter(|name| *name != "le").map(str::to_owned);
            found.entry(base.to_owned()).or_default().extend(names);
        }
    }
    found
}

/// What docs/metrics.md tells of.
fn documented() -> Labels {
    let path = format!("{}/docs/metrics.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split('|').collect();
        let name = cells.first()?.trim().strip_suffix('`')?;
        let labels = cells
            .get(2)?
            .split(',')
            .map(|label| label.trim().trim_matches('`'));
        let labels = labels.filter(|label| !label.is_empty()).map(str::to_owned);
        // Rows of four cells tell of metrics; those of two, of labels.
        (cells.len() == 5).then(|| (name.to_owned(), labels.collect()))
    });
    rows.collect()
}
