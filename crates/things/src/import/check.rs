//! The dry run.

use super::{
    State,
    build::Said,
    columns::Target,
    places::Places,
    read::{self, Job, Part},
    report::{Report, RowFault},
};
use crate::{
    Register, add, change, label, look,
    put::{self, Values, VersionRow, hex, insert_many},
    register::full,
};
use access::{Caller, Object};
use base::{AccountId, Code, Error, Result, Text, ThingId, Time};
use packs::{Action, FieldKind, Kind, Name, Required, Subject};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};
use store::{By, Reader, Sql, Store, sql};
use uuid::Uuid;

/// A file with what its sender says of it.
#[derive(Clone, Debug)]
pub struct Upload {
    pub kind: Name,
    pub bytes: Vec<u8>,
    pub name: String,
    /// Where rows that name no region are.
    pub region: Option<Code>,
    /// From when it was so; the moment of the commit where nothing is said.
    pub since: Option<Time>,
}

/// Reads the file, says what is wrong, stages the rest. Answers the import's id and the report.
pub async fn check(store: &Store, register: &Register, caller: &Caller, upload: Upload) -> Result<(Uuid, Report)> {
    let kind = register.kind(&upload.kind)?.clone();
    if crate::list::regions(caller, Action::Import, &upload.kind, caller.home).is_empty() {
        return Err(Error::forbidden());
    }
    crate::sheet::within_limit(upload.bytes.len(), crate::sheet::MOST_BYTES)?;
    let (id, home, now) = (Uuid::now_v7(), caller.home, store.now());
    let since = upload.since.map(|s| add::not_later(Some(s), now)).transpose()?;
    let file: [u8; 32] = Sha256::digest(&upload.bytes).into();
    let begun = Begun { id, kind: full(&kind).to_string(), name: upload.name.chars().take(200).collect(), file, account: caller.account, since };
    store.command(home, by(caller), move |unit| begun.insert(unit)).await?;
    let places = store.read(home, Places::load).await?;
    let job = Job { kind: kind.clone(), places, today: now.date(), region: upload.region, name: upload.name };
    let mut run = Run { store, caller: Arc::new(caller.clone()), kind, id, since, report: Report::default(), seen: HashMap::new() };
    let outcome = run.take(job, upload.bytes).await;
    let report = run.report;
    match outcome {
        Ok(()) => {
            let kept = report.clone();
            store.command(home, by(caller), move |unit| close(unit, id, &kept)).await?;
            Ok((id, report))
        }
        Err(e) => {
            super::cancel(store, register, caller, id).await?;
            Err(e)
        }
    }
}

pub(super) fn by(caller: &Caller) -> By {
    caller.account.map_or_else(|| By::system("things"), By::account)
}

#[derive(Clone)]
struct Begun {
    id: Uuid,
    kind: String,
    name: String,
    file: [u8; 32],
    account: Option<AccountId>,
    since: Option<Time>,
}

impl Begun {
    fn insert(&self, unit: &mut store::Unit) -> Result<()> {
        let (home, now) = (unit.home(), unit.now());
        unit.write(
            sql("insert into import (county, id, kind, name, file, state, made, account, since, total, wrong, same, added, changed, done, tidied, report)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, 0, 0, 0, '{}')")
            .bind(home)
            .bind(self.id)
            .bind(&self.kind)
            .bind(&self.name)
            .bind(self.file)
            .bind(State::Checking as i64)
            .bind(now)
            .bind(self.account)
            .bind(self.since),
        )
    }
}

fn close(unit: &mut store::Unit, id: Uuid, report: &Report) -> Result<()> {
    let home = unit.home();
    let text = serde_json::to_string(report).map_err(Error::internal)?;
    unit.write(
        sql("update import set state = $1, total = $2, wrong = $3, same = $4, added = $5, changed = $6, report = $7 where county = $8 and id = $9")
            .bind(State::Checked as i64)
            .bind(report.total)
            .bind(report.wrong)
            .bind(report.same)
            .bind(report.added)
            .bind(report.changed)
            .bind(text)
            .bind(home)
            .bind(id),
    )
}

struct Run<'a> {
    store: &'a Store,
    caller: Arc<Caller>,
    kind: Arc<Kind>,
    id: Uuid,
    since: Option<Time>,
    report: Report,
    /// First half of the hash of each key that came → its row.
    seen: HashMap<[u8; 16], usize>,
}

/// What would be done with a row.
enum Fate {
    Wrong,
    Same,
    Do(Staged),
}

#[derive(Clone)]
struct Staged {
    row: usize,
    thing: Option<(ThingId, i64)>,
    key: Option<String>,
    region: Code,
    body: String,
}

