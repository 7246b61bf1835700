//! Ends that are not *done*: not accepted, another way, withdrawn, merged, not reached. Each has a coded reason, an
//! approver who is not the handler, and a way to object.

use crate::{
    Course, Matter, Rules,
    pause::{Asked, asked, handler, nothing_asked, reason},
};
use access::{Basis, Caller};
use base::{Error, Id, MatterId, Result};
use packs::{Action, End, EndKind};
use serde_json::{Value as Json, json};
use store::{Unit, sql};
use uuid::Uuid;

/// Asks for an end; one that needs no approval (the resident withdraws) is made at once.
pub fn ask(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, end: &str, why: &str, note: &str) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    if !course.m.open {
        return Err(Error::conflict("closed", "这件事已经结束了", "this matter has ended"));
    }
    let flow = course.flow.clone();
    let declared = flow.ends.get(end).ok_or_else(|| {
        let ends: Vec<&str> = flow.ends.keys().map(String::as_str).collect();
        Error::conflict(
            "no_such_end",
            format!("不能这样结束，可选：{}", ends.join("、")),
            format!("there is no such end; there are: {}", ends.join(", ")),
        )
    })?;
    reason(declared.reasons.as_deref(), why)?;
    nothing_asked(&course)?;
    let own = caller.account.is_some() && caller.account == course.m.resident;
    let basis = match declared.kind {
        EndKind::Withdrawn if own => Basis::Owner,
        // Withdrawn for her, when she says so by telephone or at the counter.
        EndKind::Withdrawn => course.allowed(unit, caller, Action::Open)?,
        EndKind::Merged => return Err(Error::conflict("merge", "并案请用“并入”", "to merge, name the matter it is merged into")),
        _ => handler(unit, caller, &course, Action::Move)?,
    };
    unit.act_as(caller.by(basis));
    if declared.kind == EndKind::NotReached {
        three_tries(unit, id)?;
    }
    let (_, word) = unit.word(id.uuid(), "end.note", note)?;
    let payload = json!({ "what": end, "reason": why, "words": { "note": word } });
    wish(unit, course, caller, declared, why, None, payload)
}

/// Makes an end that needs nobody's approval; else asks for it, never of the handler himself.
fn wish(
    unit: &mut Unit,
    mut course: Course,
    caller: &Caller,
    declared: &End,
    why: &str,
    into: Option<MatterId>,
    mut payload: Json,
) -> Result<Matter> {
    let at = unit.now();
    let mut wish = Asked { what: declared.id.clone(), reason: why.into(), by: caller.account, of: course.m.holder, at, into };
    let Some(who) = &declared.approved_by else { return finish(unit, course, &wish, payload) };
    wish.of = course.find(unit, who)?.seat.id;
    if wish.of == course.m.holder || caller.grants.iter().any(|g| g.seat == wish.of) {
        wish.of = course.above(unit, wish.of)?.map_or(wish.of, |found| found.seat.id);
    }
    asked(unit, &mut course, &wish)?;
    payload["of"] = json!(wish.of);
    course.save(unit, "matter.end_asked", payload)
}

pub(crate) fn finish(unit: &mut Unit, mut course: Course, asked: &Asked, mut payload: Json) -> Result<Matter> {
    let now = unit.now();
    let flow = course.flow.clone();
    let end = &asked.what;
    let declared = flow.ends.get(end).ok_or_else(|| Error::internal(format!("end {end} was asked for and is not declared")))?;
    course.close(end, now);
    if declared.kind == EndKind::NotAccepted || declared.kind == EndKind::OtherWay {
        course.m.answered_at = course.m.answered_at.or(Some(now));
    }
    if let Some(into) = asked.into {
        course.m.merged_into = Some(into);
        payload["into"] = json!(into);
        link(unit, course.m.id, into, "merged")?;
    }
    payload["ended_as"] = json!(end);
    payload["reason"] = json!(asked.reason);
    payload["letter"] = json!(declared.letter);
    payload["objection"] = json!(declared.objection.as_ref().map(|t| course.rules.calendar.due(now, *t).at));
    if let Some(number) = &course.m.outer_number {
        unit.send(crate::OUTER, &json!({ "county": unit.home().to_string(), "what": "return", "source": course.m.source, "number": number, "end": end, "reason": asked.reason }))?;
    }
    course.save(unit, "matter.closed", payload)
}

/// Three attempts, no two in the same hour of the day.
fn three_tries(unit: &mut Unit, id: MatterId) -> Result<()> {
    let home = unit.home();
    let tries: Vec<(base::Time,)> =
        unit.many(sql("select at from contact_try where county = $1 and matter = $2 order by at").bind(home).bind(id))?;
    let mut hours: Vec<i8> = tries.iter().map(|(t,)| t.civil().hour()).collect();
    hours.sort_unstable();
    hours.dedup();
    if hours.len() >= 3 {
        return Ok(());
    }
    Err(Error::conflict(
        "three_tries",
        format!("要在三个不同的钟点各联系一次，现在有 {} 次", hours.len()),
        format!("three attempts at different hours are needed; there are {}", hours.len()),
    ))
}

