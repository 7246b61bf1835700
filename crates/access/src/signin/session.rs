//! Sessions: a random token of 256 bits, its SHA-256 at rest.

use super::Opened;
use crate::{
    AccountKind, Caller, accounts,
    keyring::{random, sha256},
};
use base::{AccountId, Error, Result, SessionId, Time};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use packs::Action;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;
use store::{Entry, Reader, Sql, Unit, sql};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Idle and absolute ends.
fn terms(kind: AccountKind) -> (Duration, Duration) {
    match kind {
        AccountKind::Staff => (Duration::from_secs(30 * MINUTE), Duration::from_secs(12 * HOUR)),
        AccountKind::Resident | AccountKind::Machine => (Duration::from_secs(90 * DAY), Duration::from_secs(90 * DAY)),
    }
}

/// What the person calls her device, as the browser says it; cut to 100 characters.
#[derive(Clone, Debug, Default)]
pub struct Device(pub String);

impl Device {
    fn text(&self) -> String {
        self.0.chars().filter(|c| !c.is_control()).take(100).collect()
    }
}

store::row! {
    /// One of a person's own devices.
    #[derive(Clone, Debug, Serialize)]
    pub struct SessionInfo {
        pub id: SessionId,
        pub device: String,
        pub made: Time,
        pub seen: Time,
        pub until: Time,
    }
}

pub(crate) fn fresh_token(prefix: &str) -> Result<(String, [u8; 32])> {
    let token = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?));
    let hash = sha256(token.as_bytes());
    Ok((token, hash))
}

/// Opens a session. The caller of this has proved who signs in.
pub fn open_session(unit: &mut Unit, account: AccountId, device: &Device, full: bool) -> Result<Opened> {
    let row = accounts::active(unit, account)?;
    let (idle, absolute) = terms(AccountKind::of(row.kind));
    let (token, hash) = fresh_token("s_")?;
    let (home, now, id) = (unit.home(), unit.now(), SessionId::fresh());
    unit.write(
        sql("insert into session (hash, id, county, account, made, seen, until, idle, device, full_rights) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(hash)
            .bind(id)
            .bind(home)
            .bind(account)
            .bind(now)
            .bind(now)
            .bind(now + absolute)
            .bind(idle.as_millis() as i64)
            .bind(device.text())
            .bind(full),
    )?;
    unit.act_as(store::By::account(account));
    unit.record(Entry::new("session.opened", ("account", account.uuid()), None, json!({"session": id, "full": full})));
    Ok(Opened { token, account, full, new: false })
}

/// One's own devices, the last used first.
pub fn sessions(r: &mut Reader, account: AccountId) -> Result<Vec<SessionInfo>> {
    let now = r.now();
    let mut q = Sql::select::<SessionInfo>("from session where county = ");
    q.arg(r.home()).push(" and account = ").arg(account).push(" and until > ").arg(now).push(" and seen + idle > ").arg(now);
    q.push(" order by seen desc, id");
    r.many(q)
}

/// Ends one of one's own sessions.
pub fn revoke_session(unit: &mut Unit, caller: &Caller, id: SessionId) -> Result<()> {
    let me = caller.me()?;
    let home = unit.home();
    let n = unit.change(sql("delete from session where county = $1 and account = $2 and id = $3").bind(home).bind(me).bind(id))?;
    if n == 0 {
        return Err(Error::not_found());
    }
    unit.record(Entry::new("session.revoked", ("account", me.uuid()), None, json!({"session": id})));
    Ok(())
}

/// Ends the session of this token.
pub fn sign_out(unit: &mut Unit, token: &str) -> Result<()> {
    unit.write(sql("delete from session where hash = $1").bind(sha256(token.as_bytes())))
}

/// Ends all of one's sessions but this one: "not me".
pub fn end_other_sessions(unit: &mut Unit, caller: &Caller, token: &str) -> Result<u64> {
    let me = caller.me()?;
    let home = unit.home();
    let n = unit.change(
        sql("delete from session where county = $1 and account = $2 and hash <> $3").bind(home).bind(me).bind(sha256(token.as_bytes())),
    )?;
    unit.record(Entry::new("session.revoked", ("account", me.uuid()), None, json!({"others": n})));
    Ok(n)
}

/// Ends all sessions of an account: its rights changed.
pub(crate) fn end_sessions(unit: &mut Unit, account: AccountId) -> Result<()> {
    let home = unit.home();
    unit.write(sql("delete from session where county = $1 and account = $2").bind(home).bind(account))
}

/// Signs an official or a machine's sessions out everywhere, at once; she may sign in again. Residents' sessions are
/// their own affair.
pub fn sign_out_everywhere(unit: &mut Unit, caller: &Caller, id: AccountId) -> Result<()> {
    let account = accounts::row(unit, id)?.filter(|a| AccountKind::of(a.kind) != AccountKind::Resident).ok_or_else(Error::not_found)?;
    caller.allow(unit, Action::Accounts, account.region.unwrap_or(unit.home().code()))?;
    let home = unit.home();
    let n = unit.change(sql("delete from session where county = $1 and account = $2").bind(home).bind(id))?;
    unit.record(Entry::new("session.revoked", ("account", id.uuid()), account.region, json!({"all": n})));
    Ok(())
}

/// Says that a session was used, for its idle end. See [`super::Authenticated::touch`].
pub fn touch(unit: &mut Unit, session: [u8; 32]) -> Result<()> {
    let now = unit.now();
    unit.write(sql("update session set seen = $1 where hash = $2 and seen < $1").bind(now).bind(session))
}
