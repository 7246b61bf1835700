//! Questions: a figure, its breakdown, its course over time.
//!
//! One statement sums the cells and takes away, in the same look at the database, the reports about somebody whom the
//! caller must not meet.

use crate::{
    Days, Every, Figure, Tally, Why,
    cells::{BY_COUNTY, CATEGORY, HANDLER, TOWN, UNIT, VILLAGE, place},
    count::{ALWAYS, looks_at_now},
    live::live,
    series,
};
use access::{Caller, CallerKind, Slice};
use base::{Code, Error, Level, Result};
use packs::{Action, By, Figure as Formula, Indicator, Name, Now, Subject};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use store::{Reader, Sql, sql};

/// Which figure.
#[derive(Clone, Debug)]
pub struct Ask {
    pub indicator: Name,
    pub days: Days,
    /// Only this place and what lies in it; `None`: all that the caller may see.
    pub region: Option<Code>,
    /// Only this category, department or handling seat.
    pub only: Option<(By, String)>,
    /// Hour at which reporting days begin, as in [`Counting`](crate::Counting).
    pub starts: u8,
}

impl Ask {
    /// A code that has ended names what it became: matters moved there with their figures.
    pub(crate) fn today(&self, r: &mut Reader) -> Result<Ask> {
        let region = match self.region {
            Some(code) => Some(access::code_now(r, code)?.unwrap_or(code)),
            None => None,
        };
        Ok(Ask { region, ..self.clone() })
    }
}

/// One line of a breakdown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Code of the place, category, department or seat; empty where a matter has none. A matter whose place is coarser
    /// than the level asked for stands under that place.
    pub key: String,
    pub figure: Figure,
}

/// A figure's course: each point with its days.
pub type Trend = Vec<(Days, Figure)>;

/// What sums are kept apart by.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Group<'a> {
    None,
    By(&'a By),
    Days,
}

/// Key, and the days of a piece where they are asked for.
pub(crate) type Sums = BTreeMap<(String, i64, i64), Tally>;

/// Flows that a caller may see in these places; `None`: every flow.
pub(crate) struct Scope {
    pub flows: Option<Vec<String>>,
    pub regions: Vec<Code>,
}

/// The figure over the whole window.
pub fn figure(r: &mut Reader, caller: &Caller, ask: &Ask) -> Result<Figure> {
    let ask = &ask.today(r)?;
    let indicator = declared(caller, &ask.indicator, ask.region)?;
    let scopes = scopes(r, caller, ask.region, &[Action::Figures])?;
    whole(r, caller, ask, &indicator, &scopes, 0)
}

/// A sum may have sums among its parts; declarations that lead back to themselves end here.
const DEEPEST: u8 = 4;

fn whole(r: &mut Reader, caller: &Caller, ask: &Ask, indicator: &Indicator, scopes: &[Scope], depth: u8) -> Result<Figure> {
    if let Formula::Sum { parts } = &indicator.figure {
        let mut figures = Vec::new();
        for part in parts {
            let of = declared(caller, &part.of, ask.region)?;
            let f = match depth < DEEPEST {
                true => whole(r, caller, ask, &of, scopes, depth + 1)?,
                false => Figure::none(Why::Nothing),
            };
            figures.push((part.weight, of.name.clone(), f));
        }
        return Ok(Figure::sum(&figures, &indicator.steps));
    }
    Ok(match sums(r, caller, ask, indicator, scopes, Group::None)? {
        Ok(sums) => Figure::of(indicator, sums.into_values().fold(Tally::default(), |a, b| a + b)),
        Err(why) => Figure::none(why),
    })
}

