//! Sheets that people send: CSV in UTF-8, GB18030 (GBK) or UTF-16, and XLSX. Rows come one by one with their numbers as a
//! spreadsheet shows them, so that a person finds what is meant. Nothing here knows what a sheet is for.
//!
//! Refused: other files under such a name, more bytes than [`MOST_BYTES`], packed files that unpack to more than
//! [`MOST_UNPACKED`], text of mixed encodings. Told as notes: other sheets, hidden rows, formulas whose last value is taken.

mod cell;
mod csv;
mod encoding;
mod xlsx;

pub use cell::{Cell, Fault, Value};

use base::{Error, Kind, Result, Text};

/// Bytes of a file.
pub const MOST_BYTES: usize = 64 << 20;
/// Bytes of what an XLSX file unpacks to.
pub const MOST_UNPACKED: u64 = 640 << 20;
pub const MOST_ROWS: usize = 1_000_000;
pub const MOST_COLUMNS: usize = 512;
/// Characters of a cell: what Excel can hold.
pub const MOST_CHARACTERS: usize = 32_767;

/// One row that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As the spreadsheet counts, from 1.
    pub number: usize,
    pub hidden: bool,
    /// From column A on; what comes after the last filled cell is left out.
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell { value: Value::Empty, formula: false };
        self.cells.get(column).unwrap_or(EMPTY)
    }
}

/// A file that was recognised and may be read.
pub struct Sheet {
    source: Source,
    notes: Vec<Text>,
}

enum Source {
    Csv(csv::Csv),
    Xlsx(Box<xlsx::Xlsx>),
}

impl Sheet {
    /// Recognises the file by its first bytes; `name` is used in messages only.
    pub fn read(bytes: Vec<u8>, name: &str) -> Result<Sheet> {
        let name: String = name.chars().take(80).collect();
        within_limit(bytes.len(), MOST_BYTES)?;
        let source = if bytes.starts_with(b"PK\x03\x04") {
            Source::Xlsx(Box::new(xlsx::Xlsx::read(bytes)?))
        } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(refused(
                format!("“{name}”是旧版 .xls 或有密码的文件，请在表格软件里另存为 .xlsx（不加密）"),
                format!("{name} is an old .xls or an encrypted file; save it as .xlsx without a password"),
            ));
        } else if looks_binary(&bytes) {
            return Err(refused(format!("“{name}”不是 CSV 或 XLSX 表格"), format!("{name} is neither a CSV nor an XLSX sheet")));
        } else {
            Source::Csv(csv::Csv::read(&bytes)?)
        };
        let notes = match &source {
            Source::Csv(_) => Vec::new(),
            Source::Xlsx(x) => x.notes(),
        };
        Ok(Sheet { source, notes })
    }

    /// What a person should know of the file: sheets left aside, hidden rows.
    pub fn notes(&self) -> &[Text] {
        &self.notes
    }

    /// Gives `f` every row that is not empty, in order; `false` ends it.
    pub fn each(&mut self, mut f: impl FnMut(Row) -> Result<bool>) -> Result<()> {
        let mut rows = 0;
        let mut counted = |row: Row| {
            rows += 1;
            if rows > MOST_ROWS {
                return Err(refused(
                    format!("表格最多 {MOST_ROWS} 行，请分成几个文件"),
                    format!("a sheet has at most {MOST_ROWS} rows; split it"),
                ));
            }
            check_size(&row)?;
            f(row)
        };
        match &mut self.source {
            Source::Csv(c) => c.each(&mut counted),
            Source::Xlsx(x) => x.each(&mut counted),
        }
    }

    /// All rows of a sheet that is known to be small.
    pub fn rows(&mut self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.each(|row| {
            rows.push(row);
            Ok(true)
        })?;
        Ok(rows)
    }
}

/// Refuses a file of more bytes, before anyone looks into it.
pub fn within_limit(bytes: usize, most: usize) -> Result<()> {
    if bytes <= most {
        return Ok(());
    }
    let (mb, most) = (bytes >> 20, most >> 20);
    Err(Error::new(
        Kind::TooLarge,
        "file_too_large",
        format!("文件有 {mb} MB，最多 {most} MB，请分成几个文件"),
        format!("the file has {mb} MB, at most {most} MB are taken; split it"),
    ))
}

fn check_size(row: &Row) -> Result<()> {
    if row.cells.len() > MOST_COLUMNS {
        return Err(refused(
            format!("第 {} 行有 {} 列，最多 {MOST_COLUMNS} 列", row.number, row.cells.len()),
            format!("row {} has {} columns, at most {MOST_COLUMNS}", row.number, row.cells.len()),
        ));
    }
    let long = |c: &Cell| matches!(&c.value, Value::Text(t) if t.len() > MOST_CHARACTERS && t.chars().count() > MOST_CHARACTERS);
    match row.cells.iter().position(long) {
        None => Ok(()),
        Some(column) => Err(refused(
            format!("第 {} 行 {} 列的文字超过 {MOST_CHARACTERS} 字；如果是 CSV，可能少了一个引号", row.number, letter(column)),
            format!(
                "row {}, column {} has more than {MOST_CHARACTERS} characters; in a CSV a quote may be missing",
                row.number,
                letter(column)
            ),
        )),
    }
}

fn looks_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4_096)];
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    !utf16 && head.contains(&0)
}

/// The file as a whole cannot be taken.
pub(crate) fn refused(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::invalid("file", zh, en)
}

/// A column as spreadsheets call it: 0 is A, 26 is AA.
pub fn letter(column: usize) -> String {
    let mut name = String::new();
    let mut n = column + 1;
    while n > 0 {
        n -= 1;
        name.insert(0, char::from(b'A' + (n % 26) as u8));
        n /= 26;
    }
    name
}

#[cfg(test)]
mod tests;
