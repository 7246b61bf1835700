//! One deed of the month as a verb of the engine.

use access::Caller;
use base::{Error, MatterId, Result};
use demo::{Door, Move, PlannedMatter, Sender};
use matters::{Chosen, ForAnother, Moving, Opening, Rules, Spoke};
use packs::Name;
use serde_json::{Map, Value, json};
use store::Unit;

/// What a deed is done to: the matter, and the other one it names.
#[derive(Clone, Copy)]
pub struct On {
    pub id: MatterId,
    pub other: Option<MatterId>,
    /// SHA-256 of the photo that stands for all, and its id in forms.
    pub photo: ([u8; 32], uuid::Uuid),
}

/// The report as it came in. The guess of the first look is sure, but where it is wrong.
pub fn opening(m: &PlannedMatter, resident: &Caller) -> Opening {
    let (sender, for_another) = match m.sender {
        Sender::Named => ("named", spoke(m.door)),
        Sender::Sealed => ("sealed", spoke(m.door)),
        Sender::Anonymous => ("anonymous", None),
    };
    let mut place = json!({ "region": m.place });
    if let Some((lon, lat)) = m.point {
        place["point"] = json!([lon, lat]);
    }
    let sure = if m.guess == m.category { 900_000 } else { 600_000 };
    Opening {
        flow: Name::new(m.flow.0, m.flow.1),
        door: match m.door {
            Door::Page => packs::Door::Page,
            Door::Miniprogram => packs::Door::Miniprogram,
            Door::Phone => packs::Door::Phone,
            Door::Visit => packs::Door::Visit,
            Door::Open311 => packs::Door::Open311,
        },
        form: json!({ "words": m.words, "place": place, "sender": sender }),
        region: None,
        category: None,
        triage: Some((m.guess.to_owned(), sure)),
        urgent: false,
        resident: for_another.as_ref().and(resident.account),
        for_another,
        outer: None,
        told_at: None,
        terms: language::search_terms(&m.words),
        about: Vec::new(),
        // Whoever leaves no name follows it by a receipt; those of the demo are nobody's.
        receipt: (m.sender == Sender::Anonymous).then(|| matters::receipt_hash(&m.words)),
    }
}

fn spoke(door: Door) -> Option<ForAnother> {
    let by = match door {
        Door::Page | Door::Miniprogram | Door::Open311 => return None,
        Door::Phone => Spoke::Phone,
        Door::Visit => Spoke::Visit,
    };
    Some(ForAnother { by, agreed: true })
}

pub fn act(unit: &mut Unit, rules: &Rules, caller: &Caller, mv: &Move, on: On) -> Result<()> {
    let On { id, other, photo } = on;
    let text = |key: &str| mv.with.iter().find(|(k, _)| *k == key).map_or("", |(_, v)| v.as_str());
    match mv.does {
        "approve" => matters::decide(unit, rules, caller, id, true, "").map(drop),
        "pause" => matters::ask_pause(unit, rules, caller, id, text("reason"), text("note")).map(drop),
        "withdraw" => matters::ask_end(unit, rules, caller, id, "withdrawn", text("reason"), text("note")).map(drop),
        end @ ("not_accepted" | "other_way" | "not_reached") => {
            matters::ask_end(unit, rules, caller, id, end, text("reason"), text("note")).map(drop)
        }
        "take" => matters::take(unit, rules, caller, id).map(drop),
        "try" => matters::tried(unit, rules, caller, id, text("how")).map(drop),
        "merge" => {
            let into = other.ok_or_else(|| Error::internal("a planned matter is merged into none"))?;
            matters::merge(unit, rules, caller, id, into).map(drop)
        }
        "opine.answer" => {
            let parent = matters::load(unit, id)?.ok_or_else(Error::not_found)?;
            let child = parent.child.ok_or_else(|| Error::internal("no consultation is open"))?;
            matters::answer(unit, rules, caller, child, &form(mv, photo.1)).map(drop)
        }
        step_and_move => {
            let (step, id_of_move) = step_and_move.split_once('.').ok_or_else(|| Error::internal(format!("no deed {step_and_move}")))?;
            let assist = mv.with.iter().filter(|(k, _)| *k == "assist");
            let chosen = assist.map(|(_, unit)| Chosen { unit: Some(unit.clone()), ..Chosen::default() }).collect();
            let moving = Moving { id: id_of_move.into(), step: Some(step.into()), form: form(mv, photo.1), chosen, for_another: None };
            matters::make(unit, rules, caller, id, &moving)?;
            if !text("media").is_empty() {
                unit.use_file(&photo.0, id.uuid(), "outcome.media")?;
            }
            Ok(())
        }
    }
}

/// Numbers as numbers, the photo by its id, the rest as it is.
fn form(mv: &Move, photo: uuid::Uuid) -> Value {
    let mut form = Map::new();
    for (key, value) in mv.with.iter().filter(|(key, _)| *key != "assist") {
        let value = match *key {
            "media" => json!([photo]),
            "pleased" => json!(value.parse::<i64>().unwrap_or(3)),
            _ => json!(value),
        };
        form.insert((*key).to_owned(), value);
    }
    Value::Object(form)
}

/// The village's duty corrects what the first look took it for.
pub fn correct(unit: &mut Unit, rules: &Rules, duty: &Caller, m: &PlannedMatter, on: On) -> Result<()> {
    matters::categorise(unit, rules, duty, on.id, m.category).map(drop)
}

/// … and says that one is an earlier one again.
pub fn same_again(unit: &mut Unit, rules: &Rules, duty: &Caller, on: On) -> Result<()> {
    let earlier = on.other.ok_or_else(|| Error::internal("a planned matter repeats none"))?;
    matters::relate(unit, rules, duty, on.id, earlier, true).map(drop)
}