/// The figure by place, category, department or handling seat, as the indicator declares.
pub fn breakdown(r: &mut Reader, caller: &Caller, ask: &Ask, by: &By) -> Result<Vec<Part>> {
    let ask = &ask.today(r)?;
    let indicator = declared(caller, &ask.indicator, ask.region)?;
    let scopes = scopes(r, caller, ask.region, &[Action::Figures])?;
    let Formula::Sum { parts } = &indicator.figure else {
        let found = sums(r, caller, ask, &indicator, &scopes, Group::By(by))?.unwrap_or_default();
        return Ok(found.into_iter().map(|((key, _, _), t)| Part { key, figure: Figure::of(&indicator, t) }).collect());
    };
    let mut keys: BTreeMap<String, Vec<Option<Figure>>> = BTreeMap::new();
    let mut declared_parts = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let of = declared(caller, &part.of, ask.region)?;
        let found = sums(r, caller, ask, &of, &scopes, Group::By(by))?.unwrap_or_default();
        for ((key, _, _), t) in found {
            keys.entry(key).or_insert_with(|| vec![None; parts.len()])[i] = Some(Figure::of(&of, t));
        }
        declared_parts.push((part.weight, of));
    }
    let line = |(key, figures): (String, Vec<Option<Figure>>)| {
        let parts: Vec<_> = declared_parts
            .iter()
            .zip(figures)
            .map(|((weight, of), f)| (*weight, of.name.clone(), f.unwrap_or_else(|| Figure::none(Why::Nothing))))
            .collect();
        Part { key, figure: Figure::sum(&parts, &indicator.steps) }
    };
    Ok(keys.into_iter().map(line).collect())
}

/// The figure day by day or month by month.
pub fn trend(r: &mut Reader, caller: &Caller, ask: &Ask, every: Every) -> Result<Trend> {
    let ask = &ask.today(r)?;
    let indicator = declared(caller, &ask.indicator, ask.region)?;
    let scopes = scopes(r, caller, ask.region, &[Action::Figures])?;
    let points = ask.days.cut(every);
    if let Formula::Sum { .. } = indicator.figure {
        return points
            .into_iter()
            .map(|days| Ok((days, whole(r, caller, &Ask { days, ..ask.clone() }, &indicator, &scopes, 0)?)))
            .collect();
    }
    let found = match sums(r, caller, ask, &indicator, &scopes, Group::Days)? {
        Ok(found) => found,
        Err(why) => return Ok(points.into_iter().map(|days| (days, Figure::none(why.clone()))).collect()),
    };
    let mut tallies = vec![Tally::default(); points.len()];
    for ((_, lo, hi), t) in found {
        if lo == ALWAYS {
            tallies.iter_mut().for_each(|sum| *sum += t);
        } else {
            let at = points.partition_point(|d| d.last < lo);
            // A piece that reaches over two points belongs to neither.
            if let Some(sum) = tallies.get_mut(at).filter(|_| hi <= points[at].last) {
                *sum += t;
            }
        }
    }
    Ok(points.into_iter().zip(tallies).map(|(days, t)| (days, Figure::of(&indicator, t))).collect())
}

/// The declaration, with the numbers and texts of a township's overlay where a place in it is asked for.
pub(crate) fn declared(caller: &Caller, name: &Name, region: Option<Code>) -> Result<Arc<Indicator>> {
    let catalogue = region.map_or(&caller.catalogue, |code| caller.catalogue.at(code));
    catalogue.indicator(&name.pack, &name.id).cloned().ok_or_else(|| {
        let known: Vec<String> = caller.catalogue.indicators().map(|i| format!("{}.{}", i.pack, i.id)).collect();
        let known = known.join(", ");
        Error::new(
            base::Kind::NotFound,
            "no_indicator",
            format!("没有“{name}”这个指标，有：{known}"),
            format!("there is no indicator {name}; there are {known}"),
        )
    })
}

/// Where the caller has all of these rights, by flow; the same places are one scope.
pub(crate) fn scopes(r: &Reader, caller: &Caller, region: Option<Code>, actions: &[Action]) -> Result<Vec<Scope>> {
    if caller.home != r.home() {
        return Err(Error::not_found());
    }
    let home = r.home().code();
    if caller.kind == CallerKind::System {
        return Ok(vec![Scope { flows: None, regions: vec![region.unwrap_or(home)] }]);
    }
    let mut by_places: BTreeMap<Vec<i64>, Vec<String>> = BTreeMap::new();
    for flow in caller.catalogue.flows() {
        let on = Subject::Flow(flow.name_of());
        let mut places = vec![region.unwrap_or(home)];
        for action in actions {
            let granted = caller.slices(*action, &on).into_iter().filter_map(|s| match s {
                Slice::Region(code) => Some(code),
                Slice::Seat(_) | Slice::Owner(_) => None,
            });
            places = both(&places, &granted.collect::<Vec<_>>());
        }
        if !places.is_empty() {
            by_places.entry(places.iter().map(|c| c.get()).collect()).or_default().push(flow.name_of().to_string());
        }
    }
    if by_places.is_empty() {
        return Err(Error::forbidden());
    }
    by_places
        .into_iter()
        .map(|(places, flows)| Ok(Scope { flows: Some(flows), regions: places.into_iter().map(Code::new).collect::<Result<_>>()? }))
        .collect()
}

