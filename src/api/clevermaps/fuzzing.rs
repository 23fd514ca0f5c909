//! What CleverMaps reads that other dialects do not.

use serde_json::{Map, Value};

/// Models take or refuse every object.
pub(in crate::api) fn bodies(members: &Map<String, Value>) {
    let value = Value::Object(members.clone());
    drop(serde_json::from_value::<super::send::Request>(
        value.clone(),
    ));
    drop(serde_json::from_value::<super::reset::Request>(value));
}
