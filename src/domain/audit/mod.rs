//! The audit trail: what an event is, and what proves that it is still what it was.
//!
//! ```text
//! event 1        event 2        event 3            each with a keyed digest of its own, made
//!    |              |              |               before it is stored
//! seal 1 ------> seal 2 ------> seal 3 = head      a keyed digest of the event's digest and of
//!                                                  the seal before it
//! ```
//!
//! The key is the server's and not in the database. So whoever can write the database and nothing
//! else can neither change an event, nor make one up, nor take one out of the middle.

mod chain;
mod event;
mod fields;
mod seal;

pub use self::chain::{Chain, Point};
pub use self::event::{Address, Event, KEY_DROPPED, NewEvent, SALT};
pub use self::seal::{Broken, Seal, seal_bytes};
