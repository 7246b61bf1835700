//! Making a move: the one verb by which a matter goes from step to step.

use crate::{Chosen, Course, ForAnother, Matter, Rules, Waits, clock::is_after, form, sub, who::passed_json};
use access::{Basis, Caller};
use base::{Error, MatterId, Result};
use packs::{Action, FieldKind, Move, Step, Target, Truth, Who};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::Unit;

/// A move that somebody wants to make.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moving {
    /// The move's id in the present step, such as `done`.
    #[serde(rename = "move")]
    pub id: String,
    /// The step the maker believes the matter is in; refused if it has gone on meanwhile.
    #[serde(default)]
    pub step: Option<String>,
    #[serde(default)]
    pub form: Json,
    /// To whom, where the flow leaves it to the maker.
    #[serde(default)]
    pub chosen: Vec<Chosen>,
    /// A resident's word, written down by another.
    #[serde(default)]
    pub for_another: Option<ForAnother>,
}

/// May make the move, and whether by making it an offer is taken.
struct May {
    basis: Basis,
    takes: bool,
}

/// What a move has made of a matter.
pub struct Made {
    pub matter: Matter,
    /// The form that was filled in with it.
    pub form: Option<Arc<packs::Form>>,
}

pub fn make(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, moving: &Moving) -> Result<Made> {
    let mut course = Course::load(unit, rules, id, &moving.chosen)?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let flow = course.flow.clone();
    let step = course.step()?.clone();
    if let Some(believed) = &moving.step
        && *believed != step.id
    {
        return Err(Error::conflict(
            "moved_on",
            format!("这件事已经到了“{}”", step.name.zh),
            format!("the matter has gone on to \"{}\"", step.name.en),
        ));
    }
    let asked = step.moves.get(&moving.id).ok_or_else(|| no_such_move(&step, &moving.id))?;
    let may = may_make(unit, caller, &course, &step, asked, moving)?;
    unit.act_as(caller.by(may.basis));
    is_open_now(unit, &course, asked)?;
    let chosen_move = instead(&course, &step, asked)?;
    if may.takes {
        course.m.holder = course.m.offered.unwrap_or(course.m.holder);
    }
    let taken = match &asked.form {
        Some(form) => Some((form.clone(), form::take(unit, &course, form, &moving.form, "form")?)),
        None => None,
    };
    if let Some((form, taken)) = &taken {
        remember(&mut course.m, form, &taken.body, &step);
    }
    tasks_joined(unit, &course, &step)?;
    course.m.count_move(&step.id, &asked.id);
    if asked.most.is_some() {
        course.m.returns += 1;
    }
    let now = unit.now();
    let mut payload = json!({ "from": step.id, "move": asked.id, "for_another": moving.for_another });
    if let Some((form, taken)) = &taken {
        payload["form"] = json!({ "id": form.id, "values": taken.body });
        payload["words"] = taken.words.clone();
    }
    if asked.id != chosen_move.id {
        payload["instead"] = json!(chosen_move.id);
    }
    let was_after = is_after(&flow, &step);
    let matter = match &chosen_move.to {
        Target::Step(next) => {
            let next_after = flow.step(next).is_some_and(|s| is_after(&flow, s));
            mark_done(&mut course.m, caller, may.basis, was_after, next_after, now);
            if !was_after && next_after {
                tell_outer(unit, &course.m)?;
            }
            let passed = course.enter(unit, next, Some(chosen_move))?;
            payload["passed"] = passed_json(&passed);
            payload["offered"] = json!(course.m.offered);
            course.save(unit, "matter.moved", payload)
        }
        Target::Closed { ended_as } => {
            mark_done(&mut course.m, caller, may.basis, was_after, true, now);
            course.close(ended_as, now);
            payload["ended_as"] = json!(ended_as);
            course.save(unit, "matter.closed", payload)
        }
        Target::With(sub) => {
            let child = sub::open(unit, &mut course, sub, chosen_move, &moving.chosen)?;
            payload["child"] = json!(child);
            course.save(unit, "matter.moved", payload)
        }
    }?;
    Ok(Made { matter, form: asked.form.clone() })
}

