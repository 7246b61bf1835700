//! A row becomes what it says of a thing, or faults.

use super::{
    columns::{Target, parts},
    places::Places,
    report::RowFault,
};
use crate::{
    check::{self, hundredths},
    put::Values,
    sheet::{Cell, Fault, Value},
};
use base::{Code, Text};
use jiff::civil::Date;
use packs::{AreaUnit, Field, FieldKind, Kind};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// What a row says. Fields that it does not name stay as they are.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub row: usize,
    pub region: Option<Code>,
    pub values: Values,
    pub geometry: Option<Json>,
    pub faults: Vec<RowFault>,
}

pub(super) struct Builder<'a> {
    kind: &'a Kind,
    /// Townships with a kind of their own numbers and texts.
    towns: &'a HashMap<Code, Kind>,
    places: &'a Places,
    today: Date,
    said: Said,
    region: Option<String>,
    path: [Option<String>; 3],
    point: [Option<f64>; 2],
}

impl<'a> Builder<'a> {
    pub fn new(kind: &'a Kind, towns: &'a HashMap<Code, Kind>, places: &'a Places, today: Date, row: usize) -> Builder<'a> {
        let said = Said { row, region: None, values: Values::new(), geometry: None, faults: Vec::new() };
        Builder { kind, towns, places, today, said, region: None, path: [None, None, None], point: [None, None] }
    }

    pub fn fault(&mut self, column: Option<String>, cell: &Cell, fault: Fault) {
        self.said.faults.push(RowFault { row: self.said.row, column, value: cell.shown(), wrong: fault.wrong, right: fault.right });
    }

    /// Takes a cell under its heading. `column` is said in faults.
    pub fn cell(&mut self, target: &Target, column: &str, cell: &Cell) {
        if let Err(fault) = self.take(target, cell) {
            self.fault(Some(column.to_owned()), cell, fault);
        }
    }

    fn take(&mut self, target: &Target, cell: &Cell) -> Result<(), Fault> {
        match target {
            Target::Masked => {}
            Target::Region => self.region = cell.text()?,
            Target::Town => self.path[0] = cell.text()?,
            Target::Village => self.path[1] = cell.text()?,
            Target::Group => self.path[2] = cell.text()?.map(|g| if g.bytes().all(|b| b.is_ascii_digit()) { format!("{g}组") } else { g }),
            Target::Lon => self.point[0] = cell.number()?,
            Target::Lat => self.point[1] = cell.number()?,
            Target::Geometry => {
                if let Some(text) = cell.text()? {
                    self.said.geometry = Some(serde_json::from_str(&text).map_err(|_| {
                        cell.not(
                            "GeoJSON 图形",
                            "a GeoJSON geometry",
                            r#"{"type":"Point","coordinates":[112.5,28.5]}"#,
                            r#"{"type":"Point","coordinates":[112.5,28.5]}"#,
                        )
                    })?);
                }
            }
            Target::Field(id) => {
                let Some(field) = self.kind.fields.get(id) else { return Ok(()) };
                if let Some(v) = read(field, cell, self.places)? {
                    self.value(field, v)?;
                }
            }
            Target::Part(id, part) => {
                if let Some(text) = cell.text()? {
                    self.said.values.entry(id.clone()).or_insert_with(|| json!({}))[*part] = json!(text);
                }
            }
        }
        Ok(())
    }

    /// Takes a value that is JSON already.
    pub fn json(&mut self, target: &Target, column: &str, v: &Json) {
        let cell = Cell {
            value: match v {
                Json::Null => return,
                Json::String(s) if s.trim().is_empty() => return,
                Json::String(s) => Value::Text(s.trim().to_owned()),
                Json::Number(n) => Value::Number(n.as_f64().unwrap_or_default()),
                Json::Bool(b) => Value::Bool(*b),
                structured => Value::Text(structured.to_string()),
            },
            formula: false,
        };
        let (Target::Field(id), true) = (target, v.is_array() || v.is_object()) else { return self.cell(target, column, &cell) };
        let Some(field) = self.kind.fields.get(id) else { return };
        if let Err(fault) = self.value(field, v.clone()) {
            self.fault(Some(column.to_owned()), &cell, fault);
        }
    }

    pub fn geometry(&mut self, v: &Json) {
        self.said.geometry = Some(v.clone()).filter(|v| !v.is_null());
    }

    fn value(&mut self, field: &Field, v: Json) -> Result<(), Fault> {
        match (self.said.values.get_mut(&field.id), v) {
            // The name of a person whose telephone came in an earlier column.
            (Some(Json::Object(there)), Json::Object(more)) => there.extend(more),
            (_, v) => {
                self.said.values.insert(field.id.clone(), v);
            }
        }
        Ok(())
    }

    /// Checks the whole row. `at` says where a target stands.
    pub fn finish(mut self, default: Option<Code>, at: &dyn Fn(&Target) -> Option<String>) -> Said {
        let path: String = self.path.iter().flatten().map(String::as_str).collect();
        let (said, target) = match (&self.region, path.is_empty()) {
            (Some(code), _) => (Some(code.clone()), Target::Region),
            (None, false) => (Some(path), Target::Village),
            (None, true) => (None, Target::Region),
        };
        match said.map(|s| (self.places.find(&s), s)) {
            Some((Ok(code), _)) => self.said.region = Some(code),
            Some((Err((zh, en)), s)) => {
                let right = (
                    "填区划代码（村为 12 位），或“乡镇+村+组”的全名",
                    "a region's code (12 digits for a village), or its full name from the township down",
                );
                self.fault(at(&target), &Cell { value: Value::Text(s), formula: false }, Fault::new((zh, en), right));
            }
            None => self.said.region = default,
        }
        if let [Some(lon), Some(lat)] = self.point {
            self.said.geometry = Some(json!({"type": "Point", "coordinates": [lon, lat]}));
        } else if self.point != [None, None] {
            let fault = Fault::new(
                ("经度和纬度只填了一个", "only one of longitude and latitude is given"),
                ("两个都填，或都不填", "give both or neither"),
            );
            self.fault(at(&Target::Lon), &Cell::default(), fault);
        }
        if let Some(given) = self.said.geometry.take() {
            match check::shape(self.kind, Some(&given)) {
                Ok(g) => self.said.geometry = g.map(|g| g.json),
                Err(e) => {
                    let (zh, en) = check::first(&e);
                    let column = at(&Target::Geometry).or_else(|| at(&Target::Lon));
                    self.fault(
                        column,
                        &Cell::default(),
                        Fault::new((zh, en), ("WGS 84 经纬度，边界闭合、不自交", "WGS 84, closed rings that do not cross themselves")),
                    );
                }
            }
        }
        if let Some(own) = self.said.region.and_then(|r| r.with_ancestors().find_map(|c| self.towns.get(&c))) {
            self.kind = own;
        }
        for (path, (zh, en)) in check::faults(self.kind, &self.said.values, self.today) {
            let id = path.split(['.', '[']).next().unwrap_or_default();
            let Some((field, v)) = self.kind.fields.get(id).zip(self.said.values.get(id)) else { continue };
            let cell = Cell { value: Value::Text(v.as_str().map_or_else(|| v.to_string(), str::to_owned)), formula: false };
            let (right_zh, right_en) = expected(field);
            let column = match path.split_once('.') {
                Some((_, part)) => {
                    parts(&field.kind).iter().find(|(p, _)| *p == part).and_then(|(p, _)| at(&Target::Part(id.to_owned(), p)))
                }
                None => None,
            };
            self.said.faults.push(RowFault {
                row: self.said.row,
                column: column.or_else(|| at(&Target::Field(id.to_owned()))),
                value: cell.shown(),
                wrong: Text::new(zh, en),
                right: Text::new(right_zh, right_en),
            });
        }
        self.said
    }
}

/// What a cell of this field looks like.
pub(super) fn expected(field: &Field) -> (String, String) {
    let both = |s: &str| (s.to_owned(), s.to_owned());
    match &field.kind {
        FieldKind::Text | FieldKind::Plot => match check::size(field.max.as_ref()) {
            Some(n) => (format!("最多 {n} 字"), format!("at most {n} characters")),
            None => ("最多 2000 字".into(), "at most 2,000 characters".into()),
        },
        FieldKind::Choice { of, .. } => {
            let names =
                |en: bool| of.entries.values().take(12).map(|e| if en { e.name.en.clone() } else { e.name.zh.clone() }).collect::<Vec<_>>();
            (names(false).join("、"), names(true).join(", "))
        }
        FieldKind::Date => both("2026-09-30"),
        FieldKind::Time => both("2026-09-30 16:20"),
        FieldKind::Money | FieldKind::Area { .. } => both("1234.50"),
        FieldKind::Person => {
            ("姓名、11 位手机号、18 位身份证号".into(), "a name, a mobile number of 11 digits, a resident id of 18".into())
        }
        _ => ("见这一项的说明".into(), "see the field's help".into()),
    }
}

/// A cell as the field's JSON; nothing of an empty one.
pub(super) fn read(field: &Field, cell: &Cell, places: &Places) -> Result<Option<Json>, Fault> {
    Ok(match &field.kind {
        FieldKind::Number { .. } | FieldKind::Scale { .. } => cell.number()?.map(whole),
        FieldKind::Bool => cell.bool()?.map(Json::Bool),
        FieldKind::Date => cell.date()?.map(|d| json!(d.to_string())),
        FieldKind::Time => cell.moment()?.map(|t| json!(t.to_string())),
        FieldKind::Money => decimal(cell)?.map(|s| json!(s)),
        FieldKind::Area { unit } => decimal(cell)?.map(|s| if *unit == AreaUnit::Mu { json!({"mu": s}) } else { json!(s) }),
        FieldKind::Choice { of, many } => {
            let Some(text) = cell.text()? else { return Ok(None) };
            let code = |said: &str| {
                of.entries
                    .values()
                    .find(|e| e.code == said || e.name.zh == said || e.name.en.eq_ignore_ascii_case(said))
                    .map(|e| e.code.clone())
            };
            let codes: Option<Vec<String>> = if *many { split(&text).map(code).collect() } else { code(text.trim()).map(|c| vec![c]) };
            let Some(codes) = codes else {
                let (zh, en) = expected(field);
                return Err(cell.not("可选的一项", "one of the choices", &zh, &en));
            };
            Some(if *many { json!(codes) } else { json!(codes[0]) })
        }
        FieldKind::Region { .. } => match cell.text()? {
            None => None,
            Some(text) => Some(json!(
                places.find(&text).map_err(|(zh, en)| Fault::new((zh, en), ("区划代码或全名", "a region's code or full name")))?
            )),
        },
        FieldKind::Person | FieldKind::Firm => cell.text()?.map(|name| json!({"name": name})),
        FieldKind::Party { many } => cell.text()?.map(|text| {
            let party = |name: &str| json!({"kind": "person", "name": name});
            if *many { split(&text).map(party).collect() } else { party(&text) }
        }),
        FieldKind::Unit { many: true } | FieldKind::Thing { many: true, .. } => cell.text()?.map(|t| split(&t).collect::<Vec<_>>().into()),
        FieldKind::Media { .. } | FieldKind::Table { .. } | FieldKind::Place | FieldKind::Point | FieldKind::Line | FieldKind::Polygon => {
            match cell.text()? {
                None => None,
                Some(text) => {
                    Some(serde_json::from_str(&text).map_err(|_| cell.not("JSON", "JSON", "用导出的写法", "as an export writes it"))?)
                }
            }
        }
        _ => cell.text()?.map(Json::String),
    })
}

fn whole(n: f64) -> Json {
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ';', '；', '/', '\n']).map(str::trim).filter(|s| !s.is_empty())
}

/// Money or area with at most two decimals.
fn decimal(cell: &Cell) -> Result<Option<String>, Fault> {
    let fault = || cell.not("最多两位小数的数", "a number with at most 2 decimals", "1234.50", "1234.50");
    let text = match &cell.value {
        Value::Number(n) => {
            let cents = (n * 100.0).round();
            // What a spreadsheet computes is off by less than a millionth.
            if (n * 100.0 - cents).abs() > 1e-4 {
                return Err(fault());
            }
            format!("{:.2}", cents / 100.0)
        }
        _ => match cell.text()? {
            None => return Ok(None),
            Some(t) => t.trim_start_matches('¥').trim_end_matches(['元', '亩']).replace([',', '，', ' '], ""),
        },
    };
    match hundredths(&text) {
        Some(n) => Ok(Some(format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100))),
        None => Err(fault()),
    }
}
