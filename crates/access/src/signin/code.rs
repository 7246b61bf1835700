//! Residents sign in with a code by phone: six digits, five minutes, one use, five tries; at most one a minute and ten a
//! day for a number, and for an address as [`CodeLimits`] say. The answer is the same whether the number is known or
//! not.

use super::{Attempt, Device, open_session, sms};
use crate::{AccountKind, Keyring, accounts, keyring::random, limit};
use base::{AccountId, Error, Id, Kind, Result, Time};
use serde_json::json;
use std::{net::IpAddr, time::Duration};
use store::{Entry, Unit, sql};
use subtle::ConstantTimeEq;

const GOOD: Duration = Duration::from_secs(5 * 60);
const TRIES: i64 = 5;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Codes that one network address may ask for, whatever the numbers.
///
/// Mobile carriers put hundreds of customers behind one IPv4 address (RFC 6598, carrier-grade NAT), and a village hall
/// or a township's desk signs in a queue of people through one line: one a minute would shut out whoever stands
/// second. Each number keeps its own tight limit, so nobody's telephone rings more often; this one only bounds what one
/// sender can make the county spend on messages to many numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLimits {
    pub hour: i64,
    pub day: i64,
}

impl Default for CodeLimits {
    fn default() -> Self {
        CodeLimits { hour: 30, day: 200 }
    }
}

/// Sends a code to a mobile number. An earlier one ends.
pub fn ask_code(unit: &mut Unit, keys: &Keyring, phone: &str, from: Option<IpAddr>, limits: CodeLimits) -> Result<Time> {
    let phone = base::mobile(phone)?;
    let number = keys.index("code", &phone);
    limit::take(unit, keys.index("code phone minute", &phone), 1, MINUTE)?;
    limit::take(unit, keys.index("code phone day", &phone), 10, DAY)?;
    if let Some(network) = from.map(limit::network) {
        limit::take(unit, keys.index("code address hour", &network), limits.hour, HOUR)?;
        limit::take(unit, keys.index("code address day", &network), limits.day, DAY)?;
    }
    let code = format!("{:06}", six_digits()?);
    let until = unit.now() + GOOD;
    unit.write(
        sql("insert into phone_code (hash, code, tries, until) values ($1, $2, 0, $3)
             on conflict (hash) do update set code = excluded.code, tries = 0, until = excluded.until")
        .bind(number)
        .bind(keys.index(&phone, &code))
        .bind(until),
    )?;
    sms::queue(unit, keys, &phone, &format!("【数乡】验证码 {code}，5 分钟内有效。工作人员不会向您索要。"), until)?;
    Ok(until)
}

/// Evenly from 0 to 999,999.
fn six_digits() -> Result<u32> {
    const EVEN: u32 = u32::MAX / 1_000_000 * 1_000_000;
    loop {
        let n = u32::from_le_bytes(random()?);
        if n < EVEN {
            return Ok(n % 1_000_000);
        }
    }
}

/// Signs in with a code. A number that nobody has becomes a resident's account.
pub fn sign_in_by_code(unit: &mut Unit, keys: &Keyring, phone: &str, code: &str, device: &Device) -> Result<Attempt> {
    let phone = base::mobile(phone)?;
    let number = keys.index("code", &phone);
    let now = unit.now();
    let row: Option<([u8; 32], i64)> =
        unit.lock(sql("select code, tries from phone_code where hash = $1 and until > $2").bind(number).bind(now))?;
    let right = row.as_ref().is_some_and(|(want, tries)| *tries < TRIES && bool::from(want.ct_eq(&keys.index(&phone, code.trim()))));
    if !right {
        unit.write(sql("update phone_code set tries = tries + 1 where hash = $1").bind(number))?;
        return Ok(Err(Error::new(
            Kind::Unauthenticated,
            "code_wrong",
            "验证码不对或已过期，请重新获取",
            "The code is wrong or has ended; ask for another",
        )));
    }
    unit.write(sql("delete from phone_code where hash = $1").bind(number))?;
    let there = accounts::by_phone(unit, keys, &phone)?;
    let id: AccountId = match there {
        Some(id) => id,
        None => {
            let id = Id::fresh();
            accounts::insert(unit, keys, id, AccountKind::Resident, None, Some(&phone), None)?;
            unit.act_as(store::By::account(id));
            unit.record(Entry::new("account.made", ("account", id.uuid()), None, json!({"kind": AccountKind::Resident})));
            id
        }
    };
    if let Err(e) = resident(unit, id) {
        return Ok(Err(e));
    }
    let mut opened = open_session(unit, id, device, true)?;
    opened.new = there.is_none();
    Ok(Ok(opened))
}

/// An account that signs in without a password: a resident's, and active.
pub(super) fn resident(unit: &mut Unit, id: AccountId) -> Result<()> {
    if AccountKind::of(accounts::active(unit, id)?.kind) == AccountKind::Resident {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "staff_password", "工作人员请用登录名和密码登录", "Staff sign in with name and password"))
}
