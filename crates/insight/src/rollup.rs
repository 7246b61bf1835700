//! Roll-up to the city: parts that can be added to those of other counties, at any time and in any order.

use crate::{Counting, Days, Tally, cells::TOWN, count::ALWAYS, series};
use base::{Code, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Reader, sql};

/// One county's part in one indicator on one day and town: counts alone, no rates, so that sums are right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    pub pack: String,
    pub indicator: String,
    /// Of the declaration: parts of different ones must not be added.
    pub hash: String,
    pub town: Code,
    /// Days since 1970-01-01 that a window must hold.
    pub lo: i64,
    pub hi: i64,
    pub tally: Tally,
}

store::row! {
    struct Row {
        place: Code,
        lo: i64,
        hi: i64,
        cases: i64,
        hits: i64,
        outs: i64,
        mutes: i64,
        total: i64,
    }
}

/// All parts that lie in these days. A day sent again replaces what was sent of it before.
pub fn export_parts(r: &mut Reader, counting: &Counting, days: Days) -> Result<Vec<Parts>> {
    let mut parts = Vec::new();
    for s in series::current(r, counting)?.into_iter().filter(|s| s.row.state == series::IN_USE) {
        let mut q = sql("select place, lo, hi");
        for column in ["cases", "hits", "outs", "mutes", "total"] {
            q.push(&format!(", cast(sum({column}) as bigint)"));
        }
        q.push(" from indicator_cell where county = ").arg(r.home()).push(" and series = ").arg(s.row.id).push(" and grain = ").arg(TOWN);
        q.push(" and (lo >= ").arg(days.first).push(" and hi <= ").arg(days.last).push(" or lo = ").arg(ALWAYS).push(")");
        q.push(" group by place, lo, hi order by place, lo, hi");
        for row in r.many::<Row>(q)? {
            parts.push(Parts {
                pack: s.row.pack.clone(),
                indicator: s.row.indicator.clone(),
                hash: s.row.hash.clone(),
                town: row.place,
                lo: row.lo,
                hi: row.hi,
                tally: Tally { cases: row.cases, hits: row.hits, outs: row.outs, mutes: row.mutes, total: row.total },
            });
        }
    }
    Ok(parts)
}

/// Numbers over a window by (pack, indicator, hash), of any number of counties.
pub fn merge_parts<'p>(parts: impl IntoIterator<Item = &'p Parts>, days: Days) -> BTreeMap<(String, String, String), Tally> {
    let mut sums: BTreeMap<(String, String, String), Tally> = BTreeMap::new();
    for p in parts.into_iter().filter(|p| p.lo == ALWAYS || days.holds(p.lo, p.hi)) {
        *sums.entry((p.pack.clone(), p.indicator.clone(), p.hash.clone())).or_default() += p.tally;
    }
    sums
}
