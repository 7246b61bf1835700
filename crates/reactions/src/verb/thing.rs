//! Adds or changes a thing.

use crate::{
    Context,
    scene::{Scene, no_value},
    verb::open::values,
};
use access::Caller;
use base::{Error, Result, ThingId};
use packs::{Expr, Name, Value};
use serde_json::{Value as Json, json};
use store::Unit;
use things::{Filter, Given, Patch, Register, Test};

pub(super) fn thing<'v>(
    unit: &mut Unit,
    c: Context,
    scene: &Scene,
    kind: &Name,
    key: Option<&Expr>,
    fields: impl IntoIterator<Item = (&'v String, &'v Value)>,
) -> Result<Json> {
    let register = Register { catalogue: c.rules.catalogue.clone(), terms: c.tools.terms };
    let caller = Caller::system(unit.home(), c.rules.catalogue.clone());
    let values = values(scene, fields)?;
    let Some(key) = key else {
        let given = Given { region: scene.place, values, geometry: None };
        let id = things::add(unit, &register, &caller, kind, &given, None)?;
        return Ok(json!({ "added": id }));
    };
    let key = key.eval(&scene.facts).map_err(|s| no_value(key.source(), &s))?;
    let key = key.as_str().map_or_else(|| json!(key).to_string(), str::to_owned);
    let id = find(unit, &register, &caller, kind, &key)?;
    things::change(unit, &register, &caller, id, None, &Patch { values, geometry: None }, None)?;
    Ok(json!({ "changed": id }))
}

/// The thing with this key.
fn find(unit: &mut Unit, register: &Register, caller: &Caller, kind: &Name, key: &str) -> Result<ThingId> {
    let field = register.kind(kind)?.key.clone();
    let field =
        field.ok_or_else(|| Error::conflict("no_key", format!("“{kind}”没有声明 key"), format!("the kind {kind} declares no key")))?;
    let filter = Filter { fields: vec![(field, Test::Is(key.to_owned()))], ..Filter::of(kind.clone()) };
    let found = things::list(unit, register, caller, &filter, None, 1)?;
    found
        .first()
        .map(|t| t.id)
        .ok_or_else(|| Error::conflict("no_thing", format!("“{kind}”里没有 {key}"), format!("there is no {kind} {key}")))
}
