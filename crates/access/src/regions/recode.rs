//! Re-coding: a region and all below it get other codes (a village moves to another town, two towns become one).
//!
//! Old codes stay searchable with their dates. Rows of every part that hold codes are moved in one unit: nobody ever sees
//! a village half here and half there. The journal keeps the codes of its day.

use super::{no_region, region};
use crate::{Caller, seats::changed};
use base::{Code, Error, Level, RegionId, Result};
use packs::Action;
use serde_json::json;
use store::{Entry, Store, Unit, sql};
use uuid::Uuid;

/// A table that holds codes. Names are the program's.
#[derive(Clone, Copy, Debug)]
pub struct Holds {
    pub table: &'static str,
    /// The column with the code.
    pub column: &'static str,
    /// It also has `town`, `village` and `grp`, as listed tables do.
    pub ancestors: bool,
}

/// This crate's own.
const OWN: [Holds; 4] = [
    Holds { table: "seat", column: "region", ancestors: false },
    Holds { table: "area", column: "village", ancestors: false },
    Holds { table: "area_group", column: "grp", ancestors: false },
    Holds { table: "account", column: "region", ancestors: false },
];

struct Recoding {
    old: Code,
    new: Code,
}

/// Re-codes in one unit: whoever looks sees all of it before or all of it after. `parts` are the tables of the engines,
/// `also` does what no table can say. Answers how many rows were moved. A village's five thousand rows take the writer a
/// fraction of a second; a town of fifty thousand a second or two, which a county does once in years.
pub async fn recode<F>(store: &Store, caller: &Caller, old: Code, new: Code, parts: &'static [Holds], also: F) -> Result<i64>
where
    F: Fn(&mut Unit) -> Result<i64> + Send + 'static,
{
    let asks = caller.clone();
    let run = move |unit: &mut Unit| {
        let job = begin(unit, &asks, old, new)?;
        let mut moved = tree(unit, &job)?;
        for holds in OWN.iter().chain(parts) {
            moved += rows(unit, &job, holds)?;
        }
        moved += also(unit)?;
        changed(unit)?;
        crate::signin::move_scopes(unit, old, new)?;
        unit.record(Entry::new("region.recoded", ("region", Uuid::now_v7()), Some(new), json!({"old": old, "rows": moved})));
        Ok(moved)
    };
    Ok(store.command(caller.home, store::By::system("access"), run).await?.value)
}

fn begin(unit: &mut Unit, caller: &Caller, old: Code, new: Code) -> Result<Recoding> {
    // Whoever may move a region between two others has rights over both.
    let home = unit.home();
    caller.allow(unit, Action::Regions, old)?;
    caller.allow(unit, Action::Regions, new)?;
    if old.level() != new.level() || old.level() <= Level::County || !home.code().contains(new) || !home.code().contains(old) {
        return Err(Error::invalid("new", "新旧代码要同级，并在本县之内", "both codes must be of one level and inside the county"));
    }
    region(unit, old)?.ok_or_else(|| no_region("old", &old.to_string()))?;
    if let Some(there) = region(unit, new)? {
        return Err(Error::conflict("code_taken", format!("新代码已经是“{}”", there.name), format!("the new code is {}'s", there.name)));
    }
    let parent = new.parent().ok_or_else(|| no_region("new", &new.to_string()))?;
    region(unit, parent)?.ok_or_else(|| no_region("new", &parent.to_string()))?;
    Ok(Recoding { old, new })
}

fn delta(job: &Recoding) -> i64 {
    job.new.get() - job.old.get()
}

/// Regions: the old row ends, a new one names it. From the top, so that each finds its parent.
fn tree(unit: &mut Unit, job: &Recoding) -> Result<i64> {
    let (home, now) = (unit.home(), unit.now());
    let (first, last) = job.old.range();
    let old: Vec<(RegionId, Code, String, Option<i64>)> = unit.many(
        sql(
            "select id, code, name, households from region where county = $1 and code >= $2 and code <= $3 and ended is null order by code",
        )
        .bind(home)
        .bind(first)
        .bind(last),
    )?;
    for (id, code, name, households) in &old {
        unit.write(sql("update region set ended = $1 where county = $2 and id = $3").bind(now).bind(home).bind(*id))?;
        super::insert(unit, Code::new(code.get() + delta(job))?, name, *households, Some(*id))?;
    }
    Ok(old.len() as i64)
}

fn rows(unit: &mut Unit, job: &Recoding, h: &Holds) -> Result<i64> {
    let home = unit.home();
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
    q.push(" where county = ").arg(home);
    if h.ancestors {
        // By the index of its lists; below the group there is none, and what that one finds is narrowed.
        let above = job.old.at(job.old.level().min(Level::Group)).unwrap_or(job.old);
        q.push(&format!(" and {} = ", crate::caller::region_column(job.old.level()))).arg(above);
    }
    let (first, last) = job.old.range();
    q.push(&format!(" and {} >= ", h.column)).arg(first).push(&format!(" and {} <= ", h.column)).arg(last);
    Ok(unit.change(q)? as i64)
}