/// What lies in a place of either list. Neither list has one place inside another.
fn both(a: &[Code], b: &[Code]) -> Vec<Code> {
    let mut found = Vec::new();
    for (x, y) in a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y))) {
        let inner = if x.contains(y) { Some(y) } else { y.contains(x).then_some(x) };
        found.extend(inner.filter(|c| !found.contains(c)));
    }
    found
}

/// Column of `indicator_apart` with a grain's place, and with its key.
fn columns(grain: i64) -> (&'static str, &'static str) {
    match grain % BY_COUNTY {
        VILLAGE => ("village", "''"),
        CATEGORY => ("town", "category"),
        UNIT => ("town", "unit"),
        HANDLER => ("town", "handler"),
        _ => ("town", "''"),
    }
}

fn key_grain(by: &By) -> Option<i64> {
    match by {
        By::Level(_) => None,
        By::Category => Some(CATEGORY),
        By::Unit => Some(UNIT),
        By::Handler => Some(HANDLER),
    }
}

/// `Err`: why there are no sums.
pub(crate) fn sums(
    r: &mut Reader,
    caller: &Caller,
    ask: &Ask,
    indicator: &Indicator,
    scopes: &[Scope],
    group: Group,
) -> Result<Result<Sums, Why>> {
    let keyed = ask.only.as_ref().map(|(by, _)| by).into_iter().chain(if let Group::By(by) = group { Some(by) } else { None });
    let mut grains = Vec::new();
    for by in keyed {
        let Some(grain) = key_grain(by) else { continue };
        if !indicator.by.contains(by) {
            let name = &indicator.name;
            return Err(Error::invalid("by", format!("“{}”没有这种分组", name.zh), format!("{} has no such breakdown", name.en)));
        }
        grains.push(grain);
    }
    grains.dedup();
    let series = match series::find(r, indicator, ask.starts)? {
        Some(row) if row.state == series::IN_USE => row.id,
        _ if looks_at_now(indicator) == Now::Otherwise => return Ok(Err(Why::Now)),
        _ => return Ok(Err(Why::Counting)),
    };
    let by_place = match group {
        Group::By(By::Level(level)) => Some(*level),
        _ => None,
    };
    let mut all = Sums::new();
    for scope in scopes {
        for region in &scope.regions {
            let fine = region.level() >= Level::Village || by_place >= Some(Level::Village);
            let below = region.level() > Level::Village || by_place > Some(Level::Village);
            let found = if below || grains.len() > 1 || fine && !grains.is_empty() {
                live(r, caller, ask, series, scope, *region, group)?
            } else {
                let whole = region.level() <= Level::County && by_place.is_none_or(|level| level <= Level::County);
                let grain = match grains.first() {
                    None if fine => VILLAGE,
                    grain => grain.copied().unwrap_or(TOWN) + if whole { BY_COUNTY } else { 0 },
                };
                let q = statement(r, caller, ask, series, scope, *region, grain, group);
                r.many::<Sum>(q)?.into_iter().filter_map(|s| s.entry(by_place, group)).collect()
            };
            for (key, t) in found {
                *all.entry(key).or_default() += t;
            }
        }
    }
    all.retain(|_, t| !t.is_zero());
    Ok(Ok(all))
}

