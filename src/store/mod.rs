//! Every SQL statement of the crate, one file per table.
//!
//! A function runs one statement on the connection it is given, so callers decide what is atomic.
//! Nothing here decides anything, and nothing here asks what time it is.

pub mod access;
pub mod account;
pub mod account_export;
pub mod account_import;
pub mod account_name;
pub mod activation;
pub mod api_key;
pub mod audit_chain;
pub mod audit_event;
pub mod audit_seal;
pub mod audit_unsealed;
pub mod disown_token;
pub mod identifier;
pub mod job;
pub mod job_turn;
pub mod keyring;
pub mod name_rule;
pub mod password;
pub mod password_history;
pub mod password_import;
pub mod password_try;
pub mod password_type;
pub mod recovery_request;
pub mod recovery_token;
pub mod recovery_token_letter;
pub mod schema;
pub mod server;
pub mod session;
pub mod shadow_password;
pub mod sign_in;
pub mod tenant;
pub mod tenant_logo;
pub mod throttle;
pub mod turn;

pub use self::schema::MIGRATOR;

/// The name of the constraint that a statement violated, if that is why it failed.
pub fn violated(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error()?.constraint()
}
