//! What a line sees: asked of the API as the actor, or as the county's leader where it names nobody.

use crate::{door::Answer, people::Person, play::Scene};
use base::{Code, Level, Time};
use calendar::Calendar;
use packs::{At, Sees, StoryStep, UnitRef, Who};
use serde_json::Value;
use std::collections::BTreeSet;

pub fn check(scene: &mut Scene, step: &StoryStep, sees: &Sees, answer: Option<&Answer>) -> Result<(), String> {
    if let Some(letter) = &sees.receipt {
        let id = answer.and_then(|a| a.body["id"].as_str()).ok_or("没有回执 / there is no receipt")?;
        scene.letters.insert(letter.clone(), id.to_owned());
    }
    let subject = subject(scene, step, sees)?;
    let who = scene.actor(step, subject.as_deref())?;
    if let Some(opened) = &sees.opened {
        let id = opened_by(scene, &opened.to_string(), subject.as_deref())?;
        if let Some(letter) = &sees.matter {
            scene.letters.insert(letter.clone(), id);
        }
    } else if let Some(letter) = &sees.matter {
        in_list(scene, &who, letter)?;
    }
    if !sees.figures.is_empty() {
        figures(scene, &who, sees)?;
    }
    if let Some(count) = sees.count {
        let answer = scene.ask(&who, |door, from| door.get(from, "/api/matters/count"))?;
        same("count", count, scene.good(answer)?["n"].as_u64().unwrap_or_default())?;
    }
    match subject {
        Some(id) if sees.nothing => {
            let answer = scene.ask(&who, |door, from| door.get(from, &format!("/api/matters/{id}")))?;
            same("status", 404, answer.status)
        }
        Some(id) => matter(scene, &who, &id, sees),
        None => Ok(()),
    }
}

/// The matter that is looked at: `of`, else the one just named, else the one something was done to.
fn subject(scene: &Scene, step: &StoryStep, sees: &Sees) -> Result<Option<String>, String> {
    let named = sees.matter.as_ref().filter(|l| sees.opened.is_none() && scene.letters.contains_key(*l));
    let letter = sees.of.as_ref().or(named).or(sees.receipt.as_ref()).or(step.on.as_ref());
    letter.map(|l| scene.id(l)).transpose()
}

fn matter(scene: &mut Scene, who: &Person, id: &str, sees: &Sees) -> Result<(), String> {
    let answer = scene.ask(who, |door, from| door.get(from, &format!("/api/matters/{id}")))?;
    let m = scene.good(answer)?;
    let place: Code = m["region"].as_str().and_then(|r| r.parse().ok()).ok_or("事项没有地点 / the matter has no place")?;
    if let Some(step) = &sees.step {
        same("step", step.as_str(), m["step"].as_str().unwrap_or_default())?;
    }
    if let Some(closed) = &sees.closed {
        let ended = m["ended_as"].as_str().unwrap_or("open");
        same("closed", closed.as_str(), ended).map_err(|e| format!("{e}（{}）", m["step"]))?;
    }
    if let Some(card) = &sees.card {
        let shown = ["none", "yellow", "red"][m["card"].as_u64().unwrap_or_default().min(2) as usize];
        same("card", card.as_str(), shown)?;
    }
    if let Some(returns) = sees.returns {
        same("returns", u64::from(returns), m["returns"].as_u64().unwrap_or_default())?;
    }
    for (name, expected) in [("holder", &sees.holder), ("supervisor", &sees.supervisor)] {
        if let Some(expected) = expected {
            seat(scene, name, expected, &m, place)?;
        }
    }
    if let Some(left) = sees.left {
        let due: Time = m["due"].as_str().and_then(|t| t.parse().ok()).ok_or("事项没有期限 / the matter has no deadline")?;
        let shown = Calendar::shipped().left(scene.now()?, due, left.unit);
        let expected = format!("{} {}", left.amount, left.unit.en(left.amount));
        same("left", format!("{expected} left"), shown.to_string())?;
    }
    if let Some(kind) = &sees.journal {
        let answer = scene.ask(who, |door, from| door.get(from, &format!("/api/matters/{id}/timeline")))?;
        let timeline = scene.good(answer)?;
        let last = timeline.as_array().and_then(|t| t.last()).and_then(|e| e["kind"].as_str()).unwrap_or_default();
        same("journal", format!("matter.{kind}").as_str(), last)?;
    }
    Ok(())
}

