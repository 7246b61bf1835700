//! The spreadsheet by which a county brings its tree and its leaders.

use crate::{County, Leader, Official};
use base::{Error, Level, Result};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::collections::HashMap;

/// Columns, in order. 所辖组 is filled for areas alone: numbers of their groups in the village, such as `1-4`.
pub const COLUMNS: [&str; 8] = ["区划代码", "区划名称", "级别", "岗位", "姓名", "电话", "户数", "所辖组"];

/// One row for each region from the townships down and for each area; townships and villages have no leader there.
/// Codes and telephone numbers are text: a spreadsheet would round 19 digits.
pub fn xlsx_leaders(county: &County) -> Result<Vec<u8>> {
    write(county).map_err(Error::internal)
}

fn write(county: &County) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("三长")?;
    let bold = Format::new().set_bold();
    for (column, name) in COLUMNS.iter().enumerate() {
        sheet.write_with_format(0, column as u16, *name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (column, width) in [20, 20, 8, 8, 34, 14, 8, 8].into_iter().enumerate() {
        sheet.set_column_width(column as u16, width)?;
    }
    for (r, row) in rows(county).iter().enumerate() {
        let r = r as u32 + 1;
        for (column, text) in row.words.iter().enumerate() {
            sheet.write(r, column as u16, text)?;
        }
        sheet.write(r, 6, row.households as f64)?;
        sheet.write(r, 7, &row.groups)?;
    }
    book.save_to_buffer()
}

/// The seats of offices with their holders, in the form that the import reads, heading first: [`COLUMNS`] and the
/// department.
pub fn officials(county: &County) -> Vec<Vec<String>> {
    let heading = COLUMNS.iter().chain(&["部门"]).map(|c| (*c).to_owned()).collect();
    let row = |o: &Official| {
        let code = o.region.to_string()[..o.region.level().digits() as usize].to_owned();
        let (place, level) = (county.region(o.region).map_or("", |r| &r.name), rung(o.region.level()));
        [&code, place, level, o.role, &o.name, &o.phone, "", "", o.unit.unwrap_or_default()].map(str::to_owned).to_vec()
    };
    std::iter::once(heading).chain(county.officials.iter().map(row)).collect()
}

fn rung(level: Level) -> &'static str {
    match level {
        Level::Province | Level::City | Level::County => "县",
        Level::Town => "乡镇",
        Level::Village => "村",
        Level::Group => "组",
        Level::Neighbour => "邻",
    }
}

/// The same rows as cells, heading first: for whoever brings them without a spreadsheet between.
pub fn leaders(county: &County) -> Vec<Vec<String>> {
    let heading = COLUMNS.map(str::to_owned).to_vec();
    let cells = |row: Row| row.words.into_iter().chain([row.households.to_string(), row.groups]).collect();
    std::iter::once(heading).chain(rows(county).into_iter().map(cells)).collect()
}

struct Row {
    /// The columns before 户数.
    words: [String; 6],
    households: usize,
    groups: String,
}

fn rows(county: &County) -> Vec<Row> {
    let holders: HashMap<_, &Leader> = county.leaders.iter().map(|l| ((l.region, l.area), l)).collect();
    let mut rows = Vec::new();
    for region in county.regions.iter().filter(|r| r.code.level() > Level::County) {
        let level = region.code.level();
        let seat = match level {
            Level::Group => "组长",
            Level::Neighbour => "邻长",
            _ => "",
        };
        let code = region.code.to_string()[..level.digits() as usize].to_owned();
        rows.push(row(&code, &region.name, rung(level), seat, holders.get(&(region.code, None)).copied(), region.households, ""));
        for area in county.areas.iter().filter(|a| a.village == region.code) {
            let ends = [area.groups.first(), area.groups.last()].map(|g| g.map_or(0, |g| g.part(Level::Group)));
            let groups = format!("{}-{}", ends[0], ends[1]);
            let holder = holders.get(&(area.village, Some(area.number))).copied();
            rows.push(row(&code, &area.name, "片", "片长", holder, area.households, &groups));
        }
    }
    rows
}

fn row(code: &str, name: &str, rung: &str, seat: &str, holder: Option<&Leader>, households: usize, groups: &str) -> Row {
    let (person, phone) = holder.map_or(("", ""), |l| (&l.name, &l.phone));
    Row { words: [code, name, rung, seat, person, phone].map(str::to_owned), households, groups: groups.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Size, county, sample};
    use calamine::{Data, DataType, Reader, Xlsx};
    use std::io::Cursor;

    #[test]
    fn is_read_back_whole() {
        let county = county(&sample(), Size::demo(12), 3).expect("grows");
        let bytes = xlsx_leaders(&county).expect("writes");
        let mut book = Xlsx::new(Cursor::new(bytes)).expect("is a workbook");
        let sheet = book.worksheet_range("三长").expect("is there");
        let mut rows = sheet.rows();
        let heading: Vec<String> = rows.next().expect("a heading").iter().map(Data::to_string).collect();
        assert_eq!(heading, COLUMNS);
        let rows: Vec<&[Data]> = rows.collect();
        assert_eq!(rows.len(), county.regions.len() - 1 + county.areas.len());
        assert_eq!(rows.iter().filter(|r| r[3] != Data::Empty && r[3] != Data::String(String::new())).count(), county.leaders.len());
        let last = rows.last().expect("a row");
        assert!(matches!(&last[0], Data::String(code) if code.len() == 19), "{last:?}");
        let households: f64 =
            rows.iter().filter(|r| r[2] == Data::String("邻".into())).filter_map(|r| r[6].as_string()?.parse::<f64>().ok()).sum();
        assert_eq!(households as usize, county.regions[0].households);
    }
}
