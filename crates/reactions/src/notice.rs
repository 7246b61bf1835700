//! Notices: what somebody is told, on the page always, and by text message or in WeChat who agreed to it.

use crate::{Context, job::Job, scene::Scene, who::Recipient};
use access::{Agreement, Caller, News};
use base::{AccountId, Error, MatterId, Result, SeatId, Text, Time};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::HashMap;
use store::{Reader, Sql, Unit, sql};
use uuid::Uuid;

/// What somebody was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub id: Uuid,
    pub at: Time,
    pub seat: Option<SeatId>,
    pub account: Option<AccountId>,
    /// What it is about: `matter`, `thing` or `region`, and its id.
    pub subject_kind: String,
    pub subject: Uuid,
    /// The letter it announces.
    pub document: Option<Uuid>,
    pub seen: Option<Time>,
    /// None once it was erased.
    pub text: Option<Text>,
}

pub(crate) struct Telling<'a> {
    pub job: &'a Job,
    pub scene: &'a Scene,
    pub to: &'a [Recipient],
    pub text: &'a Text,
    pub document: Option<Uuid>,
}

/// Writes a row for each recipient and, for those who agreed to text messages or accepted one in WeChat, a letter of the outbox. Gives what the journal
/// holds of the words.
pub(crate) fn tell(unit: &mut Unit, c: Context, t: &Telling) -> Result<Json> {
    if t.to.is_empty() {
        return Ok(Json::Null);
    }
    let (kind, subject) = t.scene.subject.named();
    let text = serde_json::to_string(t.text).map_err(Error::internal)?;
    let (word, reference) = unit.word(subject, "notice", &text)?;
    let (home, now) = (unit.home(), unit.now());
    let mut told: Vec<AccountId> = Vec::new();
    for to in t.to {
        let id = Uuid::now_v7();
        let (seat, account) = match to {
            Recipient::Seat(seat) => (Some(*seat), None),
            Recipient::Account(account) => (None, Some(*account)),
        };
        unit.write(
            sql("insert into notice (county, id, at, seat, account, subject_kind, subject, reaction, word, document)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(home)
            .bind(id)
            .bind(now)
            .bind(seat)
            .bind(account)
            .bind(kind)
            .bind(subject)
            .bind(&t.job.name)
            .bind(word)
            .bind(t.document),
        )?;
        let people = match seat {
            Some(seat) => access::holders(unit, seat, now)?.into_iter().map(|h| h.account).collect(),
            None => account.into_iter().collect::<Vec<_>>(),
        };
        for person in people {
            if !told.contains(&person) {
                told.push(person);
                if access::agreed(unit, person, Agreement::Sms)? {
                    access::tell(unit, &c.tools.keys, person, &t.text.zh)?;
                }
                // Only of his own matter: a seat's work is on its page, and an acceptance is good for one message.
                if let Some(m) = t.scene.subject.matter().filter(|m| m.resident == Some(person)) {
                    let news = News { number: m.number.clone(), text: t.text.zh.clone(), at: now, path: format!("matters/{subject}") };
                    access::tell_by_wechat(unit, &c.tools.keys, person, &news)?;
                }
            }
        }
    }
    Ok(reference)
}

type Row = (Uuid, Time, Option<SeatId>, Option<AccountId>, String, Uuid, Option<Uuid>, Option<Time>);

/// What the caller and the seats he holds were told, newest first, before the notice `before`. What has become a matter
/// about him since is left out.
pub fn notices(r: &mut Reader, caller: &Caller, before: Option<Uuid>, most: usize) -> Result<Vec<Notice>> {
    let mut q = sql("select id, at, seat, account, subject_kind, subject, document, seen from notice where county = ");
    q.arg(r.home());
    mine(&mut q, caller);
    if let Some(before) = before {
        q.push(" and id < ").arg(before);
    }
    q.push(" order by id desc limit ").arg(most as i64);
    let rows: Vec<Row> = r.many(q)?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, at, seat, account, subject_kind, subject, document, seen) in rows {
        if subject_kind == "matter" && matters::concerns(r, caller, MatterId::from_uuid(subject))? {
            continue;
        }
        found.push(Notice { id, at, seat, account, subject_kind, subject, document, seen, text: None });
    }
    let texts = texts(r, &found)?;
    for notice in &mut found {
        notice.text = texts.get(&notice.id).and_then(|t| serde_json::from_str(t).ok());
    }
    Ok(found)
}

fn texts(r: &mut Reader, of: &[Notice]) -> Result<HashMap<Uuid, String>> {
    let mut q = sql("select n.id, w.value from notice n join word w on w.county = n.county and w.id = n.word where n.county = ");
    q.arg(r.home()).push(" and w.value is not null and n.id in ").list(of.iter().map(|n| n.id));
    Ok(r.many::<(Uuid, String)>(q)?.into_iter().collect())
}

/// Appends ` and (…)`: told to the caller or to one of his seats.
fn mine(q: &mut Sql, caller: &Caller) {
    q.push(" and (account = ").arg(caller.account);
    q.push(" or seat in ").list(caller.grants.iter().map(|g| g.seat)).push(")");
}

/// The caller has seen it. For a seat, one person's look is enough.
pub fn see(unit: &mut Unit, caller: &Caller, id: Uuid) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    let mut q = sql("update notice set seen = coalesce(seen, ");
    q.arg(now).push(") where county = ").arg(home).push(" and id = ").arg(id);
    mine(&mut q, caller);
    if unit.change(q)? == 0 { Err(Error::not_found()) } else { Ok(()) }
}
