//! What a row would do: whether it is news, and whether the caller may say it.

use super::{build::Said, report::RowFault};
use crate::{
    change, label, look, named,
    put::{self, Values, VersionRow, hex},
    register::full,
};
use access::{Caller, Object};
use base::{Code, Result, Text, ThingId, Time};
use packs::{Action, FieldKind, Kind, Required, Subject};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{Reader, Sql, sql};
use uuid::Uuid;

/// What would be done with a row.
pub(super) enum Fate {
    Wrong,
    Same,
    Do(Staged),
}

#[derive(Clone)]
pub(super) struct Staged {
    pub row: usize,
    pub thing: Option<(ThingId, i64)>,
    pub key: Option<String>,
    pub region: Code,
    pub body: String,
}

/// What makes the row known again: the kind's key, or its hash where the kind has none.
pub(super) fn key(kind: &Kind, said: &Said) -> Option<String> {
    if kind.key.is_some() {
        return label::key(kind, &said.values);
    }
    let mut values: Vec<_> = said.values.iter().collect();
    values.sort_by_key(|(k, _)| *k);
    let all = json!([said.region, values, said.geometry]);
    Some(format!("#{}", hex(&Sha256::digest(all.to_string()))))
}

pub(super) type Judged = Vec<(Vec<RowFault>, Fate)>;

