//! Consent: for what, in which words, when given, when taken back (个人信息保护法 articles 14–16).

use crate::Caller;
use base::{AccountId, Error, Result, Time};
use serde::Serialize;
use serde_json::json;
use std::str::FromStr;
use store::{Entry, Reader, Sql, Unit, sql};

store::row! {
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Consent {
        pub purpose: String,
        pub given: Time,
        pub withdrawn: Option<Time>,
        /// Version of the words that were agreed to.
        pub wording: String,
    }
}

pub fn consents(r: &mut Reader, account: AccountId) -> Result<Vec<Consent>> {
    let mut q = Sql::select::<Consent>("from consent where county = ");
    q.arg(r.home()).push(" and account = ").arg(account).push(" order by given, purpose");
    r.many(q)
}

/// What a person is asked for. Whatever the law lets the county do without asking, such as sending the code with which
/// she signs in, is not among it (article 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// To be told by text message, beside the page, of what becomes of her matters.
    Sms,
    /// To be told of it by a message in WeChat: once for each time that she accepts one.
    WeChat,
}

impl Agreement {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::WeChat => "wechat",
        }
    }
}

impl FromStr for Agreement {
    type Err = Error;
    fn from_str(s: &str) -> Result<Agreement> {
        match s {
            "sms" => Ok(Self::Sms),
            "wechat" => Ok(Self::WeChat),
            _ => Err(Error::invalid(
                "purpose",
                format!("没有“{s}”这个用途；有的是：sms、wechat"),
                format!("there is no purpose “{s}”; there are: sms, wechat"),
            )),
        }
    }
}

/// Does what she agreed to still stand?
pub fn agreed(r: &mut Reader, account: AccountId, purpose: Agreement) -> Result<bool> {
    let mut q = sql("select count(*) from consent where county = ");
    q.arg(r.home()).push(" and account = ").arg(account).push(" and purpose = ").arg(purpose.as_str()).push(" and withdrawn is null");
    Ok(r.one::<(i64,)>(q)?.is_some_and(|(n,)| n > 0))
}

/// Gives consent for oneself; once more changes nothing.
pub fn give_consent(unit: &mut Unit, caller: &Caller, purpose: Agreement, wording: &str) -> Result<()> {
    let (me, purpose) = (caller.me()?, purpose.as_str());
    if consents(unit, me)?.iter().any(|c| c.purpose == purpose && c.wording == wording && c.withdrawn.is_none()) {
        return Ok(());
    }
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into consent (county, account, purpose, given, wording) values ($1, $2, $3, $4, $5)
             on conflict (county, account, purpose, given) do update set wording = excluded.wording, withdrawn = null")
        .bind(home)
        .bind(me)
        .bind(purpose)
        .bind(now)
        .bind(wording),
    )?;
    unit.record(Entry::new("consent.given", ("account", me.uuid()), None, json!({"purpose": purpose, "wording": wording})));
    Ok(())
}

pub fn withdraw_consent(unit: &mut Unit, caller: &Caller, purpose: Agreement) -> Result<()> {
    let (me, purpose) = (caller.me()?, purpose.as_str());
    let (home, now) = (unit.home(), unit.now());
    let n = unit.change(
        sql("update consent set withdrawn = $1 where county = $2 and account = $3 and purpose = $4 and withdrawn is null")
            .bind(now)
            .bind(home)
            .bind(me)
            .bind(purpose),
    )?;
    if purpose == Agreement::WeChat.as_str() {
        // What was accepted before does not come back with a later consent.
        unit.write(sql("delete from wechat_acceptance where county = $1 and account = $2 and used is null").bind(home).bind(me))?;
    }
    if n > 0 {
        unit.record(Entry::new("consent.withdrawn", ("account", me.uuid()), None, json!({"purpose": purpose})));
    }
    Ok(())
}
