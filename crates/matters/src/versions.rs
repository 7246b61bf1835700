//! Moving open matters from the version they were opened under to the one of today, by a declared map.

use crate::{Course, Rules};
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
        let to = map.step(&rules.catalogue, &course.m.flow, &from).ok_or_else(|| {
            Error::conflict(
                "no_place",
                format!("旧环节“{from}”在新版本里没有去处，请在迁移表里写明"),
                format!("step {from} has no place in the new version; name one in the map"),
            )
        })?;
        moved.push(Moved { id, from: from.clone(), to: to.clone() });
        if !dry {
            course.m.version = new.clone();
            course.m.step = to;
            course.save(unit, "matter.version_moved", json!({ "from": from, "version": new, "was": map.from }))?;
        }
    }
    Ok(moved)
}
