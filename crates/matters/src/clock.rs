//! Deadlines: the step's, the resident's clock, the other system's; the next of them is the matter's.

use crate::{Course, Matter, Rules};
use base::{Error, MatterId, Result, Time};
use calendar::Term;
use packs::{Flow, Step, Target};
use store::{Reader, sql};

/// A step after the work is done: it waits for somebody's word, or leads only to steps that do. The move that comes
/// to it says "done"; one that leads back from it takes the "done" away.
pub(crate) fn is_after(flow: &Flow, step: &Step) -> bool {
    fn after(flow: &Flow, step: &Step, depth: usize) -> bool {
        step.wait_for.is_some()
            || depth < 8
                && step.moves.values().all(|m| match &m.to {
                    Target::Step(next) => next != &step.id && flow.step(next).is_some_and(|s| after(flow, s, depth + 1)),
                    Target::Closed { .. } | Target::With(_) => false,
                })
    }
    after(flow, step, 0)
}

/// Periods in which the matter's clock stood still, ended or not.
pub(crate) fn pauses(r: &mut Reader, m: MatterId) -> Result<Vec<(Time, Time)>> {
    let now = r.now();
    let rows: Vec<(Time, Option<Time>)> = r.many(
        sql("select since, until from pause where county = $1 and matter = $2 and approved_by is not null order by since")
            .bind(r.home())
            .bind(m),
    )?;
    Ok(rows.into_iter().map(|(since, until)| (since, until.unwrap_or(now))).collect())
}

/// How long the flow gives a matter in all.
fn clock_term(flow: &Flow, m: &Matter) -> Term {
    match (&flow.clock.urgent, m.urgent) {
        (Some(urgent), true) => urgent.on(m.received_at),
        _ => flow.clock.due.on(m.received_at),
    }
}

/// Counts the resident's clock again: from the receipt, with the approved pauses and nothing else.
pub(crate) fn set_clock(r: &mut Reader, rules: &Rules, flow: &Flow, m: &mut Matter) -> Result<()> {
    let pauses = pauses(r, m.id)?;
    let term = crate::sub::given(r, rules, m)?.map_or_else(|| clock_term(flow, m), |due| due.on(m.received_at));
    let due = rules.calendar.due_with_pauses(m.received_at, term, &pauses);
    m.clock_due = due.at;
    m.provisional = due.provisional;
    Ok(())
}

/// The present step's own time, counted again from when the matter came to it, with the pauses since then.
pub(crate) fn count_step(r: &mut Reader, course: &Course) -> Result<Option<calendar::Due>> {
    let (m, since) = (&course.m, course.m.step_since);
    let pauses: Vec<(Time, Time)> = pauses(r, m.id)?.into_iter().filter(|(from, _)| *from >= since).collect();
    // The move that came to it may have brought a time of its own.
    let entries = store::journal::of(r, m.id.uuid())?;
    let by = entries.iter().rfind(|e| e.at == since && e.kind == "matter.moved").and_then(|e| {
        let made = e.payload.get("instead").unwrap_or(&e.payload["move"]).as_str()?;
        course.flow.step(e.payload["from"].as_str()?)?.find(made)?.due.clone()
    });
    let due = by.or_else(|| course.flow.step(&m.step).and_then(|s| s.due.clone()));
    Ok(due.map(|d| course.rules.calendar.due_with_pauses(since, d.on(since), &pauses)))
}

/// A step's own time, from `from`.
pub(crate) fn set_step_due(rules: &Rules, m: &mut Matter, term: Option<&Term>, from: Time) {
    m.step_due = term.map(|t| {
        let due = rules.calendar.due(from, *t);
        m.provisional |= due.provisional;
        due.at
    });
}

/// The next deadline that has not passed: an open matter always has one.
pub(crate) fn set_due(rules: &Rules, m: &mut Matter, after: bool, now: Time) -> Result<()> {
    let clock = (!after && !m.clock_late).then_some(m.clock_due);
    let outer = if after { None } else { m.outer_due.filter(|t| *t > now) };
    let next = [m.step_due, clock, outer].into_iter().flatten().min();
    m.due = match next {
        Some(t) => t,
        // The clock has run out and the step has no time of its own: asked about every working day.
        None => rules.calendar.due(now, "1 work-day".parse::<Term>().map_err(Error::internal)?).at,
    };
    Ok(())
}
