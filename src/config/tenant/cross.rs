//! What must hold between `[cyclos]` and the password types of a tenant.

use crate::config::reader::Reader;
use crate::domain::password_type::Spec;
use crate::domain::tenant::Cyclos;

const CONFIRMATION: &str = "cyclos.confirmation";
const SECONDARY: &str = "cyclos.secondary";

/// Refuses names in `[cyclos]` that no fitting password type has.
pub(super) fn check(reader: &mut Reader, cyclos: &Cyclos, types: &[Spec]) {
    for (key, wanted) in [
        (CONFIRMATION, &cyclos.confirmation),
        (SECONDARY, &cyclos.secondary),
    ] {
        let Some(wanted) = wanted else { continue };
        match types.iter().find(|spec| spec.internal_name == *wanted) {
            None => {
                let known: Vec<_> = types
                    .iter()
                    .map(|spec| spec.internal_name.as_str())
                    .collect();
                let known = known.join(", ");
                let sentence = format!(
                    "is {wanted:?}, which is no password type of this file; write the \
                     internal_name of one ({known}), or \"\" for none"
                );
                reader.refuse(&[key], sentence);
            }
            Some(spec) if spec.access && key == SECONDARY => {
                let sentence = format!(
                    "is {wanted:?}, the access password itself; write the internal_name of \
                     another type, or \"\" for none"
                );
                reader.refuse(&[key], sentence);
            }
            Some(_) => {}
        }
    }
}
