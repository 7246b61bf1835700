//! Comma-separated values, after RFC 4180; tabs and semicolons too.

use super::{Cell, Row, encoding, refused};
use base::{Error, Result};

pub(super) struct Csv {
    text: String,
    delimiter: u8,
}

impl Csv {
    pub fn read(bytes: &[u8]) -> Result<Csv> {
        let mut text = encoding::decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
        if text.contains('\0') {
            return Err(refused("文件里有不可见的零字节，请另存为“CSV UTF-8”", "the file holds zero bytes; save it as CSV UTF-8"));
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let head = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
        let count = |d: u8| head.bytes().filter(|b| *b == d).count();
        let delimiter = [b',', b'\t', b';'].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',');
        Ok(Csv { text, delimiter })
    }

    pub fn each(&mut self, f: &mut dyn FnMut(Row) -> Result<bool>) -> Result<()> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(self.delimiter).from_reader(self.text.as_bytes());
        let mut record = csv::StringRecord::new();
        // A line break inside quotes is a line of the file and no row of the sheet.
        let mut inside = 0;
        while reader.read_record(&mut record).map_err(Error::internal)? {
            let breaks = record.iter().map(|c| c.matches('\n').count()).sum::<usize>();
            inside += breaks;
            let number = (reader.position().line() as usize).saturating_sub(1 + inside).max(1);
            let mut cells: Vec<Cell> = record.iter().map(|c| Cell::typed(unguarded(c))).collect();
            while cells.last().is_some_and(Cell::is_empty) {
                cells.pop();
            }
            if !cells.is_empty() && !f(Row { number, hidden: false, cells })? {
                break;
            }
        }
        Ok(())
    }
}

/// Exports put an apostrophe before what a spreadsheet would run as a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}
