//! The county's calendar: the shipped years, and those it entered itself. A deadline that was counted over a year
//! without a table is 暂定, and is counted again once there is one.

use crate::{Course, Rules};
use access::Caller;
use base::{Id, MatterId, Result};
use calendar::{Calendar, YearTable};
use packs::{Action, Subject};
use serde_json::json;
use store::{Entry, Reader, Unit, sql};
use uuid::Uuid;

/// The shipped years with the county's own in their place.
pub fn calendar(r: &mut Reader) -> Result<Calendar> {
    let years: Vec<(String,)> = r.many(sql("select table_text from calendar_year where county = $1 order by year").bind(r.home()))?;
    years.iter().try_fold(Calendar::shipped(), |c, (text,)| Ok(c.with_year(text.parse::<YearTable>()?)))
}

/// Enters or replaces a year's table. The server then makes new [`Rules`] and calls [`recount`] until nothing is left.
pub fn enter_year(unit: &mut Unit, caller: &Caller, text: &str) -> Result<i16> {
    let (home, now) = (unit.home(), unit.now());
    let object = access::Object { region: home.code(), seats: &[], owner: None, about: &[] };
    let basis = caller.check(Action::Calendar, &Subject::Platform, &object)?;
    let table: YearTable = text.parse()?;
    let year = table.year;
    unit.act_as(caller.by(basis));
    unit.write(
        sql("insert into calendar_year (county, year, table_text, at) values ($1, $2, $3, $4)
             on conflict (county, year) do update set table_text = excluded.table_text, at = excluded.at")
        .bind(home)
        .bind(i64::from(year))
        .bind(text)
        .bind(now),
    )?;
    unit.record(Entry::new("calendar.entered", ("county", Uuid::nil()), Some(home.code()), json!({ "year": year })));
    Ok(year)
}

/// Counts provisional deadlines again, `most` in one unit, those after `after`; gives the last one looked at.
pub fn recount(unit: &mut Unit, rules: &Rules, after: Option<MatterId>, most: i64) -> Result<Option<MatterId>> {
    let home = unit.home();
    let after = after.map_or(Uuid::nil(), Id::uuid);
    let ids: Vec<(MatterId,)> = unit.many(
        sql("select id from matter where county = $1 and open = 1 and provisional = 1 and id > $2 order by id limit $3")
            .bind(home)
            .bind(after)
            .bind(most),
    )?;
    for (id,) in &ids {
        recount_one(unit, rules, *id)?;
    }
    Ok(ids.last().map(|(id,)| *id))
}

/// Whether the next deadline moved to a later moment.
pub(crate) fn recount_one(unit: &mut Unit, rules: &Rules, id: MatterId) -> Result<bool> {
    let mut course = Course::load(unit, rules, id, &[])?;
    let flow = course.flow.clone();
    let (due, clock, step_due) = (course.m.due, course.m.clock_due, course.m.step_due);
    crate::clock::set_clock(unit, rules, &flow, &mut course.m)?;
    // What waits for another matter has that one's time, which is counted with it.
    if course.m.late == 0 && course.m.child.is_none() {
        let counted = crate::clock::count_step(unit, &course)?;
        course.m.provisional |= counted.is_some_and(|due| due.provisional);
        course.m.step_due = counted.map(|due| due.at);
    }
    if course.m.paused_at.is_none() {
        let now = unit.now();
        course.refresh_due(now)?;
    }
    if (due, clock, step_due) == (course.m.due, course.m.clock_due, course.m.step_due) && course.m.provisional {
        return Ok(false);
    }
    if let (Some(was), Some(now)) = (step_due, course.m.step_due) {
        crate::task::redate(unit, &course.m, was, now)?;
    }
    let m = course.save(unit, "matter.recounted", json!({ "was": due, "clock_was": clock }))?;
    crate::sub::redate(unit, rules, &m)?;
    Ok(m.due > due)
}
