//! Filling in: whether values are what a form asks for, and what expressions see of them.

use crate::read::scalar;
use crate::{Bound, Facts, Field, FieldKind, Form, Identity, List, Required, Val};
use base::{Area, Code, Error, Fen, Result, Text, Time};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};
use std::str::FromStr;

/// What is not said has a limit.
const TEXT: usize = 2_000;
const FILES: usize = 20;
const ROWS: usize = 200;
const MANY: usize = 100;

impl Form {
    /// Checks `values` (an object; `null` is an empty one) against this form; `facts` are what its bounds see. Every
    /// wrong value is named by its path under `path`, with the mend.
    pub fn check(&self, values: &Json, facts: &Facts, path: &str) -> Result<()> {
        check_fields(&self.fields, values, facts, path)
    }
}

/// Checks values against the fields of a form or a kind.
pub fn check_fields(fields: &IndexMap<String, Field>, values: &Json, facts: &Facts, path: &str) -> Result<()> {
    let mut wrong = Wrong(Vec::new());
    object(fields, values, facts, path, &mut wrong);
    let mut fields = wrong.0.into_iter();
    match fields.next() {
        None => Ok(()),
        Some((path, text)) => Err(fields.fold(Error::invalid(path, text.zh, text.en), |e, (p, t)| e.field(p, t.zh, t.en))),
    }
}

struct Wrong(Vec<(String, Text)>);

