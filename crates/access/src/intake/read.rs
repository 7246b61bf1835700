//! The sheet's cells as rows, by the names of their columns.

use base::Text;
use serde::Serialize;

/// What is wrong in one cell, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowReport {
    /// As the spreadsheet counts: the heading is row 1.
    pub row: usize,
    pub column: &'static str,
    #[serde(flatten)]
    pub text: Text,
}

pub(crate) fn fault(row: usize, column: &'static str, zh: impl Into<String>, en: impl Into<String>) -> RowReport {
    RowReport { row, column, text: Text::new(zh, en) }
}

/// One row as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderRow {
    pub row: usize,
    pub code: String,
    pub place: String,
    pub level: String,
    pub post: String,
    /// The department, for its seats.
    pub unit: String,
    pub person: String,
    pub phone: String,
    pub households: String,
    /// Numbers of the groups of a 片: `1-4`, `1、3、5`.
    pub groups: String,
}

pub(crate) const CODE: &str = "区划代码";
pub(crate) const PLACE: &str = "区划名称";
pub(crate) const LEVEL: &str = "级别";
pub(crate) const POST: &str = "岗位";
pub(crate) const UNIT: &str = "部门";
pub(crate) const PERSON: &str = "姓名";
pub(crate) const PHONE: &str = "电话";
pub(crate) const HOUSEHOLDS: &str = "户数";
pub(crate) const GROUPS: &str = "所辖组";

/// Most rows of one sheet.
const MOST: usize = 100_000;
/// Most characters of one cell that are read.
const CELL: usize = 200;

/// Reads the cells of a sheet, heading first. Columns may stand in any order; 部门 and 所辖组 may be left out. Empty rows are
/// passed over.
pub fn read_leaders(cells: &[Vec<String>]) -> Result<Vec<LeaderRow>, Vec<RowReport>> {
    let Some((heading, rows)) = cells.split_first() else {
        return Err(vec![fault(1, CODE, "表是空的，第一行要写列名", "the sheet is empty; its first row names the columns")]);
    };
    let at = |name: &str| heading.iter().position(|h| h.trim().trim_start_matches('\u{feff}') == name);
    let missing: Vec<RowReport> = [CODE, PLACE, LEVEL, POST, PERSON, PHONE, HOUSEHOLDS]
        .into_iter()
        .filter(|name| at(name).is_none())
        .map(|name| fault(1, name, format!("缺少“{name}”这一列"), format!("the column {name} is missing")))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    if rows.len() > MOST {
        return Err(vec![fault(
            MOST + 2,
            CODE,
            format!("一次最多 {MOST} 行，请分成几个表"),
            format!("at most {MOST} rows at once; split the sheet"),
        )]);
    }
    let columns = [CODE, PLACE, LEVEL, POST, UNIT, PERSON, PHONE, HOUSEHOLDS, GROUPS].map(at);
    let mut out = Vec::new();
    for (i, cells) in rows.iter().enumerate() {
        let cell = |n: usize| -> String {
            let text = columns[n].and_then(|c| cells.get(c)).map_or("", |t| t.trim());
            text.chars().take(CELL).collect()
        };
        let row = LeaderRow {
            row: i + 2,
            code: cell(0),
            place: cell(1),
            level: cell(2),
            post: cell(3),
            unit: cell(4),
            person: cell(5),
            phone: cell(6),
            households: cell(7),
            groups: cell(8),
        };
        if row != (LeaderRow { row: i + 2, ..LeaderRow::default() }) {
            out.push(row);
        }
    }
    Ok(out)
}
