//! Whether what is given fits the kind.

use crate::{
    geometry::{self, Geometry},
    put::Values,
};
use base::{Code, Error, Level, Result, Time};
use jiff::civil::Date;
use packs::{AreaUnit, Bound, Field, FieldKind, Kind, Required, Shape, Val};
use serde_json::Value as Json;

/// Characters of a text that says no limit of its own.
const TEXT_MOST: usize = 2_000;

type Fault = (String, String);

fn fault<T>(zh: impl Into<String>, en: impl Into<String>) -> std::result::Result<T, Fault> {
    Err((zh.into(), en.into()))
}

/// All values of a thing, every fault named under `values.<field>`.
pub(crate) fn values(kind: &Kind, values: &Values, today: Date) -> Result<()> {
    let mut error: Option<Error> = None;
    let mut add = |field: &str, (zh, en): Fault| {
        let e = error.take().unwrap_or_else(|| Error::new(base::Kind::Invalid, "invalid", "填写有误", "Some values are wrong"));
        error = Some(e.field(format!("values.{field}"), zh, en));
    };
    for id in values.keys().filter(|id| !kind.fields.contains_key(*id)) {
        let known = kind.fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        add(id, (format!("“{}”没有这一项，可填：{known}", kind.name.zh), format!("{} has no such field; fields: {known}", kind.name.en)));
    }
    for (id, field) in &kind.fields {
        match values.get(id) {
            None | Some(Json::Null) if field.required != Required::No || kind.key.as_ref() == Some(id) => {
                add(id, (format!("请填写“{}”", field.name.zh), format!("{} is required", field.name.en)));
            }
            None | Some(Json::Null) => {}
            Some(v) => {
                if let Err(f) = one(field, v, today) {
                    add(id, f);
                }
            }
        }
    }
    error.map_or(Ok(()), Err)
}

pub(crate) fn shape(kind: &Kind, given: Option<&Json>) -> Result<Option<Geometry>> {
    match given {
        None | Some(Json::Null) => Ok(None),
        Some(json) => geometry::check(kind.shape, json).map(Some),
    }
}

/// One value of a field.
pub(crate) fn one(field: &Field, v: &Json, today: Date) -> std::result::Result<(), Fault> {
    let text = || v.as_str().ok_or_else(|| ("应是文字".to_owned(), "must be text".to_owned()));
    let number = |field: &Field| limits(field, v.as_f64(), "");
    match &field.kind {
        FieldKind::Text | FieldKind::Plot => {
            let n = text()?.chars().count();
            let most = size(field.max.as_ref()).unwrap_or(TEXT_MOST);
            if n > most {
                return fault(format!("有 {n} 字，最多 {most} 字"), format!("has {n} characters, at most {most}"));
            }
            let least = size(field.min.as_ref()).unwrap_or(0);
            if n < least {
                return fault(format!("至少 {least} 字"), format!("at least {least} characters"));
            }
            Ok(())
        }
        FieldKind::Number { whole, .. } => match v.as_f64() {
            None => fault("应是数字", "must be a number"),
            Some(n) if *whole && n.fract() != 0.0 => fault("应是整数", "must be a whole number"),
            Some(_) => number(field),
        },
        FieldKind::Bool => v.as_bool().map(|_| ()).ok_or_else(|| ("应是“是”或“否”".into(), "must be true or false".into())),
        FieldKind::Scale { of } => match v.as_i64() {
            Some(n) if (1..=i64::from(*of)).contains(&n) => Ok(()),
            _ => fault(format!("应是 1 到 {of} 的整数"), format!("must be a whole number from 1 to {of}")),
        },
        FieldKind::Choice { of, many } => each(v, *many, &mut |v| match v.as_str() {
            Some(code) if of.entry(code).is_some() => Ok(()),
            _ => {
                let zh = of.entries.values().take(30).map(|e| format!("{}（{}）", e.code, e.name.zh)).collect::<Vec<_>>().join("、");
                let en = of.entries.values().take(30).map(|e| e.code.clone()).collect::<Vec<_>>().join(", ");
                fault(format!("应是其中之一：{zh}"), format!("must be one of {en}"))
            }
        }),
        FieldKind::Date => match text()?.parse::<Date>() {
            Ok(_) if text()?.len() == 10 => date_limits(field, text()?),
            _ => fault("日期应如 2026-09-30", "a date looks like 2026-09-30"),
        },
        FieldKind::Time => text()?.parse::<Time>().map(|_| ()).map_err(|e| first(&e)),
        FieldKind::Term => text()?.parse::<packs::Term>().map(|_| ()).map_err(|_| ("时长应如 5 work-days".into(), "a term looks like 5 work-days".into())),
        FieldKind::Region { level } => {
            let code = text()?.parse::<Code>().map_err(|e| first(&e))?;
            reaches(code, *level)?;
            if let Required::Level(l) = field.required { reaches(code, Some(l)) } else { Ok(()) }
        }
        FieldKind::Place => {
            let code = v["region"].as_str().unwrap_or_default().parse::<Code>().map_err(|e| first(&e))?;
            if let Required::Level(l) = field.required { reaches(code, Some(l)) } else { Ok(()) }
        }
        FieldKind::Person => person(v, today),
        FieldKind::Firm => {
            if v["name"].as_str().is_none_or(|n| n.trim().is_empty() || n.chars().count() > 200) {
                return fault("请写单位名称，最多 200 字", "a firm has a name of at most 200 characters");
            }
            v["credit_code"].as_str().map_or(Ok(()), |c| base::credit_code(c).map(|_| ()).map_err(|e| first(&e)))
        }
        FieldKind::Party { many } => each(v, *many, &mut |v| match v["kind"].as_str() {
            Some("person" | "firm" | "unit") => Ok(()),
            _ => fault("应写明是个人、单位还是部门", "kind is person, firm or unit"),
        }),
        FieldKind::Unit { many } => each(v, *many, &mut |v| v.as_str().map(|_| ()).ok_or_else(|| ("应是部门代码".into(), "must be a department's id".into()))),
        FieldKind::Thing { many, .. } => each(v, *many, &mut |v| match v.as_str().map(str::parse::<base::ThingId>) {
            Some(Ok(_)) => Ok(()),
            _ => fault("应是台账编号（id）", "must be the id of a thing"),
        }),
        FieldKind::Area { .. } => match hundredths_of_area(v) {
            Some(n) if n >= 0 => limits(field, Some(n as f64 / 100.0), " m²"),
            _ => fault("面积应是平方米，最多两位小数，例如 120.50", "an area is square metres with at most 2 decimals, such as 120.50"),
        },
        FieldKind::Money => match v.as_str().and_then(hundredths) {
            Some(n) => limits(field, Some(n as f64 / 100.0), " 元"),
            None => fault("金额应是元，最多两位小数，例如 1234.50", "money is yuan with at most 2 decimals, such as 1234.50"),
        },
        FieldKind::Point => geometry::check(Shape::Point, v).map(|_| ()).map_err(|e| first(&e)),
        FieldKind::Line => geometry::check(Shape::Line, v).map(|_| ()).map_err(|e| first(&e)),
        FieldKind::Polygon => geometry::check(Shape::Polygon, v).map(|_| ()).map_err(|e| first(&e)),
        FieldKind::Table { fields } => {
            let Some(rows) = v.as_array() else { return fault("应是表格", "must be a table: an array of rows") };
            for (i, row) in rows.iter().enumerate() {
                for (id, f) in fields {
                    match row.get(id) {
                        None | Some(Json::Null) if f.required != Required::No => {
                            return fault(format!("第 {} 行缺“{}”", i + 1, f.name.zh), format!("row {} lacks {}", i + 1, f.name.en));
                        }
                        None | Some(Json::Null) => {}
                        Some(v) => one(f, v, today).map_err(|(zh, en)| (format!("第 {} 行“{}”{zh}", i + 1, f.name.zh), format!("row {}, {}: {en}", i + 1, f.name.en)))?,
                    }
                }
            }
            Ok(())
        }
        FieldKind::Media { .. } => each(v, true, &mut |v| v.as_str().map(|_| ()).ok_or_else(|| ("应是已上传文件的编号".into(), "must be ids of uploaded files".into()))),
        FieldKind::Signature | FieldKind::Identity { .. } => text().map(|_| ()),
    }
}

