//! From matters to cells: what a matter adds is kept, and taken back when it changes.

use crate::{
    Counting,
    changes::Changes,
    count::{Fixed, Piece, Tally, pieces_at},
    days::day_of,
    series::Series,
};
use base::{Code, Error, Level, MatterId, Result, SeatId, Time};
use matters::Matter;
use packs::By;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Sql, Unit, sql};
use uuid::Uuid;

pub(crate) const TOWN: i64 = 0;
pub(crate) const VILLAGE: i64 = 1;
pub(crate) const CATEGORY: i64 = 2;
pub(crate) const UNIT: i64 = 3;
pub(crate) const HANDLER: i64 = 4;
/// Added to a grain by town: the same by county, so that a county's figure is not summed over all its towns.
pub(crate) const BY_COUNTY: i64 = 10;

/// A matter's part in all series, as JSON in `indicator_kept`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// `pack.flow`.
    #[serde(rename = "f")]
    pub flow: String,
    #[serde(rename = "r")]
    pub region: Code,
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    #[serde(rename = "u", default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    #[serde(rename = "h", default, skip_serializing_if = "String::is_empty")]
    pub handler: String,
    #[serde(rename = "p")]
    pub pieces: BTreeMap<i64, Vec<Piece>>,
    /// When this changes next though nothing happens to the matter.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Time>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub series: i64,
    pub grain: i64,
    pub place: i64,
    pub lo: i64,
    pub hi: i64,
    pub key: String,
    pub flow: String,
}

impl Kept {
    pub fn read(text: &str) -> Result<Kept> {
        serde_json::from_str(text).map_err(Error::internal)
    }

    pub fn town(&self) -> Code {
        place(self.region, Level::Town)
    }

    pub fn village(&self) -> Code {
        place(self.region, Level::Village)
    }

    /// Numbers in a series over a window.
    pub fn tally(&self, series: i64, days: crate::Days) -> Tally {
        let mut sum = Tally::default();
        for piece in self.pieces.get(&series).into_iter().flatten().filter(|p| p.in_window(days)) {
            sum += piece.tally;
        }
        sum
    }

    /// The first day of the window under which it is found in a series, by one of its numbers.
    pub fn first_day(&self, series: i64, days: crate::Days, number: impl Fn(Tally) -> i64) -> Option<i64> {
        self.pieces.get(&series).into_iter().flatten().filter(|p| p.in_window(days) && number(p.tally) != 0).map(|p| p.lo).min()
    }

    fn is_signed(&self, series: i64) -> bool {
        self.pieces
            .get(&series)
            .into_iter()
            .flatten()
            .any(|p| p.tally.cases < 0 || p.tally.hits < 0 || p.tally.outs < 0 || p.tally.mutes < 0)
    }

    pub fn days(&self) -> BTreeSet<i64> {
        self.pieces.values().flatten().map(|p| p.lo).collect()
    }

    pub fn cells(&self, series: &[Series]) -> Vec<(Cell, Tally)> {
        let (town, village, county) = (self.town(), self.village(), place(self.region, Level::County));
        let mut cells = Vec::new();
        for s in series {
            let mut spots = vec![(TOWN, town, ""), (VILLAGE, village, ""), (TOWN + BY_COUNTY, county, "")];
            for by in &s.indicator.by {
                let (grain, key) = match by {
                    By::Level(_) => continue,
                    By::Category => (CATEGORY, &self.category),
                    By::Unit => (UNIT, &self.unit),
                    By::Handler => (HANDLER, &self.handler),
                };
                spots.extend([(grain, town, key.as_str()), (grain + BY_COUNTY, county, key.as_str())]);
            }
            for piece in self.pieces.get(&s.row.id).into_iter().flatten() {
                cells.extend(spots.iter().map(|(grain, place, key)| {
                    let (key, flow) = ((*key).to_owned(), self.flow.clone());
                    let cell = Cell { series: s.row.id, grain: *grain, place: place.get(), lo: piece.lo, hi: piece.hi, key, flow };
                    (cell, piece.tally)
                }));
            }
        }
        cells
    }
}

/// The ancestor at a level, or the place itself where it is coarser.
pub(crate) fn place(region: Code, level: Level) -> Code {
    region.at(level).unwrap_or(region)
}

/// Counts these matters anew in all series, also where only one is counted from scratch: a matter's place and category
/// are kept once, so its cells in every series move together. Beside each id stands the moment at which it came to be as
/// it is: figures that look at `now` are counted as of then, and their turns since are taken by [`due`]. The caller holds
/// the county's lock.
pub(crate) fn recount(unit: &mut Unit, counting: &Counting, series: &[Series], ids: &[(MatterId, Time)]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let home = unit.home();
    let mut q = Sql::select::<Matter>("from matter where county = ");
    q.arg(home).push(" and id in ").list(ids.iter().map(|(id, _)| *id));
    // Of what an import has not shown yet nothing is counted.
    let matters: HashMap<MatterId, Matter> =
        unit.many::<Matter>(q)?.into_iter().filter(|m| m.hidden.is_none()).map(|m| (m.id, m)).collect();
    let kept = load(unit, ids)?;
    let about = about(unit, ids)?;
    let seats = Seats::of(unit, counting, matters.values())?;
    let mut changes = Changes::default();
    for (id, at) in ids {
        let old = kept.get(id);
        let new = match matters.get(id) {
            Some(m) => Some(part(unit, counting, series, &seats, m, *at)?),
            None => None,
        };
        if old != new.as_ref() {
            changes.replace(series, *id, old, new.as_ref(), (*at, known(*at, counting)), about.contains(id))?;
            let signs = series.iter().filter(|s| !s.row.signed && new.as_ref().is_some_and(|k| k.is_signed(s.row.id)));
            changes.signed.extend(signs.map(|s| s.row.id));
        }
    }
    changes.write(unit)
}

