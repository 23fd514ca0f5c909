//! What people do to passwords while they are signed in: their own, and those they manage.
//!
//! Every operation goes the same way. `Recovery::target` says whose password it is and how the
//! actor stands to its owner; `Recovery::permit` says whether this may be done to it now, before
//! anything costs; and the verb looks again at all of that under the locks of its transaction.
//! Contract: contracts/cyclos.md, 7.

mod act;
mod change;
mod generate;
mod hold;
mod permit;
mod send;
mod show;
mod target;
mod trail;

pub use self::change::{RenewError, TypedRenewal};
pub use self::generate::GenerateError;
pub use self::permit::{Operation, Permitted, Refusal};
pub use self::send::SendError;
pub use self::show::Shown;
pub use self::target::{Target, TargetError};
