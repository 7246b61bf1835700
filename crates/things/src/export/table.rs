//! The columns of a kind, and a thing's cells in them, as [`crate::import`] reads them back.

use super::Clear;
use crate::{
    Thing,
    check::{hundredths, hundredths_of_area},
    import::{MASKED, parts},
};
use base::Code;
use packs::{AreaUnit, Field, FieldKind, Kind, Sensitivity, Shape};
use serde_json::Value as Json;

pub(super) struct Column {
    pub heading: String,
    what: What,
}

enum What {
    Region,
    Field(Box<Field>),
    Part(String, &'static str),
    Lon,
    Lat,
    Geometry,
}

pub(super) enum Out {
    Empty,
    Text(String),
    Number(f64),
}

/// A spreadsheet loses the digits of larger numbers.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn heading(field: &Field, clear: Option<&Clear>, name: &str) -> String {
    let masked = field.masked() && !clear.is_some_and(|c| c.fields.contains(&field.id));
    if masked { format!("{name}{MASKED}") } else { name.to_owned() }
}

pub(super) fn columns(kind: &Kind, clear: Option<&Clear>) -> Vec<Column> {
    let mut columns = vec![Column { heading: "区划代码".into(), what: What::Region }];
    for f in kind.fields.values().filter(|f| f.sensitivity < Sensitivity::Core) {
        // Whoever has the sheet in hand is told what he holds; an import reads past the bracket.
        let mark = if f.sensitivity.is_internal() { "" } else { "（敏感）" };
        let name = format!("{}{mark}", f.name.zh);
        columns.push(Column { heading: heading(f, clear, &name), what: What::Field(Box::new(f.clone())) });
        for (part, tails) in parts(&f.kind) {
            let name = format!("{}{}", f.name.zh, tails[0]);
            columns.push(Column { heading: heading(f, clear, &name), what: What::Part(f.id.clone(), part) });
        }
    }
    let place: &[(&str, What)] = match kind.shape {
        Shape::None => &[],
        Shape::Point => &[("经度", What::Lon), ("纬度", What::Lat)],
        Shape::Line | Shape::Polygon => &[("图形", What::Geometry)],
    };
    columns.extend(place.iter().map(|(heading, what)| Column {
        heading: (*heading).to_owned(),
        what: match what {
            What::Lon => What::Lon,
            What::Lat => What::Lat,
            _ => What::Geometry,
        },
    }));
    columns
}

impl Column {
    pub fn of(&self, t: &Thing) -> Out {
        let coordinate = |i: usize| t.geometry.as_ref().and_then(|g| g["coordinates"][i].as_f64()).map_or(Out::Empty, Out::Number);
        match &self.what {
            What::Region => Out::Text(short(t.region)),
            What::Lon => coordinate(0),
            What::Lat => coordinate(1),
            What::Geometry => t.geometry.as_ref().map_or(Out::Empty, |g| Out::Text(g.to_string())),
            What::Part(id, part) => t.values.get(id).and_then(|v| v[part].as_str()).map_or(Out::Empty, |s| Out::Text(s.to_owned())),
            What::Field(f) => t.values.get(&f.id).map_or(Out::Empty, |v| cell(f, v)),
        }
    }
}

fn cell(field: &Field, v: &Json) -> Out {
    let text = |s: &str| Out::Text(s.to_owned());
    let cents = |n: i64| Out::Text(format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100));
    match (&field.kind, v) {
        (_, Json::Null) => Out::Empty,
        (FieldKind::Choice { of, .. }, Json::String(code)) => text(of.entry(code).map_or(code, |e| &e.name.zh)),
        (FieldKind::Choice { of, .. }, Json::Array(codes)) => {
            let names = codes.iter().filter_map(Json::as_str).map(|c| of.entry(c).map_or(c, |e| e.name.zh.as_str()));
            Out::Text(names.collect::<Vec<_>>().join("、"))
        }
        (FieldKind::Person | FieldKind::Firm | FieldKind::Party { many: false }, Json::Object(o)) => {
            o.get("name").and_then(Json::as_str).map_or(Out::Empty, text)
        }
        (FieldKind::Party { many: true }, Json::Array(all)) => {
            Out::Text(all.iter().filter_map(|p| p["name"].as_str()).collect::<Vec<_>>().join("、"))
        }
        (FieldKind::Unit { many: true } | FieldKind::Thing { many: true, .. }, Json::Array(all)) => {
            Out::Text(all.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("、"))
        }
        (FieldKind::Area { unit: AreaUnit::Mu }, Json::Object(o)) => {
            o.get("mu").and_then(Json::as_str).and_then(hundredths).map_or(Out::Empty, cents)
        }
        (FieldKind::Area { unit }, v) => {
            hundredths_of_area(v).map_or(Out::Empty, |n| cents(if *unit == AreaUnit::Mu { base::Area(n).centi_mu() } else { n }))
        }
        (FieldKind::Region { .. }, Json::String(code)) => Out::Text(code.parse::<Code>().map_or_else(|_| code.clone(), short)),
        (_, Json::Number(n)) => match n.as_f64() {
            Some(x) if x.abs() <= EXACT => Out::Number(x),
            _ => Out::Text(n.to_string()),
        },
        (_, Json::Bool(b)) => text(if *b { "是" } else { "否" }),
        (_, Json::String(s)) => text(s),
        (_, structured) => Out::Text(structured.to_string()),
    }
}

/// The digits of its level: 12 of a village.
fn short(code: Code) -> String {
    let digits = (code.level().digits() as usize).max(6);
    code.to_string()[..digits].to_owned()
}
