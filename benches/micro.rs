//! What pure functions cost: the ones that many requests go through, or that strangers feed.
#![expect(clippy::unwrap_used, reason = "a bench that cannot begin has failed")]

use divan::{Bencher, black_box};
use rekey::api::cyclos::filtered;
use rekey::domain::Timestamp;
use rekey::domain::digest::{Keyring, Use};
use rekey::domain::language::Language;
use rekey::domain::password::Password;
use rekey::domain::policy::{Class, PasswordPolicy};
use rekey::domain::status::{Action, BlockPolicy, Facts, Mode, Rules, Standing};
use rekey::domain::strength::{Context, Strength};
use rekey::mail::{Frame, ResetLink, Templates, Values};
use serde_json::{Value, json};
use time::Duration;
use zeroize::Zeroizing;

fn main() {
    divan::main();
}

/// As wide and deep as the answers of Cyclos are.
fn answer() -> Value {
    let status = json!({"passwordStatus": "active", "lastChange": "2026-01-01T12:00:00Z"});
    let entry = json!({
        "type": {"id": "1", "internalName": "login", "name": "Login password"},
        "status": status, "permissions": {"change": true, "resetAndSend": false, "unblock": true},
    });
    json!({"user": {"id": "7", "display": "Ann"}, "passwords": vec![entry; 8]})
}

#[divan::bench(args = ["", "user,passwords.type.name", "-passwords.permissions,-user.id", "*passwords.status"])]
fn fields(bencher: Bencher, wanted: &str) {
    bencher
        .with_inputs(answer)
        .bench_values(|answer| filtered([black_box(wanted)], answer));
}

/// The longest that fits a request line: what a stranger may send.
#[divan::bench]
fn fields_of_a_stranger(bencher: Bencher) {
    let wanted = "a.b.c.d.e.f.g.h,".repeat(500);
    bencher
        .with_inputs(answer)
        .bench_values(|answer| filtered([black_box(wanted.as_str())], answer));
}

#[divan::bench(args = ["Qwerty1234!", "password", "korrektes Pferd, Batterie und Klammer"])]
fn policy(bencher: Bencher, typed: &str) {
    check(bencher, typed);
}

/// The longest that are estimated, of the kinds that cost most: every sign that can be read as a letter, and
/// one pattern from end to end.
#[divan::bench(args = ["signs", "pattern", "blanks", "mixed"])]
fn policy_of_the_longest(bencher: Bencher, kind: &str) {
    let typed = match kind {
        "signs" => "4@8({[<36910!|$5+7%2",
        "pattern" => "abc123",
        "blanks" => " ",
        _ => "x8K!m2@qZ7#pL4$vR9%tY1&bN3*hJ6(gF5)dC0_",
    };
    let typed: String = typed.chars().cycle().take(128).collect();
    check(bencher, &typed);
}

fn check(bencher: Bencher, typed: &str) {
    let policy = PasswordPolicy {
        min_length: 8,
        max_length: 128,
        require: Class::ALL.to_vec(),
        blocklist: true,
    };
    let password = Password::new(typed.to_owned());
    let words = [
        "person-000001",
        "person-000001@people.example",
        "Bench Cooperative",
    ];
    let context = Context::new(Strength::NotObvious, words);
    bencher.bench(|| policy.check(black_box(&password), &context));
}

#[divan::bench]
fn status(bencher: Bencher) {
    let now = Timestamp::from_unix_timestamp(1_767_268_800).unwrap();
    let rules = Rules {
        mode: Mode::Manual,
        access: true,
        validity: Some(Duration::days(90)),
        max_tries: 5,
        block: BlockPolicy::For(900),
        block_max: Duration::HOUR,
        admin_authorization: false,
    };
    let facts = Facts {
        standing: Standing::Set,
        set_at: Some(now - Duration::DAY),
        failures: 2,
        ..Facts::default()
    };
    bencher.bench(|| {
        let failed = black_box(facts).failed(now, &rules);
        failed
            .status(now, &rules)
            .permits(Action::ResetByMailbox, &rules)
    });
}

#[divan::bench(args = [1, 2])]
fn digest(bencher: Bencher, keys: u8) {
    let keys = (1..=keys).map(|key| Zeroizing::new([key; 32])).collect();
    let ring = Keyring::new(keys).unwrap();
    let secret = [7; 32];
    bencher.bench(|| ring.digests(Use::Token, black_box(&secret)));
}

#[divan::bench(args = ["en", "fr"])]
fn letter(bencher: Bencher, language: &str) {
    let templates = Templates::builtin();
    let frame = Frame {
        tenant_name: "Bench Cooperative",
        person_name: Some("Ann O'Hara"),
        login: "ann",
        language: Language::parse(language).unwrap(),
        support: Some("help@bench.example"),
    };
    let values = Values::ResetLink(ResetLink {
        link: "https://app.bench.example/reset?lang=en&t=1#0123456789abcdef",
        token: "0123456789abcdef",
        lifetime: Duration::HOUR,
        reference: "K7QX-2M",
    });
    bencher.bench(|| {
        templates
            .render(black_box(&frame), black_box(&values))
            .is_ok()
    });
}