fn person(v: &Json, today: Date) -> std::result::Result<(), Fault> {
    if v["name"].as_str().is_none_or(|n| n.trim().is_empty() || n.chars().count() > access::NAME_MOST) {
        return fault(format!("请写姓名，最多 {} 字", access::NAME_MOST), format!("a person has a name of at most {} characters", access::NAME_MOST));
    }
    if let Some(id) = v["resident_id"].as_str() {
        base::resident_id(id, today).map_err(|e| first(&e))?;
    }
    if let Some(phone) = v["phone"].as_str() {
        base::mobile(phone).map_err(|e| first(&e))?;
    }
    Ok(())
}

fn each(v: &Json, many: bool, f: &mut dyn FnMut(&Json) -> std::result::Result<(), Fault>) -> std::result::Result<(), Fault> {
    match (v, many) {
        (Json::Array(items), true) => items.iter().try_for_each(f),
        (Json::Array(_), false) => fault("只能选一个", "takes one value"),
        (one, false) => f(one),
        (_, true) => fault("应是列表", "must be a list"),
    }
}

fn reaches(code: Code, level: Option<Level>) -> std::result::Result<(), Fault> {
    match level {
        Some(level) if code.level() < level => fault("区划不够细，请选到要求的一级", "the region is too coarse; pick one of the level asked for"),
        _ => Ok(()),
    }
}

fn limits(field: &Field, n: Option<f64>, unit: &str) -> std::result::Result<(), Fault> {
    let Some(n) = n else { return Ok(()) };
    if let Some(least) = number(field.min.as_ref()).filter(|least| n < *least) {
        return fault(format!("不能小于 {least}{unit}"), format!("must be at least {least}{unit}"));
    }
    if let Some(most) = number(field.max.as_ref()).filter(|most| n > *most) {
        return fault(format!("不能大于 {most}{unit}"), format!("must be at most {most}{unit}"));
    }
    Ok(())
}

fn date_limits(field: &Field, day: &str) -> std::result::Result<(), Fault> {
    let at = |b: Option<&Bound>| match b {
        Some(Bound::Value(Val::Time(t))) => Some(t.date().to_string()),
        _ => None,
    };
    if let Some(least) = at(field.min.as_ref()).filter(|least| day < least.as_str()) {
        return fault(format!("不能早于 {least}"), format!("must not be before {least}"));
    }
    if let Some(most) = at(field.max.as_ref()).filter(|most| day > most.as_str()) {
        return fault(format!("不能晚于 {most}"), format!("must not be after {most}"));
    }
    Ok(())
}

fn number(b: Option<&Bound>) -> Option<f64> {
    match b {
        Some(Bound::Value(v)) => v.as_num(),
        _ => None,
    }
}

pub(crate) fn size(b: Option<&Bound>) -> Option<usize> {
    number(b).map(|n| n as usize)
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
