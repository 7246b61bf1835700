//! Pauses: the only thing that lengthens the resident's clock. A coded reason, an approver who is not the handler, a
//! maximum; she sees it.

use crate::{Course, Matter, Rules, part};
use access::{Basis, Caller};
use base::{Error, Id, MatterId, Result, Time};
use packs::{Action, Flow, Pause};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Unit, sql};
use uuid::Uuid;

/// Something that waits for its approver: a pause or an end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// `pause`, or the id of an end.
    pub what: String,
    pub reason: String,
    pub by: Option<base::AccountId>,
    /// The seat that decides.
    pub of: base::SeatId,
    pub at: Time,
    /// The matter that it is to be merged into.
    #[serde(default)]
    pub into: Option<MatterId>,
}

fn rule(flow: &Flow) -> Result<&Pause> {
    flow.clock.pause.as_ref().ok_or_else(|| Error::conflict("no_pause", "这类事项不能暂停", "matters of this flow cannot be paused"))
}

/// A coded reason of the declared list, or any words where there is none.
pub(crate) fn reason(list: Option<&packs::List>, code: &str) -> Result<()> {
    match list {
        Some(list) if list.entry(code).is_none() => {
            let codes: Vec<&str> = list.entries.keys().map(String::as_str).collect();
            Err(Error::invalid(
                "reason",
                format!("没有这条理由，可选：{}", codes.join("、")),
                format!("no such reason; there are: {}", codes.join(", ")),
            ))
        }
        None if code.trim().is_empty() => Err(Error::invalid("reason", "请写明理由", "give a reason")),
        _ => Ok(()),
    }
}

pub fn ask(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, why: &str, note: &str) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let basis = handler(unit, caller, &course, Action::Pause)?;
    unit.act_as(caller.by(basis));
    let flow = course.flow.clone();
    let declared = rule(&flow)?;
    reason(declared.reasons.as_deref(), why)?;
    nothing_asked(&course)?;
    let left = left(unit, &course, declared)?;
    if left <= 0 {
        return Err(Error::conflict("pause_used_up", "暂停时间已经用完", "its pauses are used up"));
    }
    let of = course.find(unit, &declared.approved_by)?.seat.id;
    let (_, word) = unit.word(id.uuid(), "pause.note", note)?;
    let wish = Asked { what: "pause".into(), reason: why.into(), by: caller.account, of, at: unit.now(), into: None };
    asked(unit, &mut course, &wish)?;
    course.save(unit, "matter.pause_asked", json!({ "reason": why, "of": of, "words": { "note": word } }))
}

/// Who holds it (or was given the right) may ask.
pub(crate) fn handler(unit: &mut Unit, caller: &Caller, course: &Course, action: Action) -> Result<Basis> {
    if caller.kind == access::CallerKind::System {
        return Ok(Basis::System);
    }
    match caller.grants.iter().find(|g| g.seat == course.m.holder) {
        Some(g) => Ok(Basis::Seat { seat: g.seat, acting: g.acting }),
        None => course.allowed(unit, caller, action),
    }
}

pub(crate) fn nothing_asked(course: &Course) -> Result<()> {
    match course.m.asked {
        Some(_) => Err(Error::conflict("already_asked", "已经有一项申请在等批准", "something is waiting for approval already")),
        None => Ok(()),
    }
}

/// Notes what waits for whose approval.
pub(crate) fn asked(unit: &mut Unit, course: &mut Course, asked: &Asked) -> Result<()> {
    course.m.asked = Some(serde_json::to_string(asked).map_err(Error::internal)?);
    part::add(unit, &course.m, asked.of, part::ASKED)
}

/// Minutes of the declared maximum that are left, in the unit's own time.
fn left(unit: &mut Unit, course: &Course, declared: &Pause) -> Result<i64> {
    let used: i64 = crate::clock::pauses(unit, course.m.id)?
        .iter()
        .map(|(from, until)| course.rules.calendar.passed(declared.most.unit, *from, *until).as_millis() as i64)
        .sum();
    let now = unit.now();
    let whole = course.rules.calendar.due(now, declared.most).at;
    Ok(course.rules.calendar.passed(declared.most.unit, now, whole).as_millis() as i64 - used)
}

