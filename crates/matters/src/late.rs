//! What a passed deadline does. It has its consequence within 5 s, whoever is or is not there.
//!
//! Unless the flow says otherwise: the next rung up becomes supervisor, the holder stays, gets a yellow, then a red
//! card if the seat is a paid one, and half the step's time again, at least 4 work-hours; at the top it repeats every
//! working day. What was only offered to an unpaid leader goes back without a mark.

use crate::{Course, Found, Matter, Rules, clock::is_after, matter, part, task, who::passed_json};
use access::seat;
use base::{MatterId, Result, SeatId};
use calendar::Term;
use packs::Target;
use serde_json::json;
use store::{Reader, Timer, Unit};

/// Timers of this engine. The unit's moment is the timer's own.
pub fn ring(unit: &mut Unit, rules: &Rules, t: &Timer) -> Result<()> {
    let id = MatterId::from_uuid(t.subject);
    match t.kind.as_str() {
        "matter.due" => due(unit, rules, id, t),
        "matter.offer" => offer_ends(unit, rules, id),
        "matter.task" => task::lapse(unit, rules, id),
        "matter.pause" => crate::pause::ends(unit, rules, id),
        _ => Ok(()),
    }
}

fn due(unit: &mut Unit, rules: &Rules, id: MatterId, t: &Timer) -> Result<()> {
    let Some(m) = matter::load(unit, id)? else { return Ok(()) };
    if !m.open || m.due != t.due {
        return Ok(());
    }
    let course = Course::load(unit, rules, id, &[])?;
    if course.m.paused_at.is_some() {
        return crate::pause::ends(unit, rules, id);
    }
    if course.m.provisional && crate::year::recount_one(unit, rules, id)? {
        return Ok(());
    }
    let after = is_after(&course.flow, course.step()?);
    let what = passing(&course.m, after);
    lapse(unit, course, what, after)
}

/// Which of its deadlines is the next.
fn passing(m: &Matter, after: bool) -> &'static str {
    if !after && !m.clock_late && m.clock_due <= m.due {
        "clock"
    } else if m.outer_due.is_some_and(|d| d <= m.due && m.step_due.is_none_or(|s| s > m.due)) {
        "outer"
    } else {
        "step"
    }
}

/// What comes if the next deadline passes and nothing was done.
#[derive(Clone, Debug)]
pub enum Next {
    /// This seat is told and presses; the holder keeps it.
    Supervised(SeatId),
    /// This seat has it from then on.
    Taken(SeatId),
    /// It goes on by itself.
    Goes(Target),
    /// Nobody stands above: it is late again every working day.
    Top,
}

/// Of an open matter whose clock runs; what [`ring`] would do.
pub fn next(r: &mut Reader, rules: &Rules, m: &Matter) -> Result<Option<Next>> {
    if !m.open || m.paused_at.is_some() {
        return Ok(None);
    }
    let course = Course::of(r, rules, m.clone(), &[])?;
    let step = course.step()?;
    let of_step = passing(m, is_after(&course.flow, step)) == "step";
    if let Some(to) = step.late.to.as_ref().filter(|_| of_step) {
        return Ok(Some(Next::Goes(to.clone())));
    }
    Ok(Some(match above(r, &course)? {
        Some(found) if of_step && step.late.take => Next::Taken(found.seat.id),
        Some(found) => Next::Supervised(found.seat.id),
        None => Next::Top,
    }))
}

/// The rung above whoever watches it now.
fn above(r: &mut Reader, course: &Course) -> Result<Option<Found>> {
    course.above(r, course.m.supervisor.unwrap_or(course.m.holder))
}

fn lapse(unit: &mut Unit, mut course: Course, what: &str, after: bool) -> Result<()> {
    let now = unit.now();
    let step = course.step()?.clone();
    if what == "clock" {
        course.m.clock_late = true;
    }
    course.m.late += 1;
    let mut payload = json!({ "of": what, "step": step.id });
    if what == "step"
        && let Some(to) = &step.late.to
    {
        return goes_on(unit, course, to, step.late.revisit);
    }
    crate::month::lapsed(unit, course.m.holder, course.m.id)?;
    let next = above(unit, &course)?;
    let top = next.is_none();
    if let Some(found) = next {
        payload["passed"] = passed_json(&found.passed);
        if step.late.take && what == "step" {
            course.m.holder = found.seat.id;
        } else {
            course.m.supervisor = Some(found.seat.id);
        }
    }
    if paid(unit, &course, course.m.holder)? && !step.late.take {
        course.m.card = (course.m.card + 1).min(2);
    }
    let term = step.due.as_ref().map(|d| d.on(now));
    let again = match (top, term) {
        (false, Some(term)) => course.rules.calendar.half_again(now, term).at,
        _ => course.rules.calendar.due(now, "1 work-day".parse::<Term>().map_err(base::Error::internal)?).at,
    };
    course.m.step_due = Some(again);
    crate::clock::set_due(course.rules, &mut course.m, after, now)?;
    payload["supervisor"] = json!(course.m.supervisor);
    payload["card"] = json!(course.m.card);
    payload["offered"] = json!(course.m.offered);
    course.save(unit, "matter.late", payload).map(drop)
}

/// The matter goes on by itself: `late: {to: closed, as: unanswered, revisit: 10 %}`.
fn goes_on(unit: &mut Unit, mut course: Course, to: &Target, revisit: Option<base::Rate>) -> Result<()> {
    let now = unit.now();
    match to {
        Target::Closed { ended_as } => {
            // The same matters whenever it is asked: by their ids, not by a die.
            let drawn = revisit.is_some_and(|share| (course.m.id.uuid().as_u128() % 1_000_000) < share.0.max(0) as u128);
            course.m.revisit = drawn;
            course.close(ended_as, now);
            course.save(unit, "matter.closed", json!({ "of": "step", "ended_as": ended_as, "revisit": drawn })).map(drop)
        }
        Target::Step(next) => {
            let passed = course.enter(unit, next, None)?;
            course.save(unit, "matter.moved", json!({ "of": "late", "passed": passed_json(&passed) })).map(drop)
        }
        Target::With(_) => Ok(()),
    }
}

/// Cards bind offices that are paid.
fn paid(unit: &mut Unit, course: &Course, holder: SeatId) -> Result<bool> {
    let Some(seat) = seat(unit, holder)? else { return Ok(false) };
    Ok(course.rules.catalogue.role(&seat.role).is_some_and(|r| r.paid))
}

/// Nobody took what was offered: it stays with its holder, and nothing is held against anyone.
fn offer_ends(unit: &mut Unit, rules: &Rules, id: MatterId) -> Result<()> {
    let mut course = Course::load(unit, rules, id, &[])?;
    if !course.m.open || course.m.offered.is_none() {
        return Ok(());
    }
    course.m.offered = None;
    course.save(unit, "matter.offer_ended", json!({})).map(drop)
}

/// Takes what was offered to one of the caller's seats.
pub fn take(unit: &mut Unit, rules: &Rules, caller: &access::Caller, id: MatterId) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let offered = course.m.offered.ok_or_else(|| base::Error::conflict("not_offered", "这件事没有等人接办", "nothing is offered here"))?;
    let grant = caller.grants.iter().find(|g| g.seat == offered).ok_or_else(base::Error::forbidden)?;
    unit.act_as(caller.by(access::Basis::Seat { seat: grant.seat, acting: grant.acting }));
    course.m.holder = offered;
    course.m.offered = None;
    let m = course.save(unit, "matter.taken", json!({}))?;
    part::remove(unit, m.id, offered, part::WAS)?;
    Ok(m)
}
