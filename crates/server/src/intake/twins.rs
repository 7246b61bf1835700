//! The same message again: found by keys of its fingerprint, judged by its words.

use super::read::Told;
use base::{MatterId, Result, Time};
use calendar::{Calendar, Term};
use language::{Fingerprint, closeness};
use matters::Matter;
use packs::{Catalogue, FieldKind};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use store::{Reader, Unit, sql};

/// From here on a person would call them the same text.
pub const ALIKE: f32 = 0.75;
/// From here on it is the same message again, whoever sent it: the mark binds the matter and not a person.
pub const SAME: f32 = 0.9;
/// How long an answer stands against the same matter told again.
const YEAR: &str = "12 months";
/// Fingerprints that differ more are not compared word by word.
const NEAR: f32 = 0.4;
/// Earlier messages that one is compared with.
const MOST: usize = 50;

/// An earlier message.
#[derive(Clone)]
pub struct Earlier {
    pub number: String,
    pub words: String,
    /// When it was answered, else received.
    pub at: Time,
    print: Fingerprint,
}

pub struct Twins<'c> {
    calendar: &'c Calendar,
    year: Term,
    known: Vec<Earlier>,
    by_key: HashMap<i64, Vec<usize>>,
}

/// The closest earlier message.
pub struct Twin {
    pub earlier: String,
    pub closeness: f32,
    /// It is the same message again, within a year of the answer.
    pub same: bool,
}

impl<'c> Twins<'c> {
    pub fn new(calendar: &'c Calendar) -> Result<Twins<'c>> {
        Ok(Twins { calendar, year: YEAR.parse()?, known: Vec::new(), by_key: HashMap::new() })
    }

    pub fn add(&mut self, number: String, words: String, at: Time) {
        let print = Fingerprint::of(&words);
        for key in print.keys() {
            self.by_key.entry(key).or_default().push(self.known.len());
        }
        self.known.push(Earlier { number, words, at, print });
    }

    /// Looks for an earlier one, then remembers this one. Messages come in order of time.
    pub fn meet(&mut self, told: &Told) -> Option<Twin> {
        let print = Fingerprint::of(&told.words);
        let mut seen = HashSet::new();
        let mut near: Vec<(f32, usize)> = print
            .keys()
            .iter()
            .filter_map(|k| self.by_key.get(k))
            .flatten()
            .filter(|i| seen.insert(**i))
            .map(|i| (print.similarity(&self.known[*i].print), *i))
            .filter(|(s, _)| *s >= NEAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(MOST);
        let close = near.into_iter().map(|(_, i)| (closeness(&told.words, &self.known[i].words), i));
        let best = close.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).filter(|(c, _)| *c >= ALIKE);
        let twin = best.map(|(closeness, i)| {
            let earlier = &self.known[i];
            let within = self.calendar.due(earlier.at, self.year).at >= told.at;
            Twin { earlier: earlier.number.clone(), closeness, same: closeness >= SAME && within }
        });
        self.add(told.number.clone(), told.words.clone(), told.answer.as_ref().map_or(told.at, |(t, _)| *t));
        twin
    }
}

/// Keeps the keys of a told matter's fingerprint, whichever way it came: by them it is found when the same is told again.
pub fn keep(unit: &mut Unit, matter: MatterId, words: &str) -> Result<()> {
    let home = unit.home();
    let mut keys = Fingerprint::of(words).keys();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(());
    }
    let mut q = sql("insert into twin (county, code, matter) values ");
    for (i, key) in keys.into_iter().enumerate() {
        q.push(if i == 0 { "(" } else { ", (" }).arg(home).push(", ").arg(key).push(", ").arg(matter).push(")");
    }
    q.push(" on conflict (county, code, matter) do nothing");
    unit.write(q)
}

/// A year on either side: what came long before or after is another matter.
const APART: Duration = Duration::from_secs(366 * 86_400);
/// Matters whose words are looked at, the newest.
const LOOKED_AT: i64 = 200;

