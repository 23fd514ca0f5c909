//! An account: finding it, how it stands, and what reaches its owner.

mod find;
mod reach;
mod standing;

use std::sync::Arc;

use crate::recovery::tools::Tools;

pub(in crate::recovery) use self::reach::language;
pub(in crate::recovery) use self::standing::access_type;

/// Looks at accounts.
pub struct Accounts {
    tools: Arc<Tools>,
    /// Whether anybody carries text messages.
    has_texter: bool,
}

impl Accounts {
    pub(in crate::recovery) fn new(tools: Arc<Tools>, has_texter: bool) -> Self {
        Self { tools, has_texter }
    }
}
