//! What is added to a matter on its way: words, a category, a push from its supervisor.

use crate::{Course, ForAnother, Matter, Rules, Waits, pause::handler};
use access::{Basis, Caller};
use base::{Error, MatterId, Result};
use packs::Action;
use serde_json::json;
use store::Unit;

/// Words of the resident or of anyone who has a part in it. Photos come with them as ids of files.
pub fn add(
    unit: &mut Unit,
    rules: &Rules,
    caller: &Caller,
    id: MatterId,
    words: &str,
    files: &[String],
    for_another: Option<&ForAnother>,
) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    let basis = course.readable(unit, caller)?;
    unit.act_as(caller.by(basis));
    if words.trim().is_empty() && files.is_empty() {
        return Err(Error::invalid("words", "请写点什么，或者附照片", "write something or add a photo"));
    }
    if words.chars().count() > 4_000 {
        return Err(Error::invalid("words", "最多 4000 字", "at most 4,000 characters"));
    }
    let (_, word) = unit.word(id.uuid(), "added", words)?;
    let of_resident = basis == Basis::Owner || for_another.is_some();
    course.save(
        unit,
        "matter.added",
        json!({ "files": files, "for_another": for_another, "of_resident": of_resident, "words": { "added": word } }),
    )
}

/// A person sets or corrects the category. Gives what it was, so that triage can learn.
pub fn categorise(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, code: &str) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let basis = handler(unit, caller, &course, Action::Assign)?;
    unit.act_as(caller.by(basis));
    let flow = course.flow.clone();
    if flow.category.as_ref().is_none_or(|c| c.list.entry(code).is_none()) {
        return Err(Error::invalid("category", format!("没有“{code}”这一类"), format!("there is no category {code}")));
    }
    let was = course.m.category.replace(code.to_owned());
    let suggested = course.m.triage.clone();
    course.save(unit, "matter.categorised", json!({ "category": code, "was": was, "suggested": suggested }))
}

/// 催办: a supervisor presses; the holder finds it on top.
pub fn press(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, words: &str) -> Result<Matter> {
    let course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    course.must_run()?;
    let seat = caller.grants.iter().find(|g| course.m.supervisor == Some(g.seat)).map(|g| Basis::Seat { seat: g.seat, acting: g.acting });
    let basis = match seat {
        Some(basis) => basis,
        None => course.allowed(unit, caller, Action::Supervise)?,
    };
    unit.act_as(caller.by(basis));
    let (_, word) = unit.word(id.uuid(), "pressed", words)?;
    course.save(unit, "matter.pressed", json!({ "words": { "pressed": word } }))
}

/// The vote of a resident whose report was merged into another: kept beside the main matter's own.
pub fn vote(unit: &mut Unit, rules: &Rules, caller: &Caller, id: MatterId, solved: &str, pleased: Option<i64>) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    if caller.account.is_none() || caller.account != course.m.resident {
        course.readable(unit, caller)?;
        return Err(Error::forbidden());
    }
    unit.act_as(caller.by(Basis::Owner));
    let into =
        course.m.merged_into.ok_or_else(|| Error::conflict("not_merged", "这件事没有并入别的事", "it was not merged into another"))?;
    let pleased = answer_of(solved, pleased)?;
    let main = Course::load(unit, rules, into, &[])?;
    if main.m.open && main.m.waits() != Waits::Resident {
        return Err(Error::conflict("not_asked", "还没有办好，办好后再来评价", "it is not done yet; you are asked when it is"));
    }
    course.m.solved = Some(solved.to_owned());
    course.m.pleased = pleased;
    course.save(unit, "matter.voted", json!({ "solved": solved, "pleased": pleased, "main": into }))
}

/// A call or a visit after a matter was closed for want of a word: her answer is kept; "unsolved" opens it again, one
/// tier up. Never by the one who did the work, nor by who stands under him.
pub fn revisit(
    unit: &mut Unit,
    rules: &Rules,
    caller: &Caller,
    id: MatterId,
    solved: &str,
    pleased: Option<i64>,
    words: &str,
) -> Result<Matter> {
    let mut course = Course::load(unit, rules, id, &[])?;
    course.readable(unit, caller)?;
    if course.m.open || !course.m.revisit {
        return Err(Error::conflict("no_revisit", "这件事不在回访名单里", "this matter is not to be revisited"));
    }
    let basis = course.allowed(unit, caller, Action::Confirm)?;
    crate::make::not_under_doer(unit, caller, &course)?;
    let pleased = answer_of(solved, pleased)?;
    unit.act_as(caller.by(basis));
    let (_, word) = unit.word(id.uuid(), "revisit", words)?;
    course.m.revisit = false;
    course.m.solved = Some(solved.to_owned());
    course.m.pleased = pleased;
    course.m.asked_at = course.m.asked_at.or(Some(unit.now()));
    if solved == "unsolved" {
        course.reopen(unit)?;
    }
    course.save(unit, "matter.revisited", json!({ "solved": solved, "pleased": pleased, "words": { "revisit": word } }))
}

fn answer_of(solved: &str, pleased: Option<i64>) -> Result<Option<i64>> {
    if !matches!(solved, "solved" | "partly" | "unsolved") {
        return Err(Error::invalid("solved", "应是 solved、partly 或 unsolved", "solved is solved, partly or unsolved"));
    }
    if pleased.is_some_and(|p| !(1..=5).contains(&p)) {
        return Err(Error::invalid("pleased", "满意度是 1 到 5", "pleased is 1 to 5"));
    }
    Ok(pleased)
}
