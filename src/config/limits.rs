//! `[limits]`: how often something may happen.

use super::reader::{Advice, Read, Reader};
use crate::domain::limit::Rate;

/// `[limits]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Recovery requests for one login name or address, existing or not.
    pub recovery_per_identifier: Rate,
    /// Recovery requests from one network address.
    pub recovery_per_address: Rate,
    /// Recovery requests for one tenant.
    pub recovery_per_tenant: Rate,
    /// Sign-ins from one network address.
    pub login_per_address: Rate,
    /// One-time codes sent to one account.
    pub codes_per_account: Rate,
    /// Letters sent by all servers together.
    pub mail_per_server: Rate,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let recovery_per_identifier = reader.text("limits.recovery_per_identifier", rate);
        let recovery_per_address = reader.text("limits.recovery_per_address", rate);
        let recovery_per_tenant = reader.text("limits.recovery_per_tenant", rate);
        let login_per_address = reader.text("limits.login_per_address", rate);
        let codes_per_account = reader.text("limits.codes_per_account", rate);
        let mail_per_server = reader.text("limits.mail_per_server", rate);
        Ok(Self {
            recovery_per_identifier: recovery_per_identifier?,
            recovery_per_address: recovery_per_address?,
            recovery_per_tenant: recovery_per_tenant?,
            login_per_address: login_per_address?,
            codes_per_account: codes_per_account?,
            mail_per_server: mail_per_server?,
        })
    }
}

fn rate(text: &str) -> Result<Rate, Advice> {
    Rate::parse(text).map_err(|_| {
        "write a whole number, a slash and second, minute, hour or day, like 5/hour".into()
    })
}
