//! The file, row by row.

use super::columns::{Columns, Field};
use base::{Error, Result, Text, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use things::{
    import::RowFault,
    sheet::{Cell, Fault, Row, Sheet, Value, letter},
};

/// Messages of one file: all are held in memory while they are compared.
pub const MOST: usize = 50_000;

/// One message as the sheet has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    pub row: usize,
    pub number: String,
    pub sender: Option<String>,
    pub title: Option<String>,
    pub at: Time,
    pub words: String,
    pub answer: Option<(Time, String)>,
    pub against: i64,
    pub support: i64,
}

#[derive(Debug, Default)]
pub struct Read {
    pub told: Vec<Told>,
    /// Rows that cannot be taken.
    pub wrong: usize,
    pub faults: Vec<RowFault>,
    pub notes: Vec<Text>,
    /// Heading → field.
    pub columns: Vec<(String, String)>,
}

pub fn read(bytes: Vec<u8>, name: &str, columns: &Columns, now: Time) -> Result<Read> {
    let mut out = Read::default();
    if name.ends_with(".jsonl") || bytes.trim_ascii_start().starts_with(b"{") {
        json_lines(&bytes, columns, now, &mut out)?;
    } else {
        sheet(bytes, name, columns, now, &mut out)?;
    }
    Ok(out)
}

fn sheet(bytes: Vec<u8>, name: &str, columns: &Columns, now: Time, out: &mut Read) -> Result<()> {
    let mut sheet = Sheet::read(bytes, name)?;
    let mut head: Option<(Vec<String>, BTreeMap<Field, usize>)> = None;
    sheet.each(|row| {
        let Some((headings, found)) = &head else {
            let headings: Vec<String> = row.cells.iter().map(|c| c.text().ok().flatten().unwrap_or_default()).collect();
            let found = columns.of(&headings)?;
            out.columns = found.iter().map(|(f, i)| (headings[*i].clone(), f.name().to_owned())).collect();
            head = Some((headings, found));
            return Ok(true);
        };
        one(&Source::Sheet { row: &row, headings, found }, row.number, now, out)
    })?;
    out.notes.extend(sheet.notes().iter().cloned());
    if head.is_none() {
        return Err(Error::invalid("file", "文件是空的", "the file is empty"));
    }
    Ok(())
}

fn json_lines(bytes: &[u8], columns: &Columns, now: Time, out: &mut Read) -> Result<()> {
    things::sheet::within_limit(bytes.len(), things::sheet::MOST_BYTES)?;
    let text =
        std::str::from_utf8(bytes).map_err(|_| Error::invalid("file", "JSON 文件应是 UTF-8 编码", "a file of JSON lines is UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let object: serde_json::Map<String, serde_json::Value> = match serde_json::from_str(line) {
            Ok(object) => object,
            Err(e) => {
                let fault = Fault::new(
                    (format!("这一行不是 JSON 对象（{e}）"), format!("the line is no JSON object ({e})")),
                    ("每行一个对象，例如 {\"number\": \"1\", \"at\": \"2026-09-30 16:20\", \"words\": \"…\"}", "one object a line"),
                );
                out.wrong += 1;
                out.faults.push(RowFault {
                    row: i + 1,
                    column: None,
                    value: line.chars().take(40).collect(),
                    wrong: fault.wrong,
                    right: fault.right,
                });
                continue;
            }
        };
        let cells: BTreeMap<Field, (String, Cell)> =
            object.into_iter().filter_map(|(key, v)| Some((columns.field(&key)?, (key, cell(v))))).collect();
        if out.columns.is_empty() {
            out.columns = cells.iter().map(|(f, (key, _))| (key.clone(), f.name().to_owned())).collect();
        }
        if !one(&Source::Json(cells), i + 1, now, out)? {
            break;
        }
    }
    Ok(())
}

fn cell(v: serde_json::Value) -> Cell {
    let value = match v {
        serde_json::Value::Null => Value::Empty,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => n.as_f64().map_or(Value::Empty, Value::Number),
        serde_json::Value::String(s) if s.trim().is_empty() => Value::Empty,
        serde_json::Value::String(s) => Value::Text(s.trim().to_owned()),
        other => Value::Bad(other.to_string().chars().take(40).collect()),
    };
    Cell { value, formula: false }
}

enum Source<'a> {
    Sheet { row: &'a Row, headings: &'a [String], found: &'a BTreeMap<Field, usize> },
    Json(BTreeMap<Field, (String, Cell)>),
}

const EMPTY: &Cell = &Cell { value: Value::Empty, formula: false };

impl Source<'_> {
    fn cell(&self, field: Field) -> &Cell {
        match self {
            Source::Sheet { row, found, .. } => found.get(&field).map_or(EMPTY, |i| row.cell(*i)),
            Source::Json(cells) => cells.get(&field).map_or(EMPTY, |(_, c)| c),
        }
    }

    /// `D 留言时间`.
    fn column(&self, field: Field) -> Option<String> {
        match self {
            Source::Sheet { headings, found, .. } => found.get(&field).map(|i| format!("{} {}", letter(*i), headings[*i])),
            Source::Json(cells) => Some(cells.get(&field).map_or_else(|| field.name().to_owned(), |(key, _)| key.clone())),
        }
    }
}

