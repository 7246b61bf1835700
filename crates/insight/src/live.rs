//! Sums for what no cell is kept of: places below the village, and a village's categories. A village's matters are few.

use crate::{
    Ask,
    ask::{Group, Scope, Sums, within},
    cells::{Kept, place},
    count::ALWAYS,
};
use access::{Caller, exclude};
use base::{Code, MatterId, Result};
use packs::By;
use std::collections::BTreeMap;
use store::{Reader, sql};

pub(crate) fn live(r: &mut Reader, caller: &Caller, ask: &Ask, series: i64, scope: &Scope, region: Code, group: Group) -> Result<Sums> {
    let mut q = sql(
        "select k.matter, k.body from indicator_day d join indicator_kept k on k.county = d.county and k.matter = d.matter where d.county = ",
    );
    q.arg(r.home());
    within(&mut q, r, place(region, base::Level::Village), "d.place");
    q.push(" and (d.day >= ").arg(ask.days.first).push(" and d.day <= ").arg(ask.days.last).push(" or d.day = ").arg(ALWAYS).push(")");
    exclude(&mut q, r.home(), &caller.barred, "matter_about", "d.matter");
    let found: BTreeMap<MatterId, String> = r.many::<(MatterId, String)>(q)?.into_iter().collect();
    let mut sums = Sums::new();
    for body in found.values() {
        let kept = Kept::read(body)?;
        if !fits(&kept, ask, scope, region) {
            continue;
        }
        for piece in kept.pieces.get(&series).into_iter().flatten().filter(|p| p.in_window(ask.days)) {
            let key = match group {
                Group::None | Group::Days => String::new(),
                Group::By(By::Level(level)) => place(kept.region, *level).to_string(),
                Group::By(by) => key(&kept, by).to_owned(),
            };
            let (lo, hi) = if group == Group::Days { (piece.lo, piece.hi) } else { (0, 0) };
            *sums.entry((key, lo, hi)).or_default() += piece.tally;
        }
    }
    Ok(sums)
}

/// Whether a matter is among what is asked for and allowed.
pub(crate) fn fits(kept: &Kept, ask: &Ask, scope: &Scope, region: Code) -> bool {
    region.contains(kept.region)
        && scope.flows.as_ref().is_none_or(|flows| flows.contains(&kept.flow))
        && ask.only.as_ref().is_none_or(|(by, only)| matches!(by, By::Level(_)) || key(kept, by) == only)
}

fn key<'k>(kept: &'k Kept, by: &By) -> &'k str {
    match by {
        By::Level(_) => "",
        By::Category => &kept.category,
        By::Unit => &kept.unit,
        By::Handler => &kept.handler,
    }
}
