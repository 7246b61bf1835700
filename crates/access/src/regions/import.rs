//! The whole tree from rows of code and name, as statistical offices publish them, in chunks.

use super::{amend::check_name, no_region};
use crate::Caller;
use base::{Code, Error, Level, Result};
use packs::Action;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{Entry, Store, Unit, sql};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionRow {
    pub code: Code,
    pub name: String,
}

/// Rows that one unit takes: a few ms on either database.
const CHUNK: usize = 300;

/// Reads `code,name` lines; a heading and empty lines are passed over. Every wrong line is named, at most 20.
pub fn read_regions(csv: &str) -> Result<Vec<RegionRow>> {
    let mut rows: BTreeMap<Code, String> = BTreeMap::new();
    let mut faults = Vec::new();
    for (i, line) in csv.trim_start_matches('\u{feff}').lines().enumerate() {
        let mut cells = line.split(',').map(|c| c.trim().trim_matches('"'));
        let (Some(code), Some(name)) = (cells.next(), cells.next()) else {
            if !line.trim().is_empty() {
                faults.push((i + 1, "要有代码和名称两列".to_owned(), "needs a code and a name".to_owned()));
            }
            continue;
        };
        if i == 0 && !code.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        match (code.parse::<Code>(), check_name(name)) {
            (Ok(code), Ok(name)) => {
                if rows.insert(code, name.to_owned()).is_some_and(|old| old != name) {
                    faults.push((i + 1, format!("代码 {code} 出现两次，名称不同"), format!("the code {code} comes twice with two names")));
                }
            }
            (Err(e), _) | (_, Err(e)) => {
                let field = e.fields().first().map_or_else(|| e.text().clone(), |f| f.text.clone());
                faults.push((i + 1, field.zh, field.en));
            }
        }
    }
    if faults.is_empty() {
        return Ok(rows.into_iter().map(|(code, name)| RegionRow { code, name }).collect());
    }
    let n = faults.len();
    let mut error = Error::new(
        base::Kind::Invalid,
        "region_rows",
        format!("区划表有 {n} 行要改，一行也没有导入"),
        format!("{n} rows of the table of regions need mending; none was imported"),
    );
    for (line, zh, en) in faults.into_iter().take(20) {
        error = error.field(format!("row {line}"), zh, en);
    }
    Err(error)
}

/// Brings the tree of one county: what is new is added, what has another name renamed, nothing closed. A second run
/// changes nothing. Answers how many rows changed something.
pub async fn import_regions(store: &Store, caller: &Caller, rows: Vec<RegionRow>) -> Result<usize> {
    let root = caller.home.code();
    let codes: BTreeSet<Code> = rows.iter().map(|r| r.code).collect();
    let there = store
        .read(caller.home, |r| r.many::<(Code,)>(sql("select code from region where county = $1 and ended is null").bind(r.home())))
        .await?;
    let known: BTreeSet<Code> = there.into_iter().map(|(c,)| c).chain(codes).collect();
    for row in &rows {
        if !root.contains(row.code) {
            return Err(no_region("code", &format!("{}（不在本县 {root} 内）", row.code)));
        }
        if row.code != root && !row.code.parent().is_some_and(|p| known.contains(&p)) {
            return Err(Error::invalid(
                "code",
                format!("{}“{}”的上级不在表里，也不在系统里", row.code, row.name),
                format!("the parent of {} ({}) is neither in the table nor here", row.code, row.name),
            ));
        }
    }
    let mut changed = 0;
    for chunk in rows.chunks(CHUNK) {
        let (chunk, caller) = (chunk.to_vec(), caller.clone());
        let by = store::By::system("access");
        changed += store.command(caller.home, by, move |unit| put(unit, &caller, &chunk)).await?.value;
    }
    Ok(changed)
}

fn put(unit: &mut Unit, caller: &Caller, rows: &[RegionRow]) -> Result<usize> {
    let home = unit.home();
    caller.allow(unit, Action::Regions, home.code())?;
    let mut q = sql("select code, name from region where county = ");
    q.arg(home).push(" and ended is null and code in ").list(rows.iter().map(|r| r.code));
    let there: BTreeMap<Code, String> = unit.many::<(Code, String)>(q)?.into_iter().collect();
    let mut added = Vec::new();
    let mut renamed = 0;
    for row in rows {
        match there.get(&row.code) {
            None => added.push(super::insert(unit, row.code, &row.name, None, None)?),
            Some(name) if *name != row.name => {
                super::rename_region(unit, caller, row.code, &row.name)?;
                renamed += 1;
            }
            Some(_) => {}
        }
    }
    if let (Some(first), false) = (rows.first(), added.is_empty()) {
        let levels: BTreeSet<&str> = rows.iter().map(|r| level(r.code)).collect();
        let payload = json!({"rows": added.len(), "first": first.code, "levels": levels});
        unit.record(Entry::new("region.imported", ("region", Uuid::now_v7()), Some(home.code()), payload));
    }
    Ok(added.len() + renamed)
}

fn level(code: Code) -> &'static str {
    match code.level() {
        Level::Province | Level::City | Level::County => "county",
        Level::Town => "town",
        Level::Village => "village",
        Level::Group => "group",
        Level::Neighbour => "neighbour",
    }
}
