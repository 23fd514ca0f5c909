//! More than one machine, on this one: replicas, the split into APIs and workers, PgBouncer, and a
//! Patroni cluster that loses its leader. `make scale`; not part of `make test`, which needs none of it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::doc_markdown,
    reason = "in a test a failed assumption is a failed test, and figures and names of programs are for people"
)]
#![expect(
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "the harness is that of the other tests, and offers more than these use"
)]

mod failover;
#[path = "../rolling/furnish.rs"]
mod furnish;
#[path = "../it/harness/mod.rs"]
mod harness;
#[path = "../rolling/load.rs"]
mod load;
#[path = "../rolling/pair.rs"]
mod pair;
mod patroni;
mod pooler;
mod program;
#[path = "../rolling/proxy.rs"]
mod proxy;
mod replicas;
mod sizes;
mod split;
