//! `[pages]`: what the built-in pages look like, and whom they name for help.

use super::KINDS;
use crate::config::names;
use crate::config::reader::{Advice, Read, Reader};
use crate::config::web;
use crate::domain::colour::Colour;
use crate::domain::tenant::Pages;

const IDENTIFIERS: &str = "pages.identifiers";

pub(super) fn read(reader: &mut Reader) -> Read<Pages> {
    let enabled = reader.flag("pages.enabled");
    let identifiers = reader.words(IDENTIFIERS, &KINDS);
    let colour = reader.text("pages.colour", colour);
    let logo = reader.optional("pages.logo", names::path);
    let support = reader.optional("pages.support", support);
    if identifiers.as_ref().is_ok_and(Vec::is_empty) {
        let advice = "is empty; write at least one of login, email and phone";
        return Err(reader.refuse(&[IDENTIFIERS], advice));
    }
    Ok(Pages {
        enabled: enabled?,
        identifiers: identifiers?,
        colour: colour?,
        logo: logo?,
        support: support?,
    })
}

/// Any colour will do: pages darken or lighten it where it could not be read.
fn colour(text: &str) -> Result<Colour, Advice> {
    Colour::parse(text).map_err(|_| "write a colour, like \"#0b5bd3\"".into())
}

/// A mail address of plain characters, so that nothing in it can mean more in a link; or an address of
/// the web that nobody on the way can change.
fn support(text: &str) -> Result<String, Advice> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_mail = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && local.chars().all(is_plain) && names::host(domain).is_ok()
    });
    let is_page = || web::absolute(text).is_some_and(|url| url.scheme() == "https");
    if is_mail || is_page() {
        Ok(text.to_owned())
    } else {
        Err("write a mail address, like help@demo.example, or an https:// address".into())
    }
}
