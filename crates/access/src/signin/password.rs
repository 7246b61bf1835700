//! Password and second factor, for staff. What is slow (Argon2id) is done between a look-up and a command:
//! [`look_up`], then [`Challenge::verify`] on a thread of its own, then [`sign_in`].

use super::{Attempt, Device, Opened, open_session, session::fresh_token, totp};
use crate::{
    Caller, Keyring, accounts,
    keyring::{random, sha256},
    limit,
    seats::changed,
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use base::{AccountId, Error, Kind, Result, Time};
use packs::Action;
use serde_json::json;
use std::time::Duration;
use store::{Entry, Reader, Unit, sql};

/// What a county asks of its staff.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Two factors (GB/T 22239-2019 §8.1.4.1 at level 3). A demo may go without.
    pub second_factor: bool,
}

/// How long an invitation to set a password is good.
const INVITED: Duration = Duration::from_secs(72 * 3600);

/// A password's Argon2id hash in PHC form.
#[derive(Clone)]
pub struct Hashed(String);

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("parameters inside Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a new password, 10 to 128 characters. Slow: never inside a command.
pub fn hash_password(password: &str) -> Result<Hashed> {
    let n = password.chars().count();
    let mut kinds: Vec<char> = password.to_lowercase().chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let listed = ["password", "12345678", "qwerty", "88888888", "admin", "shuxiang"].iter().any(|w| password.to_lowercase().contains(w));
    if !(10..=128).contains(&n) || kinds.len() < 5 || listed {
        return Err(Error::invalid(
            "password",
            "密码要 10 到 128 个字，至少 5 种不同的字符，不用常见的词",
            "a password has 10 to 128 characters, at least 5 different ones, and no common word",
        ));
    }
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &random::<16>()?).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Hashed(hash.to_string()))
}

/// What is needed to check a password. Made for every name, also for one that nobody has.
pub struct Challenge {
    guard: [u8; 32],
    account: Option<AccountId>,
    password: Option<String>,
    totp: Option<Vec<u8>>,
    now: Time,
}

/// What was found. Only [`sign_in`] acts on it.
pub struct Verified {
    guard: [u8; 32],
    account: Option<AccountId>,
    password: bool,
    second: Second,
}

enum Second {
    NotSetUp,
    Missing,
    Wrong,
    /// The step of time that the code was of.
    Code(u64),
    Recovery([u8; 32]),
}

/// Counts a try from an address before anything is looked up: at most 30 in ten minutes, whatever names are tried. The
/// server runs it first, which also bounds how much Argon2 an address can ask for.
pub fn count_try(unit: &mut Unit, keys: &Keyring, from: std::net::IpAddr) -> Result<()> {
    limit::take(unit, keys.index("sign-in address", &limit::network(from)), 30, Duration::from_secs(600))
}

/// `login` is a login name or a mobile number.
pub fn look_up(r: &mut Reader, keys: &Keyring, login: &str) -> Result<Challenge> {
    let guard = accounts::login_hash(keys, login).unwrap_or_else(|_| sha256(login.as_bytes()));
    let now = r.now();
    if let Some(until) = limit::shut(r, guard)? {
        return Err(limit::wait("sign_in_shut", until, now));
    }
    let account = accounts::by_handle(r, guard)?;
    let mut challenge = Challenge { guard, account, password: None, totp: None, now };
    if let Some(id) = account {
        let row: Option<(Option<String>, Option<Vec<u8>>)> =
            r.one(sql("select password, totp from secret where county = $1 and account = $2").bind(r.home()).bind(id))?;
        (challenge.password, challenge.totp) = row.unwrap_or_default();
    }
    Ok(challenge)
}

impl Challenge {
    /// Takes as long for a name that nobody has as for one that somebody has. Slow: never inside a command.
    pub fn verify(self, keys: &Keyring, password: &str, second: Option<&str>) -> Result<Verified> {
        let right = match &self.password {
            Some(phc) => argon2().verify_password(password.as_bytes(), phc.as_str()).is_ok(),
            None => {
                let spent = argon2().hash_password_with_salt(password.as_bytes(), b"nobody has this!");
                spent.is_err() // never
            }
        };
        let second = match (self.account, &self.totp, second.map(str::trim).filter(|s| !s.is_empty())) {
            (Some(id), Some(seed), Some(code)) => {
                let seed = keys.unseal("secret.totp", id.uuid(), seed)?;
                match totp::check(&seed, code, self.now) {
                    Some(step) => Second::Code(step),
                    None if code.len() > 6 => Second::Recovery(totp::recovery_hash(code)),
                    None => Second::Wrong,
                }
            }
            (Some(_), Some(_), None) => Second::Missing,
            _ => Second::NotSetUp,
        };
        Ok(Verified { guard: self.guard, account: self.account, password: right, second })
    }
}

/// Opens a session, or counts the failure. Name, password and code are wrong in the same words.
pub fn sign_in(unit: &mut Unit, verified: &Verified, policy: Policy, device: &Device) -> Result<Attempt> {
    match prove(unit, verified, policy)? {
        Ok((account, full)) => open_session(unit, account, device, full).map(Ok),
        Err(refused) => Ok(Err(refused)),
    }
}