impl Wrong {
    fn add(&mut self, path: &str, zh: impl Into<String>, en: impl Into<String>) {
        // A body made of nothing but faults is answered briefly.
        if self.0.len() < 50 {
            self.0.push((path.to_owned(), Text::new(zh, en)));
        }
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn object(fields: &IndexMap<String, Field>, values: &Json, facts: &Facts, path: &str, wrong: &mut Wrong) {
    let empty = Map::new();
    let values = match values {
        Json::Object(m) => m,
        Json::Null => &empty,
        _ => return wrong.add(path, "应是一组字段", "write an object of fields"),
    };
    for key in values.keys().filter(|k| !fields.contains_key(*k)) {
        let known = fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let shown: String = key.chars().take(40).collect();
        wrong.add(&below(path, &shown), format!("没有这个字段；有：{known}"), format!("there is no such field; there are: {known}"));
    }
    for (id, field) in fields {
        let path = below(path, id);
        match values.get(id) {
            None | Some(Json::Null) => {
                if field.required != Required::No {
                    wrong.add(&path, format!("请填写“{}”", field.name.zh), format!("\"{}\" is needed", field.name.en));
                } else if count_bound(field) {
                    bounds(field, 0.0, facts, &path, wrong);
                }
            }
            Some(value) => one(field, value, facts, &path, wrong),
        }
    }
}

/// A least count asks for something also where nothing was sent.
fn count_bound(field: &Field) -> bool {
    field.min.is_some() && matches!(field.kind, FieldKind::Media { .. } | FieldKind::Table { .. })
}

fn one(field: &Field, value: &Json, facts: &Facts, path: &str, wrong: &mut Wrong) {
    match &field.kind {
        FieldKind::Text => match value.as_str() {
            Some(s) => {
                let n = s.trim().chars().count();
                if n == 0 && field.required != Required::No {
                    wrong.add(path, format!("请填写“{}”", field.name.zh), format!("\"{}\" is needed", field.name.en));
                }
                if field.max.is_none() && n > TEXT {
                    wrong.add(path, format!("最多 {TEXT} 字，现在 {n} 字"), format!("at most {TEXT} characters; there are {n}"));
                }
                bounds(field, n as f64, facts, path, wrong);
            }
            None => wrong.add(path, "应是文字", "write text"),
        },
        FieldKind::Number { whole, .. } => match value.as_f64() {
            Some(n) if *whole && n.fract() != 0.0 => wrong.add(path, "应是整数", "write a whole number"),
            Some(n) => bounds(field, n, facts, path, wrong),
            None => wrong.add(path, "应是数字", "write a number"),
        },
        FieldKind::Bool if !value.is_boolean() => wrong.add(path, "应是 true 或 false", "write true or false"),
        FieldKind::Choice { of, many } => each(value, *many, path, wrong, |v, p, w| choice(of, v, p, w)),
        FieldKind::Scale { of } if !value.as_i64().is_some_and(|n| (1..=i64::from(*of)).contains(&n)) => {
            wrong.add(path, format!("应是 1 到 {of} 的整数"), format!("write a whole number from 1 to {of}"));
        }
        FieldKind::Date => match value.as_str().and_then(scalar::date).and_then(|_| value.as_str()?.parse::<Time>().ok()) {
            Some(t) => moment_bounds(field, t, facts, path, wrong),
            None => wrong.add(path, "日期应如 2026-09-30", "a date looks like 2026-09-30"),
        },
        FieldKind::Time => {
            parsed::<Time>(value, path, wrong, "时刻应如 2026-09-30T16:20:00+08:00", "a moment looks like 2026-09-30T16:20:00+08:00")
        }
        FieldKind::Term => parsed::<crate::Term>(value, path, wrong, "时长应如 5 个工作日", "a term looks like 5 work-days"),
        FieldKind::Region { level } => region(value, level.or(required_level(field)), path, wrong),
        FieldKind::Person => person(value, path, wrong),
        FieldKind::Firm => firm(value, path, wrong),
        FieldKind::Party { many } => each(value, *many, path, wrong, party),
        FieldKind::Identity { of } => {
            let words: Vec<&str> = of.iter().map(|i| identity_word(*i)).collect();
            if !value.as_str().is_some_and(|s| words.contains(&s)) {
                let words = words.join(", ");
                wrong.add(path, format!("应是其中之一：{words}"), format!("write one of {words}"));
            }
        }
        FieldKind::Unit { many } => each(value, *many, path, wrong, |v, p, w| {
            if !v.as_str().is_some_and(scalar::is_id) {
                w.add(p, "应是部门代码", "write a department's id");
            }
        }),
        FieldKind::Thing { many, .. } => each(value, *many, path, wrong, uuid),
        FieldKind::Plot if !value.as_str().is_some_and(|s| !s.is_empty() && s.chars().count() <= 64) => {
            wrong.add(path, "应是地块编号，最多 64 字", "write the plot's number, at most 64 characters");
        }
        FieldKind::Area { .. } => match area(value) {
            Some(Area(n)) => bounds(field, n as f64 / 100.0, facts, path, wrong),
            None => wrong.add(
                path,
                "面积应如 \"120.50\"（平方米）或 {\"mu\": \"1.50\"}",
                "an area looks like \"120.50\" (m²) or {\"mu\": \"1.50\"}",
            ),
        },
        FieldKind::Money => match money(value) {
            Some(Fen(n)) => bounds(field, n as f64 / 100.0, facts, path, wrong),
            None => wrong.add(path, "金额应如 \"1234.50\"（元，最多两位小数）", "money looks like \"1234.50\" (yuan, at most 2 decimals)"),
        },
        FieldKind::Media { .. } => match value.as_array() {
            Some(files) => {
                files.iter().enumerate().for_each(|(i, f)| uuid(f, &format!("{path}[{i}]"), wrong));
                if files.len() > FILES {
                    wrong.add(path, format!("最多 {FILES} 个文件"), format!("at most {FILES} files"));
                }
                bounds(field, files.len() as f64, facts, path, wrong);
            }
            None => wrong.add(path, "应是文件编号的列表", "write a list of files' ids"),
        },
        FieldKind::Place => place(value, required_level(field), path, wrong),
        FieldKind::Point | FieldKind::Line | FieldKind::Polygon => geometry(&field.kind, value, path, wrong),
        FieldKind::Signature => uuid(value, path, wrong),
        FieldKind::Table { fields } => match value.as_array() {
            Some(rows) if rows.len() > ROWS => wrong.add(path, format!("最多 {ROWS} 行"), format!("at most {ROWS} rows")),
            Some(rows) => {
                rows.iter().enumerate().for_each(|(i, row)| object(fields, row, facts, &format!("{path}[{i}]"), wrong));
                bounds(field, rows.len() as f64, facts, path, wrong);
            }
            None => wrong.add(path, "应是一行行的列表", "write a list of rows"),
        },
        FieldKind::Bool | FieldKind::Scale { .. } | FieldKind::Plot => {}
    }
}

fn each(value: &Json, many: bool, path: &str, wrong: &mut Wrong, check: impl Fn(&Json, &str, &mut Wrong)) {
    match (many, value) {
        (false, _) => check(value, path, wrong),
        (true, Json::Array(items)) if items.len() <= MANY => {
            items.iter().enumerate().for_each(|(i, v)| check(v, &format!("{path}[{i}]"), wrong));
        }
        (true, _) => wrong.add(path, format!("应是列表，最多 {MANY} 项"), format!("write a list of at most {MANY}")),
    }
}

/// A bound that cannot be known yet does not refuse.
fn bound(bound: Option<&Bound>, facts: &Facts) -> Option<Val> {
    match bound? {
        Bound::Value(v) => Some(v.clone()),
        Bound::Expr(e) => e.eval(facts).ok(),
    }
}

fn bounds(field: &Field, n: f64, facts: &Facts, path: &str, wrong: &mut Wrong) {
    let (zh, en) = match field.kind {
        FieldKind::Text => (" 字", " characters"),
        FieldKind::Media { .. } => (" 个文件", " files"),
        FieldKind::Table { .. } => (" 行", " rows"),
        FieldKind::Money => (" 元", " yuan"),
        FieldKind::Area { .. } => (" 平方米", " m²"),
        _ => ("", ""),
    };
    if let Some(min) = bound(field.min.as_ref(), facts).and_then(|v| v.as_num()).filter(|min| n < *min) {
        wrong.add(path, format!("至少 {min}{zh}，现在 {n}{zh}"), format!("at least {min}{en}; there are {n}"));
    }
    if let Some(max) = bound(field.max.as_ref(), facts).and_then(|v| v.as_num()).filter(|max| n > *max) {
        wrong.add(path, format!("最多 {max}{zh}，现在 {n}{zh}"), format!("at most {max}{en}; there are {n}"));
    }
}

fn moment_bounds(field: &Field, t: Time, facts: &Facts, path: &str, wrong: &mut Wrong) {
    if let Some(Val::Time(min)) = bound(field.min.as_ref(), facts)
        && t < min
    {
        wrong.add(path, format!("不早于 {}", min.date()), format!("not before {}", min.date()));
    }
    if let Some(Val::Time(max)) = bound(field.max.as_ref(), facts)
        && t > max
    {
        wrong.add(path, format!("不晚于 {}", max.date()), format!("not after {}", max.date()));
    }
}

fn parsed<T: FromStr>(value: &Json, path: &str, wrong: &mut Wrong, zh: &str, en: &str) {
    if value.as_str().and_then(|s| s.parse::<T>().ok()).is_none() {
        wrong.add(path, zh, en);
    }
}

fn choice(of: &List, value: &Json, path: &str, wrong: &mut Wrong) {
    if value.as_str().is_none_or(|s| of.entry(s).is_none_or(|e| e.deprecated)) {
        let codes = of.entries.values().filter(|e| !e.deprecated).take(20).map(|e| e.code.as_str()).collect::<Vec<_>>().join(", ");
        wrong.add(path, format!("应是其中之一：{codes}"), format!("write one of {codes}"));
    }
}

fn required_level(field: &Field) -> Option<base::Level> {
    match field.required {
        Required::Level(l) => Some(l),
        _ => None,
    }
}

fn region(value: &Json, level: Option<base::Level>, path: &str, wrong: &mut Wrong) {
    match value.as_str().and_then(|s| s.parse::<Code>().ok()) {
        None => wrong.add(path, "应是区划代码（文字），如 \"430903001201\"", "write a region's code as a string, such as \"430903001201\""),
        Some(code) if level.is_some_and(|l| code.level() < l) => wrong.add(path, "请选到更细一级的地方", "pick a place one level down"),
        Some(_) => {}
    }
}

fn place(value: &Json, level: Option<base::Level>, path: &str, wrong: &mut Wrong) {
    let Some(place) = value.as_object() else {
        return wrong.add(path, "地点应有 region，可有 point、words", "a place has a region, and may have a point and words");
    };
    only(place, &["region", "point", "words"], path, wrong);
    region(place.get("region").unwrap_or(&Json::Null), level, &below(path, "region"), wrong);
    if let Some(point) = place.get("point").filter(|p| !p.is_null())
        && !is_position(point)
    {
        wrong.add(&below(path, "point"), "定位应是 [经度, 纬度]", "a point is [longitude, latitude]");
    }
    short_text(place.get("words"), 200, false, &below(path, "words"), wrong);
}

fn only(object: &Map<String, Json>, known: &[&str], path: &str, wrong: &mut Wrong) {
    for key in object.keys().filter(|k| !known.contains(&k.as_str())) {
        let (shown, known): (String, String) = (key.chars().take(40).collect(), known.join(", "));
        wrong.add(&below(path, &shown), format!("没有这一项；有：{known}"), format!("there is no such key; there are: {known}"));
    }
}

fn short_text(value: Option<&Json>, most: usize, needed: bool, path: &str, wrong: &mut Wrong) {
    match value {
        None | Some(Json::Null) if !needed => {}
        Some(Json::String(s)) if s.chars().count() <= most && !(needed && s.trim().is_empty()) => {}
        _ => wrong.add(path, format!("应是文字，最多 {most} 字"), format!("write text of at most {most} characters")),
    }
}

/// An identity number or phone is checked where it is kept: there its year and its owner are known.
fn person(value: &Json, path: &str, wrong: &mut Wrong) {
    let Some(p) = value.as_object() else {
        return wrong.add(path, "应写 name，可写 phone、resident_id、id", "write a name, and maybe phone, resident_id, id");
    };
    only(p, &["name", "phone", "resident_id", "id"], path, wrong);
    short_text(p.get("name"), 100, true, &below(path, "name"), wrong);
    short_text(p.get("resident_id"), 18, false, &below(path, "resident_id"), wrong);
    phone(p, path, wrong);
}

fn phone(p: &Map<String, Json>, path: &str, wrong: &mut Wrong) {
    match p.get("phone") {
        None | Some(Json::Null) => {}
        Some(Json::String(s)) if !s.is_empty() && s.len() <= 24 && s.bytes().all(|b| b.is_ascii_digit() || b"+- ()".contains(&b)) => {}
        Some(_) => wrong.add(&below(path, "phone"), "电话号码只有数字、+、-、空格", "a phone number has digits, +, - and spaces"),
    }
}

fn firm(value: &Json, path: &str, wrong: &mut Wrong) {
    let Some(f) = value.as_object() else {
        return wrong.add(path, "应写 name，可写 credit_code、id", "write a name, and maybe credit_code, id");
    };
    only(f, &["name", "credit_code", "id"], path, wrong);
    short_text(f.get("name"), 200, true, &below(path, "name"), wrong);
    if let Some(Json::String(s)) = f.get("credit_code")
        && let Err(e) = base::credit_code(s)
    {
        let text = e.fields().first().map_or_else(|| e.text().clone(), |f| f.text.clone());
        wrong.add(&below(path, "credit_code"), text.zh, text.en);
    }
}

fn party(value: &Json, path: &str, wrong: &mut Wrong) {
    let Some(p) = value.as_object() else {
        return wrong.add(path, "当事人应写 name，可写 kind、phone、id", "a party has a name, and maybe kind, phone, id");
    };
    only(p, &["kind", "name", "phone", "id", "credit_code"], path, wrong);
    short_text(p.get("name"), 200, true, &below(path, "name"), wrong);
    if p.get("kind").is_some_and(|k| !matches!(k.as_str(), Some("person" | "firm" | "unit" | "seat" | "matter"))) {
        wrong.add(&below(path, "kind"), "应是 person、firm、unit、seat 或 matter", "write person, firm, unit, seat or matter");
    }
    phone(p, path, wrong);
}

fn identity_word(i: Identity) -> &'static str {
    match i {
        Identity::Named => "named",
        Identity::Sealed => "sealed",
        Identity::Anonymous => "anonymous",
    }
}

fn uuid(value: &Json, path: &str, wrong: &mut Wrong) {
    if value.as_str().and_then(|s| s.parse::<base::FileId>().ok()).is_none() {
        wrong.add(path, "应是系统给的编号", "write the id that the system gave");
    }
}

pub(crate) fn money(value: &Json) -> Option<Fen> {
    scalar::decimal(value.as_str()?, 100).map(Fen)
}

pub(crate) fn area(value: &Json) -> Option<Area> {
    match value {
        Json::String(s) => scalar::decimal(s, 100).map(Area),
        Json::Object(o) if o.len() == 1 => scalar::area(&format!("{}mu", o.get("mu")?.as_str()?)),
        _ => None,
    }
    .filter(|a| a.0 >= 0)
}

fn is_position(v: &Json) -> bool {
    let Some([x, y]) = v.as_array().map(Vec::as_slice) else { return false };
    x.as_f64().is_some_and(|x| (-180.0..=180.0).contains(&x)) && y.as_f64().is_some_and(|y| (-90.0..=90.0).contains(&y))
}

/// GeoJSON (RFC 7946), one plain geometry.
fn geometry(kind: &FieldKind, value: &Json, path: &str, wrong: &mut Wrong) {
    let line = |v: &Json, least: usize| v.as_array().is_some_and(|l| l.len() >= least && l.len() <= 10_000 && l.iter().all(is_position));
    let ring = |v: &Json| line(v, 4) && v.as_array().is_some_and(|r| r.first() == r.last());
    let at = value.get("coordinates").unwrap_or(&Json::Null);
    let (want, good) = match kind {
        FieldKind::Point => ("Point", is_position(at)),
        FieldKind::Line => ("LineString", line(at, 2)),
        _ => ("Polygon", at.as_array().is_some_and(|rings| !rings.is_empty() && rings.iter().all(ring))),
    };
    if value.get("type").and_then(Json::as_str) != Some(want) || !good {
        wrong.add(path, format!("应是 GeoJSON 的 {want}"), format!("write a GeoJSON {want}"));
    }
}
