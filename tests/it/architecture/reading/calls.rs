//! Whose a method is that somebody calls.

use syn::{Expr, Member};

use super::Owner;
use super::dictionary::Method;
use super::foreign::is_common;
use super::types::Ty;
use super::values::Values;

/// Whose a method may be, called on `receiver` with so many arguments. Without a receiver, nothing is
/// known of it; without a number, nothing of the arguments.
pub fn owners(
    values: Values<'_, '_, '_>,
    receiver: Option<&Expr>,
    name: &str,
    arguments: Option<usize>,
) -> Vec<Owner> {
    match receiver.and_then(|receiver| values.of(receiver)) {
        Some(Ty::Item { path, file }) => of_type(values, &path, &file, name),
        Some(Ty::Holder(_) | Ty::Tuple(_) | Ty::Foreign) => Vec::new(),
        None => {
            let by_field = receiver.and_then(|receiver| of_field(values, receiver, name));
            by_field.unwrap_or_else(|| of_name(values, name, arguments))
        }
    }
}

/// Whose a function of a type is: whoever writes it, else whoever writes the type.
pub fn of_type(values: Values<'_, '_, '_>, path: &str, file: &str, name: &str) -> Vec<Owner> {
    let methods = values.types.dictionary.methods_named(name).iter();
    let mut found: Vec<_> = methods
        .filter(|method| method.owner == path)
        .map(owner)
        .collect();
    found.dedup();
    if !found.is_empty() {
        return found;
    }
    vec![Owner {
        file: file.to_owned(),
        is_found: false,
    }]
}

/// A field tells by its name what it holds, if everything that has such a field agrees.
fn of_field(values: Values<'_, '_, '_>, receiver: &Expr, name: &str) -> Option<Vec<Owner>> {
    let Expr::Field(field) = receiver else {
        return None;
    };
    let Member::Named(member) = &field.member else {
        return None;
    };
    let member = member.to_string();
    let mut found = Vec::new();
    for field in values.types.dictionary.fields_named(&member) {
        match values.types.of(field) {
            Some(Ty::Item { path, file }) => found.extend(
                of_type(values, &path, &file, name)
                    .into_iter()
                    .filter(|owner| owner.is_found),
            ),
            // It may as well be this one.
            _ if is_common(name) => return Some(Vec::new()),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    (!found.is_empty()).then_some(found)
}

/// Everybody who has a method of that name, unless others may have one too.
fn of_name(values: Values<'_, '_, '_>, name: &str, arguments: Option<usize>) -> Vec<Owner> {
    if is_common(name) {
        return Vec::new();
    }
    let fits = |method: &&Method<'_>| match (method.arity, arguments) {
        (Some(takes), Some(given)) => takes == given,
        (takes, _) => takes.is_some(),
    };
    let methods = values.types.dictionary.methods_named(name).iter();
    let methods: Vec<_> = methods.filter(fits).collect();
    if methods.iter().any(|method| method.is_of_trait) {
        return Vec::new();
    }
    let mut found: Vec<_> = methods.into_iter().map(owner).collect();
    found.sort();
    found.dedup();
    found
}

fn owner(method: &Method<'_>) -> Owner {
    Owner {
        file: method.file.to_owned(),
        is_found: true,
    }
}
