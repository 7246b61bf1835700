//! Files that a form names: from now on the matter needs them.

use crate::routes::files::id;
use base::{Error, MatterId, Result};
use packs::{FieldKind, Form};
use serde_json::Value;
use store::Unit;

/// Ties the files of a form's media fields to the matter; one that is not there (any more) is named by its field.
pub fn tie(unit: &mut Unit, form: &Form, values: &Value, matter: MatterId) -> Result<()> {
    for (id, field) in &form.fields {
        if !matches!(field.kind, FieldKind::Media { .. } | FieldKind::Signature) {
            continue;
        }
        for file in ids(&values[id]) {
            tie_one(unit, &file, matter, &format!("{}.{id}", form.id))?;
        }
    }
    Ok(())
}

pub fn tie_one(unit: &mut Unit, file: &str, matter: MatterId, field: &str) -> Result<()> {
    let gone = || Error::invalid(field, "文件不在了，请重新上传", "the file is not there (any more); upload it again");
    let name = file.parse().ok().map_or(Ok(None), |id| id::find(unit, id))?.ok_or_else(gone)?;
    unit.use_file(&name, matter.uuid(), field)
}

/// An id, a list of ids, or a series `{before: [ids], after: [ids]}`.
fn ids(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().flat_map(ids).collect(),
        Value::Object(series) => series.values().flat_map(ids).collect(),
        _ => Vec::new(),
    }
}