/// What is read of one row, with its faults.
struct Row1<'a, 'b> {
    source: &'a Source<'b>,
    row: usize,
    faults: Vec<RowFault>,
    notes: Vec<Text>,
}

impl Row1<'_, '_> {
    fn fault(&mut self, field: Field, fault: Fault) {
        let (column, value) = (self.source.column(field), self.source.cell(field).shown());
        self.faults.push(RowFault { row: self.row, column, value, wrong: fault.wrong, right: fault.right });
    }

    fn text(&mut self, field: Field) -> Option<String> {
        match self.source.cell(field).text() {
            Ok(text) => text.map(|t| t.trim().replace('\0', "")).filter(|t| !t.is_empty()),
            Err(e) => {
                self.fault(field, e);
                None
            }
        }
    }

    fn time(&mut self, field: Field) -> Option<Time> {
        let cell = self.source.cell(field);
        match cell.moment() {
            Ok(Some(t)) => {
                if t.civil().time() == jiff::civil::Time::midnight() && !cell.shown().contains(':') && !cell.shown().contains('T') {
                    let (row, date) = (self.row, t.date());
                    self.notes.push(Text::new(
                        format!("第 {row} 行{}只有日期，按 {date} 零时计", self.source.column(field).unwrap_or_default()),
                        format!("row {row}: {} has no time of day; taken as the beginning of {date}", field.name()),
                    ));
                }
                Some(t)
            }
            Ok(None) => None,
            Err(e) => {
                self.fault(field, e);
                None
            }
        }
    }

    fn count(&mut self, field: Field) -> i64 {
        match self.source.cell(field).number() {
            Ok(n) => n.filter(|n| (0.0..1e9).contains(n)).map_or(0, |n| n as i64),
            Err(e) => {
                self.fault(field, e);
                0
            }
        }
    }

    fn missing(&mut self, field: Field, zh: &str) {
        if self.faults.iter().all(|f| f.column != self.source.column(field)) {
            self.fault(field, Fault::new((format!("缺{zh}"), format!("{} is missing", field.name())), ("请填上", "fill it in")));
        }
    }
}

/// Answers false once there are more messages than one file may hold.
fn one(source: &Source, row: usize, now: Time, out: &mut Read) -> Result<bool> {
    if out.told.len() >= MOST {
        return Err(Error::invalid(
            "file",
            format!("一个文件最多 {MOST} 条留言，请分开"),
            format!("a file has at most {MOST} messages; split it"),
        ));
    }
    let mut r = Row1 { source, row, faults: Vec::new(), notes: Vec::new() };
    let number = r.text(Field::Number).filter(|n| !n.is_empty());
    let (sender, title, words, answer) = (r.text(Field::Sender), r.text(Field::Title), r.text(Field::Words), r.text(Field::Answer));
    let (at, answered_at) = (r.time(Field::At), r.time(Field::AnsweredAt));
    let (against, support) = (r.count(Field::Against), r.count(Field::Support));
    match &number {
        None => r.missing(Field::Number, "编号"),
        Some(n) if n.chars().count() > 64 => {
            r.fault(Field::Number, Fault::new(("编号太长", "the number is too long"), ("最多 64 个字", "at most 64 characters")));
        }
        Some(_) => {}
    }
    if words.is_none() {
        r.missing(Field::Words, "内容");
    }
    match at {
        None => r.missing(Field::At, "留言时间"),
        Some(t) if t > now => r.fault(Field::At, Fault::new(("留言时间在将来", "it lies in the future"), ("请核对年份", "check the year"))),
        Some(_) => {}
    }
    let answered = match (answer, answered_at, at) {
        (Some(answer), Some(done), Some(at)) => {
            // A date alone means some time of that day.
            let done = if done.date() == at.date() { done.max(at) } else { done };
            if done < at || done > now {
                r.fault(
                    Field::AnsweredAt,
                    Fault::new(
                        ("答复时间早于留言，或在将来", "answered before it was received, or in the future"),
                        ("请核对两个时间", "check both times"),
                    ),
                );
            }
            Some((done, answer))
        }
        (Some(_), None, _) => {
            r.missing(Field::AnsweredAt, "答复时间");
            None
        }
        (None, Some(_), _) => {
            r.missing(Field::Answer, "答复意见");
            None
        }
        _ => None,
    };
    let complete = r.faults.is_empty();
    out.faults.append(&mut r.faults);
    out.notes.append(&mut r.notes);
    match (number, at, words) {
        (Some(number), Some(at), Some(words)) if complete => {
            out.told.push(Told { row, number, sender, title, at, words, answer: answered, against, support });
        }
        _ => out.wrong += 1,
    }
    Ok(true)
}
