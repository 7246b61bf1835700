//! Plans: matters that come by themselves, as a calendar or the end of another matter says.
//!
//! A plan's timer puts one entry (`plan.due`) into the journal for each place or matter whose day it is; the plan's job
//! answers it by opening the matter, with the retries and the list of failures that every reaction has.

use crate::{
    Context,
    job::plan_name,
    scene::{Scene, Subject},
    verb::{self, Wanted},
};
use base::{Code, MatterId, Result, Time};
use jiff::{ToSpan, civil::Date};
use matters::Rules;
use packs::{At, Every, Plan, Starts, Truth};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::{Entry, Timer, Unit, sql, timer};
use uuid::Uuid;

/// Regions that one unit enters: 100 entries take a few milliseconds, and the writer is never held for 50.
const ONCE: i64 = 100;

/// What a plan's timer carries.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Carried {
    plan: String,
    /// `every`: regions after this one have not been entered yet.
    after: Option<Code>,
    /// `after`: which of the terms.
    term: usize,
}

impl Carried {
    fn timer(&self, subject: Uuid, due: Time) -> Result<Timer> {
        let kind = if subject.is_nil() { "plan.every" } else { "plan.term" };
        let id = timer::id(subject, &format!("plan {} {}", self.plan, self.term))?;
        let mut t = Timer::new(id, due, kind, subject);
        t.payload = serde_json::to_string(self).map_err(base::Error::internal)?;
        Ok(t)
    }
}

/// A plan is seen for the first time: its first day is the beginning of the next period.
pub(crate) fn begin(unit: &mut Unit, plan: &Plan) -> Result<()> {
    let Starts::Every { every, .. } = &plan.starts else { return Ok(()) };
    let due = next(*every, unit.now());
    unit.set_timer(Carried { plan: plan_name(plan), ..Carried::default() }.timer(Uuid::nil(), due)?)
}

/// The beginning of the period after `t`: Monday, the first of the month, quarter or year, at 00:00.
fn next(every: Every, t: Time) -> Time {
    let day = t.date();
    let first = |months: i8| {
        let begun = Date::constant(day.year(), (day.month() - 1) / months * months + 1, 1);
        begun.saturating_add(i32::from(months).months())
    };
    let day = match every {
        Every::Week => day.saturating_add(i32::from(7 - day.weekday().to_monday_zero_offset()).days()),
        Every::Month => first(1),
        Every::Quarter => first(3),
        Every::Year => first(12),
    };
    Time::from_civil(day.at(0, 0, 0, 0))
}

/// Timers of this crate. The unit's moment is the timer's own.
pub fn ring(unit: &mut Unit, rules: &Rules, t: &Timer) -> Result<()> {
    let Ok(carried) = serde_json::from_str::<Carried>(&t.payload) else { return Ok(()) };
    let plan = rules.catalogue.plans().find(|p| plan_name(p) == carried.plan);
    match (t.kind.as_str(), plan) {
        ("plan.every", Some(plan)) => enter_regions(unit, plan, carried, t.due),
        // The pack was taken away. Should it come back, the plan goes on: asked about every week.
        ("plan.every", None) => unit.set_timer(Carried { after: None, ..carried }.timer(Uuid::nil(), next(Every::Week, t.due))?),
        ("plan.term", Some(_)) => enter_matter(unit, &carried, t.subject),
        _ => Ok(()),
    }
}

