//! XLSX, written row by row to a temporary file. Strings are strings: nothing in it is a formula.

use super::{
    Export, Sink, failed,
    table::{Column, Out},
};
use crate::Thing;
use base::{Error, Result, Time};
use packs::Kind;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::io::Write;

/// Rows of a sheet of Excel, without the two at the top.
const MOST_ROWS: i64 = 1_048_574;
/// Characters of a cell of Excel.
const MOST_CHARACTERS: usize = 32_767;

pub(super) struct Xlsx<'w> {
    book: Workbook,
    columns: Vec<Column>,
    next: u32,
    told: i64,
    out: &'w mut (dyn Write + Send),
}

impl<'w> Xlsx<'w> {
    /// The first line says what this is: kind, filter, time, number of rows, and who took it out.
    pub fn begin(kind: &Kind, columns: Vec<Column>, what: &Export, total: i64, now: Time, out: &'w mut (dyn Write + Send)) -> Result<Xlsx<'w>> {
        if total > MOST_ROWS {
            return Err(Error::invalid("format", format!("有 {total} 行，XLSX 放不下，请导出 CSV"), format!("{total} rows do not fit into XLSX; export CSV")));
        }
        let said = if what.said.is_empty() { "全部" } else { &what.said };
        let line = format!("{}；筛选：{said}；导出时间：{now}；{total} 行；导出人：{}", kind.name.zh, what.person);
        let mut x = Xlsx { book: Workbook::new(), columns, next: 2, told: total, out };
        x.head(&line).map_err(failed)?;
        Ok(x)
    }

    fn head(&mut self, line: &str) -> std::result::Result<(), XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        let bold = Format::new().set_bold();
        for (i, c) in self.columns.iter().enumerate() {
            sheet.set_column_width(i as u16, 16)?;
            // Rows are written from the top, so the line above comes first.
            if i == 0 {
                sheet.write_string(0, 0, line)?;
            }
            sheet.write_string_with_format(1, i as u16, &c.heading, &bold)?;
        }
        Ok(())
    }
}

impl Sink for Xlsx<'_> {
    fn row(&mut self, thing: &Thing) -> Result<()> {
        let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
        for (i, c) in self.columns.iter().enumerate() {
            match c.of(thing) {
                Out::Empty => {}
                Out::Number(n) => {
                    sheet.write_number(self.next, i as u16, n).map_err(failed)?;
                }
                Out::Text(t) => {
                    let t = if t.len() > MOST_CHARACTERS { t.chars().take(MOST_CHARACTERS).collect() } else { t };
                    sheet.write_string(self.next, i as u16, t).map_err(failed)?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<()> {
        let rows = i64::from(self.next) - 2;
        if rows != self.told {
            let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
            sheet.write_string(self.next, 0, format!("导出期间台账有变化，实际 {rows} 行")).map_err(failed)?;
        }
        self.book.save_to_writer(&mut *self.out).map_err(failed)
    }
}
