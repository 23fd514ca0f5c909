//! What the tests need beside the service itself.

pub mod binary;
pub mod browser;
pub mod crowd;
pub mod database;
pub mod folder;
pub mod gateway;
pub mod keepalive;
pub mod mime;
pub mod proxy;
pub mod ranks;
pub mod seen;
pub mod smtp;
mod tls;
pub mod whom;
pub mod wire;
pub mod world;

pub use self::browser::Browser;
pub use self::crowd::Crowd;
pub use self::wire::{Call, Reply};
pub use self::world::{World, token_in};
