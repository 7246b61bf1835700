//! From matters to cells: what a matter adds is kept, and taken back when it changes.

use crate::{
    Counting,
    count::{Piece, Tally, pieces},
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
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    series: i64,
    grain: i64,
    place: i64,
    lo: i64,
    hi: i64,
    key: String,
    flow: String,
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

    fn days(&self) -> BTreeSet<i64> {
        self.pieces.values().flatten().map(|p| p.lo).collect()
    }

    fn cells(&self, series: &[Series]) -> Vec<(Cell, Tally)> {
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
/// are kept once, so its cells in every series move together. Beside each id stands the day on which it came to be as it
/// is. The caller holds the county's lock.
pub(crate) fn recount(unit: &mut Unit, counting: &Counting, series: &[Series], ids: &[(MatterId, i64)]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let home = unit.home();
    let mut q = Sql::select::<Matter>("from matter where county = ");
    q.arg(home).push(" and id in ").list(ids.iter().map(|(id, _)| *id));
    let matters: HashMap<MatterId, Matter> = unit.many::<Matter>(q)?.into_iter().map(|m| (m.id, m)).collect();
    let kept = load(unit, ids)?;
    let about = about(unit, ids)?;
    let seats = Seats::of(unit, counting, matters.values())?;
    let mut changes = Changes::default();
    for (id, known) in ids {
        let old = kept.get(id);
        let new = match matters.get(id) {
            Some(m) => Some(part(unit, counting, series, &seats, m)?),
            None => None,
        };
        if old != new.as_ref() {
            changes.replace(series, *id, old, new.as_ref(), *known, about.contains(id))?;
            let signs = series.iter().filter(|s| !s.row.signed && new.as_ref().is_some_and(|k| k.is_signed(s.row.id)));
            changes.signed.extend(signs.map(|s| s.row.id));
        }
    }
    changes.write(unit)
}

/// What a matter adds to each series.
fn part(unit: &mut Unit, counting: &Counting, series: &[Series], seats: &Seats, m: &Matter) -> Result<Kept> {
    let flow = counting.rules.flow_of(unit, m)?;
    let entry = m.category.as_ref().zip(flow.category.as_ref()).and_then(|(code, c)| c.list.entry(code));
    let facts = crate::facts::of(&flow, m, seats.unit(m).or(entry.and_then(|e| e.unit())));
    let found = series.iter().filter(|s| s.sees.contains(&m.pack)).map(|s| {
        let pieces = pieces(&s.indicator, &facts, m.received_at, !m.open, counting.starts);
        (s.row.id, pieces)
    });
    Ok(Kept {
        pieces: found.filter(|(_, p)| !p.is_empty()).collect(),
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

fn load(unit: &mut Unit, ids: &[(MatterId, i64)]) -> Result<HashMap<MatterId, Kept>> {
    let mut q = sql("select matter, body from indicator_kept where county = ");
    q.arg(unit.home()).push(" and matter in ").list(ids.iter().map(|(id, _)| *id));
    unit.many::<(MatterId, String)>(q)?.into_iter().map(|(id, body)| Ok((id, Kept::read(&body)?))).collect()
}

fn about(unit: &mut Unit, ids: &[(MatterId, i64)]) -> Result<BTreeSet<MatterId>> {
    let mut q = sql("select distinct subject from matter_about where county = ");
    q.arg(unit.home()).push(" and subject in ").list(ids.iter().map(|(id, _)| *id));
    Ok(unit.many::<(MatterId,)>(q)?.into_iter().map(|(id,)| id).collect())
}

/// A piece of a report about somebody, that came or went on the day `known`.
struct Apart {
    matter: MatterId,
    series: i64,
    known: i64,
    piece: Piece,
    kept: Kept,
}

/// What is to be written, summed up first: a hundred matters of one day and village are one change of a cell.
#[derive(Default)]
struct Changes {
    cells: BTreeMap<Cell, Tally>,
    past: BTreeMap<(i64, i64, i64, i64, i64, String), Tally>,
    apart: Vec<Apart>,
    kept: Vec<(MatterId, Option<String>)>,
    days: Vec<(bool, Code, i64, MatterId)>,
    signed: BTreeSet<i64>,
}

impl Changes {
    fn replace(&mut self, series: &[Series], id: MatterId, old: Option<&Kept>, new: Option<&Kept>, known: i64, about: bool) -> Result<()> {
        let mut cells: BTreeMap<Cell, Tally> = BTreeMap::new();
        let signed = [(old, true), (new, false)].into_iter().filter_map(|(kept, back)| kept.map(|k| (k, back)));
        for (kept, back) in signed {
            for (cell, tally) in kept.cells(series) {
                *cells.entry(cell).or_default() += if back { -tally } else { tally };
            }
            for s in series.iter().filter(|_| about) {
                for p in kept.pieces.get(&s.row.id).into_iter().flatten() {
                    let piece = Piece { tally: if back { -p.tally } else { p.tally }, ..*p };
                    self.apart.push(Apart { matter: id, series: s.row.id, known, piece, kept: kept.clone() });
                }
            }
        }
        for (cell, tally) in cells.into_iter().filter(|(_, t)| !t.is_zero()) {
            if cell.grain == TOWN {
                *self.past.entry((cell.series, cell.place, known, cell.lo, cell.hi, cell.flow.clone())).or_default() += tally;
            }
            *self.cells.entry(cell).or_default() += tally;
        }
        let found = |kept: Option<&Kept>| -> BTreeSet<(Code, i64)> {
            kept.map(|k| k.days().into_iter().map(|d| (k.village(), d)).collect()).unwrap_or_default()
        };
        let (was, is) = (found(old), found(new));
        self.days.extend(was.difference(&is).map(|(place, day)| (false, *place, *day, id)));
        self.days.extend(is.difference(&was).map(|(place, day)| (true, *place, *day, id)));
        let body = new.map(serde_json::to_string).transpose().map_err(Error::internal)?;
        self.kept.push((id, body));
        Ok(())
    }

    fn write(self, unit: &mut Unit) -> Result<()> {
        let home = unit.home();
        for (cell, t) in self.cells.iter().filter(|(_, t)| !t.is_zero()) {
            let keys = |q: Sql| {
                q.bind(home)
                    .bind(cell.series)
                    .bind(cell.grain)
                    .bind(cell.place)
                    .bind(cell.lo)
                    .bind(cell.hi)
                    .bind(&cell.key)
                    .bind(&cell.flow)
            };
            unit.write(tallied(
                keys(sql("insert into indicator_cell (county, series, grain, place, lo, hi, key, flow, cases, hits, outs, mutes, total)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                     on conflict (county, series, grain, place, lo, hi, key, flow) do update set cases = indicator_cell.cases + excluded.cases,
                     hits = indicator_cell.hits + excluded.hits, outs = indicator_cell.outs + excluded.outs,
                     mutes = indicator_cell.mutes + excluded.mutes, total = indicator_cell.total + excluded.total")),
                t,
            ))?;
            // Only what is taken back can leave nothing; a piece over several days may be negative itself.
            if t.cases < 0 || t.hits < 0 || t.outs < 0 || t.mutes < 0 || cell.lo != cell.hi {
                unit.write(keys(sql(
                    "delete from indicator_cell where county = $1 and series = $2 and grain = $3 and place = $4 and lo = $5 and hi = $6
                     and key = $7 and flow = $8 and cases = 0 and hits = 0 and outs = 0 and mutes = 0 and total = 0",
                )))?;
            }
        }
        for ((series, place, known, lo, hi, flow), t) in self.past.iter().filter(|(_, t)| !t.is_zero()) {
            unit.write(tallied(
                sql("insert into indicator_past (county, series, place, known, lo, hi, flow, cases, hits, outs, mutes, total)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                     on conflict (county, series, place, known, lo, hi, flow) do update set cases = indicator_past.cases + excluded.cases,
                     hits = indicator_past.hits + excluded.hits, outs = indicator_past.outs + excluded.outs,
                     mutes = indicator_past.mutes + excluded.mutes, total = indicator_past.total + excluded.total")
                .bind(home)
                .bind(*series)
                .bind(*place)
                .bind(*known)
                .bind(*lo)
                .bind(*hi)
                .bind(flow),
                t,
            ))?;
        }
        for a in &self.apart {
            unit.write(tallied(
                sql("insert into indicator_apart (county, matter, series, lo, hi, known, town, village, region, category, unit, handler, flow,
                     cases, hits, outs, mutes, total)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                     on conflict (county, matter, series, lo, hi, known, region, category, unit, handler, flow)
                     do update set cases = indicator_apart.cases + excluded.cases, hits = indicator_apart.hits + excluded.hits,
                     outs = indicator_apart.outs + excluded.outs, mutes = indicator_apart.mutes + excluded.mutes,
                     total = indicator_apart.total + excluded.total")
                .bind(home)
                .bind(a.matter)
                .bind(a.series)
                .bind(a.piece.lo)
                .bind(a.piece.hi)
                .bind(a.known)
                .bind(a.kept.town())
                .bind(a.kept.village())
                .bind(a.kept.region)
                .bind(&a.kept.category)
                .bind(&a.kept.unit)
                .bind(&a.kept.handler)
                .bind(&a.kept.flow),
                &a.piece.tally,
            ))?;
        }
        for series in self.signed {
            unit.write(sql("update indicator_series set signed = 1 where county = $1 and id = $2").bind(home).bind(series))?;
        }
        for (id, body) in self.kept {
            unit.write(match body {
                Some(body) => sql("insert into indicator_kept (county, matter, body) values ($1, $2, $3)
                     on conflict (county, matter) do update set body = excluded.body")
                .bind(home)
                .bind(id)
                .bind(body),
                None => sql("delete from indicator_kept where county = $1 and matter = $2").bind(home).bind(id),
            })?;
        }
        for (there, place, day, id) in self.days {
            let q = match there {
                true => sql(
                    "insert into indicator_day (county, place, day, matter) values ($1, $2, $3, $4) on conflict (county, place, day, matter) do nothing",
                ),
                false => sql("delete from indicator_day where county = $1 and place = $2 and day = $3 and matter = $4"),
            };
            unit.write(q.bind(home).bind(place).bind(day).bind(id))?;
        }
        Ok(())
    }
}

fn tallied(q: Sql, t: &Tally) -> Sql {
    q.bind(t.cases).bind(t.hits).bind(t.outs).bind(t.mutes).bind(t.total)
}

/// The next matters of a count from scratch, after `id`.
pub(crate) fn next(unit: &mut Unit, id: Uuid, most: i64) -> Result<Vec<MatterId>> {
    let mut q = sql("select id from matter where county = ");
    q.arg(unit.home()).push(" and id > ").arg(id).push(" order by id limit ").arg(most);
    Ok(unit.many::<(MatterId,)>(q)?.into_iter().map(|(id,)| id).collect())
}

/// The reporting day of a moment, as `known` is written.
pub(crate) fn known(t: Time, counting: &Counting) -> i64 {
    day_of(t, counting.starts)
}
