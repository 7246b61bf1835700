//! Things on a map: counted by square, or one by one with their shapes. Under the same grants as lists.

use crate::{Register, put, register::full};
use access::{Caller, Slice};
use base::{Code, Result, ThingId};
use packs::Action;
use std::ops::Range;
use store::{Reader, Sql, sql};

use crate::list::{Filter, LISTED, cut, narrow};

store::row! {
    /// A thing without its values.
    #[derive(Clone, Debug)]
    pub struct Dot {
        pub id: ThingId,
        pub spot: i64,
        pub region: Code,
        pub title: String,
        /// GeoJSON.
        pub geometry: String,
    }
}

/// Appends ` from … and (…)`: the rows that a list of this filter would show.
fn seen(q: &mut Sql, r: &mut Reader, register: &Register, caller: &Caller, filter: &Filter, versions: bool) -> Result<()> {
    let kind = register.kind(&filter.kind)?.clone();
    let hidden = put::hidden(r)?;
    let regions = cut(r, caller, Action::List, filter)?;
    q.push(" from thing t ");
    if versions {
        q.push("join thing_version v on v.county = t.county and v.id = t.version ");
    }
    q.push("where t.county = ").arg(r.home()).push(" and t.kind = ").arg(full(&kind).to_string());
    q.push(" and (1 = 0");
    for region in regions {
        q.push(" or (1 = 1");
        caller.filter(q, &Slice::Region(region), &LISTED);
        q.push(")");
    }
    q.push(")");
    narrow(q, r, &kind, filter, &hidden)
}

/// How many have the middle of their shape among `spots`, by square: spots divided by `span`.
pub fn squares(
    r: &mut Reader,
    register: &Register,
    caller: &Caller,
    filter: &Filter,
    spots: Range<i64>,
    span: i64,
) -> Result<Vec<(i64, i64)>> {
    let mut q = sql("select t.spot / ");
    q.arg(span).push(", count(*)");
    seen(&mut q, r, register, caller, filter, false)?;
    q.push(" and t.spot >= ").arg(spots.start).push(" and t.spot < ").arg(spots.end).push(" group by 1");
    r.many(q)
}

/// Those with the middle of their shape among `spots`.
pub fn dots(r: &mut Reader, register: &Register, caller: &Caller, filter: &Filter, spots: Range<i64>, most: i64) -> Result<Vec<Dot>> {
    let mut q = columns();
    seen(&mut q, r, register, caller, filter, true)?;
    q.push(" and t.spot >= ").arg(spots.start).push(" and t.spot < ").arg(spots.end).push(" order by t.spot, t.id limit ").arg(most);
    r.many(q)
}

/// Those whose bounds meet the filter's.
pub fn shapes(r: &mut Reader, register: &Register, caller: &Caller, filter: &Filter, most: i64) -> Result<Vec<Dot>> {
    let mut q = columns();
    seen(&mut q, r, register, caller, filter, true)?;
    q.push(" and t.spot is not null order by t.id limit ").arg(most);
    r.many(q)
}

fn columns() -> Sql {
    sql("select t.id, t.spot, t.region, t.title, v.geometry")
}
