//! Consent: for what, in which words, when given, when taken back (个人信息保护法 articles 14–16).

use crate::Caller;
use base::{AccountId, Error, Result, Time};
use serde::Serialize;
use serde_json::json;
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

/// Gives consent for oneself; once more changes nothing.
pub fn give_consent(unit: &mut Unit, caller: &Caller, purpose: &str, wording: &str) -> Result<()> {
    let me = caller.me()?;
    if purpose.is_empty() || purpose.len() > 60 || !purpose.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(Error::invalid(
            "purpose",
            "用途代码由小写字母、数字和下划线组成",
            "a purpose is a code of small letters, digits and underscores",
        ));
    }
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

pub fn withdraw_consent(unit: &mut Unit, caller: &Caller, purpose: &str) -> Result<()> {
    let me = caller.me()?;
    let (home, now) = (unit.home(), unit.now());
    let n = unit.change(
        sql("update consent set withdrawn = $1 where county = $2 and account = $3 and purpose = $4 and withdrawn is null")
            .bind(now)
            .bind(home)
            .bind(me)
            .bind(purpose),
    )?;
    if n > 0 {
        unit.record(Entry::new("consent.withdrawn", ("account", me.uuid()), None, json!({"purpose": purpose})));
    }
    Ok(())
}
