//! What expressions see of values that were filled in.

use crate::fill::{area, money};
use crate::{AreaUnit, Field, FieldKind, Form, Val};
use indexmap::IndexMap;
use serde_json::Value as Json;

impl Form {
    /// The values as expressions see them, for [`crate::Facts`]: codes with their attributes, money, times. What does not fit
    /// the form is left out.
    pub fn facts(&self, values: &Json) -> Val {
        fields_facts(&self.fields, values)
    }
}

/// Values as expressions see them; words and numbers that do not fit are left out.
pub fn fields_facts(fields: &IndexMap<String, Field>, values: &Json) -> Val {
    Val::map(fields.iter().filter_map(|(k, f)| Some((k.clone(), fact(&f.kind, values.get(k)?)?))))
}

fn fact(kind: &FieldKind, v: &Json) -> Option<Val> {
    let list = |one: &dyn Fn(&Json) -> Option<Val>| Some(Val::list(v.as_array()?.iter().filter_map(one)));
    let text = |v: &Json| v.as_str().map(Val::str);
    let named = |v: &Json| Some(Val::map([("name", text(v.get("name")?)?)]));
    match kind {
        FieldKind::Number { whole: true, .. } | FieldKind::Scale { .. } => v.as_i64().map(Val::Int),
        FieldKind::Number { .. } => v.as_f64().map(Val::Num),
        FieldKind::Bool => v.as_bool().map(Val::Bool),
        FieldKind::Choice { of, many: false } => of.val(v.as_str()?),
        FieldKind::Choice { of, many: true } => list(&|v| of.val(v.as_str()?)),
        FieldKind::Date | FieldKind::Time => v.as_str()?.parse().ok().map(Val::Time),
        FieldKind::Term => v.as_str()?.parse().ok().map(Val::Term),
        FieldKind::Area { unit: AreaUnit::M2 | AreaUnit::Mu } => area(v).map(Val::Area),
        FieldKind::Money => money(v).map(Val::Money),
        FieldKind::Unit { many: true } | FieldKind::Thing { many: true, .. } | FieldKind::Media { .. } => list(&text),
        FieldKind::Party { many: true } => list(&named),
        FieldKind::Party { many: false } | FieldKind::Person | FieldKind::Firm => named(v),
        FieldKind::Table { fields } => list(&|row| Some(fields_facts(fields, row))),
        FieldKind::Place => Some(Val::map([("region", text(v.get("region")?)?)])),
        FieldKind::Text
        | FieldKind::Region { .. }
        | FieldKind::Identity { .. }
        | FieldKind::Unit { many: false }
        | FieldKind::Thing { many: false, .. }
        | FieldKind::Plot
        | FieldKind::Signature => text(v),
        FieldKind::Point | FieldKind::Line | FieldKind::Polygon => None,
    }
}
