//! The dry run.

use super::{
    State,
    build::Said,
    columns::Target,
    judge::{Fate, Staged, judge, key},
    places::Places,
    read::{self, Job, Part},
    report::{Report, RowFault},
};
use crate::{Register, add, put::insert_many, register::full};
use access::Caller;
use base::{AccountId, Code, Error, Result, Text, Time};
use packs::{Action, Kind, Name};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};
use store::{By, Store, sql};
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
    let kind = register.kind_at(&upload.kind, upload.region.unwrap_or(caller.home.code()))?.clone();
    if crate::list::regions(caller, Action::Import, &upload.kind, caller.home).is_empty() {
        return Err(Error::forbidden());
    }
    crate::sheet::within_limit(upload.bytes.len(), crate::sheet::MOST_BYTES)?;
    let (id, home, now) = (Uuid::now_v7(), caller.home, store.now());
    let since = upload.since.map(|s| add::not_later(Some(s), now)).transpose()?;
    let file: [u8; 32] = Sha256::digest(&upload.bytes).into();
    let begun =
        Begun { id, kind: full(&kind).to_string(), name: upload.name.chars().take(200).collect(), file, account: caller.account, since };
    store.command(home, by(caller), move |unit| begun.insert(unit)).await?;
    let places = store.read(home, Places::load).await?;
    let towns = towns(register, &upload.kind, &places)?;
    let job = Job { kind: crate::check::of_rows(&kind), towns, places, today: now.date(), region: upload.region, name: upload.name };
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

/// The kind as it holds in the townships that lay something over it.
fn towns(register: &Register, name: &Name, places: &Places) -> Result<HashMap<Code, Kind>> {
    let plain = register.kind(name)?;
    let mut towns = HashMap::new();
    for town in places.towns() {
        let there = register.kind_at(name, town)?;
        if !Arc::ptr_eq(there, plain) {
            towns.insert(town, crate::check::of_rows(there));
        }
    }
    Ok(towns)
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

fn stage(unit: &mut store::Unit, id: Uuid, staged: &[Staged]) -> Result<()> {
    let home = unit.home();
    let row = |s: &Staged| -> Vec<store::Value> {
        let (thing, n) = s.thing.unzip();
        vec![
            home.into(),
            id.into(),
            (s.row as i64).into(),
            thing.into(),
            n.into(),
            s.key.clone().into(),
            s.region.into(),
            s.body.clone().into(),
        ]
    };
    insert_many(unit, "insert into import_row (county, import, row, thing, n, key, region, body) values", staged.iter().map(row).collect())
}
