//! A region got another code: values of things that name it say the new one from now on, as a revision each. What they
//! said before stays in their history, under the hash that the journal holds. A personal value is its owner's word and
//! stays as it was said.

use crate::{
    Register,
    change::{Edit, revise},
    put::{self, Batch, Values},
};
use base::{Code, Error, Result, ThingId};
use packs::{FieldKind, Kind};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{Entry, Unit, sql};

/// Revises all that name `old` or what lies in it. To be run in the unit that re-codes. Answers how many things that were.
pub fn recode(unit: &mut Unit, register: &Register, old: Code, new: Code) -> Result<i64> {
    let mut n = 0;
    let kinds: Vec<Arc<Kind>> = register.catalogue.kinds().filter(|k| fields(k).next().is_some()).cloned().collect();
    for kind in kinds {
        for (id, body) in naming(unit, &kind, old)? {
            let values: Values = serde_json::from_str(&body).map_err(Error::internal)?;
            let patch: Values = fields(&kind).filter_map(|f| Some((f.to_owned(), moved(values.get(f)?, old, new)?))).collect();
            if patch.is_empty() {
                continue;
            }
            let mut batch = Batch::default();
            let edit = Edit { values: Some(&patch), ..Edit::from(unit.now()) };
            let (w, _) = revise(unit, &mut batch, register, &kind, id, &edit)?;
            batch.write(unit)?;
            let payload = json!({ "version": w.version, "n": w.n, "hash": w.hash, "fields": patch.keys().collect::<Vec<_>>() });
            unit.record(Entry::new("thing.recoded", ("thing", id.uuid()), Some(new), payload));
            n += 1;
        }
    }
    Ok(n)
}

fn fields(kind: &Kind) -> impl Iterator<Item = &str> {
    kind.fields.values().filter(|f| matches!(f.kind, FieldKind::Region { .. }) && !f.masked()).map(|f| f.id.as_str())
}

/// Things of the kind whose values hold a code that begins like the old one.
fn naming(unit: &mut Unit, kind: &Kind, old: Code) -> Result<Vec<(ThingId, String)>> {
    let hidden = put::hidden(unit)?;
    let written = old.to_string();
    let mut q = sql("select t.id, v.body from thing t join thing_version v on v.county = t.county and v.id = t.version where t.county = ");
    q.arg(unit.home()).push(" and t.kind = ").arg(format!("{}.{}", kind.pack, kind.id));
    q.push(" and v.body like ").arg(format!("%\"{}%", written.trim_end_matches('0')));
    put::shown(&mut q, "t", &hidden);
    q.push(" order by t.id");
    unit.many(q)
}

/// The value with its codes moved, where it has one of them.
fn moved(value: &Json, old: Code, new: Code) -> Option<Json> {
    match value {
        Json::String(text) => {
            let code: Code = text.parse().ok().filter(|code| old.contains(*code))?;
            Some(json!(Code::new(code.get() + new.get() - old.get()).ok()?))
        }
        Json::Array(items) => {
            let all: Vec<Option<Json>> = items.iter().map(|v| moved(v, old, new)).collect();
            let any = all.iter().any(Option::is_some);
            any.then(|| all.into_iter().zip(items).map(|(m, v)| m.unwrap_or_else(|| v.clone())).collect())
        }
        _ => None,
    }
}
