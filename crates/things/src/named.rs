//! What a thing names beside itself: other things, and files. They must be there; the files are kept as long as a version
//! names them.

use crate::{
    check::Fault,
    look,
    put::{self, Values, VersionRow},
};
use base::{Error, Result, ThingId};
use packs::{Field, FieldKind, Kind, Name};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use store::{Reader, Unit, sql};
use uuid::Uuid;

/// One name among a thing's values.
struct Named<'k> {
    /// Under `values`: `parts[2].photo[0]`.
    path: String,
    /// The field of the thing.
    field: &'k str,
    what: What<'k>,
    id: Uuid,
}

enum What<'k> {
    Thing(&'k Name),
    File,
}

fn named<'k>(kind: &'k Kind, values: &Values) -> Vec<Named<'k>> {
    let mut all = Vec::new();
    for (id, field) in &kind.fields {
        if let Some(value) = values.get(id) {
            gather(field, id, value, id.clone(), &mut all);
        }
    }
    all
}

fn gather<'k>(field: &'k Field, top: &'k str, value: &Json, path: String, all: &mut Vec<Named<'k>>) {
    let what = || match &field.kind {
        FieldKind::Thing { kind, .. } => Some(What::Thing(kind)),
        FieldKind::Media { .. } | FieldKind::Signature => Some(What::File),
        _ => None,
    };
    match (&field.kind, value) {
        (FieldKind::Table { fields }, Json::Array(rows)) => {
            for (i, row) in rows.iter().enumerate() {
                for (id, inner) in fields {
                    gather(inner, top, &row[id], format!("{path}[{i}].{id}"), all);
                }
            }
        }
        (_, Json::Array(many)) => {
            for (i, one) in many.iter().enumerate() {
                gather(field, top, one, format!("{path}[{i}]"), all);
            }
        }
        // What is no id was found wrong by its shape.
        (_, Json::String(id)) => {
            if let (Some(what), Ok(id)) = (what(), id.parse()) {
                all.push(Named { path, field: top, what, id });
            }
        }
        _ => {}
    }
}

/// Path and fault.
type At = (String, Fault);

/// What names nothing: path and why, for each of these sets of values of one kind.
pub(crate) fn faults(r: &mut Reader, kind: &Kind, sets: &[&Values]) -> Result<Vec<Vec<At>>> {
    let sets: Vec<Vec<Named>> = sets.iter().map(|values| named(kind, values)).collect();
    let (mut things, mut files) = (HashSet::new(), HashSet::new());
    for n in sets.iter().flatten() {
        match n.what {
            What::Thing(_) => things.insert(n.id),
            What::File => files.insert(n.id),
        };
    }
    let kinds = kinds(r, things.into_iter().collect())?;
    let mut there = HashSet::new();
    for id in files {
        if store::files::find(r, id)?.is_some() {
            there.insert(id);
        }
    }
    let wrong = |n: &Named| match n.what {
        What::File if there.contains(&n.id) => None,
        What::File => Some(("文件不在了，请重新上传".into(), "the file is not there (any more); upload it again".into())),
        What::Thing(wanted) => match kinds.get(&n.id) {
            Some(kind) if *kind == wanted.to_string() => None,
            Some(_) => Some((format!("它不是“{wanted}”这一类，请从列表里选"), format!("it is no {wanted}; pick one from the list"))),
            None => Some((
                "本县台账里没有这一条（或已注销），请从列表里选".into(),
                "the county's register has no such thing (any more); pick one from the list".into(),
            )),
        },
    };
    Ok(sets.iter().map(|set| set.iter().filter_map(|n| Some((n.path.clone(), wrong(n)?))).collect()).collect())
}

/// Kinds of those of these things that are on the county's register and shown.
fn kinds(r: &mut Reader, ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let hidden = put::hidden(r)?;
    let mut found = HashMap::new();
    for some in ids.chunks(400) {
        let mut q = sql("select t.id, t.kind from thing t where t.county = ");
        q.arg(r.home()).push(" and t.id in ").list(some.iter().copied());
        put::shown(&mut q, "t", &hidden);
        found.extend(r.many::<(Uuid, String)>(q)?);
    }
    Ok(found)
}

/// Refuses values that name what is not there, by their paths under `values`.
pub(crate) fn check(r: &mut Reader, kind: &Kind, values: &Values) -> Result<()> {
    let wrong = faults(r, kind, &[values])?.pop().unwrap_or_default();
    if wrong.is_empty() {
        return Ok(());
    }
    let error = Error::new(base::Kind::Invalid, "invalid", "填写有误", "Some values are wrong");
    Err(wrong.into_iter().fold(error, |e, (path, (zh, en))| e.field(format!("values.{path}"), zh, en)))
}

/// From now on the thing needs the files that these values name.
pub(crate) fn keep_files(unit: &mut Unit, kind: &Kind, thing: ThingId, values: &Values) -> Result<()> {
    for n in named(kind, values).into_iter().filter(|n| matches!(n.what, What::File)) {
        let gone =
            || Error::invalid(format!("values.{}", n.path), "文件不在了，请重新上传", "the file is not there (any more); upload it again");
        let file = store::files::find(unit, n.id)?.ok_or_else(gone)?;
        unit.use_file(&file, thing.uuid(), n.field)?;
    }
    Ok(())
}

/// Lets go of files that no version of the thing names any more: after versions were taken back, or texts erased.
pub(crate) fn settle_files(unit: &mut Unit, kind: &Kind, thing: ThingId) -> Result<()> {
    if store::files::of(unit, thing.uuid())?.is_empty() {
        return Ok(());
    }
    unit.drop_files(thing.uuid())?;
    let mut q = store::Sql::select::<VersionRow>("from thing_version where county = ");
    q.arg(unit.home()).push(" and thing = ").arg(thing).push(" order by id");
    for v in unit.many::<VersionRow>(q)? {
        let values = look::values(unit, kind, &v.state()?)?;
        keep_files(unit, kind, thing, &values)?;
    }
    Ok(())
}

/// Whether the caller may see a file because a thing shows it to him: one he may read, in a field that is not personal.
pub fn shows_file(r: &mut Reader, register: &crate::Register, caller: &access::Caller, thing: ThingId, file: &[u8; 32]) -> Result<bool> {
    let Ok((seen, _)) = look::look(r, register, caller, thing) else { return Ok(false) };
    let Ok(kind) = register.kind(&seen.kind) else { return Ok(false) };
    let uses = store::files::of(r, thing.uuid())?;
    Ok(uses.iter().any(|u| u.sha256 == *file && kind.fields.get(&u.field).is_some_and(|f| !f.masked())))
}
