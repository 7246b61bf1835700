//! The WeChat mini-program: after a resident has signed in with a code by phone once and asked for it, WeChat's word for
//! who holds the telephone (an openid) signs him in, and carries the messages that he accepted, one for each acceptance.

use super::{Attempt, CodeLimits, Device, code, open_session, sms};
use crate::{
    Agreement, Caller, Keyring, agreed, give_consent,
    keyring::{random, sha256},
    limit,
};
use base::{AccountId, Error, Kind, Result, Time};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{net::IpAddr, time::Duration};
use store::{By, Entry, Reader, Unit, outbox::Letter, sql};
use uuid::Uuid;

/// The outbox's channel.
pub const WECHAT: &str = "wechat";

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// WeChat's words for a code of `wx.login` wait so long for a sign-in by phone.
const TICKET: Duration = Duration::from_secs(30 * 60);

/// A message that could not be sent for so long is no news any more.
const NEWS: Duration = Duration::from_secs(3 * 24 * 3600);

/// Acceptances that one person may have in store: whoever presses on and on gathers no pile.
const MOST: i64 = 20;

/// What a message tells; which of it stands where is the template's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub number: Option<String>,
    pub text: String,
    pub at: Time,
    /// Of the phone's page, without a slash at the beginning.
    pub path: String,
}

/// WeChat's servers. Both calls wait for the network.
pub trait WeChat: Send + Sync + 'static {
    /// Who sent this code of `wx.login`: an openid. Errors: `wechat_code`, `wechat_often`, `wechat_blocked`,
    /// `wechat_busy`.
    fn openid(&self, code: &str) -> Result<String>;

    /// Sends a message (订阅消息) to an openid by one of the county's templates.
    fn send(&self, openid: &str, template: &str, news: &News) -> Result<()>;
}

/// Counts a sign-in by WeChat of this network address, as wide as codes by phone: each may cost the county a call.
pub fn count_wechat(unit: &mut Unit, keys: &Keyring, from: Option<IpAddr>, limits: CodeLimits) -> Result<()> {
    let Some(network) = from.map(limit::network) else { return Ok(()) };
    limit::take(unit, keys.index("wechat address hour", &network), limits.hour, HOUR)?;
    limit::take(unit, keys.index("wechat address day", &network), limits.day, DAY)
}

/// Signs in whoever this openid is linked to; `None`: nobody yet.
pub fn sign_in_by_wechat(unit: &mut Unit, keys: &Keyring, openid: &str, device: &Device) -> Result<Option<Attempt>> {
    let (home, hash) = (unit.home(), keys.index("wechat", openid));
    let row: Option<(AccountId,)> = unit.one(sql("select account from wechat where county = $1 and hash = $2").bind(home).bind(hash))?;
    let Some((account,)) = row else { return Ok(None) };
    if let Err(e) = code::resident(unit, account) {
        return Ok(Some(Err(e)));
    }
    unit.act_as(By::account(account));
    Ok(Some(Ok(open_session(unit, account, device, true)?)))
}

/// What the page shows when its resident has signed in by phone; until then it is all that is kept of the openid.
pub fn wechat_ticket(unit: &mut Unit, keys: &Keyring, openid: &str) -> Result<String> {
    let ticket = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let (home, until) = (unit.home(), unit.now() + TICKET);
    unit.write(
        sql("insert into wechat_ticket (hash, county, openid, until) values ($1, $2, $3, $4)")
            .bind(sha256(ticket.as_bytes()))
            .bind(home)
            .bind(keys.seal("wechat.ticket", Uuid::nil(), openid)?)
            .bind(until),
    )?;
    Ok(ticket)
}

