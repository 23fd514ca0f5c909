//! What goes on in the background: looking at how the service is, and forgetting what has ended.

mod health;
mod retention;
