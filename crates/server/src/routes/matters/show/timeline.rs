//! What happened to a matter: entries of the journal, with the words that they name.

use super::{forms, seat};
use crate::routes::{matters::json::Happened, session::json::Words};
use access::{Basis, Caller};
use base::{Result, SeatId};
use matters::{Matter, Rules};
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::{Reader, Recorded};

/// Members of a payload that anyone who may see the matter may see: codes, numbers, times and seats.
const FACTS: [&str; 36] = [
    "done_at",
    "told_at",
    "from",
    "move",
    "step",
    "open",
    "holder",
    "due",
    "clock_due",
    "category",
    "was",
    "suggested",
    "source",
    "outer",
    "offered",
    "ended_as",
    "reason",
    "letter",
    "objection",
    "of",
    "child",
    "instead",
    "supervisor",
    "card",
    "into",
    "other",
    "same",
    "late",
    "what",
    "how",
    "solved",
    "pleased",
    "files",
    "for_another",
    "approved",
    "until",
];

pub fn timeline(r: &mut Reader, rules: &Rules, caller: &Caller, m: &Matter, basis: Basis) -> Result<Vec<Happened>> {
    let flow = rules.flow_of(r, m)?;
    let texts: HashMap<String, (String, Option<String>)> =
        store::words::of(r, m.id.uuid())?.into_iter().map(|w| (w.id.to_string(), (w.field, w.value))).collect();
    let mut shown = Vec::new();
    for e in store::journal::of(r, m.id.uuid())? {
        let who = actor(r, rules, caller, &e)?;
        let mut facts = Map::new();
        for name in FACTS {
            if let Some(v) = e.payload.get(name).filter(|v| !v.is_null()) {
                facts.insert(name.to_owned(), v.clone());
            }
        }
        let mut words = Map::new();
        for (name, reference) in e.payload.get("words").and_then(Value::as_object).into_iter().flatten() {
            let id = reference.get(0).and_then(Value::as_str).unwrap_or_default();
            let Some((field, value)) = texts.get(id) else { continue };
            let own = basis == Basis::Owner;
            let value = match (value, forms::declared(&flow, field)) {
                (None, _) => Value::Null,
                (Some(text), Some(declared)) if !own => forms::masked(declared, text.clone()),
                (Some(text), _) => serde_json::from_str(text)
                    .ok()
                    .filter(|v: &Value| v.is_object() || v.is_array())
                    .unwrap_or_else(|| Value::from(text.as_str())),
            };
            words.insert(name.clone(), value);
        }
        let (facts, words) = (Value::Object(facts), Value::Object(words));
        let holder = facts["holder"].as_str().and_then(|id| id.parse().ok());
        let holder_title = holder.map_or(Ok(None), |id| seat(r, rules, caller, id))?.map(|s| s.title);
        shown.push(Happened { seq: e.seq, at: e.at, kind: e.kind, who, acting: e.acting, holder_title, facts, words });
    }
    Ok(shown)
}

/// The seat and never the person: a resident stays 群众, a part of the platform 系统.
fn actor(r: &mut Reader, rules: &Rules, caller: &Caller, e: &Recorded) -> Result<Words> {
    let Some(id) = e.seat.map(SeatId::from_uuid) else {
        let resident = e.actor.starts_with("account:") || e.actor == "nobody";
        let (zh, en) = if resident { ("群众", "Resident") } else { ("系统", "The platform") };
        return Ok(Words { zh: zh.into(), en: en.into() });
    };
    Ok(seat(r, rules, caller, id)?.map_or_else(|| super::named("?"), |s| s.title))
}
