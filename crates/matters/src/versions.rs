//! Moving open matters from the version they were opened under to the one of today, by a declared map.

use crate::{Asked, Course, Matter, Rules};
use access::Caller;
use base::{Error, Id, MatterId, Result};
use packs::{Action, Migration, Subject};
use serde::Serialize;
use serde_json::json;
use store::{Unit, sql};
use uuid::Uuid;

/// What became, or in a dry run would become, of one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub id: MatterId,
    pub from: String,
    pub to: String,
}

/// Moves up to `most` open matters of the map's old version, those after `after`. A dry run changes nothing and says
/// what would happen; a step without a place in the new version is refused before any matter moves.
pub fn move_versions(
    unit: &mut Unit,
    rules: &Rules,
    caller: &Caller,
    map: &Migration,
    dry: bool,
    after: Option<MatterId>,
    most: i64,
) -> Result<Vec<Moved>> {
    let home = unit.home();
    let object = access::Object { region: home.code(), seats: &[], owner: None, about: &[] };
    let basis = caller.check(Action::Packs, &Subject::Platform, &object)?;
    unit.act_as(caller.by(basis));
    let new = rules.catalogue.pack(&map.pack).ok_or_else(Error::not_found)?.hash.clone();
    // All that are open, also those of later chunks: half of them must not move alone.
    let steps: Vec<(String, String)> = unit.many(
        sql("select distinct flow, step from matter where county = $1 and pack = $2 and version = $3 and open = 1")
            .bind(home)
            .bind(&map.pack)
            .bind(&map.from),
    )?;
    for (flow, step) in &steps {
        place(rules, map, flow, step)?;
    }
    let after = after.map_or(Uuid::nil(), Id::uuid);
    let ids: Vec<(MatterId,)> = unit.many(
        sql("select id from matter where county = $1 and pack = $2 and version = $3 and open = 1 and id > $4 order by id limit $5")
            .bind(home)
            .bind(&map.pack)
            .bind(&map.from)
            .bind(after)
            .bind(most),
    )?;
    let mut moved = Vec::new();
    for (id,) in ids {
        let mut course = Course::load(unit, rules, id, &[])?;
        let from = course.m.step.clone();
        let to = place(rules, map, &course.m.flow, &from)?;
        may_be_decided(rules, map, &course.m)?;
        moved.push(Moved { id, from: from.clone(), to: to.clone() });
        // What waits for another matter comes back to where the new version has it.
        crate::sub::rename_back(&mut course.m, |m, step| place(rules, map, &m.flow, step))?;
        if !dry {
            let flow = course.m.flow.clone();
            course.m.rename_tally(|step| map.step(&rules.catalogue, &flow, step));
            crate::task::rename_step(unit, id, &from, &to)?;
            course.m.version = new.clone();
            course.m.step = to;
            course.save(unit, "matter.version_moved", json!({ "from": from, "version": new, "was": map.from }))?;
        }
    }
    Ok(moved)
}

/// Where a step of the old version goes.
fn place(rules: &Rules, map: &Migration, flow: &str, step: &str) -> Result<String> {
    map.step(&rules.catalogue, flow, step).ok_or_else(|| {
        Error::conflict(
            "no_place",
            format!("流程“{flow}”的旧环节“{step}”在新版本里没有去处，请在迁移表里写明"),
            format!("step {step} of flow {flow} has no place in the new version; name one in the map"),
        )
    })
}

/// What waits for its approver can still be approved in the new version.
fn may_be_decided(rules: &Rules, map: &Migration, m: &Matter) -> Result<()> {
    let Some(asked) = &m.asked else { return Ok(()) };
    let asked: Asked = serde_json::from_str(asked).map_err(Error::internal)?;
    let flow = rules.catalogue.flow(&map.pack, &m.flow);
    let known = |f: &packs::Flow| if asked.what == "pause" { f.clock.pause.is_some() } else { f.ends.contains_key(&asked.what) };
    if flow.is_some_and(|f| known(f)) {
        return Ok(());
    }
    let number = m.number.as_deref().unwrap_or_default();
    Err(Error::conflict(
        "asked",
        format!("{number} 有一项申请（{}）在等批准，新版本里没有它；请先批或退", asked.what),
        format!("{number} waits for the approval of {}, which the new version does not have; decide on it first", asked.what),
    ))
}
