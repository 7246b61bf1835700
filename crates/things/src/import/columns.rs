//! Which heading is what: by a field's Chinese name, English name or id.

use super::report::RowFault;
use crate::sheet::{Row, letter};
use base::Text;
use packs::{FieldKind, Kind, Shape};
use std::collections::HashMap;

/// What a column fills.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Field(String),
    /// A part of a person or firm: `phone`, `resident_id`, `credit_code`.
    Part(String, &'static str),
    Region,
    Town,
    Village,
    Group,
    Lon,
    Lat,
    Geometry,
    /// Left aside on purpose: masked by an export.
    Masked,
}

/// Ending of a heading whose values an export has masked.
pub(crate) const MASKED: &str = "（已隐去）";

const PLACES: &[(Target, &[&str])] = &[
    (Target::Region, &["区划代码", "区划", "所在区划", "region", "region_code"]),
    (Target::Town, &["乡镇", "所在乡镇", "乡镇街道", "town"]),
    (Target::Village, &["村", "村社区", "所在村", "行政村", "village"]),
    (Target::Group, &["组", "村民小组", "group"]),
];
const POINTS: &[(Target, &[&str])] = &[(Target::Lon, &["经度", "lon", "lng", "longitude"]), (Target::Lat, &["纬度", "lat", "latitude"])];
const SHAPES: &[(Target, &[&str])] = &[(Target::Geometry, &["图形", "geometry", "geojson"])];

/// Every heading that is understood, in its plain form.
pub(crate) fn known(kind: &Kind) -> HashMap<String, Target> {
    let mut known = HashMap::new();
    let groups = [Some(PLACES), (kind.shape == Shape::Point).then_some(POINTS), (kind.shape != Shape::None).then_some(SHAPES)];
    for (target, names) in groups.into_iter().flatten().flatten() {
        known.extend(names.iter().map(|n| (plain(n), target.clone())));
    }
    // The kind's own names win.
    for f in kind.fields.values() {
        let names = [&f.name.zh, &f.name.en, &f.id];
        for (part, tails) in parts(&f.kind) {
            for (name, tail) in names.iter().flat_map(|n| tails.iter().map(move |t| (n, t))) {
                known.insert(plain(&format!("{name}{tail}")), Target::Part(f.id.clone(), part));
            }
        }
        known.extend(names.iter().map(|n| (plain(n), Target::Field(f.id.clone()))));
    }
    known.remove("");
    known
}

/// Parts of a value that stand in columns of their own; the first tail is the one that an export writes.
pub(crate) fn parts(kind: &FieldKind) -> &'static [(&'static str, &'static [&'static str])] {
    match kind {
        FieldKind::Person => &[
            ("phone", &["电话", "手机", "联系电话", "手机号", " phone", ".phone"]),
            ("resident_id", &["身份证号", "身份证", "身份证号码", " resident id", ".resident_id"]),
        ],
        FieldKind::Firm => &[("credit_code", &["统一社会信用代码", "信用代码", " credit code", ".credit_code"])],
        _ => &[],
    }
}

/// Lower case, without blanks, marks and what stands in brackets (units, hints).
pub(crate) fn plain(name: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '（' | '(' | '【' | '[' => depth += 1,
            '）' | ')' | '】' | ']' => depth -= 1,
            c if depth <= 0 && (c.is_alphanumeric() || c == '_' || c == '.') => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// The heading row as it was understood.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// By column: what it fills, and its heading.
    pub targets: Vec<(Option<Target>, String)>,
    pub notes: Vec<Text>,
    pub faults: Vec<RowFault>,
}

impl Columns {
    /// How much of this row is headings that are understood: to find it under a title.
    pub fn score(known: &HashMap<String, Target>, row: &Row) -> usize {
        row.cells.iter().filter(|c| c.text().ok().flatten().is_some_and(|t| known.contains_key(&plain(&t)))).count()
    }

    pub fn read(kind: &Kind, known: &HashMap<String, Target>, row: &Row) -> Columns {
        let mut c = Columns { targets: Vec::new(), notes: Vec::new(), faults: Vec::new() };
        let mut seen: HashMap<Target, usize> = HashMap::new();
        for (i, cell) in row.cells.iter().enumerate() {
            let heading = cell.text().ok().flatten().unwrap_or_default();
            let target = if heading.trim_end().ends_with(MASKED) { Some(Target::Masked) } else { known.get(&plain(&heading)).cloned() };
            match &target {
                Some(Target::Masked) => c.notes.push(Text::new(
                    format!("{} 列“{heading}”是导出时隐去的，不导入", letter(i)),
                    format!("column {} was masked by an export and is not read", letter(i)),
                )),
                None if !heading.is_empty() => {
                    let near = nearest(kind, &heading);
                    c.notes.push(Text::new(
                        format!(
                            "{} 列“{heading}”不认识，没有读{}",
                            letter(i),
                            near.as_ref().map_or_else(String::new, |n| format!("；是不是“{n}”？"))
                        ),
                        format!(
                            "column {} ({heading}) is not known and not read{}",
                            letter(i),
                            near.map_or_else(String::new, |n| format!("; did you mean {n}?"))
                        ),
                    ));
                }
                Some(t) => {
                    if let Some(first) = seen.insert(t.clone(), i) {
                        c.faults.push(RowFault {
                            row: row.number,
                            column: Some(format!("{} {heading}", letter(i))),
                            value: heading.clone(),
                            wrong: Text::new(
                                format!("和 {} 列是同一项", letter(first)),
                                format!("it is the same as column {}", letter(first)),
                            ),
                            right: Text::new("同一项只留一列", "keep one column of each"),
                        });
                    }
                }
                None => {}
            }
            c.targets.push((target, heading));
        }
        c
    }

    pub fn at(&self, target: &Target) -> Option<String> {
        let i = self.targets.iter().position(|(t, _)| t.as_ref() == Some(target))?;
        Some(format!("{} {}", letter(i), self.targets[i].1))
    }
}

/// A field whose name shares most of its characters with the heading.
fn nearest(kind: &Kind, heading: &str) -> Option<String> {
    let chars: Vec<char> = plain(heading).chars().collect();
    let shared = |name: &str| name.chars().filter(|c| chars.contains(c)).count();
    let best = kind.fields.values().map(|f| &f.name.zh).max_by_key(|n| shared(n))?;
    (shared(best) * 2 > best.chars().count().max(chars.len())).then(|| best.clone())
}
