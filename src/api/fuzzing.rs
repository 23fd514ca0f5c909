//! Headers, queries, forms and bodies, as anybody may send them.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

use super::body;
use super::origin::TrustedProxies;

pub(crate) use super::cyclos::fuzzing::fields;

/// Headers out of lines of `name: value`, as far as they can be some.
fn headers(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            headers.append(name, value);
        }
    }
    headers
}

/// Whatever headers claim to prove: no dialect finds more in them than there is, and nobody's
/// signature is good.
pub(crate) fn credentials(bytes: &[u8]) {
    let headers = headers(bytes);
    super::cyclos::fuzzing::credentials(&headers);
    super::turbosmtp::fuzzing::credentials(&headers);
    super::sspr::fuzzing::signature(&headers, bytes);
    // The first line as a pair, the way a client packs it.
    let pair = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    super::cyclos::fuzzing::basic_comes_back(pair);
}

/// The hops a request claims: a stranger is the caller, and what stands left of a stranger is only
/// its word.
pub(crate) fn forwarded(bytes: &[u8]) {
    let networks = ["10.0.0.0/8", "fd00::/8", "127.0.0.1/32"];
    let networks = networks.iter().filter_map(|text| text.parse().ok());
    let proxies = TrustedProxies(networks.collect());
    let stranger = IpAddr::from([192, 0, 2, 1]);
    let proxy = IpAddr::from([10, 0, 0, 1]);
    let told = headers(bytes);
    assert_eq!(proxies.caller(stranger, &told), stranger);
    proxies.caller(proxy, &told);

    let claims = [
        (HeaderName::from_static("x-forwarded-for"), "192.0.2.1"),
        (header::FORWARDED, "for=192.0.2.1;proto=https"),
    ];
    for (name, hop) in claims {
        // Whatever came in, a proxy of ours added whom it saw: to the last line, or as another.
        let mut lines: Vec<Vec<u8>> = told
            .get_all(&name)
            .iter()
            .map(|line| line.as_bytes().to_vec())
            .collect();
        let mut longer = lines.clone();
        lines.push(hop.as_bytes().to_vec());
        if let Some(last) = longer.last_mut() {
            last.extend([b", ", hop.as_bytes()].concat());
        } else {
            longer.push(hop.as_bytes().to_vec());
        }
        for lines in [lines, longer] {
            let mut headers = HeaderMap::new();
            for line in lines {
                if let Ok(line) = HeaderValue::from_bytes(&line) {
                    headers.append(name.clone(), line);
                }
            }
            assert_eq!(proxies.caller(proxy, &headers), stranger, "{headers:?}");
        }
    }
}

/// What browsers send to the pages.
pub(crate) fn forms(bytes: &[u8]) {
    super::pages::fuzzing::forms(&headers(bytes), bytes);
}

/// Bodies of JSON: what is taken is what every reader takes it for, and means the same when it is
/// written again; and each dialect's models agree with its rules.
pub(crate) fn bodies(bytes: &[u8]) {
    body::is_json(&headers(bytes));
    let Ok(members) = body::object(bytes) else {
        return;
    };
    let value = Value::Object(members.clone());
    assert_eq!(
        serde_json::from_slice::<Value>(bytes).ok(),
        Some(value.clone())
    );
    assert!(is_clean(&value), "a NUL in {value}");
    let again = body::object(value.to_string().as_bytes());
    assert!(
        again.is_ok_and(|again| is_same(&Value::Object(again), &value)),
        "{value}"
    );
    super::sspr::fuzzing::bodies(&members);
    super::cyclos::fuzzing::bodies(&members);
    super::clevermaps::fuzzing::bodies(&members);
    super::turbosmtp::fuzzing::bodies(members);
}

fn is_clean(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.contains('\0'),
        Value::Array(elements) => elements.iter().all(is_clean),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| !name.contains('\0') && is_clean(value)),
    }
}

/// Equal but for the last bit of fractions, which no dialect has.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.is_f64() && other.is_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, one)| other.get(name).is_some_and(|other| is_same(one, other)))
        }
        (one, other) => one == other,
    }
}
