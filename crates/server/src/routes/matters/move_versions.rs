use super::json::{MoveVersions, StepsMoved, VersionMoved};
use crate::{
    app::App,
    edge::{Answer, Body, Who},
};
use access::Object;
use axum::{Json, extract::State};
use base::{Error, MatterId, Result};
use matters::Moved;
use packs::{Action, Migration, Subject};
use std::collections::BTreeMap;
use store::{By, Unit};

/// Matters of one unit.
const CHUNK: i64 = 200;

/// Move open matters to the pack's version of today
///
/// By the maps that the pack declares in `migrations/`. Try it with `dry_run` first. A step that has no place in the new
/// version is refused before any matter moves; cut off, it goes on when it is asked again.
#[utoipa::path(post, path = "/api/matters/version-moves", tag = "matters", request_body = MoveVersions, responses((status = 200, body = [VersionMoved])))]
pub async fn move_versions(State(app): State<App>, who: Who, body: Body<MoveVersions>) -> Answer<Json<Vec<VersionMoved>>> {
    who.account()?;
    let MoveVersions { pack, dry_run } = body.value;
    let rules = app.rules(who.home())?;
    let maps: Vec<Migration> = rules.catalogue.migrations().iter().filter(|m| m.pack == pack).cloned().collect();
    // Whoever may not do it learns nothing of the packs' versions from the answer.
    let county = Object::at(who.home().code());
    who.caller.check(Action::Packs, &Subject::Platform, &county)?;
    if maps.is_empty() {
        let (zh, en) = ("这个应用包没有迁移表（migrations/）", "this pack declares no map (migrations/)");
        return Err(Error::invalid("pack", zh, en).into());
    }
    let mut all = Vec::new();
    for map in maps {
        let would = run(&app, &who, &map, true).await?;
        let moved = if dry_run { would } else { run(&app, &who, &map, false).await? };
        all.push(shown(map, moved));
    }
    Ok(Json(all))
}

async fn run(app: &App, who: &Who, map: &Migration, dry: bool) -> Result<Vec<Moved>> {
    let by = By::account(who.account()?);
    let (mut all, mut after): (Vec<Moved>, Option<MatterId>) = (Vec::new(), None);
    loop {
        let (rules, caller, map) = (app.rules(who.home())?, who.caller.clone(), map.clone());
        let chunk = move |unit: &mut Unit| matters::move_versions(unit, &rules, &caller, &map, dry, after, CHUNK);
        let some = app.store.command(who.home(), by.clone(), chunk).await?.value;
        let Some(last) = some.last() else { return Ok(all) };
        after = Some(last.id);
        all.extend(some);
    }
}

fn shown(map: Migration, moved: Vec<Moved>) -> VersionMoved {
    let mut steps: BTreeMap<(String, String), u64> = BTreeMap::new();
    for m in moved {
        *steps.entry((m.from, m.to)).or_default() += 1;
    }
    VersionMoved { from: map.from, steps: steps.into_iter().map(|((from, to), n)| StepsMoved { from, to, n }).collect() }
}