impl Run<'_> {
    async fn take(&mut self, job: Job, bytes: Vec<u8>) -> Result<()> {
        let mut parts = read::begin(job, bytes)?;
        while let Some(part) = parts.recv().await {
            match part? {
                Part::Columns(columns) => {
                    self.report.wrong += i64::from(!columns.faults.is_empty());
                    self.report.total = self.report.wrong;
                    columns.faults.into_iter().for_each(|f| self.report.fault(f));
                    self.report.notes.extend(columns.notes);
                    self.report.columns = columns.targets.into_iter().map(|(t, h)| (h, t.map_or_else(String::new, |t| word(&t)))).collect();
                }
                Part::Rows(rows) => self.rows(rows).await?,
                Part::Notes(notes) => self.report.notes.extend(notes),
            }
        }
        Ok(())
    }

    async fn rows(&mut self, rows: Vec<Said>) -> Result<()> {
        let rows: Vec<Said> = rows.into_iter().filter_map(|said| self.first_of_its_key(said)).collect();
        let (kind, caller, since) = (self.kind.clone(), self.caller.clone(), self.since);
        let judged = self.store.read(self.caller.home, move |r| judge(r, &kind, &caller, since, rows)).await?;
        let mut staged = Vec::new();
        for (faults, fate) in judged {
            self.report.total += 1;
            faults.into_iter().for_each(|f| self.report.fault(f));
            match fate {
                Fate::Wrong => self.report.wrong += 1,
                Fate::Same => self.report.same += 1,
                Fate::Do(s) => {
                    *(if s.thing.is_some() { &mut self.report.changed } else { &mut self.report.added }) += 1;
                    staged.push(s);
                }
            }
        }
        if staged.is_empty() {
            return Ok(());
        }
        let id = self.id;
        self.store.command(self.caller.home, by(&self.caller), move |unit| stage(unit, id, &staged)).await?;
        Ok(())
    }

    /// The second row of a key is a fault; of a kind without a key, the same row again says nothing new.
    fn first_of_its_key(&mut self, mut said: Said) -> Option<Said> {
        let key = key(&self.kind, &said);
        let hash = Sha256::digest(key.as_deref().unwrap_or_default());
        let mut half = [0; 16];
        half.copy_from_slice(&hash[..16]);
        let before = key.and_then(|k| self.seen.insert(half, said.row).map(|row| (row, k)));
        let Some((row, key)) = before else { return Some(said) };
        if self.kind.key.is_none() {
            self.report.total += 1;
            self.report.same += 1;
            return None;
        }
        said.faults.push(RowFault {
            row: said.row,
            column: self.kind.key.clone(),
            value: key.chars().take(40).collect(),
            wrong: Text::new(format!("和第 {row} 行编号相同"), format!("row {row} has the same key")),
            right: Text::new("每个编号只留一行", "keep one row of each"),
        });
        Some(said)
    }
}

fn word(t: &Target) -> String {
    match t {
        Target::Field(id) => id.clone(),
        Target::Part(id, part) => format!("{id}.{part}"),
        t => format!("{t:?}").to_lowercase(),
    }
}

/// What makes the row known again: the kind's key, or its hash where the kind has none.
fn key(kind: &Kind, said: &Said) -> Option<String> {
    if kind.key.is_some() {
        return label::key(kind, &said.values);
    }
    let mut values: Vec<_> = said.values.iter().collect();
    values.sort_by_key(|(k, _)| *k);
    let all = json!([said.region, values, said.geometry]);
    Some(format!("#{}", hex(&Sha256::digest(all.to_string()))))
}

type Judged = Vec<(Vec<RowFault>, Fate)>;

fn judge(r: &mut Reader, kind: &Kind, caller: &Caller, since: Option<Time>, rows: Vec<Said>) -> Result<Judged> {
    let keys: Vec<Option<String>> = rows.iter().map(|s| key(kind, s)).collect();
    let there = there(r, kind, &keys, since)?;
    Ok(rows.into_iter().zip(keys).map(|(said, key)| one(kind, caller, since, said, key, &there)).collect())
}

/// What is on the register under a key.
enum There {
    Living { v: Box<VersionRow>, values: Values, first: Time, leaves: bool },
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
        q.arg(r.home()).push(" and unknown is null and unimport is null and thing in ").list(of.iter().map(|(_, id)| *id)).push(" group by thing");
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

fn one(kind: &Kind, caller: &Caller, since: Option<Time>, mut said: Said, key: Option<String>, there: &HashMap<String, There>) -> (Vec<RowFault>, Fate) {
    let mut faults = std::mem::take(&mut said.faults);
    let row = said.row;
    let mut wrong = |zh: String, en: String, right: (&str, &str)| {
        let value = key.as_deref().filter(|k| !k.starts_with('#')).unwrap_or_default().chars().take(40).collect();
        faults.push(RowFault { row, column: None, value, wrong: Text::new(zh, en), right: Text::new(right.0, right.1) });
    };
    let may = |region: Code| caller.check(Action::Import, &Subject::Kind(full(kind)), &Object::at(region)).is_ok();
    if let Some(region) = said.region.filter(|r| !may(*r)) {
        wrong(format!("{region} 不在您可以导入的区划里"), format!("you may not import into {region}"), ("由那里的岗位导入", "have a seat there import it"));
    }
    let mut fate = Fate::Wrong;
    match key.as_ref().and_then(|k| there.get(k)) {
        Some(There::Away) => wrong(
            "这个编号已注销或正在导入".into(),
            "this key was taken off the register, or is being imported".into(),
            ("换一个编号，或等导入完成", "use another key, or wait for the import"),
        ),
        Some(There::Living { v, .. }) if !may(v.region) => wrong(
            "这个编号已在别处登记".into(),
            "this key is registered elsewhere".into(),
            ("核对编号", "check the key"),
        ),
        Some(There::Living { leaves: true, .. }) => wrong("另一次导入正在改这一条".into(), "another import is changing it".into(), ("等它完成", "wait for that one")),
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
                None => wrong("不知道在哪里".into(), "it has no region".into(), ("填区划代码，或在导入时选定区划", "fill in the region's code, or choose one for the file")),
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

fn stage(unit: &mut store::Unit, id: Uuid, staged: &[Staged]) -> Result<()> {
    let home = unit.home();
    let row = |s: &Staged| -> Vec<store::Value> {
        let (thing, n) = s.thing.unzip();
        vec![home.into(), id.into(), (s.row as i64).into(), thing.into(), n.into(), s.key.clone().into(), s.region.into(), s.body.clone().into()]
    };
    insert_many(unit, "insert into import_row (county, import, row, thing, n, key, region, body) values", staged.iter().map(row).collect())
}
