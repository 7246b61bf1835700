//! One thing, with the permission it is seen under.

use crate::{
    Register, mask,
    put::{self, State, Values, VersionRow},
    register::{full, name_of},
};
use access::{Basis, Caller, Object};
use base::{Code, Error, Result, ThingId, Time, WordId};
use packs::{Action, FieldKind, Kind, Name, Subject};
use serde::Serialize;
use serde_json::Value as Json;
use std::{collections::HashMap, time::Duration};
use store::{Reader, Reading, Unit, sql};

/// A thing as its looker may see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thing {
    pub id: ThingId,
    /// Its revision: a change names the one that was seen.
    pub n: i64,
    pub kind: Name,
    pub region: Code,
    /// It has been so since then, and we have known it since then.
    pub since: Time,
    pub known: Time,
    /// It was taken off the register.
    pub gone: bool,
    pub values: Values,
    /// Fields of `values` that are masked.
    pub masked: Vec<String>,
    pub geometry: Option<Json>,
}

impl Thing {
    pub(crate) fn of(v: &VersionRow, state: State, values: Values, masked: Vec<String>) -> Thing {
        let geometry = state.geometry.map(|g| g.json);
        let kind = name_of(&v.kind);
        Thing { id: v.thing, n: v.n, kind, region: v.region, since: v.since, known: v.known, gone: v.gone, values, masked, geometry }
    }
}

/// A thing as it is now (or was when it came off the register), its personal values masked.
pub fn look(r: &mut Reader, register: &Register, caller: &Caller, id: ThingId) -> Result<(Thing, Basis)> {
    let v = last(r, id)?.ok_or_else(Error::not_found)?;
    let (kind, basis) = readable(register, caller, &v)?;
    let state = v.state()?;
    let values = values(r, kind, &state)?;
    let (values, masked) = mask::values(kind, values);
    Ok((Thing::of(&v, state, values, masked), basis))
}

/// The same with these personal fields in clear: the reading is on record, with its purpose.
pub fn look_unmasked(
    unit: &mut Unit,
    register: &Register,
    caller: &Caller,
    id: ThingId,
    fields: &[String],
    purpose: &str,
    kept: Duration,
) -> Result<Thing> {
    let v = last(unit, id)?.ok_or_else(Error::not_found)?;
    let (kind, _) = readable(register, caller, &v)?;
    let basis = caller.check(Action::Unmask, &Subject::Kind(full(kind)), &Object::at(v.region))?;
    unit.act_as(caller.by(basis));
    if purpose.trim().is_empty() {
        return Err(Error::invalid("purpose", "请写明为什么要看", "say what for"));
    }
    let state = v.state()?;
    let clear = values(unit, kind, &state)?;
    let (mut shown, mut masked) = mask::values(kind, clear.clone());
    masked.retain(|f| !fields.contains(f));
    let opened: Vec<String> =
        fields.iter().filter(|f| clear.contains_key(*f) && kind.fields.get(*f).is_some_and(|k| k.masked())).cloned().collect();
    for field in &opened {
        shown.insert(field.clone(), clear[field].clone());
    }
    if !opened.is_empty() {
        let until = unit.now() + kept;
        unit.record_reading(Reading::new(("thing", id.uuid()), None, opened, purpose, until));
    }
    Ok(Thing::of(&v, state, shown, masked))
}

fn readable<'r>(register: &'r Register, caller: &Caller, v: &VersionRow) -> Result<(&'r Kind, Basis)> {
    let kind = register.kind_of(&v.kind)?;
    let basis = caller.check(Action::Read, &Subject::Kind(full(kind)), &Object::at(v.region))?;
    Ok((kind, basis))
}

/// The version that stands now, whatever is being imported.
pub(crate) fn last(r: &mut Reader, id: ThingId) -> Result<Option<VersionRow>> {
    let hidden = put::hidden(r)?;
    let mut q = store::Sql::select::<VersionRow>("from thing_version v where v.county = ");
    q.arg(r.home()).push(" and v.thing = ").arg(id).push(" and v.unknown is null and v.until is null");
    visible(&mut q, &hidden);
    q.push(" order by v.n desc limit 1");
    r.one(q)
}

/// Appends ` and …`: versions `v` that no hidden import brings, and that none but a hidden one ends.
pub(crate) fn visible(q: &mut store::Sql, hidden: &[uuid::Uuid]) {
    if hidden.is_empty() {
        q.push(" and v.unimport is null");
        return;
    }
    q.push(" and (v.import is null or v.import not in ").list(hidden.iter().copied());
    q.push(") and (v.unimport is null or v.unimport in ").list(hidden.iter().copied()).push(")");
}

/// All values of a state, personal ones in clear.
pub(crate) fn values(r: &mut Reader, kind: &Kind, state: &State) -> Result<Values> {
    let mut one = values_of_many(r, &[(kind, state)])?;
    Ok(one.pop().unwrap_or_default())
}

/// The same of many at once: one look for all their words.
pub(crate) fn values_of_many(r: &mut Reader, states: &[(&Kind, &State)]) -> Result<Vec<Values>> {
    let mut ids: Vec<WordId> = Vec::new();
    for (_, s) in states {
        ids.extend(s.words.values().filter_map(|id| id.as_str()?.parse::<WordId>().ok()));
    }
    let mut words: HashMap<String, String> = HashMap::new();
    for some in ids.chunks(400) {
        let mut q = sql("select id, value from word where county = ");
        q.arg(r.home()).push(" and value is not null and id in ").list(some.iter().copied());
        words.extend(r.many::<(WordId, String)>(q)?.into_iter().map(|(id, v)| (id.to_string(), v)));
    }
    let one = |(kind, s): &(&Kind, &State)| {
        // In the order of the kind's fields; what the kind no longer declares comes last.
        let mut values = Values::new();
        let known = kind.fields.keys().chain(s.public.keys().filter(|k| !kind.fields.contains_key(*k)));
        for field in known {
            if let Some(v) = s.public.get(field) {
                values.insert(field.clone(), v.clone());
            } else if let Some(text) = s.words.get(field).and_then(Json::as_str).and_then(|id| words.get(id)) {
                values.insert(field.clone(), word(kind, field, text));
            }
        }
        values
    };
    Ok(states.iter().map(one).collect())
}

/// A word as the field's JSON: what is a string there is kept as it is.
fn word(kind: &Kind, field: &str, text: &str) -> Json {
    let plain = match kind.fields.get(field).map(|f| &f.kind) {
        Some(
            FieldKind::Text
            | FieldKind::Plot
            | FieldKind::Date
            | FieldKind::Time
            | FieldKind::Money
            | FieldKind::Region { .. }
            | FieldKind::Signature,
        ) => true,
        Some(_) | None => false,
    };
    let json = if plain { None } else { serde_json::from_str(text).ok() };
    json.unwrap_or_else(|| Json::String(text.to_owned()))
}
