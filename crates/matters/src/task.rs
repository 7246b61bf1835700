//! Tasks side by side: the assisting units of a consultation, each with a clock of its own.

use crate::{Course, Matter, Rules, form, part};
use access::{Basis, Caller};
use base::{AccountId, Error, Home, MatterId, Result, SeatId, TaskId, Time};
use packs::{Each, EachOver, Step};
use serde_json::{Value as Json, json};
use store::{Reader, Sql, Timer, Unit, sql, timer};

store::row! {
    #[derive(Clone, Debug)]
    pub struct Task {
        pub id: TaskId,
        pub step: String,
        pub seat: Option<SeatId>,
        pub resident: Option<AccountId>,
        pub due: Time,
        /// 0 open, 1 answered, 2 lapsed.
        pub state: i64,
        pub answered_at: Option<Time>,
        /// The answer without its words.
        pub body: String,
    }
}

pub(crate) fn in_matter(home: Home, m: MatterId) -> Sql {
    let mut q = Sql::select::<Task>("from task where county = ");
    q.arg(home).push(" and matter = ").arg(m).push(" order by id");
    q
}

pub fn of(r: &mut Reader, m: MatterId) -> Result<Vec<Task>> {
    r.many(in_matter(r.home(), m))
}

/// How many tasks of a step wait, and how many are answered.
pub(crate) fn open_ones(r: &mut Reader, m: MatterId, step: &str) -> Result<(i64, i64)> {
    let tasks = of(r, m)?;
    let count = |state| tasks.iter().filter(|t| t.step == step && t.state == state).count() as i64;
    Ok((count(0), count(1)))
}

/// A step with `each` begins: one task for each seat that the flow names.
pub(crate) fn open(unit: &mut Unit, course: &mut Course, step: &Step, each: &Each) -> Result<()> {
    let seats = match &each.over {
        EachOver::Assist | EachOver::Parties => course.m.body()["assist"].as_array().cloned().unwrap_or_default(),
        EachOver::Who(all) => {
            let mut seats = Vec::new();
            for who in all {
                seats.push(json!(course.find(unit, who)?.seat.id));
            }
            seats
        }
    };
    let step_id = step.id.clone();
    for seat in seats {
        if let Ok(seat) = serde_json::from_value::<SeatId>(seat) {
            add(unit, course, &step_id, seat)?;
        }
    }
    Ok(())
}

fn add(unit: &mut Unit, course: &Course, step: &str, seat: SeatId) -> Result<()> {
    let (home, id, m) = (unit.home(), TaskId::fresh(), &course.m);
    let due = m.step_due.unwrap_or(m.clock_due);
    unit.write(
        sql("insert into task (county, id, matter, step, seat, due, state, body) values ($1, $2, $3, $4, $5, $6, 0, '{}')")
            .bind(home)
            .bind(id)
            .bind(m.id)
            .bind(step)
            .bind(seat)
            .bind(due),
    )?;
    part::add(unit, m, seat, part::TASK)?;
    unit.set_timer(Timer::new(timer::id(id.uuid(), "due")?, due, "matter.task", m.id.uuid()))
}

/// The step has another name in the version that the matter moves to.
pub(crate) fn rename_step(unit: &mut Unit, m: MatterId, from: &str, to: &str) -> Result<()> {
    let home = unit.home();
    unit.write(sql("update task set step = $1 where county = $2 and matter = $3 and step = $4").bind(to).bind(home).bind(m).bind(from))
}

/// The step's time was counted again: what is still awaited in it has the new one.
pub(crate) fn redate(unit: &mut Unit, m: &Matter, was: Time, due: Time) -> Result<()> {
    let home = unit.home();
    for t in of(unit, m.id)?.into_iter().filter(|t| t.state == 0 && t.step == m.step && t.due == was) {
        unit.write(sql("update task set due = $1 where county = $2 and id = $3").bind(due).bind(home).bind(t.id))?;
        unit.set_timer(Timer::new(timer::id(t.id.uuid(), "due")?, due, "matter.task", m.id.uuid()))?;
    }
    Ok(())
}

/// The parties that the opening move of a consultation named.
pub(crate) fn assist(unit: &mut Unit, course: &mut Course, seats: &[SeatId]) -> Result<()> {
    let mut body = course.m.body();
    body["assist"] = json!(seats);
    course.m.set_body(&body);
    let step = course.step()?.clone();
    match &step.each {
        Some(Each { over: EachOver::Assist, .. }) => seats.iter().try_for_each(|seat| add(unit, course, &step.id, *seat)),
        _ => Ok(()),
    }
}

/// One party answers.
pub fn answer(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, values: &Json) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let step = course.step()?.clone();
    let each =
        step.each.as_ref().ok_or_else(|| Error::conflict("no_tasks", "这一步没有分头答复", "this step has no answers side by side"))?;
    let (home, now) = (unit.home(), unit.now());
    let mine = of(unit, id)?
        .into_iter()
        .find(|t| t.step == step.id && t.state != 1 && t.seat.is_some_and(|s| caller.grants.iter().any(|g| g.seat == s)))
        .ok_or_else(|| Error::conflict("no_task", "这一步没有等您答复的任务", "no answer of yours is awaited here"))?;
    let grant = caller.grants.iter().find(|g| Some(g.seat) == mine.seat).ok_or_else(Error::forbidden)?;
    unit.act_as(caller.by(Basis::Seat { seat: grant.seat, acting: grant.acting }));
    let taken = match &each.form {
        Some(form) => form::take(unit, &course, form, values, "form")?,
        None => form::Taken { body: json!({}), words: json!({}) },
    };
    unit.write(
        sql("update task set state = 1, answered_at = $1, body = $2 where county = $3 and id = $4")
            .bind(now)
            .bind(taken.body.to_string())
            .bind(home)
            .bind(mine.id),
    )?;
    unit.cancel_timer(timer::id(mine.id.uuid(), "due")?)?;
    let late = now > mine.due;
    course.save(
        unit,
        "matter.answered",
        json!({ "task": mine.id, "seat": mine.seat, "late": late, "values": taken.body, "words": taken.words }),
    )
}

/// A party's time has run out: on record, and the lead goes on without it.
pub(crate) fn lapse(unit: &mut Unit, rules: &Rules, m: MatterId) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let lapsed: Vec<Task> = of(unit, m)?.into_iter().filter(|t| t.state == 0 && t.due <= now).collect();
    if lapsed.is_empty() {
        return Ok(());
    }
    let course = Course::load(unit, rules, m, &[])?;
    if !course.m.open {
        return Ok(());
    }
    for t in &lapsed {
        unit.write(sql("update task set state = 2 where county = $1 and id = $2").bind(home).bind(t.id))?;
    }
    let seats: Vec<_> = lapsed.iter().map(|t| t.seat).collect();
    course.save(unit, "matter.task_late", json!({ "seats": seats })).map(drop)
}
