//! Accounts from files, and the other things operators do.

mod bad_lines;
mod files;
mod floors;
mod harness;
mod hashes;
mod identifiers;
mod merging;
mod passwords;
mod scale;
mod traces;
mod verbs;
