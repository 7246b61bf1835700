//! A matter as a service request. Its words, its point and who sent it are the sender's and the county's: they are
//! shown to the key that sent it, and to no other.

use super::{service, tree::Tree};
use access::Caller;
use base::{Result, Time};
use matters::{Identity, Matter, Rules};
use packs::FieldKind;
use serde_json::Value;
use store::{Reader, Sql};

/// Reports that came in by this door, the newest first; a sealed one is nobody's to see.
pub fn scan(r: &Reader) -> Sql {
    let mut q = Sql::select::<Matter>("from matter where county = ");
    q.arg(r.home()).push(" and hidden is null and source = ").arg("open311").push(" and identity <> ").arg(Identity::Sealed as i64);
    q.push(" and not exists (select 1 from matter_about a where a.county = matter.county and a.subject = matter.id)");
    q
}

pub fn is_shown(r: &mut Reader, m: &Matter) -> Result<bool> {
    Ok(m.source == "open311" && m.hidden.is_none() && m.identity() != Identity::Sealed && matters::about(r, m)?.is_empty())
}

pub fn own(caller: &Caller, m: &Matter) -> bool {
    caller.account.is_some() && m.opener == caller.account
}

/// When something last happened to it.
pub fn updated(m: &Matter) -> Time {
    [Some(m.received_at), Some(m.step_since), m.resolved_at, m.answered_at, m.closed_at]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(m.received_at)
}

/// To the second: clients compare the texts of times, and a fraction sorts before the `+` of the same second.
pub fn whole(t: Time) -> Tree {
    Tree::text(second(t).to_string())
}

/// The beginning of the second in which `t` lies.
pub fn second(t: Time) -> Time {
    Time(t.0.div_euclid(1000) * 1000)
}

/// The last moment of the second in which `t` lies.
pub fn second_end(t: Time) -> Time {
    Time(second(t).0 + 999)
}

pub fn request(r: &mut Reader, rules: &Rules, caller: &Caller, m: &Matter, extensions: bool) -> Result<Tree> {
    let flow = rules.flow_of(r, m)?;
    let step = flow.step(&m.step).map_or_else(|| m.step.clone(), |s| s.name.zh.clone());
    let category = flow.category.as_ref().zip(m.category.as_deref()).and_then(|(c, code)| c.list.entry(code).cloned());
    let agency = agency(r, rules, caller, m)?;
    let (mut words, mut point, mut media) = (None, None, 0);
    if own(caller, m)
        && let Some(form) = &flow.opens.form
    {
        for word in store::words::of(r, m.id.uuid())? {
            let Some(field) = word.field.split_once('.').filter(|(f, _)| *f == form.id).and_then(|(_, f)| form.field(f)) else { continue };
            match &field.kind {
                FieldKind::Text if words.is_none() => words = word.value,
                FieldKind::Place => point = word.value.and_then(|v| degrees(&v)),
                FieldKind::Media { .. } => media = word.value.map_or(0, |v| v.matches('-').count() / 4),
                _ => {}
            }
        }
    }
    let mut all = vec![
        ("service_request_id", Tree::maybe(m.number.clone())),
        ("status", Tree::text(if m.open { "open" } else { "closed" })),
        ("status_notes", Tree::text(if m.open { step.clone() } else { ended(m) })),
        ("service_name", Tree::text(category.as_ref().map_or_else(|| flow.name.zh.clone(), |c| c.name.zh.clone()))),
        ("service_code", Tree::text(service::code(&m.pack, &m.flow, m.category.as_deref()))),
        ("description", Tree::maybe(words)),
        ("agency_responsible", Tree::maybe(agency)),
        ("service_notice", Tree::Null),
        ("requested_datetime", whole(m.received_at)),
        ("updated_datetime", whole(updated(m))),
        ("expected_datetime", whole(m.clock_due)),
        ("address", Tree::text(rules.directory.place(r, caller, m.region)?.to_string())),
        ("address_id", Tree::text(m.region.to_string())),
        ("zipcode", Tree::Null),
        ("lat", point.map_or(Tree::Null, |(lat, _)| Tree::Number(lat))),
        ("long", point.map_or(Tree::Null, |(_, long)| Tree::Number(long))),
        ("media_url", Tree::Null),
    ];
    if extensions {
        let attributes = vec![
            ("step", Tree::text(&m.step)),
            ("step_name", Tree::text(step)),
            ("ended_as", Tree::maybe(m.ended_as.clone())),
            ("paused", Tree::Bool(m.paused_at.is_some())),
            ("late", Tree::Bool(m.clock_late)),
            ("reopened", Tree::Int(m.reopened)),
            ("photos", Tree::Int(media as i64)),
        ];
        all.push(("extended_attributes", Tree::Map(attributes)));
    }
    Ok(Tree::Map(all))
}

fn ended(m: &Matter) -> String {
    let word = m.ended_as.as_deref().unwrap_or("done");
    match word {
        "done" => "已办结 / done",
        "merged" => "并入另一件 / merged",
        "withdrawn" => "已撤回 / withdrawn",
        "not_accepted" => "不予受理 / not accepted",
        "other_way" => "转其他途径 / another way",
        "not_reached" => "联系不上 / not reached",
        "unanswered" => "已办理，未评价 / done, no verdict",
        other => other,
    }
    .to_owned()
}

/// The seat that holds it, as people say it.
fn agency(r: &mut Reader, rules: &Rules, caller: &Caller, m: &Matter) -> Result<Option<String>> {
    Ok(crate::routes::matters::show::seat(r, rules, caller, m.holder)?.map(|s| s.title.zh))
}

/// Latitude and longitude of a kept place.
fn degrees(kept: &str) -> Option<(f64, f64)> {
    let place: Value = serde_json::from_str(kept).ok()?;
    let point = place.get("point")?.as_array()?;
    Some((point.get(1)?.as_f64()?, point.first()?.as_f64()?))
}
