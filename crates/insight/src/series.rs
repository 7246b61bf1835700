//! Series: one version of one indicator, as the cells know it.
//!
//! A new pack with another `of`, `hit`, `out` or breakdown is another series: it is counted from scratch in chunks
//! beside the running work, and the old one is removed. A change of names, points or the smallest sample is none.

use crate::{Counting, count::looks_at_now};
use base::{Error, Result, Time};
use packs::{Catalogue, Figure, Indicator, Name, Now};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc};
use store::{Reader, Unit, sql};
use uuid::Uuid;

/// Raised when this crate begins to cut pieces in another way.
const FORMAT: u8 = 1;

pub(crate) const COUNTING: i64 = 0;
pub(crate) const IN_USE: i64 = 1;
pub(crate) const REMOVED: i64 = 2;

store::row! {
    #[derive(Clone, Debug)]
    pub(crate) struct Row {
        pub id: i64,
        pub pack: String,
        pub indicator: String,
        pub hash: String,
        pub state: i64,
        pub next: Option<Uuid>,
        pub since: Time,
        pub signed: bool,
    }
}

/// A series whose declaration is at hand.
#[derive(Clone)]
pub(crate) struct Series {
    pub row: Row,
    pub indicator: Arc<Indicator>,
    /// Packs whose flows it counts: its own and those that one stands on.
    pub sees: Arc<BTreeSet<String>>,
}

/// What its numbers depend on; not its name, points or smallest sample.
pub(crate) fn hash(indicator: &Indicator, starts: u8) -> Result<String> {
    let text = serde_json::to_string(&(FORMAT, starts, &indicator.figure, &indicator.by)).map_err(Error::internal)?;
    Ok(Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect())
}

fn counted(indicator: &Indicator) -> bool {
    !matches!(indicator.figure, Figure::Sum { .. }) && looks_at_now(indicator) != Now::Otherwise
}

fn rows(r: &mut Reader) -> Result<Vec<Row>> {
    let mut q = store::Sql::select::<Row>("from indicator_series where county = ");
    q.arg(r.home()).push(" order by id");
    r.many(q)
}

/// The series of today's declarations, in use or being counted.
pub(crate) fn current(r: &mut Reader, counting: &Counting) -> Result<Vec<Series>> {
    let catalogue = &counting.rules.catalogue;
    let mut found = Vec::new();
    for row in rows(r)?.into_iter().filter(|row| row.state != REMOVED) {
        let Some(indicator) = catalogue.indicator(&row.pack, &row.indicator) else { continue };
        if counted(indicator) && hash(indicator, counting.starts)? == row.hash {
            let sees = Arc::new(sees(catalogue, &row.pack));
            found.push(Series { row, indicator: indicator.clone(), sees });
        }
    }
    Ok(found)
}

/// Its series, if it has one.
pub(crate) fn find(r: &mut Reader, indicator: &Indicator, starts: u8) -> Result<Option<Row>> {
    let mut q = store::Sql::select::<Row>("from indicator_series where county = ");
    q.arg(r.home()).push(" and pack = ").arg(&indicator.pack).push(" and indicator = ").arg(&indicator.id);
    q.push(" and hash = ").arg(hash(indicator, starts)?);
    r.one(q)
}

fn sees(catalogue: &Catalogue, pack: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![pack.to_owned()];
    while let Some(id) = next.pop() {
        next.extend(catalogue.pack(&id).into_iter().flat_map(|p| p.uses.iter().cloned()));
        if !seen.insert(id) {
            next.retain(|n| !seen.contains(n));
        }
    }
    seen
}

/// Brings the series in line with the catalogue: to be run when the server starts and when a pack changes. What is new
/// is counted by the steps that follow.
pub fn declare(unit: &mut Unit, counting: &Counting) -> Result<()> {
    crate::follow::lock(unit)?;
    if unit.cursor(crate::follow::READER)? == 0 {
        // All that came before is found by the count from scratch.
        let head = store::journal::head(unit)?;
        if head > 0 {
            unit.advance(crate::follow::READER, head)?;
        }
    }
    let (home, now) = (unit.home(), unit.now());
    let have = rows(unit)?;
    let mut kept = BTreeSet::new();
    let mut last = have.last().map_or(0, |row| row.id);
    for indicator in counting.rules.catalogue.indicators().filter(|i| counted(i)) {
        let hash = hash(indicator, counting.starts)?;
        let name = Name::new(&indicator.pack, &indicator.id);
        match have.iter().find(|row| row.pack == name.pack && row.indicator == name.id && row.hash == hash) {
            Some(row) if row.state != REMOVED => {
                kept.insert(row.id);
            }
            // One that is still being removed: its cells are no longer whole, so it waits under another mark.
            Some(row) => {
                unit.write(
                    sql("update indicator_series set hash = $1 where county = $2 and id = $3")
                        .bind(format!("removed {}", row.id))
                        .bind(home)
                        .bind(row.id),
                )?;
                last += 1;
                make(unit, last, &name, &hash, now)?;
            }
            None => {
                last += 1;
                make(unit, last, &name, &hash, now)?;
            }
        }
    }
    for row in have.iter().filter(|row| !kept.contains(&row.id) && row.state != REMOVED) {
        unit.write(
            sql("update indicator_series set state = $1, next = null where county = $2 and id = $3").bind(REMOVED).bind(home).bind(row.id),
        )?;
    }
    Ok(())
}

fn make(unit: &mut Unit, id: i64, name: &Name, hash: &str, now: Time) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into indicator_series (county, id, pack, indicator, hash, state, next, since, signed) values ($1, $2, $3, $4, $5, $6, $7, $8, 0)")
            .bind(home)
            .bind(id)
            .bind(&name.pack)
            .bind(&name.id)
            .bind(hash)
            .bind(COUNTING)
            .bind(Uuid::nil())
            .bind(now),
    )
}

/// How many rows of a removed series go in one unit.
const SWEPT: i64 = 2_000;

/// Removes some of what is left of a removed series; `false` where there is nothing to remove. Its pieces in
/// `indicator_kept` go when those rows are next written.
pub(crate) fn sweep(unit: &mut Unit) -> Result<bool> {
    let Some(row) = rows(unit)?.into_iter().find(|row| row.state == REMOVED) else { return Ok(false) };
    let home = unit.home();
    // Rows are named by their keys: neither database deletes with a limit.
    let statements = [
        "delete from indicator_cell where county = $1 and series = $2 and (grain, place, lo, hi, key, flow) in
            (select grain, place, lo, hi, key, flow from indicator_cell where county = $3 and series = $4 limit $5)",
        "delete from indicator_past where county = $1 and series = $2 and (place, known, lo, hi, flow) in
            (select place, known, lo, hi, flow from indicator_past where county = $3 and series = $4 limit $5)",
    ];
    for text in statements {
        if unit.change(sql(text).bind(home).bind(row.id).bind(home).bind(row.id).bind(SWEPT))? > 0 {
            return Ok(true);
        }
    }
    unit.write(sql("delete from indicator_apart where county = $1 and series = $2").bind(home).bind(row.id))?;
    unit.write(sql("delete from indicator_series where county = $1 and id = $2").bind(home).bind(row.id))?;
    Ok(true)
}
