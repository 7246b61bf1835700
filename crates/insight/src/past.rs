//! As of a day: a figure over a window, as it was known on another day.
//!
//! Every change of a cell is kept under the day on which it came about, so what was known on a day is the sum up to
//! it. It reaches back to the day on which the series was first counted, not further.

use crate::{
    Ask, Figure, Tally, Why,
    ask::{declared, scopes, within},
    count::ALWAYS,
    days::day_of,
    series,
};
use access::Caller;
use base::{Error, Level, Result};
use jiff::civil::Date;
use packs::Action;
use store::{Reader, sql};

/// The figure as it was known at the end of the reporting day `known`. Towns and what is above them; a village's changes
/// are not kept.
pub fn figure_as_of(r: &mut Reader, caller: &Caller, ask: &Ask, known: Date) -> Result<Figure> {
    let indicator = declared(caller, &ask.indicator, ask.region)?;
    let scopes = scopes(r, caller, ask.region, &[Action::Figures])?;
    if ask.only.is_some() || scopes.iter().flat_map(|s| &s.regions).any(|c| c.level() > Level::Town) {
        return Err(Error::invalid("as_of", "历史时点的数只到乡镇，不再分组", "figures as of a day are kept by town, without breakdowns"));
    }
    let Some(row) = series::find(r, &indicator, ask.starts)?.filter(|row| row.state == series::IN_USE) else {
        return Ok(Figure::none(Why::Counting));
    };
    let known = crate::days::number(known);
    if known < day_of(row.since, ask.starts) {
        return Ok(Figure::none(Why::NotKept));
    }
    let mut sum = Tally::default();
    for scope in &scopes {
        for region in &scope.regions {
            let mut q = sql("select cast(coalesce(sum(cases), 0) as bigint), cast(coalesce(sum(hits), 0) as bigint), cast(coalesce(sum(outs), 0) as bigint),
                cast(coalesce(sum(mutes), 0) as bigint), cast(coalesce(sum(total), 0) as bigint) from (");
            for apart in [false, true] {
                let column = if apart { "town" } else { "place" };
                match apart {
                    false => q.push("select cases, hits, outs, mutes, total from indicator_past where county = "),
                    true if caller.barred.is_empty() => continue,
                    true => q.push(" union all select -cases, -hits, -outs, -mutes, -total from indicator_apart where county = "),
                };
                q.arg(r.home()).push(" and series = ").arg(row.id).push(" and known <= ").arg(known);
                within(&mut q, r, *region, column);
                q.push(" and (lo >= ").arg(ask.days.first).push(" and hi <= ").arg(ask.days.last).push(" or lo = ").arg(ALWAYS).push(")");
                if let Some(flows) = &scope.flows {
                    q.push(" and flow in ").list(flows.iter());
                }
                if apart {
                    q.push(" and matter in (select subject from matter_about where county = ").arg(r.home());
                    q.push(" and about in ").list(caller.barred.iter().copied()).push(")");
                }
            }
            q.push(") s");
            let found: Option<(i64, i64, i64, i64, i64)> = r.one(q)?;
            sum += found.map_or(Tally::default(), |(a, b, c, d, e)| Tally::from([a, b, c, d, e]));
        }
    }
    Ok(Figure::of(&indicator, sum))
}