fn enter_regions(unit: &mut Unit, plan: &Plan, carried: Carried, due: Time) -> Result<()> {
    let Starts::Every { every, at } = &plan.starts else { return Ok(()) };
    let home = unit.home();
    let after = carried.after.map_or(0, Code::get);
    let regions: Vec<(Uuid, Code)> = unit.many(
        sql("select r.id, r.code from region r left join plan_subject p on p.county = r.county and p.plan = $1 and p.subject = r.id
             where r.county = $2 and r.level = $3 and r.ended is null and r.code > $4 and p.ended is null order by r.code limit $5")
        .bind(&carried.plan)
        .bind(home)
        .bind(*at as i64)
        .bind(after)
        .bind(ONCE),
    )?;
    for (id, code) in &regions {
        unit.record(Entry::new("plan.due", ("region", *id), Some(*code), json!({ "plan": carried.plan, "on": due })));
    }
    let last = regions.last().filter(|_| regions.len() as i64 == ONCE).map(|(_, code)| *code);
    let then = if last.is_some() { due } else { next(*every, due) };
    unit.set_timer(Carried { after: last, ..carried }.timer(Uuid::nil(), then)?)
}

fn enter_matter(unit: &mut Unit, carried: &Carried, subject: Uuid) -> Result<()> {
    let Some(m) = matters::load(unit, MatterId::from_uuid(subject))? else { return Ok(()) };
    if !over(unit, &carried.plan, subject)? {
        let payload = json!({ "plan": carried.plan, "term": carried.term });
        unit.record(Entry::new("plan.due", ("matter", subject), Some(m.region), payload));
    }
    Ok(())
}

fn over(unit: &mut Unit, plan: &str, subject: Uuid) -> Result<bool> {
    let home = unit.home();
    let n = unit.count(
        sql("select count(*) from plan_subject where county = $1 and plan = $2 and subject = $3 and ended is not null")
            .bind(home)
            .bind(plan)
            .bind(subject),
    )?;
    Ok(n > 0)
}

/// A matter has ended after which others come, each so long after that moment.
pub(crate) fn set_terms(unit: &mut Unit, c: Context, plan: &Arc<Plan>, scene: &Scene) -> Result<Vec<Json>> {
    let Starts::After { terms, .. } = &plan.starts else { return Ok(Vec::new()) };
    let ended = scene.subject.matter().and_then(|m| m.closed_at).unwrap_or_else(|| unit.now());
    let mut set = Vec::new();
    for (term, due) in terms.iter().enumerate() {
        let due = c.rules.calendar.due(ended, due.on(ended)).at;
        unit.set_timer(Carried { plan: plan_name(plan), after: None, term }.timer(scene.subject.id(), due)?)?;
        set.push(json!({ "due": due }));
    }
    Ok(set)
}

/// The plan's day has come for one subject.
pub(crate) fn open(unit: &mut Unit, c: Context, plan: &Plan, scene: &Scene) -> Result<Vec<Json>> {
    let (name, subject) = (plan_name(plan), scene.subject.id());
    if over(unit, &name, subject)? {
        return Ok(Vec::new());
    }
    let wanted = Wanted { flow: &plan.flow, at: At::Place, holder: plan.holder.as_ref(), form: Map::new() };
    let id = verb::open(unit, c, scene, wanted)?;
    let home = unit.home();
    unit.write(
        sql("insert into plan_matter (county, matter, plan, subject) values ($1, $2, $3, $4)").bind(home).bind(id).bind(name).bind(subject),
    )?;
    Ok(vec![json!({ "open": id })])
}

/// A matter that the plan opened has ended: so many in a row for which the condition is true end the plan for its
/// subject. Where a fact is missing the streak is neither lengthened nor broken.
pub(crate) fn count(unit: &mut Unit, plan: &Plan, scene: &Scene) -> Result<Vec<Json>> {
    let (Some(streak), Subject::Matter { m, .. }) = (&plan.streak, &scene.subject) else { return Ok(Vec::new()) };
    let (home, now, name) = (unit.home(), unit.now(), plan_name(plan));
    let opened: Option<(Uuid,)> =
        unit.one(sql("select subject from plan_matter where county = $1 and matter = $2 and plan = $3").bind(home).bind(m.id).bind(&name))?;
    let Some((subject,)) = opened else { return Ok(Vec::new()) };
    let truth = streak.if_.test(&scene.facts).map_err(|s| crate::scene::no_value(streak.if_.source(), &s))?;
    let before = unit.count(
        sql("select streak from plan_subject where county = $1 and plan = $2 and subject = $3").bind(home).bind(&name).bind(subject),
    )?;
    let n = match truth {
        Truth::True => before + 1,
        Truth::False => 0,
        Truth::Unknown(_) => before,
    };
    let ended = (n >= i64::from(streak.of)).then_some(now);
    unit.write(
        sql("insert into plan_subject (county, plan, subject, streak, ended) values ($1, $2, $3, $4, $5)
             on conflict (county, plan, subject) do update set streak = excluded.streak, ended = coalesce(plan_subject.ended, excluded.ended)")
        .bind(home)
        .bind(&name)
        .bind(subject)
        .bind(n)
        .bind(ended),
    )?;
    if let (Some(_), Starts::After { terms, .. }) = (ended, &plan.starts) {
        for term in 0..terms.len() {
            unit.cancel_timer(timer::id(subject, &format!("plan {name} {term}"))?)?;
        }
    }
    Ok(vec![json!({ "plan": name, "subject": subject, "streak": n, "ended": ended })])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_at_midnight() {
        let at = |s: &str| s.parse::<Time>().expect(s);
        let t = at("2026-11-22T19:30:00+08:00"); // a Sunday
        assert_eq!(next(Every::Week, t), at("2026-11-23T00:00:00+08:00"));
        assert_eq!(next(Every::Week, at("2026-11-23T00:00:00+08:00")), at("2026-11-30T00:00:00+08:00"));
        assert_eq!(next(Every::Month, t), at("2026-12-01T00:00:00+08:00"));
        assert_eq!(next(Every::Quarter, t), at("2027-01-01T00:00:00+08:00"));
        assert_eq!(next(Every::Quarter, at("2026-05-31T08:00:00+08:00")), at("2026-07-01T00:00:00+08:00"));
        assert_eq!(next(Every::Year, t), at("2027-01-01T00:00:00+08:00"));
    }
}