fn no_such_move(step: &Step, id: &str) -> Error {
    let moves: Vec<&str> = step.moves.keys().map(String::as_str).collect();
    Error::conflict(
        "no_such_move",
        format!("“{}”这一步不能做“{id}”，能做的有：{}", step.name.zh, moves.join("、")),
        format!("in step \"{}\" there is no move {id}; there are: {}", step.id, moves.join(", ")),
    )
}

/// Who may: as the move says, else whom the step waits for, else its holder or the one it is offered to, else a role
/// that was given the right to make moves there.
fn may_make(unit: &mut Unit, caller: &Caller, course: &Course, step: &Step, mv: &Move, moving: &Moving) -> Result<May> {
    let m = &course.m;
    let seat = |id| caller.grants.iter().find(|g| g.seat == id).map(|g| Basis::Seat { seat: g.seat, acting: g.acting });
    let may = |basis| Ok(May { basis, takes: false });
    if caller.kind == access::CallerKind::System {
        return may(Basis::System);
    }
    if let Some(who) = &mv.by {
        let found = match who {
            Who::Resident => owner(caller, m),
            Who::Anyone => Some(course.readable(unit, caller)?),
            Who::Holder => seat(m.holder),
            who => {
                let found = course.find(unit, who)?;
                seat(found.seat.id)
            }
        };
        if let Some(basis) = found {
            return may(basis);
        }
    } else {
        match m.waits() {
            Waits::Resident => {
                if let Some(basis) = owner(caller, m) {
                    return may(basis);
                }
                if moving.for_another.is_some() {
                    return may(speaks_for_her(unit, caller, course)?);
                }
                return Err(Error::new(
                    base::Kind::Forbidden,
                    "waits_for_resident",
                    "这一步要等群众本人确认；本人来电来访的，请用“代为登记”",
                    "this step waits for the resident; if she spoke to you, enter it for her",
                ));
            }
            Waits::Seat => {
                if let Some(basis) = m.waits_seat.and_then(seat) {
                    not_own(unit, caller, course)?;
                    return may(basis);
                }
            }
            Waits::Holder => {
                if let Some(basis) = seat(m.holder) {
                    return may(basis);
                }
                if let Some(basis) = m.offered.and_then(seat) {
                    return Ok(May { basis, takes: true });
                }
            }
        }
    }
    let basis = course.allowed(unit, caller, Action::Move)?;
    if step.wait_for.is_some() {
        not_own(unit, caller, course)?;
    }
    may(basis)
}

fn owner(caller: &Caller, m: &Matter) -> Option<Basis> {
    (m.resident.is_some() && caller.account == m.resident).then_some(Basis::Owner)
}

fn speaks_for_her(unit: &mut Unit, caller: &Caller, course: &Course) -> Result<Basis> {
    let basis = course.allowed(unit, caller, Action::Open)?;
    not_under_doer(unit, caller, course)?;
    Ok(basis)
}

/// A rating is never taken by the one who did the work nor by who stands under him.
pub(crate) fn not_under_doer(unit: &mut Unit, caller: &Caller, course: &Course) -> Result<()> {
    not_own(unit, caller, course)?;
    if let (Some(doer_seat), Some(account)) = (course.m.doer_seat, caller.account)
        && access::stands_under(unit, &course.rules.catalogue, account, doer_seat)?
    {
        return Err(own_act());
    }
    Ok(())
}

fn not_own(unit: &mut Unit, caller: &Caller, course: &Course) -> Result<()> {
    if caller.account.is_some() && caller.account == course.m.doer {
        return Err(own_act());
    }
    if let (Some(seat), Some(account)) = (course.m.doer_seat, caller.account)
        && access::same_person(unit, seat, account)?
    {
        return Err(own_act());
    }
    Ok(())
}

fn own_act() -> Error {
    Error::new(
        base::Kind::Forbidden,
        "own_act",
        "自己办的事不能自己确认或评价",
        "nobody confirms or rates his own work, nor his superior's",
    )
}

