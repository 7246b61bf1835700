//! A copy of one's own data (个人信息保护法 article 45). The engines add what they hold.

use super::{consents, looked, who_looked_at_me};
use crate::{Caller, HolderKind, Keyring, accounts, seats, sessions};
use base::{AccountId, Error, Result, SeatId, Time};
use serde_json::{Value as Json, json};
use store::{Reader, sql, words};
use uuid::Uuid;

/// All that this crate holds of the caller, unmasked: it is hers.
pub fn export_account(r: &mut Reader, caller: &Caller, keys: &Keyring) -> Result<Json> {
    let me = caller.me()?;
    let row = accounts::row(r, me)?.ok_or_else(Error::not_found)?;
    let (name, phone) = accounts::unseal(keys, &row)?;
    let login = row.login.as_ref().map(|v| keys.unseal("account.login", me.uuid(), v)).transpose()?;
    let held: Vec<(SeatId, i64, Time, Time)> = r.many(
        sql("select seat, kind, since, until from tenure where county = $1 and account = $2 order by since, id").bind(r.home()).bind(me),
    )?;
    let mut tenures = Vec::new();
    for (id, kind, since, until) in held {
        if let Some(seat) = seats::seat(r, id)? {
            let title = looked::seat_title(r, &caller.catalogue, &seat)?;
            let until = (until < Time::MAX).then_some(until);
            tenures.push(json!({"seat": title, "as": looked::kind_text(HolderKind::of(kind)), "since": since, "until": until}));
        }
    }
    let words: Vec<Json> = words::of(r, me.uuid())?.into_iter().map(|w| json!({"field": w.field, "value": w.value})).collect();
    Ok(json!({
        "account": {"id": me, "name": name, "phone": phone, "login": login, "region": row.region, "made": row.made, "kind": accounts::AccountKind::of(row.kind)},
        "seats": tenures,
        "devices": sessions(r, me)?,
        "consents": consents(r, me)?,
        "wechat": wechat(r, me, keys)?,
        "who_looked": who_looked_at_me(r, &caller.catalogue, me)?,
        "words": words,
        "exported": r.now(),
    }))
}

/// The link to WeChat, and each message that was accepted.
fn wechat(r: &mut Reader, me: AccountId, keys: &Keyring) -> Result<Json> {
    let home = r.home();
    let link: Option<(Vec<u8>, Time)> =
        r.one(sql("select openid, linked from wechat where county = $1 and account = $2").bind(home).bind(me))?;
    let Some((sealed, linked)) = link else { return Ok(Json::Null) };
    let accepted: Vec<(Uuid, String, Time, Option<Time>)> = r.many(
        sql("select id, template, at, used from wechat_acceptance where county = $1 and account = $2 order by id").bind(home).bind(me),
    )?;
    let accepted: Vec<Json> =
        accepted.into_iter().map(|(_, template, at, used)| json!({"template": template, "at": at, "sent": used})).collect();
    Ok(json!({"openid": keys.unseal("wechat.openid", me.uuid(), &sealed)?, "linked": linked, "accepted": accepted}))
}
