//! What `make timing` measures, counted: the same hashes and the same statements for everybody. And a
//! short form of it by the clock, with bounds that only a missing hash would break.

use serde_json::json;
use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::harness::binary::Setup;
use crate::harness::keepalive::Connection;
use crate::harness::ranks::median;
use crate::harness::seen::{Statements, seen};
use crate::harness::whom::{self, PASSWORD, Question, STATES};
use crate::harness::{Call, World, world::Setting};

/// Passwords that nobody has: none, one character, an ordinary one, the longest that is taken and
/// one beyond, and a very long one (lesson L27).
fn wrong() -> [String; 6] {
    let long = |length| "x".repeat(length);
    [
        String::new(),
        long(1),
        "Wrong-Password-1".to_owned(),
        long(128),
        long(129),
        long(30_000),
    ]
}

/// The people of the world, by what they are.
const PEOPLE: [(&str, &str); 6] = [
    ("JohnTwo", "example@domain.com"),
    ("nobody0", "nobody@domain.example"),
    ("Disabled", "disabled@domain.example"),
    ("Pending", "pending@domain.example"),
    ("Blocked", "blocked@domain.example"),
    ("NoPassword", "nopassword@domain.example"),
];

/// L27: however long a wrong password is and whoever it is tried on, it costs one hash, the same
/// statements but for who is written about, and leads to the same answer.
#[rekey_test::on_a_database]
async fn l27_every_wrong_password_costs_everybody_the_same(db: PgPool) {
    let setting = Setting {
        tenant: whom::TENANT.to_owned(),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    for dialect in ["cyclos", "turbosmtp"] {
        for password in wrong() {
            let mut first = None;
            for (login, email) in PEOPLE {
                let call = || {
                    if dialect == "cyclos" {
                        crate::cyclos::call("POST", "/auth/session").basic(login, &password)
                    } else {
                        let body =
                            json!({"email": email, "password": password, "no_expire": false});
                        Call::new("POST", "/api/v2/authorize")
                            .header("host", "demo.localhost")
                            .json(&body)
                    }
                };
                world.send(call()).await;
                statements.take();
                let hashes = world.hasher.computed();
                let reply = world.send(call()).await;
                let executed = statements.take().len();
                let now = (seen(&reply), world.hasher.computed() - hashes, executed);
                let expected = first.get_or_insert_with(|| now.clone());
                assert_eq!(
                    expected,
                    &now,
                    "{dialect}: {login}, {} characters",
                    password.len()
                );
            }
            let (_, hashes, statements) = first.unwrap();
            println!(
                "{dialect}, {} characters: {hashes} hash, {statements} statements",
                password.len()
            );
        }
    }
}

/// How many wrong passwords are tried on each kind of person.
const SAMPLES: usize = 24;

/// R-02, L7, in short: the real binary by the clock. A sign-in that skipped the hash would take a tenth of
/// the usual time, and a request for recovery that sent its letter itself many times as long. Finer
/// bounds need more samples and a quiet machine; what requests cost is counted exactly, beside the tests
/// of each dialect.
#[rekey_test::on_a_database]
async fn r_02_times_are_alike_in_short(db: PgPool) {
    let setup = Setup::new(&db)
        .without_limits()
        .set("REKEY__LIMITS__LOGIN_PER_ADDRESS", "1000000/hour");
    let file = |name: &str| setup.folder().path().join(name).display().to_string();
    setup.folder().write("tenant.toml", whom::TENANT);
    let first = json!({"login": "first", "passwords": {"login": {"value": PASSWORD}}}).to_string();
    setup.run(&["migrate"]).await;
    setup.run(&["tenant", "apply", &file("tenant.toml")]).await;
    let import = [
        "account",
        "import",
        &file("people.jsonl"),
        "--tenant",
        "demo",
    ];
    setup.folder().write("people.jsonl", &first);
    setup.run(&import).await;
    let hash: String = sqlx::query_scalar("select hash from password")
        .fetch_one(&db)
        .await
        .unwrap();
    setup
        .folder()
        .write("people.jsonl", &whom::people(SAMPLES, &hash));
    setup.run(&import).await;
    let create = [
        "key", "create", "--tenant", "demo", "--kind", "sspr", "--json",
    ];
    let made: serde_json::Value = serde_json::from_str(&setup.run(&create).await).unwrap();
    let key = made["secret"].as_str().unwrap().to_owned();
    let server = setup.serve("timing").await;
    let url = server.url.clone();
    let questions = [&Question::REQUESTS[..], &Question::SIGN_INS].concat();
    let asked = questions.clone();
    let series = tokio::task::spawn_blocking(move || {
        let mut connection = Connection::open(&url);
        let ask = |question: Question| {
            let mut times: [Vec<f64>; 4] = Default::default();
            for number in 0..SAMPLES {
                // Everybody is first as often as everybody else.
                for turn in 0..STATES.len() {
                    let state = (turn + number) % STATES.len();
                    let request =
                        question.about(&whom::name(state, number), &key, &whom::wrong(number % 4));
                    let (status, took) = connection.exchange(&request);
                    assert!(
                        question.statuses().contains(&status),
                        "{question:?}: {status}"
                    );
                    times[state].push(took);
                }
            }
            times
        };
        asked.into_iter().map(ask).collect::<Vec<_>>()
    });
    for (question, times) in questions.iter().zip(series.await.unwrap()) {
        let usual = median(&times[0]);
        for (state, times) in times.iter().enumerate().skip(1) {
            let ratio = median(times) / usual;
            let name = STATES[state];
            assert!(
                (0.33..3.0).contains(&ratio),
                "{question:?}, {name}: {ratio:.2} of the usual time"
            );
        }
    }
    server.kill().await;
}
