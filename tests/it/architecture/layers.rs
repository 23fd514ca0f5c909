//! Who may know whom, and who may do what: the rules of the layers, as data. A rule is changed here, with a
//! record in `docs/decisions`.

/// A folder, and what no file in it may name.
pub const NEVER: &[(&str, &[&str])] = &[
    (
        "src/domain",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "tokio",
        ],
    ),
    (
        "src/store",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "axum",
            "lettre",
            "tokio",
        ],
    ),
    (
        "src/mail",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "sqlx",
        ],
    ),
    (
        "src/roots",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::domain",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
            "tokio",
        ],
    ),
    (
        "src/sms",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
        ],
    ),
    (
        "src/recovery",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::operator",
            "crate::postgres",
            "axum",
            "lettre",
        ],
    ),
    (
        "src/operator",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::postgres",
            "axum",
            "lettre",
        ],
    ),
    (
        "src/api",
        &[
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::sms",
            "crate::store",
            "lettre",
            "sqlx",
        ],
    ),
    (
        "src/words",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
            "tokio",
        ],
    ),
    (
        "src/config",
        &[
            "crate::api",
            "crate::cli",
            "crate::mail",
            "crate::operator",
            "crate::postgres",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "lettre",
            "sqlx",
            "tokio",
        ],
    ),
    (
        "src/postgres",
        &[
            "crate::api",
            "crate::cli",
            "crate::config",
            "crate::domain",
            "crate::mail",
            "crate::operator",
            "crate::recovery",
            "crate::sms",
            "crate::store",
            "axum",
            "sqlx",
        ],
    ),
];

/// Folders that may know whom they like, since they put everything together.
pub const ABOVE: &[&str] = &["src/cli"];

/// Where the facade of metrics may be named (docs/decisions/0040-who-counts.md).
pub const COUNTERS: &[&str] = &[
    "src/api/meter.rs",
    "src/cli/metrics.rs",
    "src/recovery/tools/meter/",
];
/// What counts.
pub const COUNTING: &[&str] = &["metrics", "metrics_exporter_prometheus", "metrics_process"];

/// Who may read the configuration.
pub const CONFIGURED: &[&str] = &["src/config/", "src/cli/"];

/// Where what is `unsafe` may be asked for (docs/decisions/0064-one-crate-may-be-unsafe.md).
pub const COMPUTING: &str = "src/recovery/tools/hasher/";
/// The crate that may be so.
pub const UNSAFE: &str = "rekey_compute";
/// Manifests of what may not.
pub const SAFE: &[&str] = &["Cargo.toml", "benches/load/Cargo.toml"];

/// Folders of the wire that are no dialect.
pub const NO_DIALECTS: &[&str] = &["docs"];
/// Dialects. None may name another.
pub const DIALECTS: &[&str] = &["clevermaps", "cyclos", "pages", "sspr", "turbosmtp"];

/// The longest a file of product code may be, and how long half of them may be.
pub const LONGEST: usize = 400;
pub const MEDIAN: usize = 100;
