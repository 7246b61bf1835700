//! XLSX through calamine, a row at a time. What calamine does not tell (hidden rows) and does not bound (how much the file
//! unpacks to) is read from the package beforehand.

use super::{Cell, MOST_COLUMNS, MOST_UNPACKED, Row, Value, refused};
use base::{Error, Kind, Result, Text};
use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, XlsxError};
use jiff::civil::DateTime;
use quick_xml::events::Event;
use std::{
    collections::HashSet,
    io::{BufReader, Cursor, Read},
};
use zip::ZipArchive;

type Book = calamine::Xlsx<Cursor<Vec<u8>>>;

pub(super) struct Xlsx {
    book: Book,
    sheet: String,
    others: Vec<String>,
    hidden: HashSet<u32>,
    merged: Vec<Dimensions>,
}

/// Parts of a package; an honest one has a few dozen.
const MOST_PARTS: usize = 2_000;

impl Xlsx {
    pub fn read(bytes: Vec<u8>) -> Result<Xlsx> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        bounded(&mut archive)?;
        let first = paths(&mut archive)?;
        let bytes = archive.into_inner().into_inner();
        let mut book: Book = calamine::Xlsx::new(Cursor::new(bytes.clone())).map_err(|e| match e {
            XlsxError::Password => refused("文件有密码，请去掉密码后再上传", "the file has a password; take it away and send it again"),
            e => broken(e),
        })?;
        let shown: Vec<String> = book
            .sheets_metadata()
            .iter()
            .filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet)
            .map(|s| s.name.clone())
            .collect();
        let Some((sheet, others)) = shown.split_first() else {
            return Err(refused("文件里没有可见的工作表", "the file has no visible sheet"));
        };
        let (sheet, others) = (sheet.clone(), others.to_vec());
        let mut merged = book.merge_cells_by_sheet_name(&sheet).map_err(broken)?;
        merged.sort_by_key(|m| m.start);
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let hidden = match first.iter().find(|(name, _)| *name == sheet) {
            Some((_, path)) => hidden(&mut archive, path)?,
            None => HashSet::new(),
        };
        Ok(Xlsx { book, sheet, others, hidden, merged })
    }

    pub fn notes(&self) -> Vec<Text> {
        let mut notes = Vec::new();
        if !self.others.is_empty() {
            let others = self.others.join("、");
            notes.push(Text::new(
                format!("只读第一个工作表“{}”，没有读：{others}", self.sheet),
                format!("only the first sheet, {}, is read; not read: {others}", self.sheet),
            ));
        }
        if !self.hidden.is_empty() {
            let n = self.hidden.len();
            notes.push(Text::new(format!("有 {n} 行是隐藏的，也一起读了"), format!("{n} rows are hidden; they are read too")));
        }
        notes
    }

    pub fn each(&mut self, f: &mut dyn FnMut(Row) -> Result<bool>) -> Result<()> {
        let mut rows = Rows { hidden: &self.hidden, merged: &self.merged, next: 0, open: Vec::new() };
        let mut reader = self.book.worksheet_cells_reader(&self.sheet).map_err(broken)?;
        let (mut at, mut cells): (u32, Vec<Cell>) = (0, Vec::new());
        while let Some(c) = reader.next_cell_with_formula_metadata().map_err(broken)? {
            let (row, column) = c.pos;
            if row != at {
                if let Some(full) = rows.finish(at, std::mem::take(&mut cells))
                    && !f(full)?
                {
                    return Ok(());
                }
                at = row;
            }
            if column as usize >= MOST_COLUMNS {
                continue;
            }
            let mut cell = value(c.value);
            if c.formula.is_some() {
                cell.formula = true;
                if cell.is_empty() {
                    cell.value = Value::Bad("没有保存结果 no saved value".to_owned());
                }
            }
            if !cell.is_empty() {
                cells.resize_with((column as usize + 1).max(cells.len()), Cell::default);
                cells[column as usize] = cell;
            }
        }
        if let Some(full) = rows.finish(at, cells) {
            f(full)?;
        }
        Ok(())
    }
}

/// Puts merged cells into the rows they cover, as rows come from the top.
struct Rows<'a> {
    hidden: &'a HashSet<u32>,
    merged: &'a [Dimensions],
    next: usize,
    open: Vec<Dimensions>,
}

impl Rows<'_> {
    fn finish(&mut self, row: u32, mut cells: Vec<Cell>) -> Option<Row> {
        if cells.is_empty() {
            return None;
        }
        while let Some(m) = self.merged.get(self.next).filter(|m| m.start.0 <= row) {
            self.open.push(*m);
            self.next += 1;
        }
        self.open.retain(|m| m.end.0 >= row);
        for m in &self.open {
            for column in m.start.1..=m.end.1.min(MOST_COLUMNS as u32 - 1) {
                if (row, column) != m.start {
                    let column = column as usize;
                    cells.resize_with((column + 1).max(cells.len()), Cell::default);
                    cells[column] = Cell::new(Value::Merged);
                }
            }
        }
        Some(Row { number: row as usize + 1, hidden: self.hidden.contains(&row), cells })
    }
}

