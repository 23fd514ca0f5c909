//! What people type, paste and store: names, and addresses of our pages.

mod names;
mod password_managers;
mod pasted;
mod stored;
