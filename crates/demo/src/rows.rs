//! Rows of the tree as published: county, townships, villages.

use base::{Code, Error, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionRow {
    pub code: Code,
    pub name: String,
}

/// Reads `code,name` lines under that heading: codes of 6, 9 or 12 digits, names without commas.
pub fn read(csv: &str) -> Result<Vec<RegionRow>> {
    let heading = usize::from(csv.starts_with("code,"));
    let lines = csv.lines().enumerate().skip(heading).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| row(line, i + 1)).collect()
}

fn row(line: &str, number: usize) -> Result<RegionRow> {
    let cells = line.split_once(',').map(|(code, name)| (code.trim().parse::<Code>(), name.trim().trim_matches('"')));
    match cells {
        Some((Ok(code), name)) if !name.is_empty() => Ok(RegionRow { code, name: name.into() }),
        _ => Err(Error::invalid(
            format!("line {number}"),
            format!("第 {number} 行应是“代码,名称”，例如 430903001,赫山街道"),
            format!("line {number} should read code,name, such as 430903001,赫山街道"),
        )),
    }
}

/// A small county that is on no map, for tests that must not depend on a download: 3 townships of 4 villages.
pub fn sample() -> Vec<RegionRow> {
    const TOWNS: [(&str, [&str; 4]); 3] = [
        ("演示镇", ["石桥村", "枫树村", "竹湾村", "河口社区"]),
        ("示范乡", ["大塘村", "白沙村", "茶亭村", "油铺村"]),
        ("样例街道", ["桃李社区", "南门社区", "荷塘社区", "新铺社区"]),
    ];
    let mut rows = vec![("439901".to_owned(), "演示县")];
    for (t, (town, villages)) in TOWNS.iter().enumerate() {
        rows.push((format!("4399011{t:02}"), town));
        rows.extend(villages.iter().enumerate().map(|(v, name)| (format!("4399011{t:02}{:03}", 201 + v), *name)));
    }
    rows.into_iter().filter_map(|(code, name)| Some(RegionRow { code: code.parse().ok()?, name: name.into() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Size, county, xlsx_leaders};
    use base::Level;

    #[test]
    fn reads_what_xtask_writes() {
        let rows = read("code,name\n430903,赫山区\n430903001,\"赫山街道\"\n430903001001,洪家村社区\n").expect("reads");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1].name, "赫山街道");
    }

    #[test]
    fn names_the_wrong_line() {
        for csv in ["code,name\n43090300,x\n", "430903\n", "430903,\n"] {
            let error = read(csv).expect_err(csv);
            assert!(error.fields()[0].field.starts_with("line "), "{error}");
        }
    }

    /// The published tables themselves, where the test command has fetched them.
    #[test]
    fn the_county_as_published() {
        let Some(file) = std::env::var_os("SHUXIANG_TEST_REGIONS") else {
            println!("skipped: SHUXIANG_TEST_REGIONS names no file");
            return;
        };
        let rows = read(&std::fs::read_to_string(file).expect("the file is there")).expect("reads");
        let count = |level| rows.iter().filter(|r| r.code.level() == level).count();
        assert_eq!([Level::County, Level::Town, Level::Village].map(count), [1, 17, 215]);
        let county = county(&rows, Size::demo(215), 1).expect("grows");
        assert_eq!(county.regions.len(), 1 + 17 + 215 + 1_720 + 6_880);
        let full = crate::county(&rows, Size::THREE_LEADERS, 1).expect("grows");
        assert_eq!(full.leaders.len(), 16_000);
        assert!(xlsx_leaders(&full).expect("writes").len() > 500_000);
    }

    #[test]
    fn the_sample_is_whole() {
        let rows = sample();
        assert_eq!(rows.len(), 1 + 3 + 12);
        assert!(rows.iter().any(|r| r.name == "石桥村"));
    }
}