fn value(v: DataRef) -> Cell {
    match v {
        DataRef::Int(n) => Cell::new(Value::Number(n as f64)),
        DataRef::Float(n) => Cell::new(Value::Number(n)),
        DataRef::String(s) => Cell::typed(&s),
        DataRef::SharedString(s) => Cell::typed(s),
        DataRef::Bool(b) => Cell::new(Value::Bool(b)),
        DataRef::DateTime(d) if d.is_datetime() => {
            let (y, mo, day, h, mi, s, milli) = d.to_ymd_hms_milli();
            let civil = DateTime::new(y as i16, mo as i8, day as i8, h as i8, mi as i8, s as i8, i32::from(milli) * 1_000_000);
            civil.map_or_else(|_| Cell::new(Value::Number(d.as_f64())), |c| Cell::new(Value::Moment(c)))
        }
        DataRef::DateTime(d) => Cell::new(Value::Number(d.as_f64())),
        DataRef::DateTimeIso(s) => match s.parse::<DateTime>() {
            Ok(c) => Cell::new(Value::Moment(c)),
            Err(_) => Cell::typed(&s),
        },
        DataRef::DurationIso(s) => Cell::typed(&s),
        DataRef::Error(e) => Cell::new(Value::Bad(e.to_string())),
        DataRef::Empty => Cell::default(),
    }
}

/// Unpacks everything once, counting: what the package says of its own sizes is not believed.
fn bounded(archive: &mut ZipArchive<Cursor<Vec<u8>>>) -> Result<()> {
    let too_much = || {
        Error::new(
            Kind::TooLarge,
            "unpacks_too_large",
            format!("文件解开后超过 {} MB，请分成几个文件", MOST_UNPACKED >> 20),
            format!("the file unpacks to more than {} MB; split it", MOST_UNPACKED >> 20),
        )
    };
    if archive.len() > MOST_PARTS {
        return Err(too_much());
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(refused("这不是 XLSX 表格，请在表格软件里另存为 .xlsx", "this is no XLSX sheet; save it as .xlsx"));
    }
    let mut left = MOST_UNPACKED;
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(broken)?;
        let took = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(broken)?;
        left = left.checked_sub(took).ok_or_else(too_much)?;
    }
    Ok(())
}

/// Names of the sheets and the parts they stand in.
fn paths(archive: &mut ZipArchive<Cursor<Vec<u8>>>) -> Result<Vec<(String, String)>> {
    let sheets = attributes(archive, "xl/workbook.xml", "sheet", ["name", "r:id"])?;
    let targets = attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship", ["Id", "Target"]).unwrap_or_default();
    let path =
        |id: &str| targets.iter().find(|(i, _)| i == id).map(|(_, t)| t.strip_prefix('/').map_or_else(|| format!("xl/{t}"), str::to_owned));
    Ok(sheets.into_iter().filter_map(|(name, id)| Some((name, path(&id)?))).collect())
}

fn attributes(archive: &mut ZipArchive<Cursor<Vec<u8>>>, part: &str, element: &str, names: [&str; 2]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    elements(archive, part, element, |e| {
        let get = |name| {
            e.try_get_attribute(name)
                .ok()
                .flatten()
                .and_then(|a| a.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok())
                .map(|v| v.into_owned())
        };
        if let (Some(a), Some(b)) = (get(names[0]), get(names[1])) {
            found.push((a, b));
        }
    })?;
    Ok(found)
}

/// Rows that the spreadsheet does not show, counted from 0.
fn hidden(archive: &mut ZipArchive<Cursor<Vec<u8>>>, part: &str) -> Result<HashSet<u32>> {
    let mut rows = HashSet::new();
    elements(archive, part, "row", |e| {
        let get = |name| e.try_get_attribute(name).ok().flatten();
        let number = get("r").and_then(|a| a.value.parse::<u32>().ok());
        if let (Some(a), Some(n)) = (get("hidden"), number)
            && matches!(&*a.value, "1" | "true")
        {
            rows.insert(n.saturating_sub(1));
        }
    })?;
    Ok(rows)
}

fn elements(
    archive: &mut ZipArchive<Cursor<Vec<u8>>>,
    part: &str,
    element: &str,
    mut f: impl FnMut(&quick_xml::events::BytesStart),
) -> Result<()> {
    let file = archive.by_name(part).map_err(broken)?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == element => f(&e),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    refused("XLSX 文件已损坏，请用表格软件打开后重新保存", "the XLSX file is broken; open it and save it again").caused_by(cause)
}