/// An attempt to reach the resident that failed.
pub fn tried(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, how: &str) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    let basis = handler(unit, caller, &course, Action::Move)?;
    unit.act_as(caller.by(basis));
    if !matches!(how, "phone" | "visit" | "message") {
        return Err(Error::invalid("how", "联系方式应是 phone、visit 或 message", "how is phone, visit or message"));
    }
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into contact_try (county, id, matter, at, how) values ($1, $2, $3, $4, $5)")
            .bind(home)
            .bind(Uuid::now_v7())
            .bind(id)
            .bind(now)
            .bind(how),
    )?;
    course.save(unit, "matter.tried", json!({ "how": how }))
}

/// The resident objects to an end in time: it goes on one tier up.
pub fn object(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, words: &str) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    let basis = if caller.account.is_some() && caller.account == course.m.resident {
        Basis::Owner
    } else {
        course.readable(unit, caller)?;
        course.allowed(unit, caller, Action::Open)?
    };
    unit.act_as(caller.by(basis));
    let (now, flow) = (unit.now(), course.flow.clone());
    let ended = course.m.ended_as.as_deref().and_then(|e| flow.ends.get(e));
    let Some((declared, closed_at)) = ended.zip(course.m.closed_at) else {
        return Err(Error::conflict("no_objection", "这样结束的事项不能提异议", "such an end takes no objection"));
    };
    let until = declared.objection.as_ref().map(|t| rules.calendar.due(closed_at, *t).at);
    if until.is_none_or(|t| now > t) {
        return Err(Error::conflict("too_late", "提异议的期限已过", "the time to object has passed"));
    }
    let (_, word) = unit.word(id.uuid(), "objection", words)?;
    course.reopen(unit)?;
    course.save(unit, "matter.objected", json!({ "words": { "objection": word } }))
}

/// Joins a duplicate to the matter that stands for both. Each resident keeps the own receipt, answer and vote.
pub fn merge(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, into: MatterId) -> Result<Matter> {
    if id == into {
        return Err(Error::invalid("into", "不能并入自己", "a matter cannot be merged into itself"));
    }
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    nothing_asked(&course)?;
    let basis = course.allowed(unit, caller, Action::Merge)?;
    let flow = course.flow.clone();
    let declared = flow
        .ends
        .values()
        .find(|e| e.kind == EndKind::Merged)
        .ok_or_else(|| Error::conflict("no_merge", "这类事项不能并案", "matters of this flow cannot be merged"))?;
    let main = Course::load(unit, rules, into, &[])?;
    main.readable(unit, caller).map_err(|_| Error::invalid("into", "要并入的事项没有找到", "the matter to merge into was not found"))?;
    if !main.m.open || main.m.merged_into.is_some() {
        return Err(Error::conflict("main_closed", "要并入的事项已经结束", "the matter to merge into has ended"));
    }
    unit.act_as(caller.by(basis));
    wish(unit, course, caller, declared, "same_matter", Some(into), json!({ "into": into }))
}

/// How long an answer stands against the same matter told again without new facts.
const YEAR: &str = "12 months";

/// Says that two matters belong together, or that one is the same as an earlier one without new facts.
pub fn relate(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, other: MatterId, same: bool) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    let basis = course.allowed(unit, caller, Action::Link)?;
    let earlier = Course::load(unit, rules, other, &[])?;
    earlier.readable(unit, caller).map_err(|_| Error::invalid("other", "另一件事项没有找到", "the other matter was not found"))?;
    unit.act_as(caller.by(basis));
    if same {
        if earlier.m.received_at >= course.m.received_at {
            return Err(Error::invalid("other", "应指更早的那一件", "name the earlier one"));
        }
        // The mark binds the matter and not a person, and ends by itself in a year.
        let answered = earlier.m.closed_at.or(earlier.m.answered_at).unwrap_or(earlier.m.received_at);
        if rules.calendar.due(answered, YEAR.parse::<calendar::Term>()?).at < course.m.received_at {
            return Err(Error::invalid(
                "other",
                "那一件的答复已满一年，请作为新的事项办理",
                "that answer is more than a year old; treat this one as new",
            ));
        }
        course.m.same_as = Some(other);
    }
    link(unit, id, other, if same { "same" } else { "related" })?;
    course.save(unit, "matter.linked", json!({ "other": other, "same": same }))
}

fn link(unit: &mut Unit, a: MatterId, b: MatterId, kind: &str) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into link (county, a, b, kind, at) values ($1, $2, $3, $4, $5) on conflict (county, a, b, kind) do nothing")
            .bind(home)
            .bind(Id::uuid(a))
            .bind(Id::uuid(b))
            .bind(kind)
            .bind(now),
    )
}
