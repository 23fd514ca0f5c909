//! Names that operators choose.

use super::reader::Advice;

/// How a tenant's code is asked for.
pub(super) const CODE: &str = "write 2 to 6 characters without white space";
/// How a name for people is asked for.
pub(super) const TITLE: &str = "write 1 to 100 characters";

/// The code of a tenant: 2 to 6 characters (contracts/sspr.md, `pksCustomerCode`).
pub(super) fn code(text: &str) -> Result<String, Advice> {
    let fits = (2..=6).contains(&text.chars().count());
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if fits && plain {
        Ok(text.to_owned())
    } else {
        Err(CODE.into())
    }
}

/// A name for people.
pub(super) fn title(text: &str) -> Result<String, Advice> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 100;
    if fits && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(TITLE.into())
    }
}

/// A host name as requests spell it: lower case, an international name in its ASCII form.
pub(super) fn host(text: &str) -> Result<String, Advice> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if text.len() <= 253 && text.split('.').all(is_label) {
        Ok(text.to_owned())
    } else {
        Err(
            "write a host name in lower case, without scheme, port or path, like demo.example"
                .into(),
        )
    }
}

/// A path.
pub(super) fn path(text: &str) -> Result<String, Advice> {
    if text.is_empty() || text.contains('\0') {
        Err("write a path".into())
    } else {
        Ok(text.to_owned())
    }
}
