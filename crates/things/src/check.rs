//! Whether what is given fits the kind: what packs check of every form, and beside it what a register must be sure of
//! (the key is there, identity numbers are right, geometries are sound).

use crate::{
    geometry::{self, Geometry},
    put::Values,
};
use base::{Error, Result};
use jiff::civil::Date;
use packs::{AreaUnit, Bound, Facts, FieldKind, Kind, Required, Shape};
use serde_json::Value as Json;

/// What is wrong, in both languages.
pub(crate) type Fault = (String, String);

/// All values of a thing. Every fault is named by its path under `values`.
pub(crate) fn values(kind: &Kind, values: &Values, today: Date) -> Result<()> {
    let mut all = faults(kind, values, today);
    if let Some(key) = kind.key.as_ref().and_then(|k| kind.fields.get(k)).filter(|_| crate::label::key(kind, values).is_none())
        && !all.iter().any(|(path, _)| *path == key.id)
    {
        all.push((key.id.clone(), (format!("请填写“{}”", key.name.zh), format!("\"{}\" is needed", key.name.en))));
    }
    if all.is_empty() {
        return Ok(());
    }
    let error = Error::new(base::Kind::Invalid, "invalid", "填写有误", "Some values are wrong");
    Err(all.into_iter().fold(error, |e, (path, (zh, en))| e.field(format!("values.{path}"), zh, en)))
}

/// What is wrong, by path (`carer.phone`).
pub(crate) fn faults(kind: &Kind, values: &Values, today: Date) -> Vec<(String, Fault)> {
    let mut all: Vec<(String, Fault)> = match packs::check_fields(&kind.fields, &Json::Object(values.clone()), &Facts::new(), "") {
        Ok(()) => Vec::new(),
        Err(e) => e.fields().iter().map(|f| (f.field.clone(), (f.text.zh.clone(), f.text.en.clone()))).collect(),
    };
    for (id, v) in values {
        let shape = match kind.fields.get(id).map(|f| &f.kind) {
            Some(FieldKind::Person) => {
                if let Some(Err(e)) = v["resident_id"].as_str().map(|n| base::resident_id(n, today)) {
                    all.push((format!("{id}.resident_id"), first(&e)));
                }
                continue;
            }
            Some(FieldKind::Point) => Shape::Point,
            Some(FieldKind::Line) => Shape::Line,
            Some(FieldKind::Polygon) => Shape::Polygon,
            _ => continue,
        };
        if let Err(e) = geometry::check(shape, v) {
            all.push((id.clone(), first(&e)));
        }
    }
    all
}

/// The same kind for a row of a sheet, which may leave out what it does not change.
pub(crate) fn of_rows(kind: &Kind) -> Kind {
    let mut kind = kind.clone();
    for f in kind.fields.values_mut() {
        f.required = if f.required == Required::Yes { Required::No } else { f.required };
        if matches!(f.required, Required::Level(_)) || matches!(f.kind, FieldKind::Media { .. } | FieldKind::Table { .. }) {
            f.required = Required::No;
            f.min = None;
        }
    }
    kind
}

pub(crate) fn shape(kind: &Kind, given: Option<&Json>) -> Result<Option<Geometry>> {
    match given {
        None | Some(Json::Null) => Ok(None),
        Some(json) => geometry::check(kind.shape, json).map(Some),
    }
}

/// A bound that counts something.
pub(crate) fn size(b: Option<&Bound>) -> Option<usize> {
    match b {
        Some(Bound::Value(v)) => v.as_num().map(|n| n as usize),
        _ => None,
    }
}

pub(crate) fn first(e: &Error) -> Fault {
    e.fields().first().map_or_else(|| (e.text().zh.clone(), e.text().en.clone()), |f| (f.text.zh.clone(), f.text.en.clone()))
}

/// A decimal with at most two places, in hundredths: `1234.5` is 123450.
pub(crate) fn hundredths(s: &str) -> Option<i64> {
    let (sign, digits) = s.strip_prefix('-').map_or((1, s), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |d: &str| d.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 14 || part.len() > 2 || !plain(whole) || !plain(part) || digits.ends_with('.') {
        return None;
    }
    let part: i64 = if part.is_empty() { 0 } else { format!("{part:0<2}").parse().ok()? };
    Some(sign * (whole.parse::<i64>().ok()? * 100 + part))
}

/// Square metres, or `{mu: "1.50"}`, in 0.01 m². A mu is 2000/3 m², half up.
pub(crate) fn hundredths_of_area(v: &Json) -> Option<i64> {
    match v {
        Json::String(s) => hundredths(s),
        Json::Object(o) => hundredths(o.get("mu")?.as_str()?).map(|mu| (mu * 4_000 + 3).div_euclid(6)),
        _ => None,
    }
}

/// Money and area as they are kept: two decimals, and square metres where the field is in them.
pub(crate) fn normal(kind: &Kind, values: &mut Values) {
    let written = |n: i64| Json::String(format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100));
    for (id, v) in values {
        let kept = match kind.fields.get(id).map(|f| &f.kind) {
            Some(FieldKind::Money) => v.as_str().and_then(hundredths).map(written),
            Some(FieldKind::Area { unit }) if v.is_string() || *unit == AreaUnit::M2 => hundredths_of_area(v).map(written),
            _ => None,
        };
        if let Some(kept) = kept {
            *v = kept;
        }
    }
}