/// What a matter adds to each series.
fn part(unit: &mut Unit, counting: &Counting, series: &[Series], seats: &Seats, m: &Matter, at: Time) -> Result<Kept> {
    let flow = counting.rules.flow_of(unit, m)?;
    let entry = m.category.as_ref().zip(flow.category.as_ref()).and_then(|(code, c)| c.list.entry(code));
    let facts = crate::facts::of(&flow, m, seats.unit(m).or(entry.and_then(|e| e.unit())));
    let fixed = Fixed { received_at: m.received_at, closed: !m.open, starts: counting.starts };
    let (mut found, mut turn) = (BTreeMap::new(), None);
    for s in series.iter().filter(|s| s.sees.contains(&m.pack)) {
        let (pieces, next) = pieces_at(&s.indicator, &facts, fixed, at);
        turn = turn.into_iter().chain(next).min();
        if !pieces.is_empty() {
            found.insert(s.row.id, pieces);
        }
    }
    Ok(Kept {
        pieces: found,
        turn,
        flow: m.flow_name().to_string(),
        region: m.region,
        category: m.category.clone().unwrap_or_default(),
        unit: facts.get("unit").and_then(|v| v.as_str()).unwrap_or_default().to_owned(),
        handler: seats.handler(m).map(|s| s.to_string()).unwrap_or_default(),
    })
}

/// Seats of the matters at hand.
struct Seats {
    seats: HashMap<SeatId, (String, Option<String>)>,
    paid: BTreeSet<String>,
}

impl Seats {
    fn of<'m>(unit: &mut Unit, counting: &Counting, matters: impl Iterator<Item = &'m Matter>) -> Result<Seats> {
        let ids: BTreeSet<SeatId> = matters.map(handled_by).collect();
        let mut q = sql("select id, role, unit from seat where county = ");
        q.arg(unit.home()).push(" and id in ").list(ids);
        let rows: Vec<(SeatId, String, Option<String>)> = unit.many(q)?;
        let paid = counting.rules.catalogue.roles().filter(|r| r.paid).map(|r| r.id.clone()).collect();
        Ok(Seats { seats: rows.into_iter().map(|(id, role, unit)| (id, (role, unit))).collect(), paid })
    }

    fn unit(&self, m: &Matter) -> Option<&str> {
        self.seats.get(&handled_by(m)).and_then(|(_, unit)| unit.as_deref())
    }

    /// Never an unpaid leader's seat.
    fn handler(&self, m: &Matter) -> Option<SeatId> {
        let seat = handled_by(m);
        self.seats.get(&seat).filter(|(role, _)| self.paid.contains(role)).map(|_| seat)
    }
}

/// The seat that said "done", or that holds it now.
fn handled_by(m: &Matter) -> SeatId {
    m.doer_seat.unwrap_or(m.holder)
}

fn load(unit: &mut Unit, ids: &[(MatterId, Time)]) -> Result<HashMap<MatterId, Kept>> {
    let mut q = sql("select matter, body from indicator_kept where county = ");
    q.arg(unit.home()).push(" and matter in ").list(ids.iter().map(|(id, _)| *id));
    unit.many::<(MatterId, String)>(q)?.into_iter().map(|(id, body)| Ok((id, Kept::read(&body)?))).collect()
}

fn about(unit: &mut Unit, ids: &[(MatterId, Time)]) -> Result<BTreeSet<MatterId>> {
    let mut q = sql("select distinct subject from matter_about where county = ");
    q.arg(unit.home()).push(" and subject in ").list(ids.iter().map(|(id, _)| *id));
    Ok(unit.many::<(MatterId,)>(q)?.into_iter().map(|(id,)| id).collect())
}

/// The next matters of a count from scratch, after `id`.
pub(crate) fn next(unit: &mut Unit, id: Uuid, most: i64) -> Result<Vec<MatterId>> {
    let mut q = sql("select id from matter where county = ");
    q.arg(unit.home()).push(" and id > ").arg(id).push(" order by id limit ").arg(most);
    Ok(unit.many::<(MatterId,)>(q)?.into_iter().map(|(id,)| id).collect())
}

/// Takes matters whose part has changed by itself since, each with the moment it did: its next turn is written anew.
pub(crate) fn due(unit: &mut Unit, most: i64) -> Result<Vec<(MatterId, Time)>> {
    let q = sql("select matter, at from indicator_turn where county = $1 and at <= $2 order by at, matter limit $3");
    let (home, now) = (unit.home(), unit.now());
    let due: Vec<(MatterId, Time)> = unit.many(q.bind(home).bind(now).bind(most))?;
    if !due.is_empty() {
        let mut q = sql("delete from indicator_turn where county = ");
        q.arg(home).push(" and matter in ").list(due.iter().map(|(id, _)| *id));
        unit.write(q)?;
    }
    Ok(due)
}

/// Has the hidden matters of an import counted by the steps that follow. To be asked in the unit that shows them, before.
pub fn count_soon(unit: &mut Unit, import: Uuid) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into indicator_turn (county, matter, at) select county, id, $1 from matter where county = $2 and hidden = $3
             on conflict (county, matter) do update set at = excluded.at")
        .bind(now)
        .bind(home)
        .bind(import),
    )
}

/// The reporting day of a moment, as `known` is written.
pub(crate) fn known(t: Time, counting: &Counting) -> i64 {
    day_of(t, counting.starts)
}
