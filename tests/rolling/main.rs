//! Real proxies in front of real servers: `make rolling`. Not part of `make test`, which needs no
//! proxies.
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

mod furnish;
#[path = "../it/harness/mod.rs"]
mod harness;
mod load;
mod pair;
mod proxies;
mod proxy;
mod restarts;
