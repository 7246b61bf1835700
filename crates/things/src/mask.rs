//! Personal values as those see them who have not asked for them by name.

use crate::put::Values;
use access::{Mask, mask};
use packs::{Field, FieldKind, Kind};
use serde_json::{Value as Json, json};

/// Masks the personal values; names the fields that were.
pub(crate) fn values(kind: &Kind, values: Values) -> (Values, Vec<String>) {
    let mut masked = Vec::new();
    let shown = values
        .into_iter()
        .map(|(id, v)| match kind.fields.get(&id) {
            Some(field) if !field.masked() => (id, v),
            // What the kind no longer declares may have been personal.
            field => {
                masked.push(id.clone());
                let hidden = field.map_or_else(|| json!("****"), |f| one(f, &v));
                (id, hidden)
            }
        })
        .collect();
    (shown, masked)
}

fn one(field: &Field, v: &Json) -> Json {
    match (&field.kind, v) {
        (FieldKind::Person | FieldKind::Party { .. }, Json::Object(o)) => {
            let part = |(key, v): (&String, &Json)| {
                let text = v.as_str().unwrap_or_default();
                let how = match key.as_str() {
                    "kind" => return (key.clone(), v.clone()),
                    "name" => Mask::Name,
                    "phone" => Mask::Phone,
                    "resident_id" => Mask::ResidentId,
                    _ => Mask::All,
                };
                (key.clone(), json!(mask(text, how)))
            };
            Json::Object(o.iter().map(part).collect())
        }
        (FieldKind::Party { .. }, Json::Array(many)) => many.iter().map(|p| one(field, p)).collect(),
        (_, Json::String(s)) => json!(mask(s, shape_of(s))),
        _ => json!("****"),
    }
}

/// How a text is hidden that may be a number of a person.
fn shape_of(s: &str) -> Mask {
    let s = s.trim();
    if base::mobile(s).is_ok() {
        Mask::Phone
    } else if s.len() == 18 && s.bytes().take(17).all(|b| b.is_ascii_digit()) {
        Mask::ResidentId
    } else {
        Mask::All
    }
}