/// The move's own condition. A fact that is missing keeps it shut, and is named.
fn is_open_now(unit: &mut Unit, course: &Course, mv: &Move) -> Result<()> {
    let Some(condition) = &mv.if_ else { return Ok(()) };
    match condition.test(&course.facts(unit.now())) {
        Ok(Truth::True) => Ok(()),
        Ok(Truth::False) => {
            Err(Error::conflict("not_now", format!("现在还不能“{}”", mv.name.zh), format!("\"{}\" is not open now", mv.name.en)))
        }
        Ok(Truth::Unknown(fact)) => {
            Err(Error::conflict("fact_missing", format!("还缺一项：{fact}"), format!("one fact is missing: {fact}")))
        }
        Err(stopped) => Err(Error::internal(format!("{condition:?} of {}: {stopped:?}", mv.id))),
    }
}

/// The move that is made in its place once it was made as often as it may be.
fn instead<'s>(course: &Course, step: &'s Step, mv: &'s Move) -> Result<&'s Move> {
    let (Some(most), Some(then)) = (mv.most, &mv.then) else { return Ok(mv) };
    let made = course.m.tally().get(&format!("{}.{}", step.id, mv.id)).copied().unwrap_or(0);
    if made < most {
        return Ok(mv);
    }
    step.moves.get(then).ok_or_else(|| Error::internal(format!("step {} has no move {then}", step.id)))
}

/// What the form says of the matter itself: solved and pleased are two questions.
fn remember(m: &mut Matter, form: &packs::Form, values: &Json, step: &Step) {
    let mut body = m.body();
    body[&form.id] = values.clone();
    m.set_body(&body);
    if step.wait_for.is_none() {
        return;
    }
    for field in form.fields.values() {
        match (&field.kind, values.get(&field.id)) {
            (FieldKind::Choice { many: false, .. }, Some(Json::String(code))) if field.id == "solved" => m.solved = Some(code.clone()),
            (FieldKind::Scale { .. }, Some(Json::Number(n))) if field.id == "pleased" => m.pleased = n.as_i64(),
            _ => {}
        }
    }
}

/// "Done" is the move after which only somebody's word is missing; leaving that part of the flow takes it away.
fn mark_done(m: &mut Matter, caller: &Caller, basis: Basis, was_after: bool, now_after: bool, now: base::Time) {
    if !was_after && now_after {
        m.resolved_at = Some(now);
        m.answered_at = m.answered_at.or(Some(now));
        m.doer = caller.account;
        m.doer_seat = match basis {
            Basis::Seat { seat, .. } => Some(seat),
            Basis::Owner | Basis::System => Some(m.holder),
        };
    } else if was_after && !now_after {
        m.resolved_at = None;
        m.reopened += 1;
    }
}

/// The system that an order came from is told that it is done; its connector fetches the words.
fn tell_outer(unit: &mut Unit, m: &Matter) -> Result<()> {
    let Some(number) = &m.outer_number else { return Ok(()) };
    unit.send(
        crate::OUTER,
        &json!({ "county": unit.home().to_string(), "what": "answer", "source": m.source, "number": number, "matter": m.id }),
    )
    .map(drop)
}

fn tasks_joined(unit: &mut Unit, course: &Course, step: &Step) -> Result<()> {
    let Some(each) = &step.each else { return Ok(()) };
    let open = crate::task::open_ones(unit, course.m.id, &step.id)?;
    let (waiting, answered) = (open.0, open.1);
    let said = if each.of_the_named() { sub::join(unit, course.rules, &course.m)? } else { None };
    let ready = match said.unwrap_or(each.join) {
        packs::Join::LeadDecides => true,
        packs::Join::All => waiting == 0,
        packs::Join::Quorum(n) => answered >= i64::from(n) || waiting == 0,
    };
    if ready {
        return Ok(());
    }
    Err(Error::conflict("tasks_open", format!("还有 {waiting} 家没有答复"), format!("{waiting} have not answered yet")))
}
