//! Whether tenants are such that people can be helped.

use std::path::Path;

use sqlx::PgConnection;

use super::finding::{Finding, fail, ok, or_ok, warn};
use super::mail;
use crate::config::{self, Config};
use crate::domain::tenant::Tenant;
use crate::mail::Templates;
use crate::store;

const CHECK: &str = "tenants";

pub(super) async fn check(config: &Config, db: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let tenants = store::tenant::list(db).await?;
    if tenants.is_empty() {
        let mend = "write a tenant file after config/tenant.toml, and `rekey tenant apply` it";
        return Ok(vec![warn(
            CHECK,
            "there is none: nobody can be helped",
            mend,
        )]);
    }
    let mut findings = or_ok(tenants.iter().flat_map(one).collect(), || {
        let codes: Vec<_> = tenants
            .iter()
            .map(|tenant| tenant.settings.code.as_str())
            .collect();
        ok(CHECK, codes.join(", "))
    });
    findings.push(default_tenant(config, &tenants));
    Ok(findings)
}

fn default_tenant(config: &Config, tenants: &[Tenant]) -> Finding {
    const CHECK: &str = "default-tenant";
    let Some(code) = &config.server.default_tenant else {
        return ok(
            CHECK,
            "none: a request to a host that no tenant has is refused",
        );
    };
    if tenants.iter().any(|tenant| tenant.settings.code == *code) {
        return ok(CHECK, code.clone());
    }
    let found = format!("there is no tenant {code} to answer for hosts that nobody claims");
    let mend = "set server.default_tenant to the code of a tenant (`rekey tenant list`), or to \"\" \
                for none";
    warn(CHECK, found, mend)
}

/// What is wrong with a tenant: its file is checked when it is applied, and the world changes.
fn one(tenant: &Tenant) -> Vec<Finding> {
    let settings = &tenant.settings;
    let code = &settings.code;
    let mut findings = Vec::new();
    let (reset, unlock) = (&settings.links.reset, &settings.links.unlock);
    for (setting, link) in [("links.reset", reset), ("links.unlock", unlock)] {
        let mistake = link.as_deref().and_then(config::tenant::link_mistake);
        findings.extend(mistake.map(|mistake| {
            let found = format!("tenant {code}: a link in its letters cannot work");
            fail(
                "tenant-links",
                found,
                format!("{setting} in its file: {mistake}; then `rekey tenant apply`"),
            )
        }));
    }
    if let Some(from) = &settings.mail_from {
        let setting = format!("[mail] from in the file of tenant {code}");
        findings.extend(mail::sender(&setting, from));
    }
    if let Some(folder) = &settings.mail_templates
        && let Err(error) = Templates::with_overrides(Path::new(folder))
    {
        let found = format!("tenant {code}: no letter of it can be written: {error}");
        let mend = "mend the file, or [mail] templates in the tenant file; the folder must be \
                    wherever letters are sent";
        findings.push(fail("tenant-templates", found, mend));
    }
    if tenant.access_type().is_none() {
        let found = format!("tenant {code} has no access password");
        let mend =
            "give one [[password_type]] of its file access = true, and `rekey tenant apply` it";
        findings.push(fail(CHECK, found, mend));
    }
    findings
}