/// The approver decides on a pause or an end that was asked for.
pub fn decide(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, yes: bool, note: &str) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    let Some(asked) = course.m.asked.take() else {
        return Err(Error::conflict("nothing_asked", "没有等批准的申请", "nothing waits for approval"));
    };
    let asked: Asked = serde_json::from_str(&asked).map_err(Error::internal)?;
    let seat = caller.grants.iter().find(|g| g.seat == asked.of).map(|g| Basis::Seat { seat: g.seat, acting: g.acting });
    let basis = match seat {
        Some(basis) => basis,
        None => course.allowed(unit, caller, Action::Approve)?,
    };
    if caller.account.is_some() && caller.account == asked.by {
        return Err(Error::new(base::Kind::Forbidden, "own_act", "自己的申请不能自己批", "nobody approves what he asked for himself"));
    }
    unit.act_as(caller.by(basis));
    part::remove(unit, id, asked.of, part::ASKED)?;
    let (_, word) = unit.word(id.uuid(), "approval.note", note)?;
    let payload = json!({ "what": asked.what, "reason": asked.reason, "approved": yes, "words": { "note": word } });
    if !yes {
        return course.save(unit, "matter.refused", payload);
    }
    match asked.what.as_str() {
        "pause" => begin(unit, course, caller, &asked, payload),
        _ => crate::end::finish(unit, course, &asked, payload),
    }
}

fn begin(unit: &mut Unit, mut course: Course, caller: &Caller, asked: &Asked, payload: serde_json::Value) -> Result<Matter> {
    let flow = course.flow.clone();
    let declared = rule(&flow)?;
    let (home, now, left) = (unit.home(), unit.now(), left(unit, &course, declared)?);
    let whole = course.rules.calendar.due(now, declared.most).at;
    // What is left of the maximum, as a moment: the whole from now, less what was used before.
    let used = course.rules.calendar.passed(declared.most.unit, now, whole).as_millis() as i64 - left;
    let ends = if used <= 0 { whole } else { Time(now.0 + (whole.0 - now.0 - used).max(60_000)) };
    unit.write(
        sql("insert into pause (county, id, matter, since, most, reason, approved_by) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(home)
            .bind(Uuid::now_v7())
            .bind(course.m.id)
            .bind(now)
            .bind(ends)
            .bind(&asked.reason)
            .bind(caller.account.map_or(Uuid::nil(), Id::uuid)),
    )?;
    course.m.paused_at = Some(now);
    course.m.due = ends;
    if let Some(number) = &course.m.outer_number {
        unit.send(
            crate::OUTER,
            &json!({ "county": unit.home().to_string(), "what": "extension", "source": course.m.source, "number": number, "until": ends, "reason": asked.reason }),
        )?;
    }
    let mut payload = payload;
    payload["until"] = json!(ends);
    course.save(unit, "matter.paused", payload)
}

/// The maximum has come: the clock runs again by itself.
pub(crate) fn ends(unit: &mut Unit, rules: &Rules, id: MatterId) -> Result<()> {
    let course = Course::load(unit, rules, id, &[])?;
    match course.m.paused_at {
        Some(_) => resume_now(unit, course).map(drop),
        None => Ok(()),
    }
}

pub fn resume(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    if course.m.paused_at.is_none() {
        return Err(Error::conflict("not_paused", "这件事没有暂停", "it is not paused"));
    }
    let basis = handler(unit, caller, &course, Action::Pause)?;
    unit.act_as(caller.by(basis));
    resume_now(unit, course)
}

fn resume_now(unit: &mut Unit, mut course: Course) -> Result<Matter> {
    let (home, now) = (unit.home(), unit.now());
    let since = course.m.paused_at.take().unwrap_or(now);
    unit.change(
        sql("update pause set until = $1 where county = $2 and matter = $3 and until is null").bind(now).bind(home).bind(course.m.id),
    )?;
    let flow = course.flow.clone();
    crate::clock::set_clock(unit, course.rules, &flow, &mut course.m)?;
    if let (Some(due), Some(counted)) = (course.m.step_due, crate::clock::count_step(unit, &course)?) {
        course.m.step_due = Some(counted.at.max(due));
    }
    course.refresh_due(now)?;
    course.save(unit, "matter.resumed", json!({ "since": since }))
}
