//! What one line does: the request that the pages would send.

use crate::{door::Answer, people::Person, play::Scene};
use packs::{Does, FieldKind, Flow, ForAnother, Form, StoryStep};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Of a line's values these are no fields of a form: they say where the matter goes and what it is.
const ASIDE: [&str; 4] = ["assist", "holder", "category", "urgent"];

pub fn run(scene: &mut Scene, step: &StoryStep) -> Result<Answer, String> {
    let Some(does) = &step.does else { return Err("这一行什么也不做 / the line does nothing".into()) };
    let matter = step.on.as_deref().map(|letter| scene.id(letter)).transpose()?;
    if matter.is_some() {
        scene.observer()?;
    }
    let who = scene.actor(step, matter.as_deref())?;
    if let Does::Open(name) = does {
        let catalogue = scene.stage.catalogue;
        let flow = catalogue.flow(&name.pack, &name.id).cloned().ok_or_else(|| format!("没有流程 {name} / there is no flow {name}"))?;
        return open(scene, step, &who, &flow);
    }
    match (does, matter) {
        (Does::List, _) => scene.ask(&who, |door, from| door.get(from, "/api/matters?most=200")),
        (Does::Import, _) => crate::import::run(scene, step, &who),
        (_, Some(id)) => on_matter(scene, step, does, &who, &id),
        (_, None) => Err("没写对哪件事（on: A） / it does not say to which matter (on: A)".into()),
    }
}