/// Links the openid of a ticket to an account that was just proved. A WeChat that was another account's becomes this one's.
pub fn link_wechat(unit: &mut Unit, keys: &Keyring, account: AccountId, ticket: &str) -> Result<()> {
    code::resident(unit, account)?;
    let (home, now) = (unit.home(), unit.now());
    let hash = sha256(ticket.as_bytes());
    let row: Option<(Vec<u8>,)> =
        unit.lock(sql("select openid from wechat_ticket where hash = $1 and county = $2 and until > $3").bind(hash).bind(home).bind(now))?;
    let Some((sealed,)) = row else {
        return Err(Error::invalid("ticket", "等得太久了，请重新打开小程序", "it took too long; open the mini-program again"));
    };
    unit.write(sql("delete from wechat_ticket where hash = $1").bind(hash))?;
    let openid = keys.unseal("wechat.ticket", Uuid::nil(), &sealed)?;
    let index = keys.index("wechat", &openid);
    // Whoever had this WeChat has it no more, and what was accepted in another is good for nothing here.
    for text in [
        "delete from wechat_acceptance where county = $1 and used is null
         and (account = $3 or account in (select account from wechat where county = $1 and hash = $2))",
        "delete from wechat where county = $1 and hash = $2 and account <> $3",
    ] {
        unit.write(sql(text).bind(home).bind(index).bind(account))?;
    }
    unit.write(
        sql("insert into wechat (county, account, hash, openid, linked) values ($1, $2, $3, $4, $5)
             on conflict (county, account) do update set hash = excluded.hash, openid = excluded.openid, linked = excluded.linked")
        .bind(home)
        .bind(account)
        .bind(index)
        .bind(keys.seal("wechat.openid", account.uuid(), &openid)?)
        .bind(now),
    )?;
    unit.act_as(By::account(account));
    unit.record(Entry::new("wechat.linked", ("account", account.uuid()), None, json!({})));
    Ok(())
}

/// Ends the link, the consent and what was accepted.
pub fn unlink_wechat(unit: &mut Unit, caller: &Caller) -> Result<()> {
    let me = caller.me()?;
    let home = unit.home();
    let n = unit.change(sql("delete from wechat where county = $1 and account = $2").bind(home).bind(me))?;
    if n > 0 {
        unit.record(Entry::new("wechat.unlinked", ("account", me.uuid()), None, json!({})));
    }
    crate::withdraw_consent(unit, caller, Agreement::WeChat)
}

/// Since when an account is linked, and how many messages it may still be sent.
pub fn wechat_of(r: &mut Reader, account: AccountId) -> Result<(Option<Time>, i64)> {
    let home = r.home();
    let linked: Option<(Time,)> = r.one(sql("select linked from wechat where county = $1 and account = $2").bind(home).bind(account))?;
    Ok((linked.map(|(at,)| at), left(r, account)?))
}

fn left(r: &mut Reader, account: AccountId) -> Result<i64> {
    r.count(sql("select count(*) from wechat_acceptance where county = $1 and account = $2 and used is null").bind(r.home()).bind(account))
}

/// The resident accepted one message by each of these templates. Each acceptance is on record, and sent at most once.
pub fn accept_wechat(unit: &mut Unit, caller: &Caller, templates: &[String]) -> Result<()> {
    let me = caller.me()?;
    let home = unit.home();
    let linked = unit.count(sql("select count(*) from wechat where county = $1 and account = $2").bind(home).bind(me))?;
    if linked == 0 {
        return Err(Error::conflict("wechat_not_linked", "请先在小程序里登录一次", "sign in inside the mini-program first"));
    }
    let now = unit.now();
    for template in templates {
        if left(unit, me)? >= MOST {
            break;
        }
        unit.write(
            sql("insert into wechat_acceptance (county, id, account, template, at) values ($1, $2, $3, $4, $5)")
                .bind(home)
                .bind(Uuid::now_v7())
                .bind(me)
                .bind(template)
                .bind(now),
        )?;
        give_consent(unit, caller, Agreement::WeChat, template)?;
    }
    unit.record(Entry::new("wechat.accepted", ("account", me.uuid()), None, json!({ "templates": templates })));
    Ok(())
}

/// Puts a message into the outbox for whom has one accepted; answers whether.
pub fn tell_by_wechat(unit: &mut Unit, keys: &Keyring, account: AccountId, news: &News) -> Result<bool> {
    let (home, now) = (unit.home(), unit.now());
    let link: Option<(Vec<u8>,)> =
        unit.one(sql("select openid from wechat where county = $1 and account = $2").bind(home).bind(account))?;
    let Some((sealed,)) = link else { return Ok(false) };
    if !agreed(unit, account, Agreement::WeChat)? {
        return Ok(false);
    }
    let oldest = sql("select id, template from wechat_acceptance where county = $1 and account = $2 and used is null order by id limit 1");
    let accepted: Option<(Uuid, String)> = unit.one(oldest.bind(home).bind(account))?;
    let Some((id, template)) = accepted else { return Ok(false) };
    unit.write(sql("update wechat_acceptance set used = $1 where county = $2 and id = $3").bind(now).bind(home).bind(id))?;
    let openid = keys.unseal("wechat.openid", account.uuid(), &sealed)?;
    let inside = Inside { to: openid, template, news: news.clone() };
    let inside = serde_json::to_string(&inside).map_err(Error::internal)?;
    sms::seal_into(unit, keys, WECHAT, &inside, now + NEWS)?;
    Ok(true)
}

#[derive(Serialize, Deserialize)]
struct Inside {
    to: String,
    template: String,
    news: News,
}

/// What the outbox runs for its letters of the channel [`WECHAT`]. May wait for the network.
pub fn send_wechat(keys: &Keyring, wechat: &dyn WeChat, letter: &Letter, now: Time) -> Result<()> {
    let Some(inside) = sms::open_letter(keys, letter, now)? else { return Ok(()) };
    let inside: Inside = serde_json::from_str(&inside).map_err(Error::internal)?;
    wechat.send(&inside.to, &inside.template, &inside.news)
}

/// What is not configured is not there.
pub fn no_wechat() -> Error {
    Error::new(Kind::NotFound, "wechat_off", "本县没有开通微信小程序登录", "Sign-in by WeChat is not open in this county")
}
