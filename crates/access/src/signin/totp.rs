//! The second factor: RFC 6238 codes of six digits and 30 s, one step of tolerance, each good once; recovery codes.

use super::{Device, Opened, open_session};
use crate::{
    Caller, Keyring, accounts,
    keyring::{random, sha256},
};
use base::{AccountId, Error, Result, Time};
use packs::Action;
use serde_json::json;
use store::{Entry, Unit, sql};
use totp_rs::{Builder, Secret, Totp};

/// Shown once, as a picture and as letters.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Base32.
    pub secret: String,
    /// `otpauth://…`
    pub url: String,
}

/// The second factor is set up.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Each stands in for a code, once. Shown once.
    pub recovery: Vec<String>,
    pub session: Opened,
}

const RECOVERY_CODES: usize = 10;

fn totp(secret: &str) -> Option<Totp> {
    // 160 bits of our own making, six digits, 30 s: what RFC 6238 asks for.
    Some(Builder::new().with_secret(Secret::try_from_base32(secret).ok()?).build_noncompliant())
}

/// The step of time that the code is of, if it is right.
pub(super) fn check(secret: &str, code: &str, now: Time) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    totp(secret)?.check(&code, (now.0 / 1000).max(0) as u64)
}

pub(super) fn recovery_hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    sha256(plain.as_bytes())
}

/// Marks a step as used; false if it, or a later one, was used before.
pub(super) fn used_first(unit: &mut Unit, account: AccountId, step: u64) -> Result<bool> {
    let home = unit.home();
    let n = unit.change(
        sql("update secret set totp_step = $1 where county = $2 and account = $3 and totp_step < $1")
            .bind(step as i64)
            .bind(home)
            .bind(account),
    )?;
    Ok(n == 1)
}

pub(super) fn use_recovery(unit: &mut Unit, account: AccountId, hash: [u8; 32]) -> Result<bool> {
    let home = unit.home();
    let n =
        unit.change(sql("delete from recovery where county = $1 and account = $2 and hash = $3").bind(home).bind(account).bind(hash))?;
    Ok(n == 1)
}

/// Offers a fresh seed; it counts once a code of it was shown. Needs a session by password.
pub fn offer_totp(unit: &mut Unit, caller: &Caller, keys: &Keyring) -> Result<Offer> {
    let me = caller.me()?;
    let home = unit.home();
    let secret = Secret::from(random::<20>()?.to_vec()).to_base32();
    let sealed = keys.seal("secret.totp", me.uuid(), &secret)?;
    let n = unit.change(sql("update secret set totp_new = $1 where county = $2 and account = $3").bind(sealed).bind(home).bind(me))?;
    if n == 0 {
        return Err(Error::conflict("no_password", "请先设置密码", "set a password first"));
    }
    let url = format!("otpauth://totp/{home}?secret={secret}&issuer=Shuxiang");
    Ok(Offer { secret, url })
}

/// Takes the offered seed into use. All sessions end, a full one begins.
pub fn confirm_totp(unit: &mut Unit, caller: &Caller, keys: &Keyring, code: &str, device: &Device) -> Result<Confirmed> {
    let me = caller.me()?;
    let (home, now) = (unit.home(), unit.now());
    let row: Option<(Option<Vec<u8>>,)> =
        unit.one(sql("select totp_new from secret where county = $1 and account = $2").bind(home).bind(me))?;
    let Some((Some(sealed),)) = row else {
        return Err(Error::conflict("no_offer", "请先扫描二维码", "scan the picture first"));
    };
    let secret = keys.unseal("secret.totp", me.uuid(), &sealed)?;
    let Some(step) = check(&secret, code, now) else {
        return Err(Error::invalid("code", "数字不对；请看手机的时间是否准确", "the digits are wrong; is the phone's clock right?"));
    };
    unit.write(
        sql("update secret set totp = totp_new, totp_new = null, totp_step = $1 where county = $2 and account = $3")
            .bind(step as i64)
            .bind(home)
            .bind(me),
    )?;
    unit.write(sql("delete from recovery where county = $1 and account = $2").bind(home).bind(me))?;
    let mut recovery = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let code = Secret::from(random::<10>()?.to_vec()).to_base32();
        unit.write(sql("insert into recovery (county, account, hash) values ($1, $2, $3)").bind(home).bind(me).bind(recovery_hash(&code)))?;
        recovery.push(code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"));
    }
    super::end_sessions(unit, me)?;
    unit.record(Entry::new("account.second_factor", ("account", me.uuid()), None, json!({"set": true})));
    let session = open_session(unit, me, device, true)?;
    Ok(Confirmed { recovery, session })
}

/// For one who lost her phone and her codes: whoever manages accounts takes the second factor away; she sets up another.
pub fn reset_totp(unit: &mut Unit, caller: &Caller, keys: &Keyring, account: AccountId) -> Result<()> {
    let row = accounts::active(unit, account)?;
    let home = unit.home();
    caller.allow(unit, Action::Accounts, row.region.unwrap_or(home.code()))?;
    unit.write(sql("update secret set totp = null, totp_new = null where county = $1 and account = $2").bind(home).bind(account))?;
    unit.write(sql("delete from recovery where county = $1 and account = $2").bind(home).bind(account))?;
    super::end_sessions(unit, account)?;
    super::tell(unit, keys, account, "【数乡】管理员重置了您的验证器。如不是您要求的，请马上联系县信息员。")?;
    unit.record(Entry::new("account.second_factor", ("account", account.uuid()), None, json!({"set": false})));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn codes_of_the_standard() {
        let secret = Secret::from(b"12345678901234567890".to_vec()).to_base32();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            let now = Time(seconds * 1000);
            assert_eq!(check(&secret, code, now), Some(seconds as u64 / 30));
            assert_eq!(check(&secret, code, Time(now.0 + 30_000)), Some(seconds as u64 / 30), "one step of tolerance");
            assert_eq!(check(&secret, code, Time(now.0 + 90_000)), None);
        }
        for code in ["", "28708", "2870820", "２８７０８２", "28708x"] {
            assert_eq!(check(&secret, code, Time(59_000)), None, "{code}");
        }
        assert_eq!(recovery_hash("abcd-EFGH 2345"), recovery_hash("ABCDEFGH2345"));
    }
}