/// Matters of any flow whose words are alike, from wherever in the county, the closest first. Whether somebody may see
/// them is the caller's to ask.
pub fn alike(r: &mut Reader, catalogue: &Catalogue, m: &Matter) -> Result<Vec<MatterId>> {
    let mut q = sql("select x.id, x.received_at from matter x where x.county = ");
    q.arg(r.home()).push(" and x.id <> ").arg(m.id);
    q.push(" and x.received_at >= ").arg(m.received_at - APART).push(" and x.received_at <= ").arg(m.received_at + APART);
    q.push(" and x.id in (select t.matter from twin t where t.county = ").arg(r.home());
    q.push(" and t.code in (select o.code from twin o where o.county = ").arg(r.home()).push(" and o.matter = ").arg(m.id);
    q.push(")) order by x.received_at desc, x.id limit ").arg(LOOKED_AT);
    let near: Vec<MatterId> = r.many::<(MatterId, Time)>(q)?.into_iter().map(|(id, _)| id).collect();
    let words = words(r, catalogue, near.iter().copied().chain([m.id]))?;
    let Some(own) = words.get(&m.id) else { return Ok(Vec::new()) };
    let close = near.into_iter().filter_map(|id| Some((closeness(own, words.get(&id)?), id)));
    let mut close: Vec<(f32, MatterId)> = close.filter(|(c, _)| *c >= ALIKE).collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(close.into_iter().map(|(_, id)| id).collect())
}

/// The texts of the forms that matters are opened with, in their order.
fn words(r: &mut Reader, catalogue: &Catalogue, of: impl Iterator<Item = MatterId>) -> Result<HashMap<MatterId, String>> {
    let mut fields: Vec<String> = Vec::new();
    for form in catalogue.flows().filter_map(|f| f.opens.form.as_ref()) {
        let texts = form.fields.values().filter(|f| matches!(f.kind, FieldKind::Text)).map(|f| format!("{}.{}", form.id, f.id));
        fields.extend(texts.filter(|name| !fields.contains(name)).collect::<Vec<_>>());
    }
    let mut q = sql("select subject, field, value from word where county = ");
    q.arg(r.home()).push(" and value is not null and field in ").list(fields.iter()).push(" and subject in ").list(of);
    let mut rows: Vec<(MatterId, String, String)> = r.many(q)?;
    rows.sort_by_key(|(_, field, _)| fields.iter().position(|f| f == field));
    let mut words: HashMap<MatterId, String> = HashMap::new();
    for (id, _, value) in rows {
        let all = words.entry(id).or_default();
        all.push_str(if all.is_empty() { "" } else { "\n" });
        all.push_str(&value);
    }
    Ok(words)
}

/// Matters already here that share a key with one of these messages: their numbers, words and time of answer.
pub fn here(r: &mut Reader, source: &str, field: &str, keys: &[i64]) -> Result<Vec<(String, String, Time)>> {
    let mut ids: HashSet<MatterId> = HashSet::new();
    for some in keys.chunks(400) {
        let mut q = sql("select distinct matter from twin where county = ");
        q.arg(r.home()).push(" and code in ").list(some.iter().copied());
        ids.extend(r.many::<(MatterId,)>(q)?.into_iter().map(|(id,)| id));
    }
    let ids: Vec<MatterId> = ids.into_iter().collect();
    let mut found = Vec::new();
    for some in ids.chunks(400) {
        let mut q = sql(
            "select m.outer_number, w.value, coalesce(m.closed_at, m.answered_at, m.received_at) from matter m join word w on w.county = m.county and w.subject = m.id where m.county = ",
        );
        q.arg(r.home()).push(" and m.source = ").arg(source).push(" and w.field = ").arg(field);
        q.push(" and w.value is not null and m.outer_number is not null and m.id in ").list(some.iter().copied());
        found.extend(r.many::<(String, String, Time)>(q)?);
    }
    Ok(found)
}
