//! What changes in the tables when matters are counted anew.

use crate::{
    cells::{Cell, Kept, TOWN},
    count::{Piece, Tally},
    series::Series,
};
use base::{Code, Error, MatterId, Result, Time};
use std::collections::{BTreeMap, BTreeSet};
use store::{Unit, Value, sql};

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
pub(crate) struct Changes {
    cells: BTreeMap<Cell, Tally>,
    past: BTreeMap<(i64, i64, i64, i64, i64, String), Tally>,
    apart: Vec<Apart>,
    kept: Vec<(MatterId, Option<String>)>,
    days: Vec<(bool, Code, i64, MatterId)>,
    turns: Vec<(MatterId, Option<Time>)>,
    pub signed: BTreeSet<i64>,
}

impl Changes {
    pub fn replace(
        &mut self,
        series: &[Series],
        id: MatterId,
        old: Option<&Kept>,
        new: Option<&Kept>,
        (at, known): (Time, i64),
        about: bool,
    ) -> Result<()> {
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
        // One that has come was taken when it was looked for.
        let (was, is) = (old.and_then(|k| k.turn).filter(|t| *t > at), new.and_then(|k| k.turn));
        if was != is {
            self.turns.push((id, is));
        }
        let body = new.map(serde_json::to_string).transpose().map_err(Error::internal)?;
        self.kept.push((id, body));
        Ok(())
    }

    pub fn write(self, unit: &mut Unit) -> Result<()> {
        let home = unit.home();
        let rows = self.cells.iter().filter(|(_, t)| !t.is_zero()).map(|(c, t)| {
            let keys =
                [home.into(), c.series.into(), c.grain.into(), c.place.into(), c.lo.into(), c.hi.into(), (&c.key).into(), (&c.flow).into()];
            (Vec::from(keys), *t)
        });
        add(unit, "indicator_cell", "county, series, grain, place, lo, hi, key, flow", rows.collect())?;
        for (cell, t) in &self.cells {
            // Only what is taken back can leave nothing; a piece over several days may be negative itself.
            if t.cases < 0 || t.hits < 0 || t.outs < 0 || t.mutes < 0 || cell.lo != cell.hi {
                unit.write(
                    sql(
                        "delete from indicator_cell where county = $1 and series = $2 and grain = $3 and place = $4 and lo = $5 and hi = $6
                         and key = $7 and flow = $8 and cases = 0 and hits = 0 and outs = 0 and mutes = 0 and total = 0",
                    )
                    .bind(home)
                    .bind(cell.series)
                    .bind(cell.grain)
                    .bind(cell.place)
                    .bind(cell.lo)
                    .bind(cell.hi)
                    .bind(&cell.key)
                    .bind(&cell.flow),
                )?;
            }
        }
        let rows = self.past.iter().filter(|(_, t)| !t.is_zero()).map(|((series, place, known, lo, hi, flow), t)| {
            (Vec::from([home.into(), (*series).into(), (*place).into(), (*known).into(), (*lo).into(), (*hi).into(), flow.into()]), *t)
        });
        add(unit, "indicator_past", "county, series, place, known, lo, hi, flow", rows.collect())?;
        for a in &self.apart {
            let keys = [
                home.into(),
                a.matter.into(),
                a.series.into(),
                a.piece.lo.into(),
                a.piece.hi.into(),
                a.known.into(),
                a.kept.town().into(),
                a.kept.village().into(),
                a.kept.region.into(),
                (&a.kept.category).into(),
                (&a.kept.unit).into(),
                (&a.kept.handler).into(),
                (&a.kept.flow).into(),
            ];
            // One at a time: what went and what came may be under one key, and no statement may meet a row twice.
            add(unit, "indicator_apart", APART, vec![(Vec::from(keys), a.piece.tally)])?;
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
        for (id, turn) in self.turns {
            unit.write(match turn {
                Some(at) => sql("insert into indicator_turn (county, matter, at) values ($1, $2, $3)
                     on conflict (county, matter) do update set at = excluded.at")
                .bind(home)
                .bind(id)
                .bind(at),
                None => sql("delete from indicator_turn where county = $1 and matter = $2").bind(home).bind(id),
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

const APART: &str = "county, matter, series, lo, hi, known, town, village, region, category, unit, handler, flow";

/// Rows of one statement: more than a few make neither database faster.
const ROWS: usize = 40;

/// Adds numbers to the rows with these keys, or makes the rows. No key stands twice among them.
fn add(unit: &mut Unit, table: &str, keys: &str, rows: Vec<(Vec<Value>, Tally)>) -> Result<()> {
    for some in rows.chunks(ROWS) {
        let mut q = sql("insert into ");
        q.push(&format!("{table} ({keys}, cases, hits, outs, mutes, total) values "));
        for (i, (keys, tally)) in some.iter().enumerate() {
            let numbers = <[i64; 5]>::from(*tally).map(Value::from);
            q.push(if i == 0 { "" } else { ", " }).list(keys.iter().cloned().chain(numbers));
        }
        q.push(&format!(" on conflict ({keys}) do update set "));
        for (i, column) in ["cases", "hits", "outs", "mutes", "total"].iter().enumerate() {
            q.push(&format!("{}{column} = {table}.{column} + excluded.{column}", if i == 0 { "" } else { ", " }));
        }
        unit.write(q)?;
    }
    Ok(())
}
