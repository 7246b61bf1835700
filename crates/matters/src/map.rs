//! Matters on a map: counted by square or by region, or one by one. Under the same grants and exclusions as lists.

use crate::list::{Filter, LATE, LISTED, narrow, of_part, slices};
use access::Caller;
use base::{Code, Level, MatterId, Result, Time};
use std::time::Duration;
use store::{FromRow, Reader, Row, Sql, sql};

/// A deadline that is nearer than this is soon.
pub const SOON: Duration = Duration::from_secs(2 * 3600);

/// How many there are, and how many of the open ones stand badly. Late as [`Filter::late`] says it; soon is what is not
/// late and has its deadline within [`SOON`]; alarm is what is urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub n: i64,
    pub open: i64,
    pub late: i64,
    pub soon: i64,
    pub alarm: i64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        let Tally { n, open, late, soon, alarm } = other;
        self.n += n;
        self.open += open;
        self.late += late;
        self.soon += soon;
        self.alarm += alarm;
    }

    /// The worst of them: a cluster shows it, not its count alone.
    pub fn state(self) -> &'static str {
        match self {
            Tally { alarm: 1.., .. } => "alarm",
            Tally { late: 1.., .. } => "late",
            Tally { soon: 1.., .. } => "soon",
            Tally { open: 1.., .. } => "open",
            _ => "ended",
        }
    }
}

/// One matter, without a word of it.
#[derive(Clone, Debug)]
pub struct Dot {
    pub id: MatterId,
    pub spot: i64,
    pub pack: String,
    pub flow: String,
    pub region: Code,
    pub state: Tally,
}

/// A key and the tally of what has it.
struct Counted(i64, Tally);

impl FromRow for Counted {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Counted(row.get(0)?, Tally { n: row.get(1)?, open: row.get(2)?, late: row.get(3)?, soon: row.get(4)?, alarm: row.get(5)? }))
    }
}

impl FromRow for Dot {
    fn from_row(row: &Row) -> Result<Self> {
        let state = Tally { n: 1, open: row.get(5)?, late: row.get(6)?, soon: row.get(7)?, alarm: row.get(8)? };
        Ok(Dot { id: row.get(0)?, spot: row.get(1)?, pack: row.get(2)?, flow: row.get(3)?, region: row.get(4)?, state })
    }
}

/// Which matters a map shows: those that a list of this filter would.
fn seen(q: &mut Sql, r: &Reader, caller: &Caller, filter: &Filter) {
    q.push(" from matter m where m.county = ").arg(r.home());
    match filter.open {
        Some(open) => q.push(" and m.open = ").arg(open),
        None => q.push(" and m.open in (0, 1)"),
    };
    q.push(" and (1 = 0");
    for slice in slices(caller, filter) {
        q.push(" or (1 = 1");
        caller.filter(q, &slice, &LISTED);
        of_part(q, &slice, filter);
        q.push(")");
    }
    q.push(")");
    narrow(q, r, filter);
}

/// Appends how a row stands, each as `wrap` has it: `open, late, soon, alarm`.
fn standing(q: &mut Sql, now: Time, wrap: [&str; 2]) {
    let [before, after] = wrap;
    q.push(", ").push(before).push("m.open").push(after);
    q.push(", ").push(before).push("case when m.open = 1 and (").push(LATE).arg(now).push(")) then 1 else 0 end").push(after);
    q.push(", ").push(before).push("case when m.open = 1 and m.due < ").arg(now + SOON).push(" and not (").push(LATE).arg(now);
    q.push(")) then 1 else 0 end").push(after);
    q.push(", ").push(before).push("case when m.open = 1 and m.urgent = 1 then 1 else 0 end").push(after);
}

/// PostgreSQL's sum of integers is a decimal number.
const SUM: [&str; 2] = ["cast(sum(", ") as bigint)"];

/// Those with a point among `spots`, by square: spots divided by `span`.
pub fn squares(r: &mut Reader, caller: &Caller, filter: &Filter, spots: std::ops::Range<i64>, span: i64) -> Result<Vec<(i64, Tally)>> {
    let now = r.now();
    let mut q = sql("select m.spot / ");
    q.arg(span).push(", count(*)");
    standing(&mut q, now, SUM);
    seen(&mut q, r, caller, filter);
    q.push(" and m.spot >= ").arg(spots.start).push(" and m.spot < ").arg(spots.end).push(" group by 1");
    Ok(r.many::<Counted>(q)?.into_iter().map(|Counted(square, tally)| (square, tally)).collect())
}

/// Those with a point among `spots`, at most so many.
pub fn dots(r: &mut Reader, caller: &Caller, filter: &Filter, spots: std::ops::Range<i64>, most: i64) -> Result<Vec<Dot>> {
    let now = r.now();
    let mut q = sql("select m.id, m.spot, m.pack, m.flow, m.region");
    standing(&mut q, now, ["cast(", " as bigint)"]);
    seen(&mut q, r, caller, filter);
    q.push(" and m.spot >= ").arg(spots.start).push(" and m.spot < ").arg(spots.end).push(" order by m.spot, m.id limit ").arg(most);
    r.many(q)
}

/// Those that have a region and no point, by region; only in these villages, where they are named.
pub fn without_point(r: &mut Reader, caller: &Caller, filter: &Filter, villages: Option<&[Code]>) -> Result<Vec<(Code, Tally)>> {
    let now = r.now();
    let mut q = sql("select m.region, count(*)");
    standing(&mut q, now, SUM);
    seen(&mut q, r, caller, filter);
    q.push(" and m.spot is null");
    if let Some(villages) = villages {
        q.push(" and m.village in ").list(villages.iter().copied());
    }
    q.push(" group by m.region");
    coded(r.many::<Counted>(q)?)
}

/// By the regions of one level; what lies coarser is left out.
pub fn by_level(r: &mut Reader, caller: &Caller, filter: &Filter, level: Level) -> Result<Vec<(Code, Tally)>> {
    let column = match level {
        Level::Town => "m.town",
        Level::Village => "m.village",
        Level::Group => "m.grp",
        _ => "m.region",
    };
    let now = r.now();
    let mut q = sql("select ");
    q.push(column).push(", count(*)");
    standing(&mut q, now, SUM);
    seen(&mut q, r, caller, filter);
    q.push(" and ").push(column).push(" is not null group by ").push(column);
    coded(r.many::<Counted>(q)?)
}

/// All of a filter.
pub fn tally(r: &mut Reader, caller: &Caller, filter: &Filter) -> Result<Tally> {
    let now = r.now();
    let mut q = sql("select cast(0 as bigint), count(*)");
    standing(&mut q, now, ["coalesce(cast(sum(", ") as bigint), 0)"]);
    seen(&mut q, r, caller, filter);
    Ok(r.one::<Counted>(q)?.map_or_else(Tally::default, |Counted(_, tally)| tally))
}

fn coded(rows: Vec<Counted>) -> Result<Vec<(Code, Tally)>> {
    rows.into_iter().map(|Counted(code, tally)| Ok((Code::new(code)?, tally))).collect()
}
