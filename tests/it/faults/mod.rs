//! What goes wrong around the real binary, and what must be true all the same. Troubles of the mail
//! server are in `delivery/trouble.rs` and `mail/smtp.rs`.

mod bursts;
mod clock;
mod database;
mod hostile;
mod http2;
mod killed;
mod stage;
mod storm;
