//! What the database and this machine must agree on: the time, and how many may connect.

use time::Duration;

use super::finding::{Finding, fail, ok, warn};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::store::server::Server;

/// More than a busy network explains.
const ODD: Duration = Duration::seconds(2);
/// As long as a job is held: beyond it, servers take jobs from each other.
const WRONG: Duration = Duration::seconds(30);

/// Compares clocks. Tokens, leases and limits go by this machine's; the database's is a witness.
pub(super) fn clock(before: Timestamp, theirs: Timestamp, after: Timestamp) -> Finding {
    const CHECK: &str = "clock";
    let ours = before + (after - before) / 2;
    let apart: Duration = theirs - ours;
    let apart = apart.abs();
    let seconds = apart.as_seconds_f64();
    let order = if theirs > ours { "ahead of" } else { "behind" };
    let found = format!("the database's clock is {seconds:.1} s {order} this machine's");
    let mend = "keep both clocks by NTP (timedatectl, chronyc tracking); links, blocks and limits \
                compare times";
    if apart > WRONG {
        fail(CHECK, found, mend)
    } else if apart > ODD {
        warn(CHECK, found, mend)
    } else {
        ok(CHECK, format!("{seconds:.1} s from the database's"))
    }
}

/// Whether a server's share of connections is to be had.
pub(super) fn room(config: &Config, server: &Server) -> Finding {
    const CHECK: &str = "connections";
    let ours = i64::from(config.database.max_connections);
    let theirs = i64::from(server.connections);
    let found = format!("Postgres grants {theirs}; each server takes up to {ours}");
    if ours > theirs {
        let mend = "lower database.max_connections, or raise max_connections of Postgres";
        fail(CHECK, found, mend)
    } else {
        ok(CHECK, found)
    }
}
