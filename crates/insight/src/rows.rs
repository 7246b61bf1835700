//! A figure opens to exactly its matters, under the same conditions: by place, then day.

use crate::{
    Ask, Tally,
    ask::{Scope, declared, scopes, within},
    cells::{Kept, VILLAGE, place},
    count::ALWAYS,
    live::fits,
    series,
};
use access::{Caller, exclude};
use base::{Code, Level, MatterId, Result};
use matters::Listed;
use packs::Action;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Columns, Reader, sql};

/// Which of a figure's matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The denominator.
    Cases,
    Hits,
    /// Of the denominator, but no hit.
    Misses,
    Outs,
    Mutes,
}

impl Which {
    fn takes(self, t: Tally) -> bool {
        match self {
            Which::Cases => t.cases > 0,
            Which::Hits => t.hits > 0,
            Which::Misses => t.cases > 0 && t.hits <= 0,
            Which::Outs => t.outs > 0,
            Which::Mutes => t.mutes > 0,
        }
    }

    /// The number by which it is found, and its column.
    fn number(self) -> (&'static str, fn(Tally) -> i64) {
        match self {
            Which::Cases | Which::Misses => ("cases", |t| t.cases),
            Which::Hits => ("hits", |t| t.hits),
            Which::Outs => ("outs", |t| t.outs),
            Which::Mutes => ("mutes", |t| t.mutes),
        }
    }
}

/// A place in the order of the rows: scope and region of the caller's, village, day, matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct After {
    part: usize,
    place: Code,
    day: i64,
    matter: MatterId,
}

/// Villages' days of one look.
const SPOTS: i64 = 64;

/// What it takes to be shown the matters of a figure.
pub const LISTED: &[Action] = &[Action::Figures, Action::List];

/// What it takes to carry them out in a sheet.
pub const EXPORTED: &[Action] = &[Action::Figures, Action::List, Action::Export];

/// The next `most` matters of a figure where the caller has these `rights`, and where to go on; `None` at the end. Who may see figures but no lists gets
/// none. A weighted sum has no matters of its own: its parts have.
pub fn rows(
    r: &mut Reader,
    caller: &Caller,
    ask: &Ask,
    which: Which,
    rights: &[Action],
    after: Option<After>,
    most: usize,
) -> Result<(Vec<Listed>, Option<After>)> {
    let ask = &ask.today(r)?;
    let indicator = declared(caller, &ask.indicator, ask.region)?;
    let scopes = scopes(r, caller, ask.region, rights)?;
    let Some(row) = series::find(r, &indicator, ask.starts)?.filter(|row| row.state == series::IN_USE) else {
        return Ok((Vec::new(), None));
    };
    let parts: Vec<(&Scope, Code)> = scopes.iter().flat_map(|s| s.regions.iter().map(move |c| (s, *c))).collect();
    let mut found: Vec<After> = Vec::new();
    let first = after.map_or(0, |a| a.part);
    for (part, (scope, region)) in parts.iter().enumerate().skip(first) {
        let look = Look { caller, ask, which, series: &row, part, scope, region: *region };
        look.collect(r, after.filter(|a| a.part == part), most, &mut found)?;
        if found.len() > most {
            break;
        }
    }
    let more = found.len() > most;
    found.truncate(most);
    let ids: Vec<MatterId> = found.iter().map(|a| a.matter).collect();
    let mut q = sql("select ");
    q.push(Listed::COLUMNS).push(" from matter where county = ").arg(r.home()).push(" and id in ").list(ids.iter().copied());
    let mut listed: HashMap<MatterId, Listed> = r.many::<Listed>(q)?.into_iter().map(|m| (m.id, m)).collect();
    Ok((ids.iter().filter_map(|id| listed.remove(id)).collect(), found.last().copied().filter(|_| more)))
}

struct Look<'a> {
    caller: &'a Caller,
    ask: &'a Ask,
    which: Which,
    series: &'a series::Row,
    part: usize,
    scope: &'a Scope,
    region: Code,
}

impl Look<'_> {
    /// Adds what follows, one more than `most` so that it is known whether there is an end.
    fn collect(&self, r: &mut Reader, after: Option<After>, most: usize, found: &mut Vec<After>) -> Result<()> {
        let mut from = after.map_or((0, i64::MIN), |a| (a.place.get(), a.day));
        let mut passed = after.map(|a| a.matter);
        loop {
            let spots = self.spots(r, from)?;
            for (place, day) in &spots {
                let same = after.is_some_and(|a| a.place == *place && a.day == *day);
                self.matters(r, *place, *day, passed.filter(|_| same), found)?;
                if found.len() > most {
                    return Ok(());
                }
            }
            match spots.last() {
                Some((place, day)) if spots.len() as i64 == SPOTS => from = (place.get(), day + 1),
                _ => return Ok(()),
            }
            passed = None;
        }
    }

    /// Villages' days that may have such matters: as the cells know, or, where pieces may cancel in them, all there are.
    fn spots(&self, r: &mut Reader, (from_place, from_day): (i64, i64)) -> Result<Vec<(Code, i64)>> {
        let days = self.ask.days;
        let mut q = sql("");
        let day = if self.series.signed { "day" } else { "lo" };
        q.push(&format!("select place, {day} from "));
        match self.series.signed {
            true => q.push("indicator_day where county = ").arg(r.home()),
            false => {
                q.push("indicator_cell where county = ").arg(r.home()).push(" and series = ").arg(self.series.id);
                q.push(" and grain = ").arg(VILLAGE).push(&format!(" and {} <> 0", self.which.number().0))
            }
        };
        within(&mut q, r, place(self.region, Level::Village), "place");
        q.push(&format!(" and ({day} >= ")).arg(days.first).push(&format!(" and {day} <= ")).arg(days.last);
        q.push(&format!(" or {day} = ")).arg(ALWAYS).push(")");
        q.push(&format!(" and (place, {day}) >= (")).arg(from_place).push(", ").arg(from_day).push(")");
        q.push(&format!(" group by place, {day} order by place, {day} limit ")).arg(SPOTS);
        r.many(q)
    }

    fn matters(&self, r: &mut Reader, place: Code, day: i64, after: Option<MatterId>, found: &mut Vec<After>) -> Result<()> {
        let mut q = sql(
            "select k.matter, k.body from indicator_day d join indicator_kept k on k.county = d.county and k.matter = d.matter where d.county = ",
        );
        q.arg(r.home()).push(" and d.place = ").arg(place).push(" and d.day = ").arg(day);
        if let Some(after) = after {
            q.push(" and d.matter > ").arg(after);
        }
        exclude(&mut q, r.home(), &self.caller.barred, "matter_about", "d.matter");
        q.push(" order by d.matter");
        for (matter, body) in r.many::<(MatterId, String)>(q)? {
            let kept = Kept::read(&body)?;
            // A matter of several days stands under the first of them.
            let (series, days) = (self.series.id, self.ask.days);
            let here = kept.first_day(series, days, self.which.number().1) == Some(day);
            if here && fits(&kept, self.ask, self.scope, self.region) && self.which.takes(kept.tally(series, days)) {
                found.push(After { part: self.part, place, day, matter });
            }
        }
        Ok(())
    }
}