pub(super) fn judge(r: &mut Reader, kind: &Kind, caller: &Caller, since: Option<Time>, rows: Vec<Said>) -> Result<Judged> {
    let keys: Vec<Option<String>> = rows.iter().map(|s| key(kind, s)).collect();
    let there = there(r, kind, &keys, since)?;
    let mut rows = rows;
    let named = named::faults(r, kind, &rows.iter().map(|s| &s.values).collect::<Vec<_>>())?;
    for (said, faults) in rows.iter_mut().zip(named) {
        for (path, (zh, en)) in faults {
            let top = path.split(['.', '[']).next().unwrap_or_default();
            let (column, value) = (kind.fields.get(top).map(|f| f.name.zh.clone()), said.values.get(top));
            let value = value.map_or_else(String::new, |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
            let right = Text::new("填本县台账里的编号", "an id of the county's register or files");
            said.faults.push(RowFault { row: said.row, column, value: value.chars().take(40).collect(), wrong: Text::new(zh, en), right });
        }
    }
    Ok(rows.into_iter().zip(keys).map(|(said, key)| one(kind, caller, since, said, key, &there)).collect())
}

/// What is on the register under a key.
enum There {
    Living {
        v: Box<VersionRow>,
        values: Values,
        first: Time,
        leaves: bool,
    },
    /// Taken off, or on its way in.
    Away,
}

fn there(r: &mut Reader, kind: &Kind, keys: &[Option<String>], since: Option<Time>) -> Result<HashMap<String, There>> {
    let name = full(kind).to_string();
    let mut q = sql("select key, thing from thing_key where county = ");
    q.arg(r.home()).push(" and kind = ").arg(&name).push(" and key in ").list(keys.iter().flatten());
    let of: Vec<(String, ThingId)> = r.many(q)?;
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let hidden = put::hidden(r)?;
    let mut q = sql("select t.version, t.leaves from thing t where t.county = ");
    q.arg(r.home()).push(" and t.id in ").list(of.iter().map(|(_, id)| *id));
    put::shown(&mut q, "t", &hidden);
    let living: HashMap<Uuid, Option<Uuid>> = r.many::<(Uuid, Option<Uuid>)>(q)?.into_iter().collect();
    let mut q = Sql::select::<VersionRow>("from thing_version where county = ");
    q.arg(r.home()).push(" and id in ").list(living.keys().copied());
    let rows: Vec<VersionRow> = r.many(q)?;
    let mut first: HashMap<ThingId, Time> = HashMap::new();
    if since.is_some() {
        let mut q = sql("select thing, min(since) from thing_version where county = ");
        q.arg(r.home())
            .push(" and unknown is null and unimport is null and thing in ")
            .list(of.iter().map(|(_, id)| *id))
            .push(" group by thing");
        first.extend(r.many::<(ThingId, Time)>(q)?);
    }
    let states = rows.iter().map(VersionRow::state).collect::<Result<Vec<_>>>()?;
    let pairs: Vec<_> = states.iter().map(|s| (kind, s)).collect();
    let all = look::values_of_many(r, &pairs)?;
    let mut by_thing: HashMap<ThingId, There> = HashMap::new();
    for (v, values) in rows.into_iter().zip(all) {
        let leaves = living.get(&v.id).is_some_and(Option::is_some);
        let first = first.get(&v.thing).copied().unwrap_or(v.since);
        by_thing.insert(v.thing, There::Living { v: Box::new(v), values, first, leaves });
    }
    Ok(of.into_iter().map(|(key, id)| (key, by_thing.remove(&id).unwrap_or(There::Away))).collect())
}

fn one(
    kind: &Kind,
    caller: &Caller,
    since: Option<Time>,
    mut said: Said,
    key: Option<String>,
    there: &HashMap<String, There>,
) -> (Vec<RowFault>, Fate) {
    let mut faults = std::mem::take(&mut said.faults);
    let row = said.row;
    let mut wrong = |zh: String, en: String, right: (&str, &str)| {
        let value = key.as_deref().filter(|k| !k.starts_with('#')).unwrap_or_default().chars().take(40).collect();
        faults.push(RowFault { row, column: None, value, wrong: Text::new(zh, en), right: Text::new(right.0, right.1) });
    };
    let may = |region: Code| caller.check(Action::Import, &Subject::Kind(full(kind)), &Object::at(region)).is_ok();
    if let Some(region) = said.region.filter(|r| !may(*r)) {
        wrong(
            format!("{region} 不在您可以导入的区划里"),
            format!("you may not import into {region}"),
            ("由那里的岗位导入", "have a seat there import it"),
        );
    }
    let mut fate = Fate::Wrong;
    match key.as_ref().and_then(|k| there.get(k)) {
        Some(There::Away) => wrong(
            "这个编号已注销或正在导入".into(),
            "this key was taken off the register, or is being imported".into(),
            ("换一个编号，或等导入完成", "use another key, or wait for the import"),
        ),
        Some(There::Living { v, .. }) if !may(v.region) => {
            wrong("这个编号已在别处登记".into(), "this key is registered elsewhere".into(), ("核对编号", "check the key"))
        }
        Some(There::Living { leaves: true, .. }) => {
            wrong("另一次导入正在改这一条".into(), "another import is changing it".into(), ("等它完成", "wait for that one"))
        }
        Some(There::Living { first, .. }) if since.is_some_and(|s| s < *first) => wrong(
            format!("这一条从 {first} 起才有"),
            format!("it is on the register from {first} on"),
            ("把生效时间改晚", "choose a later `since`"),
        ),
        Some(There::Living { v, values, .. }) => {
            let patch = patch(kind, values, said.values);
            let moved = said.region.filter(|r| *r != v.region);
            let old = v.geometry.as_deref().and_then(|g| serde_json::from_str::<Json>(g).ok());
            let redrawn = said.geometry.filter(|g| !old.as_ref().is_some_and(|o| same(o, g)));
            fate = if patch.is_empty() && moved.is_none() && redrawn.is_none() {
                Fate::Same
            } else {
                let body = json!({"values": patch, "geometry": redrawn}).to_string();
                Fate::Do(Staged { row: said.row, thing: Some((v.thing, v.n)), key: None, region: moved.unwrap_or(v.region), body })
            };
        }
        None => {
            for (id, f) in &kind.fields {
                let wanted = f.required != Required::No || kind.key.as_ref() == Some(id);
                if wanted && !said.values.contains_key(id) {
                    wrong(format!("缺“{}”", f.name.zh), format!("{} is missing", f.name.en), ("填上这一项", "fill it in"));
                }
            }
            match said.region {
                Some(region) => {
                    let body = json!({"values": said.values, "geometry": said.geometry}).to_string();
                    fate = Fate::Do(Staged { row: said.row, thing: None, key: key.clone(), region, body });
                }
                None => wrong(
                    "不知道在哪里".into(),
                    "it has no region".into(),
                    ("填区划代码，或在导入时选定区划", "fill in the region's code, or choose one for the file"),
                ),
            }
        }
    }
    if faults.is_empty() { (faults, fate) } else { (faults, Fate::Wrong) }
}

/// What of the row's values is news. A person's telephone alone leaves his name as it is.
fn patch(kind: &Kind, old: &Values, mut said: Values) -> Values {
    for (id, v) in &mut said {
        let whole = matches!(kind.fields.get(id).map(|f| &f.kind), Some(FieldKind::Person | FieldKind::Firm));
        if let (true, Some(Json::Object(there)), Json::Object(new)) = (whole, old.get(id), &*v) {
            let mut both = there.clone();
            change::merge(&mut both, new);
            *v = Json::Object(both);
        }
    }
    said.retain(|id, v| !old.get(id).is_some_and(|o| same(o, v)));
    said
}

/// Whether two values say the same: 1 and 1.0 do.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w))),
        (a, b) => a == b,
    }
}
