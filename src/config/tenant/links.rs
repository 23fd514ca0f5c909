//! Templates of the links in letters.

use std::borrow::Cow;

use crate::config::reader::Advice;
use crate::config::typed::either;
use crate::config::web;
use crate::domain::tenant::Links;

/// Accepts an absolute URL that holds `{token}`, and no placeholder but the known ones.
pub(super) fn template(text: &str) -> Result<String, Advice> {
    let filled = fill(text)?;
    let url = web::absolute(&filled)
        .ok_or("write an absolute URL, like https://app.example/reset#{token}")?;
    // The host decides who receives the token, so no value from outside may be part of it.
    let authority = text.split("://").nth(1).unwrap_or_default();
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('{') {
        return Err("write the host in full; placeholders go after it".into());
    }
    if web::is_exposed(&url) {
        return Err("write https://, since anybody on the way can read http".into());
    }
    if text.contains("{token}") {
        Ok(text.to_owned())
    } else {
        Err("write {token} where the secret goes, like https://app.example/reset#{token}".into())
    }
}

/// The text with an `x` in place of each placeholder.
fn fill(text: &str) -> Result<String, Advice> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        let unbalanced =
            || Advice::from("write each placeholder in a pair of braces, like {token}");
        let inside = after.strip_prefix('{').ok_or_else(unbalanced)?;
        let (name, after) = inside.split_once('}').ok_or_else(unbalanced)?;
        if name.contains('{') {
            return Err(unbalanced());
        }
        if !Links::PLACEHOLDERS.contains(&name) {
            let known = Links::PLACEHOLDERS.map(|name| format!("{{{name}}}"));
            let known = either(&known.each_ref().map(String::as_str));
            return Err(Cow::from(format!("{{{name}}} is unknown; write {known}")));
        }
        filled.push_str(before);
        filled.push('x');
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
