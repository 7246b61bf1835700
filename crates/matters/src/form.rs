//! What is filled in: codes and numbers stay with the matter, words become rows of `word`.

use crate::Course;
use base::Result;
use packs::{FieldKind, Form};
use serde_json::{Map, Value as Json};
use store::Unit;

pub(crate) struct Taken {
    /// Values without words: for the matter's row and the journal.
    pub body: Json,
    /// `{field: [word id, hash]}` for the journal.
    pub words: Json,
}

/// Checks the values against the form and keeps the words. `path` is where they stand in the request.
pub(crate) fn take(unit: &mut Unit, course: &Course, form: &Form, values: &Json, path: &str) -> Result<Taken> {
    let facts = course.facts(unit.now());
    form.check(values, &facts, path)?;
    places_there(unit, form, values, path)?;
    let (mut body, mut words) = (Map::new(), Map::new());
    for (id, field) in &form.fields {
        let value = match values.get(id) {
            None | Some(Json::Null) => continue,
            Some(v) => v,
        };
        if field.words() || field.masked() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let (_, kept) = unit.word(course.m.id.uuid(), &format!("{}.{id}", form.id), &text)?;
            words.insert(id.clone(), kept);
        } else {
            body.insert(id.clone(), value.clone());
        }
    }
    Ok(Taken { body: Json::Object(body), words: Json::Object(words) })
}

/// A code of the right form may still name no place.
fn places_there(unit: &mut Unit, form: &Form, values: &Json, path: &str) -> Result<()> {
    for (id, field) in &form.fields {
        let (code, path) = match &field.kind {
            FieldKind::Place => (values[id]["region"].as_str(), format!("{path}.{id}.region")),
            FieldKind::Region { .. } => (values[id].as_str(), format!("{path}.{id}")),
            _ => continue,
        };
        if let Some(code) = code {
            access::region_there(unit, code.parse()?, &path)?;
        }
    }
    Ok(())
}
