//! What people do to passwords while they are signed in: their own, and those they manage.
//!
//! Every operation goes the same way. `Recovery::target` says whose password it is and how the
//! actor stands to its owner; `Recovery::permit` says whether this may be done to it now, before
//! anything costs; and the verb looks again at all of that under the locks of its transaction.
//! Contract: contracts/cyclos.md, 7.

pub(in crate::recovery) mod act;
pub(in crate::recovery) mod change;
pub(in crate::recovery) mod generate;
pub(in crate::recovery) mod hold;
pub(in crate::recovery) mod own;
pub(in crate::recovery) mod permit;
pub(in crate::recovery) mod send;
pub(in crate::recovery) mod show;
pub(in crate::recovery) mod target;
pub(in crate::recovery) mod trail;

pub use self::change::{RenewError, TypedRenewal};
pub use self::generate::GenerateError;
pub use self::permit::{Operation, Permitted, Refusal};
pub use self::send::SendError;
pub use self::show::Shown;
pub use self::target::{Target, TargetError};