fn on_matter(scene: &mut Scene, step: &StoryStep, does: &Does, who: &Person, id: &str) -> Result<Answer, String> {
    let path = |verb: &str| format!("/api/matters/{id}/{verb}");
    let text = |key: &str| step.values.get(key).cloned().unwrap_or_default();
    let note = step.words.clone().unwrap_or_default();
    let (path, body) = match does {
        Does::Read => return scene.ask(who, |door, from| door.get(from, &format!("/api/matters/{id}"))),
        Does::Move(moved) => {
            let flow = scene.stage.catalogue.flow(&moved.flow.pack, &moved.flow.id).cloned();
            let form = flow.as_ref().and_then(|f| f.step(&moved.step)?.find(&moved.r#move)?.form.clone());
            let mut body = json!({ "move": moved.r#move, "step": moved.step });
            if let Some(form) = form {
                body["form"] = fill(scene, step, who, &form)?;
            }
            let units = ["holder", "assist"].iter().filter_map(|key| step.values.get(*key)).flat_map(many);
            let chosen: Vec<Value> = units.map(|unit| json!({ "unit": unit })).collect();
            if !chosen.is_empty() {
                body["chosen"] = json!(chosen);
            }
            if let Some(other) = &step.for_ {
                body["for_another"] = spoke(other);
            }
            (path("moves"), body)
        }
        Does::Answer { step: at } => {
            let form = form_of_answer(scene, id, at)?;
            let form = form.map(|form| fill(scene, step, who, &form)).transpose()?;
            (path("answers"), json!({ "form": form.unwrap_or_else(|| json!({})) }))
        }
        Does::End(end) => (path("end"), json!({ "end": end, "reason": text("reason"), "note": note })),
        Does::Pause => (path("pause"), json!({ "reason": text("reason"), "note": note })),
        Does::Resume => (path("resume"), json!({})),
        Does::Take => (path("take"), json!({})),
        Does::Approve => (path("decisions"), json!({ "yes": true, "note": note })),
        Does::Disapprove => (path("decisions"), json!({ "yes": false, "note": note })),
        Does::Object => (path("objections"), json!({ "words": note })),
        Does::Open(_) | Does::List | Does::Import => return Err("这不是对事项做的 / that is not done to a matter".into()),
        Does::Add => {
            let mut body = json!({ "words": note });
            if let Some(other) = &step.for_ {
                body["for_another"] = spoke(other);
            }
            (path("words"), body)
        }
    };
    scene.ask(who, |door, from| door.send(from, "POST", &path, &body))
}

/// The refusal that the line names, or none.
pub fn check(answer: &Answer, step: &StoryStep) -> Result<(), String> {
    let Some(gets) = &step.gets else {
        return if answer.is_good() { Ok(()) } else { Err(format!("应当办成，得到 / expected it to work, got {}", answer.told())) };
    };
    if answer.problem() != gets.problem {
        return Err(format!("应当得到 / expected {}, 得到 / got {}", gets.problem, answer.told()));
    }
    let fields = || answer.body["fields"].as_array().into_iter().flatten().filter_map(|f| f["field"].as_str());
    match &gets.field {
        // The field may stand deeper in the body: `form.answer` for `answer`.
        Some(field) if !fields().any(|f| f == field || f.ends_with(&format!(".{field}"))) => {
            Err(format!("应当指出 / expected it to name {field}, 得到 / got {}", answer.told()))
        }
        _ => Ok(()),
    }
}

fn open(scene: &mut Scene, step: &StoryStep, who: &Person, flow: &Arc<Flow>) -> Result<Answer, String> {
    let mut body = json!({ "flow": flow.name_of().to_string(), "form": {} });
    match &flow.opens.form {
        Some(form) => {
            body["form"] = fill(scene, step, who, form)?;
            if !form.fields.values().any(|f| matches!(f.kind, FieldKind::Place)) {
                body["region"] = json!(scene.place.code());
            }
        }
        None => body["region"] = json!(scene.place.code()),
    }
    for key in ["category", "urgent"] {
        if let Some(value) = step.values.get(key) {
            body[key] = value.clone();
        }
    }
    if let Some(other) = &step.for_ {
        let Person::Phone { phone, name, .. } = scene.person(&other.who, None)? else {
            return Err("只能替居民登记 / matters are opened for residents".into());
        };
        body["resident"] = json!({ "phone": phone, "name": name });
        body["for_another"] = spoke(other);
        body["door"] = json!(other.by);
    }
    scene.ask(who, |door, from| door.send(from, "POST", "/api/matters", &body))
}

fn spoke(other: &ForAnother) -> Value {
    json!({ "by": other.by, "agreed": true })
}

/// The form as the line fills it in: its free words go into the first text, its place where the form asks for one.
fn fill(scene: &mut Scene, step: &StoryStep, who: &Person, form: &Form) -> Result<Value, String> {
    let mut values = Map::new();
    for (key, value) in step.values.iter().filter(|(key, _)| !ASIDE.contains(&key.as_str()) || form.fields.contains_key(*key)) {
        let media = form.field(key).is_some_and(|f| matches!(f.kind, FieldKind::Media { .. } | FieldKind::Signature));
        values.insert(key.clone(), if media { upload(scene, who, value)? } else { value.clone() });
    }
    if let Some(words) = &step.words
        && let Some(field) = form.field("words").or_else(|| form.fields.values().find(|f| matches!(f.kind, FieldKind::Text)))
    {
        values.entry(field.id.clone()).or_insert_with(|| json!(words));
    }
    if let Some(field) = form.fields.values().find(|f| matches!(f.kind, FieldKind::Place)) {
        values.entry(field.id.clone()).or_insert_with(|| json!({ "region": scene.place.code() }));
    }
    Ok(Value::Object(values))
}

/// A file for each name that the story gives one: the demo's grey square.
fn upload(scene: &mut Scene, who: &Person, names: &Value) -> Result<Value, String> {
    let mut ids = Vec::new();
    for _ in many(names) {
        let answer = scene.ask(who, |door, from| door.bring(from, "/api/files", "image/png", demo::PHOTO))?;
        ids.push(scene.good(answer)?["id"].clone());
    }
    Ok(if names.is_array() { json!(ids) } else { ids.remove(0) })
}

fn many(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    }
}

fn form_of_answer(scene: &mut Scene, id: &str, step: &str) -> Result<Option<Arc<Form>>, String> {
    let matter = scene.observe(&format!("/api/matters/{id}")).and_then(|a| scene.good(a))?;
    let (pack, flow) = matter["flow"].as_str().and_then(|f| f.split_once('.')).unwrap_or_default();
    Ok(scene.stage.catalogue.flow(pack, flow).and_then(|f| f.step(step)?.each.as_ref()?.form.clone()))
}
