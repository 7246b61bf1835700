//! Writes a letter, keeps it, and tells its recipients that it is there.

use crate::{
    Context,
    document::{self, Writing},
    job::Job,
    notice::{Telling, tell},
    scene::{Scene, Subject},
    shown,
    verb::notify::ids,
    who::recipients,
};
use base::{Error, Result, Text};
use packs::{Letter, Name, Who};
use serde_json::{Map, Value as Json, json};
use std::{collections::HashMap, sync::Arc};
use store::{Recorded, Unit, words};
use uuid::Uuid;

pub(super) fn letter(unit: &mut Unit, c: Context, job: &Job, e: &Recorded, scene: &Scene, name: &Name, to: &[Who]) -> Result<Json> {
    // As it reads at this place: a township may have its own wording.
    let found = c.rules.catalogue.at(scene.place).letter(&name.pack, &name.id).cloned();
    let letter: Arc<Letter> =
        found.ok_or_else(|| Error::conflict("no_letter", format!("没有文书“{name}”"), format!("there is no letter {name}")))?;
    let words = words_of(unit, e)?;
    let home = unit.home().code();
    let county = access::region(unit, home)?.map_or_else(|| home.to_string(), |r| r.name);
    let today = unit.now().date();
    let text = |zh: bool| {
        let today = if zh { format!("{}年{}月{}日", today.year(), today.month(), today.day()) } else { today.to_string() };
        let number = letter.series.as_ref().map_or("", |_| document::NUMBER);
        let sees = json!({
            "matter": scene.facts.get("matter").map(|v| shown::people(v, zh)), "form": form(scene, e, &words, zh),
            "county": county, "number": number, "today": today,
        });
        document::render(if zh { &letter.body.zh } else { &letter.body.en }, &sees)
    };
    let text = Text::new(text(true)?, text(false)?);
    let (id, words) = document::write(unit, &Writing { scene, letter: &letter, name, text: &text })?;
    let to = recipients(unit, c, scene, to)?;
    let says = Text::new(format!("您有一份文书：{}", letter.name.zh), format!("There is a letter for you: {}", letter.name.en));
    let told = tell(unit, c, &Telling { job, scene, to: &to, text: &says, document: Some(id) })?;
    Ok(json!({ "letter": name, "document": id, "words": words, "notify": ids(&to), "told": told }))
}

/// What the entry's move was filled in with, words and all: for the reader of the letter, who is its addressee.
fn form(scene: &Scene, e: &Recorded, words: &Map<String, Json>, zh: bool) -> Json {
    let mut all = words.clone();
    let Subject::Matter { flow, m } = &scene.subject else { return Json::Object(all) };
    let (id, values) = match e.payload.get("form") {
        Some(form) => (form["id"].as_str().map(str::to_owned), form["values"].clone()),
        None => {
            let id = flow.opens.form.as_ref().filter(|_| e.kind == "matter.opened").map(|f| f.id.clone());
            (id.clone(), id.map_or(Json::Null, |id| m.body()[&id].clone()))
        }
    };
    if let Some(form) = flow.forms().into_iter().find(|f| id.as_deref() == Some(f.id.as_str()))
        && let Json::Object(values) = shown::people(&form.facts(&values), zh)
    {
        all.extend(values);
    }
    Json::Object(all)
}

/// `{field: [word, hash]}` of the entry, with the words that have not been erased.
fn words_of(unit: &mut Unit, e: &Recorded) -> Result<Map<String, Json>> {
    let Some(named) = e.payload["words"].as_object().filter(|w| !w.is_empty()) else { return Ok(Map::new()) };
    let kept: HashMap<Uuid, String> = words::of(unit, e.subject)?.into_iter().filter_map(|w| Some((w.id.uuid(), w.value?))).collect();
    let value = |reference: &Json| kept.get(&Uuid::parse_str(reference[0].as_str()?).ok()?).cloned();
    Ok(named.iter().filter_map(|(field, reference)| Some((field.clone(), Json::String(value(reference)?)))).collect())
}
