//! The rooms of `src/recovery`, from the ground up, and whom each may know.

/// What holds all rooms: `src/recovery/mod.rs`, and the struct of handles that it defines. No room knows it,
/// unless its row says so.
pub const HOUSE: &str = "recovery";

/// A room, and the rooms that it may know: some of those above it in this table.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("tools", &[]),
    ("outbox", &["tools"]),
    ("audit", &["tools"]),
    ("tenants", &["tools"]),
    ("accounts", &["tools", "tenants"]),
    ("limits", &["tools", "audit"]),
    ("attempts", &["tools", "audit", "limits", "accounts"]),
    ("replacement", &["tools", "outbox", "audit", "accounts"]),
    (
        "sign_in",
        &[
            "tools", "outbox", "audit", "tenants", "accounts", "limits", "attempts",
        ],
    ),
    (
        "sessions",
        &[
            "tools", "outbox", "audit", "tenants", "accounts", "limits", "attempts", "sign_in",
        ],
    ),
    (
        "second_factor",
        &[
            "tools", "outbox", "audit", "tenants", "accounts", "limits", "attempts", "sign_in",
            "sessions",
        ],
    ),
    (
        "management",
        &[
            "tools",
            "outbox",
            "audit",
            "tenants",
            "accounts",
            "limits",
            "attempts",
            "replacement",
            "sign_in",
            "sessions",
            "second_factor",
        ],
    ),
    (
        "tokens",
        &[
            "tools",
            "outbox",
            "audit",
            "tenants",
            "accounts",
            "limits",
            "attempts",
            "replacement",
        ],
    ),
    (
        "asking",
        &["tools", "outbox", "tenants", "limits", "accounts"],
    ),
    (
        "delivery",
        &[
            "tools",
            "outbox",
            "audit",
            "tenants",
            "accounts",
            "limits",
            "attempts",
            "replacement",
            "sign_in",
            "sessions",
            "second_factor",
            "management",
            "tokens",
        ],
    ),
    (
        "upkeep",
        &[
            "tools",
            "outbox",
            "audit",
            "tenants",
            "accounts",
            "limits",
            "attempts",
            "replacement",
            "sign_in",
            "sessions",
            "second_factor",
            "management",
            "tokens",
            "asking",
            "delivery",
        ],
    ),
];

/// How many functions a type of theirs may have, over all its `impl` blocks.
pub const METHODS: usize = 25;

/// Whether a room may know another, or itself. Who is in no room may know nobody.
pub fn may_know(room: &str, other: &str) -> bool {
    let row = ROOMS.iter().find(|(name, _)| *name == room);
    room == other || row.is_some_and(|(_, known)| known.contains(&other))
}

#[test]
fn the_table_of_rooms_has_no_arrow_that_runs_up() {
    for (at, (room, known)) in ROOMS.iter().enumerate() {
        for other in *known {
            let is_above = ROOMS[..at].iter().any(|(name, _)| name == other);
            assert!(is_above || *other == HOUSE, "{room} may not know {other}");
        }
    }
}
