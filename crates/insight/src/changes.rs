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
        // Only what is taken back can leave nothing; a piece over several days may be negative itself.
        let spent = self.cells.iter().filter(|(c, t)| t.cases < 0 || t.hits < 0 || t.outs < 0 || t.mutes < 0 || c.lo != c.hi);
        let keys = spent.map(|(c, _)| {
            let keys =
                [home.into(), c.series.into(), c.grain.into(), c.place.into(), c.lo.into(), c.hi.into(), (&c.key).into(), (&c.flow).into()];
            Vec::from(keys)
        });
        let empty = " and cases = 0 and hits = 0 and outs = 0 and mutes = 0 and total = 0";
        remove(unit, "indicator_cell", &["county", "series", "grain", "place", "lo", "hi", "key", "flow"], keys.collect(), empty)?;
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
        let (come, gone) = parted(self.kept);
        let rows = come.into_iter().map(|(id, body)| Vec::from([home.into(), id.into(), body.into()]));
        put(unit, "indicator_kept", "county, matter, body", rows.collect(), "(county, matter) do update set body = excluded.body")?;
        remove(
            unit,
            "indicator_kept",
            &["county", "matter"],
            gone.into_iter().map(|id| Vec::from([home.into(), id.into()])).collect(),
            "",
        )?;
        let (come, gone) = parted(self.turns);
        let rows = come.into_iter().map(|(id, at)| Vec::from([home.into(), id.into(), at.into()]));
        put(unit, "indicator_turn", "county, matter, at", rows.collect(), "(county, matter) do update set at = excluded.at")?;
        remove(
            unit,
            "indicator_turn",
            &["county", "matter"],
            gone.into_iter().map(|id| Vec::from([home.into(), id.into()])).collect(),
            "",
        )?;
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        for (there, place, day, id) in self.days {
            let row = Vec::from([home.into(), place.into(), day.into(), id.into()]);
            if there { &mut come } else { &mut gone }.push(row);
        }
        put(unit, "indicator_day", "county, place, day, matter", come, "(county, place, day, matter) do nothing")?;
        remove(unit, "indicator_day", &["county", "place", "day", "matter"], gone, "")
    }
}

/// What is there now, and what is not any more.
fn parted<T>(rows: Vec<(MatterId, Option<T>)>) -> (Vec<(MatterId, T)>, Vec<MatterId>) {
    let (mut come, mut gone) = (Vec::new(), Vec::new());
    for (id, row) in rows {
        match row {
            Some(row) => come.push((id, row)),
            None => gone.push(id),
        }
    }
    (come, gone)
}

const APART: &str = "county, matter, series, lo, hi, known, town, village, region, category, unit, handler, flow";

/// Adds numbers to the rows with these keys, or makes the rows. No key stands twice among them.
fn add(unit: &mut Unit, table: &str, keys: &str, rows: Vec<(Vec<Value>, Tally)>) -> Result<()> {
    let mut on = format!("({keys}) do update set ");
    for (i, column) in ["cases", "hits", "outs", "mutes", "total"].iter().enumerate() {
        on += &format!("{}{column} = {table}.{column} + excluded.{column}", if i == 0 { "" } else { ", " });
    }
    let rows = rows.into_iter().map(|(mut keys, tally)| {
        keys.extend(<[i64; 5]>::from(tally).map(Value::from));
        keys
    });
    put(unit, table, &format!("{keys}, cases, hits, outs, mutes, total"), rows.collect(), &on)
}

/// Makes rows; `on` is what follows `on conflict`. No key stands twice among them where that changes a row.
fn put(unit: &mut Unit, table: &str, columns: &str, rows: Vec<Vec<Value>>, on: &str) -> Result<()> {
    for some in store::few_lengths(&rows) {
        let mut q = sql("insert into ");
        q.push(&format!("{table} ({columns}) values "));
        for (i, row) in some.iter().enumerate() {
            q.push(if i == 0 { "" } else { ", " }).list(row.iter().cloned());
        }
        q.push(" on conflict ").push(on);
        unit.write(q)?;
    }
    Ok(())
}

/// Removes the rows with these values of `columns`, as far as `also` holds.
fn remove(unit: &mut Unit, table: &str, columns: &[&str], rows: Vec<Vec<Value>>, also: &str) -> Result<()> {
    for some in store::few_lengths(&rows) {
        let mut q = sql("delete from ");
        q.push(table).push(" where ");
        for (i, row) in some.iter().enumerate() {
            q.push(if i == 0 { "(" } else { " or (" });
            for (j, (column, value)) in columns.iter().zip(row).enumerate() {
                q.push(if j == 0 { "" } else { " and " }).push(column).push(" = ").arg(value.clone());
            }
            q.push(also).push(")");
        }
        unit.write(q)?;
    }
    Ok(())
}
