//! Re-coding: a region and all below it get other codes (a village moves to another town, two towns become one).
//!
//! Old codes stay searchable with their dates. Rows of every part that hold codes are moved in small units, so that
//! nobody waits for it; what was begun resumes. The journal keeps the codes of its day.

use super::{no_region, region};
use crate::{Caller, seats::changed};
use base::{Code, Error, Level, RegionId, Result};
use packs::Action;
use serde_json::json;
use store::{Entry, Sql, Store, Unit, sql};
use uuid::Uuid;

/// A table that holds codes. Names are the program's.
#[derive(Clone, Copy, Debug)]
pub struct Holds {
    pub table: &'static str,
    /// Columns of its primary key after `county`.
    pub key: &'static [&'static str],
    /// The column with the code.
    pub column: &'static str,
    /// It also has `town`, `village` and `grp`, as listed tables do.
    pub ancestors: bool,
}

/// This crate's own.
const OWN: [Holds; 4] = [
    Holds { table: "seat", key: &["id"], column: "region", ancestors: false },
    Holds { table: "area", key: &["id"], column: "village", ancestors: false },
    Holds { table: "area_group", key: &["area", "grp", "since"], column: "grp", ancestors: false },
    Holds { table: "account", key: &["id"], column: "region", ancestors: false },
];

/// Rows that one unit moves.
const CHUNK: i64 = 400;

store::row! {
    struct Recoding {
        old: Code,
        new: Code,
        done: Option<base::Time>,
        moved: i64,
    }
}

/// From begin to end: `parts` are the tables of the engines. Answers how many rows were moved.
pub async fn recode(store: &Store, caller: &Caller, old: Code, new: Code, parts: &'static [Holds]) -> Result<i64> {
    let by = || store::By::system("access");
    let begin = caller.clone();
    let id = store.command(caller.home, by(), move |unit| begin_recoding(unit, &begin, old, new)).await?.value;
    loop {
        let step = caller.clone();
        if let Some(moved) = store.command(caller.home, by(), move |unit| recode_step(unit, &step, id, parts)).await?.value {
            return Ok(moved);
        }
    }
}

/// Checks, and puts the intention on record. The same one begun twice is one.
pub fn begin_recoding(unit: &mut Unit, caller: &Caller, old: Code, new: Code) -> Result<Uuid> {
    // Whoever may move a region between two others has rights over both.
    let home = unit.home();
    caller.allow(unit, Action::Regions, old)?;
    caller.allow(unit, Action::Regions, new)?;
    let running: Option<(Uuid, Code, Code)> =
        unit.one(sql("select id, old, new from recoding where county = $1 and done is null").bind(home))?;
    match running {
        Some((id, o, n)) if (o, n) == (old, new) => return Ok(id),
        Some(_) => return Err(Error::conflict("recoding_runs", "另一个代码变更还没有完成", "another re-coding is not finished yet")),
        None => {}
    }
    if old.level() != new.level() || old.level() <= Level::County || !home.code().contains(new) || !home.code().contains(old) {
        return Err(Error::invalid("new", "新旧代码要同级，并在本县之内", "both codes must be of one level and inside the county"));
    }
    region(unit, old)?.ok_or_else(|| no_region("old", &old.to_string()))?;
    if let Some(there) = region(unit, new)? {
        return Err(Error::conflict("code_taken", format!("新代码已经是“{}”", there.name), format!("the new code is {}'s", there.name)));
    }
    let parent = new.parent().ok_or_else(|| no_region("new", &new.to_string()))?;
    region(unit, parent)?.ok_or_else(|| no_region("new", &parent.to_string()))?;
    let (id, now) = (Uuid::now_v7(), unit.now());
    unit.write(
        sql("insert into recoding (county, id, old, new, begun, moved) values ($1, $2, $3, $4, $5, 0)")
            .bind(home)
            .bind(id)
            .bind(old)
            .bind(new)
            .bind(now),
    )?;
    unit.record(Entry::new("region.recoding", ("region", id), Some(old), json!({"new": new})));
    Ok(id)
}

/// Moves one chunk. `Some` with the number of moved rows once nothing is left.
pub fn recode_step(unit: &mut Unit, caller: &Caller, id: Uuid, parts: &[Holds]) -> Result<Option<i64>> {
    let home = unit.home();
    let mut q = Sql::select::<Recoding>("from recoding where county = ");
    q.arg(home).push(" and id = ").arg(id);
    let job: Recoding = unit.lock(q)?.ok_or_else(Error::not_found)?;
    if job.done.is_some() {
        return Ok(Some(job.moved));
    }
    caller.allow(unit, Action::Regions, job.old)?;
    let mut moved = tree(unit, &job)?;
    for holds in OWN.iter().chain(parts) {
        if moved < CHUNK {
            moved += rows(unit, &job, holds, CHUNK - moved)?;
        }
    }
    changed(unit)?;
    let (now, all) = (unit.now(), job.moved + moved);
    unit.write(sql("update recoding set moved = $1 where county = $2 and id = $3").bind(all).bind(home).bind(id))?;
    if moved > 0 {
        return Ok(None);
    }
    crate::signin::move_scopes(unit, job.old, job.new)?;
    unit.write(sql("update recoding set done = $1 where county = $2 and id = $3").bind(now).bind(home).bind(id))?;
    unit.record(Entry::new("region.recoded", ("region", id), Some(job.new), json!({"old": job.old, "rows": all})));
    Ok(Some(all))
}

fn delta(job: &Recoding) -> i64 {
    job.new.get() - job.old.get()
}

/// Regions: the old row ends, a new one names it. From the top, so that each finds its parent.
fn tree(unit: &mut Unit, job: &Recoding) -> Result<i64> {
    let (home, now) = (unit.home(), unit.now());
    let (first, last) = job.old.range();
    let old: Vec<(RegionId, Code, String, Option<i64>)> = unit.many(
        sql("select id, code, name, households from region where county = $1 and code >= $2 and code <= $3 and ended is null order by code limit $4")
            .bind(home)
            .bind(first)
            .bind(last)
            .bind(CHUNK / 2),
    )?;
    for (id, code, name, households) in &old {
        unit.write(sql("update region set ended = $1 where county = $2 and id = $3").bind(now).bind(home).bind(*id))?;
        super::insert(unit, Code::new(code.get() + delta(job))?, name, *households, Some(*id))?;
    }
    Ok(old.len() as i64)
}

fn rows(unit: &mut Unit, job: &Recoding, h: &Holds, most: i64) -> Result<i64> {
    let (home, (first, last)) = (unit.home(), job.old.range());
    let key = h.key.join(", ");
    let mut q = sql("");
    q.push(&format!("update {} set {} = {} + ", h.table, h.column, h.column)).arg(delta(job));
    if h.ancestors {
        // Columns above the moved region are the new one's; those below move with it; what is null stays null.
        for (level, column) in [(Level::Town, "town"), (Level::Village, "village"), (Level::Group, "grp")] {
            match job.new.at(level) {
                Some(code) => q.push(&format!(", {column} = ")).arg(code),
                None => q.push(&format!(", {column} = {column} + ")).arg(delta(job)),
            };
        }
    }
    q.push(" where county = ").arg(home).push(&format!(" and ({key}) in (select {key} from {} where county = ", h.table)).arg(home);
    q.push(&format!(" and {} >= ", h.column)).arg(first).push(&format!(" and {} <= ", h.column)).arg(last);
    q.push(&format!(" order by {key} limit ")).arg(most).push(")");
    Ok(unit.change(q)? as i64)
}
