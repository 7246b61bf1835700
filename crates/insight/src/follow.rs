//! Keeping up: a reader of the journal with a cursor per county, and counts from scratch in chunks.

use crate::{
    cells::{self, recount},
    series::{self, IN_USE},
};
use base::{Home, MatterId, Result, Time};
use matters::Rules;
use std::{collections::BTreeMap, sync::Arc};
use store::{By, Store, Unit, sql};

/// Name of its cursor.
pub(crate) const READER: &str = "insight";

/// Entries of one look, and matters of one unit: a lone command behind it waits some 10 ms, not 50.
const ENTRIES: i64 = 200;
const MATTERS: usize = 32;

/// By what figures are counted.
#[derive(Clone)]
pub struct Counting {
    pub rules: Arc<Rules>,
    /// Hour at which a reporting day begins: 0, or 12 where it runs from noon to noon.
    pub starts: u8,
}

/// Held by whoever counts in a county, until the end of the unit.
pub(crate) fn lock(unit: &mut Unit) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(sql("insert into indicator_state (county, at) values ($1, $2) on conflict (county) do nothing").bind(home).bind(now))?;
    unit.lock::<(i64,)>(sql("select at from indicator_state where county = $1").bind(home)).map(drop)
}

/// One unit of work: the next entries of the journal, or matters whose part changed by itself, or a chunk of a count from scratch, or of what is to be removed.
/// `false` where there was nothing to do.
pub fn step(unit: &mut Unit, counting: &Counting) -> Result<bool> {
    lock(unit)?;
    Ok(entries(unit, counting)? || turns(unit, counting)? || chunk(unit, counting)? || series::sweep(unit)?)
}

fn entries(unit: &mut Unit, counting: &Counting) -> Result<bool> {
    let entries = store::cursor::read_from(unit, READER, ENTRIES)?;
    let mut changed: BTreeMap<MatterId, Time> = BTreeMap::new();
    let (mut moved, mut last) = (false, None);
    for e in &entries {
        if changed.len() >= MATTERS {
            break;
        }
        last = Some(e.seq);
        if e.subject_kind == "matter" {
            changed.insert(MatterId::from_uuid(e.subject), e.at);
        }
        // A re-coding changes the places of many matters at once.
        moved |= e.kind == "region.recoded";
    }
    let Some(last) = last else { return Ok(false) };
    let series = series::current(unit, counting)?;
    let changed: Vec<_> = changed.into_iter().collect();
    recount(unit, counting, &series, &changed)?;
    if moved {
        again(unit)?;
    }
    unit.advance(READER, last)?;
    Ok(true)
}

/// What looks at `now` changes though nobody does anything: each at its own moment, one turn after the other.
fn turns(unit: &mut Unit, counting: &Counting) -> Result<bool> {
    let due = cells::due(unit, MATTERS as i64)?;
    if due.is_empty() {
        return Ok(false);
    }
    let series = series::current(unit, counting)?;
    recount(unit, counting, &series, &due)?;
    Ok(true)
}

fn again(unit: &mut Unit) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("update indicator_series set next = $1 where county = $2 and state <> $3")
            .bind(uuid::Uuid::nil())
            .bind(home)
            .bind(series::REMOVED),
    )
}

/// Has every matter counted from scratch by the steps that follow; figures stay in use meanwhile.
pub fn recount_all(unit: &mut Unit) -> Result<()> {
    lock(unit)?;
    again(unit)
}

fn chunk(unit: &mut Unit, counting: &Counting) -> Result<bool> {
    let current = series::current(unit, counting)?;
    let Some(from) = current.iter().filter_map(|s| s.row.next).min() else { return Ok(false) };
    // All series that stand at the same matter go on together.
    let walking: Vec<_> = current.iter().filter(|s| s.row.next == Some(from)).collect();
    let (home, now) = (unit.home(), unit.now());
    let ids: Vec<_> = cells::next(unit, from, MATTERS as i64)?.into_iter().map(|id| (id, now)).collect();
    recount(unit, counting, &current, &ids)?;
    for s in &walking {
        let (state, next) = match ids.last() {
            Some((id, _)) => (s.row.state, Some(id.uuid())),
            None => (IN_USE, None),
        };
        unit.write(
            sql("update indicator_series set state = $1, next = $2 where county = $3 and id = $4")
                .bind(state)
                .bind(next)
                .bind(home)
                .bind(s.row.id),
        )?;
    }
    Ok(true)
}

/// Works until all figures are up with what was committed before.
pub async fn catch_up(store: &Store, home: Home, counting: &Counting) -> Result<()> {
    loop {
        let counting = counting.clone();
        if !store.command(home, By::system("insight"), move |unit| step(unit, &counting)).await?.value {
            return Ok(());
        }
    }
}
