//! The county's own people know better: categories that they set are learnt from.
//!
//! A reader of the journal notes who set which category on what; the words stay where they are, so that what is erased
//! is forgotten at the next lesson. The adapted model is made beside the requests and put in the place of the one before.

use crate::{app::App, parts::Stop, routes::matters::open_matter::words};
use base::{Home, MatterId, Result};
use language::{Correction, Model};
use matters::Rules;
use packs::{Flow, List};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use store::{By, Class, Migration, Reader, Table, Unit, sql};

pub const SCHEMA: &[Migration] = &[Migration {
    part: "triage",
    version: 1,
    tables: &[Table {
        name: "correction",
        class: Class::County,
        // seq: of the journal's entry. list: `<pack>.<list>` of the category. was: what triage had suggested.
        columns: "county bigint not null, seq bigint not null, matter uuid not null, list text not null, category text not null, was text,
            primary key (county, seq)",
        indexes: &["(county, list, seq)"],
    }],
    statements: &[],
}];

const READER: &str = "triage";

/// Entries of one unit, and corrections that are learnt from.
const ENTRIES: i64 = 500;
const MOST: i64 = 2_000;

/// Between two looks, and between two lessons.
const POLL: Duration = Duration::from_secs(10);

/// A county's list of categories.
type Key = (Home, String);

/// The models in use: the one in the box or the county's trained one, and what was made of it by corrections.
pub struct Learnt {
    base: Arc<Model>,
    adapted: RwLock<HashMap<Key, (i64, Arc<Model>)>>,
}

impl Learnt {
    pub fn new(base: Model) -> Learnt {
        Learnt { base: Arc::new(base), adapted: RwLock::default() }
    }

    /// The model for messages of this flow.
    pub fn model(&self, home: Home, flow: Option<&Flow>) -> Arc<Model> {
        let key = flow.and_then(|f| f.category.as_ref()).map(|c| (home, name(&c.list)));
        let adapted = self.adapted.read().unwrap_or_else(PoisonError::into_inner);
        key.and_then(|k| adapted.get(&k)).map_or_else(|| self.base.clone(), |(_, model)| model.clone())
    }

    /// Up to which entry the model in use has learnt.
    fn upto(&self, key: &Key) -> i64 {
        self.adapted.read().unwrap_or_else(PoisonError::into_inner).get(key).map_or(0, |(seq, _)| *seq)
    }

    fn put(&self, key: Key, upto: i64, model: Model) {
        self.adapted.write().unwrap_or_else(PoisonError::into_inner).insert(key, (upto, Arc::new(model)));
    }
}

fn name(list: &List) -> String {
    format!("{}.{}", list.pack, list.id)
}

/// Notes corrections and learns from them until `stop`.
pub async fn follow(app: &App, mut stop: Stop) -> Result<()> {
    while !*stop.borrow() {
        for home in app.store.homes().await? {
            learn(app, home).await?;
        }
        tokio::select! {
            _ = tokio::time::sleep(POLL) => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

/// Notes what is new, and makes new models where something is.
pub async fn learn(app: &App, home: Home) -> Result<()> {
    let rules = app.rules(home)?;
    loop {
        let rules = rules.clone();
        if !app.store.command(home, By::system("triage"), move |unit| note(unit, &rules)).await?.value {
            break;
        }
    }
    let newest: Vec<(String, i64)> = app
        .store
        .read(home, |r| r.many(sql("select list, max(seq) from correction where county = $1 group by list").bind(r.home())))
        .await?;
    for (list, upto) in newest {
        let key = (home, list.clone());
        if app.learnt.upto(&key) >= upto {
            continue;
        }
        let rules = rules.clone();
        let corrections = app.store.read(home, move |r| corrections(r, &rules, &list)).await?;
        let base = app.learnt.base.clone();
        let model = tokio::task::spawn_blocking(move || base.adapted(&corrections)).await.map_err(base::Error::internal)?;
        app.learnt.put(key, upto, model);
    }
    Ok(())
}

fn note(unit: &mut Unit, rules: &Rules) -> Result<bool> {
    let entries = store::cursor::read_from(unit, READER, ENTRIES)?;
    let Some(last) = entries.last() else { return Ok(false) };
    let home = unit.home();
    for e in entries.iter().filter(|e| e.kind == "matter.categorised") {
        let Some(m) = matters::load(unit, MatterId::from_uuid(e.subject))? else { continue };
        let flow = rules.flow_of(unit, &m)?;
        let (Some(declared), Some(category)) = (flow.category.as_ref().filter(|c| c.from_triage), e.payload["category"].as_str()) else {
            continue;
        };
        unit.write(
            sql("insert into correction (county, seq, matter, list, category, was) values ($1, $2, $3, $4, $5, $6) on conflict (county, seq) do nothing")
                .bind(home)
                .bind(e.seq)
                .bind(m.id)
                .bind(name(&declared.list))
                .bind(category)
                .bind(e.payload["suggested"].as_str().map(str::to_owned)),
        )?;
    }
    unit.advance(READER, last.seq)?;
    Ok(true)
}

/// The newest corrections of a list, oldest first: the words of each message with its label.
fn corrections(r: &mut Reader, rules: &Rules, list: &str) -> Result<Vec<Correction>> {
    let mut rows: Vec<(i64, MatterId, String)> = r.many(
        sql("select seq, matter, category from correction where county = $1 and list = $2 order by seq desc limit $3")
            .bind(r.home())
            .bind(list)
            .bind(MOST),
    )?;
    rows.reverse();
    let declared: BTreeMap<String, Arc<List>> =
        rules.catalogue.flows().filter_map(|f| f.category.as_ref()).map(|c| (name(&c.list), c.list.clone())).collect();
    let Some(declared) = declared.get(list) else { return Ok(Vec::new()) };
    let mut lessons = Vec::new();
    for (_, matter, category) in rows {
        let (Some(m), Some(entry)) = (matters::load(r, matter)?, declared.entry(&category)) else { continue };
        let flow = rules.flow_of(r, &m)?;
        let text = opening_words(r, &flow, matter)?;
        if !text.trim().is_empty() {
            // Labels are the names that the model in the box was trained on.
            lessons.push(Correction { text, label: entry.name.zh.clone() });
        }
    }
    Ok(lessons)
}

/// What the sender wrote, as triage read it.
fn opening_words(r: &mut Reader, flow: &Flow, matter: MatterId) -> Result<String> {
    let Some(form) = &flow.opens.form else { return Ok(String::new()) };
    let mut values = serde_json::Map::new();
    for w in store::words::of(r, matter.uuid())? {
        if let (Some(field), Some(value)) = (w.field.strip_prefix(&format!("{}.", form.id)), w.value) {
            values.insert(field.to_owned(), value.into());
        }
    }
    Ok(words(flow, &values.into()))
}
