//! What a thing is listed, sorted and found by. Never a personal value: a list or a search would give it away.

use crate::put::Values;
use packs::{Field, FieldKind, Kind};
use serde_json::Value as Json;

/// Characters of a value in an index.
const MOST: usize = 200;

pub(crate) struct Row {
    pub field: String,
    pub i: i64,
    pub num: Option<f64>,
    pub txt: Option<String>,
}

/// Whether rows of `field` are kept of it.
pub(crate) fn listed(field: &Field) -> bool {
    (field.search || field.sort) && !field.masked()
}

/// One row for each value of a field declared for search or sort. Money is in fen and area in 0.01 m²; a date, a code
/// and an id are text; a time is in milliseconds.
pub(crate) fn fields(kind: &Kind, values: &Values) -> Vec<Row> {
    let mut rows = Vec::new();
    for field in kind.fields.values().filter(|f| listed(f)) {
        let Some(value) = values.get(&field.id) else { continue };
        let many = match value {
            Json::Array(many) => many.as_slice(),
            one => std::slice::from_ref(one),
        };
        for (i, v) in many.iter().enumerate() {
            let (num, txt) = index(field, v);
            if num.is_some() || txt.is_some() {
                rows.push(Row { field: field.id.clone(), i: i as i64, num, txt });
            }
        }
    }
    rows
}

/// A value as its index holds it.
pub(crate) fn index(field: &Field, v: &Json) -> (Option<f64>, Option<String>) {
    let text = v.as_str();
    match &field.kind {
        FieldKind::Number { .. } | FieldKind::Scale { .. } => (v.as_f64().or_else(|| text?.parse().ok()), None),
        FieldKind::Bool => (v.as_bool().map(|b| f64::from(u8::from(b))).or_else(|| text?.parse().ok()), None),
        FieldKind::Money | FieldKind::Area { .. } => (text.and_then(crate::check::hundredths).map(|n| n as f64), None),
        FieldKind::Time => (text.and_then(|t| t.parse::<base::Time>().ok()).map(|t| t.0 as f64), None),
        _ => (None, text.map(short)),
    }
}

/// Whether [`index`] holds its values as numbers.
pub(crate) fn is_number(field: &Field) -> bool {
    use FieldKind::{Area, Bool, Money, Number, Scale, Time};
    matches!(field.kind, Number { .. } | Scale { .. } | Bool | Money | Area { .. } | Time)
}

fn short(s: &str) -> String {
    s.chars().take(MOST).collect()
}

/// The value that is one in the county.
pub(crate) fn key(kind: &Kind, values: &Values) -> Option<String> {
    plain(values.get(kind.key.as_ref()?)?).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
}

fn plain(v: &Json) -> Option<String> {
    match v {
        Json::String(s) => Some(s.clone()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// What a list calls it: its first text that is not the key, else its key, else the kind's name.
pub(crate) fn title(kind: &Kind, values: &Values) -> String {
    let texts = kind.fields.values().filter(|f| matches!(f.kind, FieldKind::Text) && kind.key.as_ref() != Some(&f.id));
    let first = texts.filter_map(|f| values.get(&f.id)?.as_str()).find(|s| !s.trim().is_empty());
    let title = first.map(str::to_owned).or_else(|| key(kind, values)).unwrap_or_else(|| kind.name.zh.clone());
    title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect()
}

/// All public text of it, for the full-text index: texts, names of chosen codes, the kind's own name.
pub(crate) fn words(kind: &Kind, values: &Values) -> String {
    let mut words = kind.name.zh.clone();
    let mut say = |s: &str| {
        words.push(' ');
        words.push_str(s);
    };
    for field in kind.fields.values() {
        match (&field.kind, values.get(&field.id)) {
            (_, None) => {}
            (FieldKind::Choice { of, .. }, Some(v)) => {
                let codes = v.as_array().map_or(std::slice::from_ref(v), Vec::as_slice);
                codes.iter().filter_map(|c| of.entry(c.as_str()?)).for_each(|e| say(&e.name.zh));
            }
            (FieldKind::Text | FieldKind::Plot, Some(Json::String(s))) => say(s),
            (FieldKind::Place, Some(v)) => say(v["words"].as_str().unwrap_or_default()),
            (FieldKind::Firm, Some(v)) => say(v["name"].as_str().unwrap_or_default()),
            _ => {}
        }
    }
    words
}