/// Whose password and code they were, and whether that is enough for all rights.
fn prove(unit: &mut Unit, verified: &Verified, policy: Policy) -> Result<std::result::Result<(AccountId, bool), Error>> {
    let now = unit.now();
    if let Some(until) = limit::shut(unit, verified.guard)? {
        return Ok(Err(limit::wait("sign_in_shut", until, now)));
    }
    let (Some(account), true) = (verified.account, verified.password) else { return refuse(unit, verified) };
    let full = match verified.second {
        Second::NotSetUp => !policy.second_factor,
        Second::Missing => {
            let (zh, en) = ("请再输入验证器上的 6 位数字", "Enter the six digits of your authenticator");
            return Ok(Err(Error::new(Kind::Unauthenticated, "second_factor", zh, en)));
        }
        Second::Wrong => return refuse(unit, verified),
        Second::Code(step) if !totp::used_first(unit, account, step)? => return refuse(unit, verified),
        Second::Recovery(hash) if !totp::use_recovery(unit, account, hash)? => return refuse(unit, verified),
        Second::Code(_) | Second::Recovery(_) => true,
    };
    if accounts::active(unit, account).is_err() {
        return refuse(unit, verified);
    }
    limit::forgive(unit, verified.guard)?;
    Ok(Ok((account, full)))
}

fn refuse<T>(unit: &mut Unit, verified: &Verified) -> Result<std::result::Result<T, Error>> {
    let failures = limit::failed(unit, verified.guard)?;
    if let Some(id) = verified.account {
        unit.record(Entry::new("session.refused", ("account", id.uuid()), None, json!({"failures": failures})));
    }
    Ok(Err(Error::new(Kind::Unauthenticated, "sign_in_wrong", "登录名、密码或验证码不对", "The name, the password or the code is wrong")))
}

/// A link by which an official sets her first password, or a new one after she forgot it. Earlier ones end; she is told
/// of it by text message, so that nobody takes her account over in silence.
pub fn invite(unit: &mut Unit, caller: &Caller, keys: &Keyring, account: AccountId) -> Result<String> {
    let row = accounts::active(unit, account)?;
    let home = unit.home();
    caller.allow(unit, Action::Accounts, row.region.unwrap_or(home.code()))?;
    let (token, hash) = fresh_token("i_")?;
    let until = unit.now() + INVITED;
    unit.write(sql("delete from invitation where county = $1 and account = $2").bind(home).bind(account))?;
    unit.write(
        sql("insert into invitation (hash, county, account, until) values ($1, $2, $3, $4)")
            .bind(hash)
            .bind(home)
            .bind(account)
            .bind(until),
    )?;
    super::tell(unit, keys, account, "【数乡】管理员为您发了设置密码的邀请。如不是您要求的，请马上联系县信息员。")?;
    unit.record(Entry::new("account.invited", ("account", account.uuid()), None, json!({"until": until.0})));
    Ok(token)
}

/// Sets the password by an invitation, which is good once, and signs in.
pub fn accept_invitation(unit: &mut Unit, token: &str, password: &Hashed, policy: Policy, device: &Device) -> Result<Opened> {
    let (home, now, hash) = (unit.home(), unit.now(), sha256(token.as_bytes()));
    let row: Option<(AccountId,)> =
        unit.one(sql("select account from invitation where hash = $1 and county = $2 and until > $3").bind(hash).bind(home).bind(now))?;
    let gone = || {
        Error::new(
            Kind::Gone,
            "invitation_ended",
            "邀请已用过或已过期，请管理员重新发一个",
            "The invitation was used or has ended; ask for another",
        )
    };
    let (account,) = row.ok_or_else(gone)?;
    if unit.change(sql("delete from invitation where hash = $1").bind(hash))? == 0 {
        return Err(gone());
    }
    put(unit, account, password)?;
    super::end_sessions(unit, account)?;
    let set_up =
        unit.count(sql("select count(*) from secret where county = $1 and account = $2 and totp is not null").bind(home).bind(account))?;
    // Whoever has a second factor shows it at the next sign-in; the link alone gives no full session then.
    open_session(unit, account, device, !policy.second_factor && set_up == 0)
}

/// The command line and the demo set a password without an invitation.
pub fn set_first_password(unit: &mut Unit, caller: &Caller, account: AccountId, password: &Hashed) -> Result<()> {
    let row = accounts::active(unit, account)?;
    caller.allow(unit, Action::Accounts, row.region.unwrap_or(unit.home().code()))?;
    if caller.account.is_some() {
        return Err(Error::forbidden());
    }
    put(unit, account, password)?;
    super::end_sessions(unit, account)
}

/// Changes one's own password: `verified` is of the old one, with its second factor. All sessions end, a new one begins.
pub fn change_password(
    unit: &mut Unit,
    caller: &Caller,
    verified: &Verified,
    password: &Hashed,
    policy: Policy,
    device: &Device,
) -> Result<Attempt> {
    let me = caller.me()?;
    if verified.account != Some(me) {
        return refuse(unit, verified);
    }
    match prove(unit, verified, policy)? {
        Ok((_, full)) => {
            put(unit, me, password)?;
            super::end_sessions(unit, me)?;
            open_session(unit, me, device, full).map(Ok)
        }
        Err(refused) => Ok(Err(refused)),
    }
}

fn put(unit: &mut Unit, account: AccountId, password: &Hashed) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into secret (county, account, password, totp_step) values ($1, $2, $3, 0)
             on conflict (county, account) do update set password = excluded.password")
        .bind(home)
        .bind(account)
        .bind(&password.0),
    )?;
    changed(unit)?;
    unit.record(Entry::new("account.password", ("account", account.uuid()), None, json!({})));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_stated_and_refuses_weak_ones() {
        let hashed = hash_password("石桥村的 long 密码 7").expect("a good password").0;
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert_ne!(hashed, hash_password("石桥村的 long 密码 7").expect("a good password").0, "salted");
        for weak in ["", "短", "aaaaaaaaaaaa", "Password2026", "1234567890", "abababababab", &"长".repeat(200)] {
            assert_eq!(hash_password(weak).err().map(|e| e.kind()), Some(Kind::Invalid), "{weak}");
        }
    }
}
