//! A matter that another one opens and waits for: a consultation, the county leader's conference.

use crate::{Chosen, Course, Matter, Opening, Rules, open::Start, task};
use access::{Basis, Caller};
use base::{Error, MatterId, Result};
use packs::{Door, Due, Join, Move, Sub, Target, Who};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Reader, Unit};

/// How the parent goes on when its child has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Back {
    step: String,
    /// The move by which the child was opened, whose `back_holder` decides who holds then.
    from: String,
    r#move: String,
}

/// Opens the child; the parent keeps its step, its holder and its resident's clock until the child has ended.
pub(crate) fn open(unit: &mut Unit, course: &mut Course, sub: &Sub, mv: &Move, chosen: &[Chosen]) -> Result<MatterId> {
    let rules = course.rules;
    let flow = rules.flow(&sub.flow, course.m.region)?;
    let caller = Caller::system(unit.home(), rules.catalogue.clone());
    let opening = Opening {
        flow: sub.flow.clone(),
        door: Door::Pack,
        form: json!({}),
        region: Some(course.m.region),
        category: None,
        triage: None,
        urgent: course.m.urgent,
        resident: None,
        for_another: None,
        outer: None,
        told_at: None,
        terms: String::new(),
        about: Vec::new(),
        receipt: None,
    };
    let lead = match (&sub.lead, &mv.holder) {
        (Some(who), _) | (None, Some(who)) => Some(course.find(unit, who)?.seat.id),
        (None, None) => None,
    };
    let mut assist = Vec::new();
    for who in &sub.assist {
        match who {
            Who::Chosen => assist.extend(named(unit, course, chosen)?),
            who => assist.push(course.find(unit, who)?.seat.id),
        }
    }
    assist.dedup();
    let start = Start { place: course.m.region, basis: Basis::System, parent: Some(&course.m), lead, about: &[], past: None };
    let child = crate::open::begin(unit, rules, &flow, &caller, &opening, start)?;
    let mut sub_course = Course::load(unit, rules, child.id, &[])?;
    if let Some(due) = &mv.due {
        let now = unit.now();
        let due = rules.calendar.due(now, due.on(now));
        sub_course.m.clock_due = due.at;
        sub_course.refresh_due(now)?;
    }
    let due = sub_course.m.clock_due;
    task::assist(unit, &mut sub_course, &assist)?;
    sub_course.save(unit, "matter.staffed", json!({ "assist": assist }))?;
    course.m.child = Some(child.id);
    let back = Back { step: sub.back.clone(), from: course.m.step.clone(), r#move: mv.id.clone() };
    course.m.back = Some(serde_json::to_string(&back).map_err(Error::internal)?);
    // Who received it first stays responsible; the step's own time is the child's.
    course.m.step_due = Some(due);
    let now = unit.now();
    course.refresh_due(now)?;
    Ok(child.id)
}

fn named(unit: &mut Unit, course: &Course, chosen: &[Chosen]) -> Result<Vec<base::SeatId>> {
    let facts = course.facts(unit.now());
    let seek = course.seek(&facts);
    let mut seats = Vec::new();
    for c in chosen {
        if let Some(seat) = seek.try_chosen(unit, c, &mut Vec::new())? {
            seats.push(seat.id);
        }
    }
    Ok(seats)
}

/// The move by which its parent opened this matter, if it is such a one and its parent still waits for it.
fn opened_by(r: &mut Reader, rules: &Rules, child: &Matter) -> Result<Option<Move>> {
    let Some(parent) = child.parent else { return Ok(None) };
    let parent = crate::matter::load(r, parent)?.ok_or_else(Error::not_found)?;
    let Some(back) = &parent.back else { return Ok(None) };
    let back: Back = serde_json::from_str(back).map_err(Error::internal)?;
    let flow = rules.flow_of(r, &parent)?;
    Ok(flow.step(&back.from).and_then(|s| s.find(&back.r#move)).cloned())
}

/// The time that the move gave the child in the place of its flow's own.
pub(crate) fn given(r: &mut Reader, rules: &Rules, child: &Matter) -> Result<Option<Due>> {
    Ok(opened_by(r, rules, child)?.and_then(|mv| mv.due))
}

/// When the child's step in which the named answer may go on, where the move says so.
pub(crate) fn join(r: &mut Reader, rules: &Rules, child: &Matter) -> Result<Option<Join>> {
    Ok(opened_by(r, rules, child)?.and_then(|mv| match mv.to {
        Target::With(sub) => sub.join,
        _ => None,
    }))
}

/// The child's clock was counted again: it is the time of its parent's step, too.
pub(crate) fn redate(unit: &mut Unit, rules: &Rules, child: &Matter) -> Result<()> {
    let Some(parent) = child.parent else { return Ok(()) };
    let mut course = Course::load(unit, rules, parent, &[])?;
    if course.m.child != Some(child.id) || course.m.step_due == Some(child.clock_due) {
        return Ok(());
    }
    let was = course.m.due;
    course.m.step_due = Some(child.clock_due);
    let now = unit.now();
    course.refresh_due(now)?;
    course.save(unit, "matter.recounted", json!({ "was": was, "child": child.id })).map(drop)
}

/// The steps that a waiting matter comes back to, in another version.
pub(crate) fn rename_back(m: &mut Matter, now: impl Fn(&Matter, &str) -> Result<String>) -> Result<()> {
    let Some(back) = &m.back else { return Ok(()) };
    let mut back: Back = serde_json::from_str(back).map_err(Error::internal)?;
    back.step = now(m, &back.step)?;
    back.from = now(m, &back.from)?;
    m.back = Some(serde_json::to_string(&back).map_err(Error::internal)?);
    Ok(())
}

/// The child has ended: its parent comes back to where the flow says.
pub(crate) fn ended(unit: &mut Unit, rules: &Rules, child: &Matter) -> Result<()> {
    let Some(parent) = child.parent else { return Ok(()) };
    let mut course = Course::load(unit, rules, parent, &[])?;
    if course.m.child != Some(child.id) || !course.m.open {
        return Ok(());
    }
    let Some(back) = course.m.back.take() else { return Ok(()) };
    let back: Back = serde_json::from_str(&back).map_err(Error::internal)?;
    course.m.child = None;
    let flow = course.flow.clone();
    let by = flow.step(&back.from).and_then(|s| s.moves.get(&back.r#move));
    let holder = by.and_then(|m| match &m.to {
        Target::With(sub) => sub.back_holder.clone(),
        _ => None,
    });
    let was = course.m.holder;
    let mut passed = course.enter(unit, &back.step, None)?;
    // Back with whoever held it before, unless the flow or the decision says otherwise.
    course.m.holder = was;
    if let Some(who) = holder {
        let said = crate::facts::decision(&*rules.flow_of(unit, child)?, child);
        let facts = course.facts(unit.now()).with("form", said);
        let found = course.seek(&facts).seat(unit, &who)?;
        passed.extend(found.passed);
        course.m.holder = found.seat.id;
    }
    course
        .save(
            unit,
            "matter.came_back",
            json!({ "child": child.id, "ended_as": child.ended_as, "passed": crate::who::passed_json(&passed) }),
        )
        .map(drop)
}
