//! H-04: `RateLimit-Policy` and `RateLimit` say what the limit on the caller's address leaves
//! (docs/decisions/0032).

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::cyclos::{EMAIL, OLD, USER, WRONG};
use crate::harness::world::Setting;
use crate::harness::world::hourly;
use crate::harness::{Call, Reply, World};
use crate::sspr::{about, minimal};
use crate::{clevermaps, cyclos, turbosmtp};

fn told(reply: &Reply) -> (Option<&str>, Option<&str>) {
    (reply.header("ratelimit-policy"), reply.header("ratelimit"))
}

fn asking(world: &World, name: &str) -> [Call; 4] {
    let email = format!("{name}@domain.example");
    let mut body = minimal("sendUsernames");
    body["sEmailAddress"] = email.clone().into();
    [
        world.sspr_call("sendUsernames", &body),
        clevermaps::asking(&email),
        turbosmtp::call("POST", "forgot-password").json(&json!({"email": email})),
        cyclos::call("POST", "/auth/forgotten-password/request").json(&json!({"user": email})),
    ]
}

/// Every dialect tells it, as it counts down, and says the same as `Retry-After` once it refuses.
#[rekey_test::on_a_database]
async fn h_04_every_dialect_tells_what_is_left(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = hourly(4)).await;
    let policy = Some("\"recovery-per-address\";q=4;w=3600");
    for (left, call) in asking(&world, "a").into_iter().enumerate() {
        let reply = world.send(call).await;
        let left = format!("\"recovery-per-address\";r={};t=3600", 3 - left);
        assert_eq!(told(&reply), (policy, Some(left.as_str())));
    }
    world.hand.turn(Duration::milliseconds(1_500));
    for call in asking(&world, "b") {
        let reply = world.send(call).await;
        assert_eq!(reply.status, 429);
        assert_eq!(reply.header("retry-after"), Some("3599"));
        let left = Some("\"recovery-per-address\";r=0;t=3599");
        assert_eq!(told(&reply), (policy, left));
    }
    let mistaken = clevermaps::call("POST", clevermaps::SEND).body("{");
    let reply = world.send(mistaken.from("198.51.100.7:1")).await;
    assert_eq!(reply.status, 400);
    let left = Some("\"recovery-per-address\";r=3;t=3600");
    assert_eq!(told(&reply), (policy, left), "mistakes count");
}

/// what is told of known and unknown names is the same, call by call.
#[rekey_test::on_a_database]
async fn r_06_known_and_unknown_names_are_told_the_same(db: PgPool) {
    let world = World::limited(db, |limits| {
        limits.recovery_per_address = hourly(4);
        limits.recovery_per_identifier = hourly(2);
        limits.login_per_address = hourly(3);
    })
    .await;
    let mut first = None;
    for (host, (login, email)) in [(USER, EMAIL), ("Nobody", "nobody@domain.example")]
        .into_iter()
        .enumerate()
    {
        let peer = format!("198.51.100.{host}:1");
        let mut said = Vec::new();
        for _ in 0..6 {
            let body = about("resetPasswordRequest", login);
            let calls = [
                world.sspr_call("resetPasswordRequest", &body),
                cyclos::call("POST", "/auth/session").basic(login, WRONG),
                turbosmtp::call("POST", "authorize").json(&turbosmtp::login(email, WRONG)),
            ];
            for call in calls {
                let reply = world.send(call.from(&peer)).await;
                let retry_after = reply.header("retry-after").map(str::to_owned);
                let (policy, limit) = told(&reply);
                let fields = (policy.map(str::to_owned), limit.map(str::to_owned));
                said.push((reply.status.as_u16(), retry_after, fields));
            }
        }
        assert_eq!(first.get_or_insert_with(|| said.clone()), &said, "{login}");
    }
}