#[allow(clippy::too_many_arguments, reason = "all that one statement depends on")]
fn statement(r: &Reader, caller: &Caller, ask: &Ask, series: i64, scope: &Scope, region: Code, grain: i64, group: Group) -> Sql {
    let grouped: &[&str] = match group {
        Group::None => &[],
        Group::By(By::Level(_)) => &["place"],
        Group::By(_) => &["key"],
        Group::Days => &["lo", "hi"],
    };
    let mut q = sql("select ");
    for column in ["place", "key", "lo", "hi"] {
        q.push(&if grouped.contains(&column) { format!("{column}, ") } else { format!("min({column}), ") });
    }
    for (i, column) in ["cases", "hits", "outs", "mutes", "total"].iter().enumerate() {
        q.push(&format!("{}cast(sum({column}) as bigint)", if i == 0 { "" } else { ", " }));
    }
    q.push(" from (");
    let cells = "select place, key, lo, hi, cases, hits, outs, mutes, total from indicator_cell where county = ";
    for window in [true, false] {
        q.push(if window { "" } else { " union all " }).push(cells).arg(r.home());
        q.push(" and series = ").arg(series).push(" and grain = ").arg(grain);
        narrow(&mut q, r, ask, scope, region, "place", "key");
        match window {
            true => q.push(" and lo >= ").arg(ask.days.first).push(" and lo <= ").arg(ask.days.last).push(" and hi <= ").arg(ask.days.last),
            false => q.push(" and lo = ").arg(ALWAYS),
        };
    }
    if !caller.barred.is_empty() {
        let (place, key) = columns(grain);
        q.push(&format!(
            " union all select {place}, {key}, lo, hi, -cases, -hits, -outs, -mutes, -total from indicator_apart where county = "
        ));
        q.arg(r.home()).push(" and series = ").arg(series);
        narrow(&mut q, r, ask, scope, region, place, key);
        q.push(" and (lo >= ").arg(ask.days.first).push(" and hi <= ").arg(ask.days.last).push(" or lo = ").arg(ALWAYS).push(")");
        q.push(" and matter in (select subject from matter_about where county = ").arg(r.home());
        q.push(" and about in ").list(caller.barred.iter().copied()).push(")");
    }
    q.push(") s");
    for (i, column) in grouped.iter().enumerate() {
        q.push(if i == 0 { " group by " } else { ", " }).push(column);
    }
    q
}

fn narrow(q: &mut Sql, r: &Reader, ask: &Ask, scope: &Scope, region: Code, place: &str, key: &str) {
    within(q, r, region, place);
    if let Some((by, only)) = &ask.only
        && key_grain(by).is_some()
    {
        q.push(&format!(" and {key} = ")).arg(only);
    }
    if let Some(flows) = &scope.flows {
        q.push(" and flow in ").list(flows.iter());
    }
}

/// Appends the places of a region, whose column holds towns, villages or what is coarser.
pub(crate) fn within(q: &mut Sql, r: &Reader, region: Code, column: &str) {
    if !region.contains(r.home().code()) {
        let (first, last) = region.range();
        q.push(&format!(" and {column} >= ")).arg(first).push(&format!(" and {column} <= ")).arg(last);
    }
}

store::row! {
    struct Sum {
        place: Option<i64>,
        key: Option<String>,
        lo: Option<i64>,
        hi: Option<i64>,
        cases: Option<i64>,
        hits: Option<i64>,
        outs: Option<i64>,
        mutes: Option<i64>,
        total: Option<i64>,
    }
}

impl Sum {
    fn entry(self, by_place: Option<Level>, group: Group) -> Option<((String, i64, i64), Tally)> {
        let number = |n: Option<i64>| n.unwrap_or(0);
        let tally = Tally {
            cases: self.cases?,
            hits: number(self.hits),
            outs: number(self.outs),
            mutes: number(self.mutes),
            total: number(self.total),
        };
        let key = match (by_place, group) {
            (Some(level), _) => place(Code::new(self.place?).ok()?, level).to_string(),
            (None, Group::By(_)) => self.key.unwrap_or_default(),
            (None, _) => String::new(),
        };
        let (lo, hi) = if group == Group::Days { (number(self.lo), number(self.hi)) } else { (0, 0) };
        Some(((key, lo, hi), tally))
    }
}
