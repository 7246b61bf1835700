//! A thing comes on the register.

use crate::{
    Register, check, label, named,
    put::{self, Batch, ByImport, Living, Span, State, Values, Written},
    register::full,
};
use access::{Caller, Object};
use base::{Code, Error, Result, ThingId, Time};
use packs::{Action, Kind, Name, Subject};
use serde_json::{Value as Json, json};
use store::{Entry, Unit, sql};

/// What a thing is, as its registrar gives it.
#[derive(Clone, Debug)]
pub struct Given {
    pub region: Code,
    /// Values of the kind's fields, in the shapes of [`packs::FieldKind`].
    pub values: Values,
    /// A GeoJSON geometry in WGS 84.
    pub geometry: Option<Json>,
}

/// Registers a thing. `since`: from when it was so, now where nothing is said; not in the future.
pub fn add(unit: &mut Unit, register: &Register, caller: &Caller, kind: &Name, given: &Given, since: Option<Time>) -> Result<ThingId> {
    let kind = register.kind_at(kind, given.region)?.clone();
    let basis = caller.check(Action::Edit, &Subject::Kind(full(&kind)), &Object::at(given.region))?;
    unit.act_as(caller.by(basis));
    if kind.deprecated {
        return Err(Error::conflict("kind_deprecated", format!("“{}”已停用", kind.name.zh), format!("{} is no longer used", kind.name.en)));
    }
    let now = unit.now();
    check::values(&kind, &given.values, now.date())?;
    let mut values = given.values.clone();
    check::normal(&kind, &mut values);
    let draft = Draft { region: given.region, values, geometry: check::shape(&kind, given.geometry.as_ref())? };
    access::region_there(unit, given.region, "region")?;
    named::check(unit, &kind, &draft.values)?;
    let since = not_later(since, now)?;
    let thing = ThingId::fresh();
    if let Some(key) = label::key(&kind, &draft.values) {
        claim(unit, &kind, &key, thing)?;
    }
    let mut batch = Batch::default();
    let (w, refs) = insert(unit, &mut batch, register, &kind, New { thing, draft, since, import: None })?;
    batch.write(unit)?;
    let payload = json!({"kind": full(&kind), "version": w.version, "n": w.n, "since": since, "body": w.hash, "words": refs});
    unit.record(Entry::new("thing.added", ("thing", thing.uuid()), Some(given.region), payload));
    Ok(thing)
}

/// A thing that was checked and is not written yet.
pub(crate) struct Draft {
    pub region: Code,
    pub values: Values,
    pub geometry: Option<crate::Geometry>,
}

/// A thing on its way into the register.
pub(crate) struct New {
    pub thing: ThingId,
    pub draft: Draft,
    pub since: Time,
    pub import: ByImport,
}

pub(crate) fn insert(unit: &mut Unit, batch: &mut Batch, register: &Register, kind: &Kind, new: New) -> Result<(Written, Values)> {
    let New { thing, draft, since, import } = new;
    let values: Values = draft.values.into_iter().filter(|(_, v)| !v.is_null()).collect();
    named::keep_files(unit, kind, thing, &values)?;
    let (public, personal) = put::part(kind, values);
    let (words, refs) = put::keep_words(unit, thing, &personal)?;
    let state = State { region: draft.region, public, words, geometry: draft.geometry, gone: false };
    let w = put::version(unit, batch, kind, &Span { thing, n: 1, since, until: None, state: &state }, import);
    put::living(unit, batch, kind, &Living { thing, written: &w, state: &state, import }, register.terms)?;
    Ok((w, refs))
}

pub(crate) fn not_later(since: Option<Time>, now: Time) -> Result<Time> {
    match since {
        Some(t) if t > now => Err(Error::invalid("since", "生效时间不能在将来", "`since` must not be in the future")),
        Some(t) => Ok(t),
        None => Ok(now),
    }
}

/// The value that is one in the county goes to this thing, or to nobody.
pub(crate) fn claim(unit: &mut Unit, kind: &Kind, key: &str, thing: ThingId) -> Result<()> {
    let home = unit.home();
    let taken = unit.change(
        sql("insert into thing_key (county, kind, key, thing) values ($1, $2, $3, $4) on conflict (county, kind, key) do nothing")
            .bind(home)
            .bind(full(kind).to_string())
            .bind(key)
            .bind(thing),
    )?;
    if taken == 1 {
        return Ok(());
    }
    let field = kind.key.clone().unwrap_or_default();
    let name = kind.fields.get(&field).map_or_else(Default::default, |f| f.name.clone());
    Err(Error::new(base::Kind::Conflict, "key_taken", "这个编号已经登记过了", "This key is on the register already").field(
        format!("values.{field}"),
        format!("“{}”{key} 已登记（注销后也不再用），请核对", name.zh),
        format!("{} {key} is registered already (also where it was taken off); check it", name.en),
    ))
}