/// Where another limit refuses, only `Retry-After` says how long: what is left of others is told to
/// nobody.
#[rekey_test::on_a_database]
async fn h_04_a_refusal_by_another_limit_contradicts_nothing(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(1)).await;
    let body = minimal("resetPasswordRequest");
    world.sspr("resetPasswordRequest", &body).await.is_done();
    let reply = world.sspr("resetPasswordRequest", &body).await;
    assert_eq!(reply.status, 429);
    let policy = Some("\"recovery-per-address\";q=100000;w=3600");
    assert_eq!(told(&reply), (policy, None));
}

/// The same of sign-ins: also beside Cyclos's own words for a blocked address.
#[rekey_test::on_a_database]
async fn d_36_sign_ins_tell_what_is_left(db: PgPool) {
    let world = World::limited(db, |limits| limits.login_per_address = hourly(1)).await;
    let policy = Some("\"sign-in-per-address\";q=1;w=3600");
    let left = |r: u32| format!("\"sign-in-per-address\";r={r};t=3600");
    let sign_in = || cyclos::call("POST", "/auth/session").basic(USER, OLD);
    let reply = world.send(sign_in()).await;
    assert_eq!(told(&reply), (policy, Some(left(0).as_str())));
    let reply = world.send(sign_in()).await;
    reply.is_code(401, "remoteAddressBlocked");
    assert_eq!(reply.header("retry-after"), Some("3600"));
    assert_eq!(told(&reply), (policy, Some(left(0).as_str())));
    let reply = world.authorize(&turbosmtp::login(EMAIL, OLD)).await;
    assert_eq!(reply.status, 429);
    assert_eq!(told(&reply), (policy, Some(left(0).as_str())));
}

/// What counts against no limit tells of none, nor does a redirection of the pages.
#[rekey_test::on_a_database]
async fn what_is_not_limited_tells_nothing(db: PgPool) {
    let world = World::new(db).await;
    for call in [
        Call::new("GET", "/health/live"),
        Call::new("GET", "/recover"),
        world.sspr_call("validateToken", &minimal("validateToken")),
    ] {
        assert_eq!(told(&world.send(call).await), (None, None));
    }
}

/// Browser front ends may read both fields, and `Retry-After`.
#[rekey_test::on_a_database]
async fn d_45_front_ends_may_read_them(db: PgPool) {
    let origin = "https://app.demo.example";
    let setting = Setting {
        cors_origins: vec![origin.to_owned()],
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    let call = clevermaps::asking(EMAIL).header("origin", origin);
    let reply = world.send(call).await;
    let exposed = reply.header("access-control-expose-headers").unwrap();
    let exposed: Vec<_> = exposed.split(',').map(str::trim).collect();
    for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
        assert!(exposed.contains(&name), "{exposed:?}");
    }
}

/// L-07, L24: one IPv6 customer is one address; a header from a stranger changes nothing.
#[rekey_test::on_a_database]
async fn l_07_an_address_is_a_network_and_no_header(db: PgPool) {
    let world = World::limited(db, |limits| limits.login_per_address = hourly(9)).await;
    let left = async |peer: &str, forged: &str| {
        let call = cyclos::call("POST", "/auth/session").basic("nobody", WRONG);
        let call = call.header("x-forwarded-for", forged).from(peer);
        let reply = world.send(call).await;
        let (_, rest) = told(&reply).1.unwrap().split_once(";r=").unwrap();
        rest.split_once(';').unwrap().0.parse::<u32>().unwrap()
    };
    assert_eq!(left("[2001:db8:1:2::1]:1", "203.0.113.1").await, 8);
    assert_eq!(left("[2001:db8:1:2:ffff::9]:1", "203.0.113.2").await, 7);
    assert_eq!(left("[2001:db8:1:3::1]:1", "203.0.113.1").await, 8);
    assert_eq!(left("198.51.100.1:1", "203.0.113.1").await, 8);
    assert_eq!(left("198.51.100.1:2", "203.0.113.9").await, 7);
    assert_eq!(left("[::ffff:198.51.100.1]:2", "203.0.113.9").await, 6);
}