/// The seat, by its role, region and unit.
fn seat(scene: &Scene, name: &str, expected: &Who, m: &Value, place: Code) -> Result<(), String> {
    let shown = &m[name];
    let told = |role: &str, region: Option<Code>, unit: &str| {
        let region = region.and_then(|r| scene.stage.county.region(r)).map_or("?", |r| &r.name);
        format!("{role} {unit}@ {region}")
    };
    let catalogue = scene.stage.catalogue;
    let (role, unit, level) = match expected {
        Who::Seat { role, .. } => {
            let level = catalogue.role(role).ok_or_else(|| format!("没有角色 {role} / there is no role {role}"))?.level;
            (role.clone(), String::new(), level)
        }
        Who::Unit { unit: UnitRef::Fixed(unit), at } => {
            let level = if let At::Level(level) = at { *level } else { Level::Town };
            let declared = catalogue.unit(unit).ok_or_else(|| format!("没有部门 {unit} / there is no department {unit}"))?;
            let role = declared.role_at(level).ok_or_else(|| format!("“{unit}”在这一级没有岗位 / {unit} has no seat there"))?;
            let level = catalogue.role(role).map_or(level, |r| r.level);
            (role.to_owned(), unit.clone(), level)
        }
        other => return Err(format!("场景里写岗位或部门，不能写 / a story names a seat or a department, not {other:?}")),
    };
    let actual = told(
        shown["role"].as_str().unwrap_or("—"),
        shown["region"].as_str().and_then(|r| r.parse().ok()),
        shown["unit"].as_str().unwrap_or_default(),
    );
    same(name, told(&role, place.at(level), &unit), actual)
}

/// The matter that another one opened: its child, or the newest of that flow that belongs to it.
fn opened_by(scene: &mut Scene, flow: &str, parent: Option<&str>) -> Result<String, String> {
    if let Some(parent) = parent {
        let m = scene.observe(&format!("/api/matters/{parent}")).and_then(|a| scene.good(a))?;
        if let Some(child) = m["child"].as_str() {
            let child = scene.observe(&format!("/api/matters/{child}")).and_then(|a| scene.good(a))?;
            same("opened", flow, child["flow"].as_str().unwrap_or_default())?;
            return Ok(child["id"].as_str().unwrap_or_default().to_owned());
        }
    }
    let list = scene.observe(&format!("/api/matters?flow={flow}&most=200")).and_then(|a| scene.good(a))?;
    let known: BTreeSet<&String> = scene.letters.values().collect();
    let rows = list["items"].as_array().cloned().unwrap_or_default();
    let new = rows
        .iter()
        .filter_map(|m| Some((m["received_at"].as_str()?, m["id"].as_str()?)))
        .filter(|(_, id)| !known.contains(&(*id).to_owned()));
    new.max().map(|(_, id)| id.to_owned()).ok_or_else(|| format!("没有另开 / expected that {flow} was opened; there is none"))
}

/// The matter in this person's list; one that the story has not met is the newest there.
fn in_list(scene: &mut Scene, who: &Person, letter: &str) -> Result<(), String> {
    let wanted = scene.letters.get(letter).cloned();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/matters?most=200{cursor}");
        let answer = scene.ask(who, |door, from| door.get(from, &path))?;
        let page = scene.good(answer)?;
        let rows = page["items"].as_array().cloned().unwrap_or_default();
        match &wanted {
            Some(id) if rows.iter().any(|m| m["id"].as_str() == Some(id)) => return Ok(()),
            None => {
                let newest = rows.iter().filter_map(|m| Some((m["received_at"].as_str()?, m["id"].as_str()?))).max();
                let (_, id) = newest.ok_or("列表是空的 / the list is empty")?;
                scene.letters.insert(letter.to_owned(), id.to_owned());
                return Ok(());
            }
            Some(_) => {}
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Err(format!("列表里没有 {letter} / {letter} is not in the list")),
        }
    }
}

/// Indicators of this year as shown; `—` where there is no figure.
fn figures(scene: &mut Scene, who: &Person, sees: &Sees) -> Result<(), String> {
    for (id, expected) in &sees.figures {
        let all = || scene.stage.catalogue.indicators().filter(|i| i.id == *id);
        let declared = all()
            .find(|i| i.pack == scene.pack)
            .or_else(|| all().next())
            .ok_or_else(|| format!("没有指标 {id} / there is no indicator {id}"))?;
        let path = format!("/api/figures/{}.{}?window=year", declared.pack, declared.id);
        let answer = scene.ask(who, |door, from| door.get(from, &path))?;
        let shown = scene.good(answer)?;
        same(id, expected.as_str(), shown["figure"]["shown"].as_str().unwrap_or_default())?;
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, expected: T, seen: T) -> Result<(), String> {
    if expected == seen { Ok(()) } else { Err(format!("{what}: 应当 / expected {expected}, 看到 / seen {seen}")) }
}
