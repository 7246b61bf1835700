//! What was filled in: codes from the matter's row, words from theirs, personal fields masked.

use access::{Mask, mask};
use base::Result;
use matters::Matter;
use packs::{Field, FieldKind, Flow};
use serde_json::{Map, Value, json};
use store::Reader;

/// `{form: {field: value}}`; of a form that was filled in twice, the last.
pub fn of(r: &mut Reader, flow: &Flow, m: &Matter, whole: bool) -> Result<Value> {
    let mut forms = match m.body() {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    forms.retain(|_, v| v.is_object());
    for word in store::words::of(r, m.id.uuid())? {
        let (Some((form, field)), Some(declared)) = (word.field.split_once('.'), declared(flow, &word.field)) else { continue };
        let value = word.value.map_or(Value::Null, |text| if whole { read(declared, text) } else { masked(declared, text) });
        let entry = forms.entry(form.to_owned()).or_insert_with(|| json!({}));
        entry[field] = value;
    }
    Ok(Value::Object(forms))
}

/// Names of what came along with it through Open311 and has no field: the client's contact, what a comment brought.
/// Each is opened as a masked field is.
pub fn along(r: &mut Reader, m: &Matter) -> Result<Vec<String>> {
    let mut names: Vec<String> = store::words::of(r, m.id.uuid())?.into_iter().filter(|w| w.value.is_some()).map(|w| w.field).collect();
    names.retain(|n| n.starts_with("open311."));
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// The field that `<form>.<field>` names in one of the flow's forms.
pub fn declared<'a>(flow: &'a Flow, name: &str) -> Option<&'a Field> {
    let (form, field) = name.split_once('.')?;
    let moves = flow.steps.values().flat_map(|s| s.moves.values().filter_map(|mv| mv.form.as_ref()));
    let each = flow.steps.values().filter_map(|s| s.each.as_ref()?.form.as_ref());
    let mut forms = flow.opens.form.iter().chain(moves).chain(each).filter(|f| f.id == form);
    forms.find_map(|f| f.fields.get(field))
}

/// A text stays one; the rest was kept as JSON.
fn read(field: &Field, text: String) -> Value {
    match field.kind {
        FieldKind::Text | FieldKind::Plot => Value::String(text),
        _ => serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

pub fn masked(field: &Field, text: String) -> Value {
    if !field.masked() {
        return read(field, text);
    }
    match (&field.kind, read(field, text)) {
        (FieldKind::Person | FieldKind::Party { .. }, Value::Array(many)) => many.into_iter().map(person).collect(),
        (FieldKind::Person | FieldKind::Party { .. }, one @ Value::Object(_)) => person(one),
        (FieldKind::Signature, _) | (_, Value::Array(_) | Value::Object(_)) => json!("****"),
        (_, Value::String(s)) => Value::String(mask(&s, Mask::All)),
        (_, other) => Value::String(mask(&other.to_string(), Mask::All)),
    }
}

/// `{name, phone, resident_id, …}` with what names the person hidden; a department's name is no secret.
fn person(value: Value) -> Value {
    let Value::Object(mut p) = value else { return json!("****") };
    if p.get("kind").and_then(Value::as_str) == Some("unit") {
        return Value::Object(p);
    }
    for (key, how) in [("name", Mask::Name), ("phone", Mask::Phone), ("resident_id", Mask::ResidentId)] {
        if let Some(Value::String(s)) = p.get_mut(key) {
            *s = mask(s, how);
        }
    }
    p.remove("id");
    Value::Object(p)
}
