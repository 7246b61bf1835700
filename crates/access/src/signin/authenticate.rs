//! From a token to a caller: three small queries, two of them where the seats are remembered.

use crate::{Caller, CallerKind, Grant, Scope, WrittenScope, keyring::sha256, seats, unauthenticated};
use base::{AccountId, Error, Home, Kind, Result, SessionId, Time};
use packs::Catalogue;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Reader, sql};
use uuid::Uuid;

/// Who is at the door.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub caller: Caller,
    /// `None` for a machine.
    pub session: Option<SessionId>,
    /// False until the second factor is set up.
    pub full: bool,
    /// The session's last use on record is old: the server runs [`super::touch`] with this.
    pub touch: Option<[u8; 32]>,
}

/// A session's use is written when a thirtieth of its idle time has passed: once a minute for staff; for residents, whose
/// ninety days need no such care, once an hour.
fn touch_after(idle: i64) -> Duration {
    Duration::from_millis((idle / 30).clamp(60_000, 3_600_000).unsigned_abs())
}

/// Accounts that a process remembers; beyond it all are forgotten.
const REMEMBERED: usize = 4096;

/// What accounts may do, remembered by the process under the county's `access_version`: any change of seats, tenures,
/// areas or accounts makes another version, which is read with every request.
#[derive(Clone, Default)]
pub struct Callers(Arc<Mutex<HashMap<(Home, AccountId), Remembered>>>);

#[derive(Clone)]
struct Remembered {
    version: i64,
    /// A tenure begins or ends then.
    holds_until: Time,
    made: Time,
    grants: Vec<Grant>,
    barred: Vec<Uuid>,
    /// Of the packs the ladder was read from.
    packs: Vec<String>,
}

/// The county that a token's account lives in, where one server keeps several.
pub fn home_of(r: &mut Reader, token: &str) -> Result<Option<Home>> {
    let hash = sha256(token.as_bytes());
    let table =
        if token.starts_with("k_") { "select county from api_key where hash = $1" } else { "select county from session where hash = $1" };
    let row: Option<(Home,)> = r.one(sql(table).bind(hash))?;
    Ok(row.map(|(h,)| h))
}

store::row! {
    /// A session with its account and the county's version.
    struct Session {
        id: SessionId,
        account: AccountId,
        seen: Time,
        until: Time,
        idle: i64,
        full: bool,
        kind: i64,
        state: i64,
        version: Option<i64>,
    }
}

/// The caller of this token (a session's or a machine's key), or *unauthenticated*.
pub fn authenticate(r: &mut Reader, callers: &Callers, catalogue: &Catalogue, token: &str) -> Result<Authenticated> {
    let hash = sha256(token.as_bytes());
    if token.starts_with("k_") {
        return machine(r, catalogue, hash);
    }
    let session: Option<Session> = r.one(
        sql("select s.id, s.account, s.seen, s.until, s.idle, s.full_rights, a.kind, a.state, v.n
             from session s join account a on a.county = s.county and a.id = s.account
             left join access_version v on v.county = s.county where s.hash = $1 and s.county = $2")
        .bind(hash)
        .bind(r.home()),
    )?;
    let Some(s) = session else { return Err(unauthenticated()) };
    let now = r.now();
    if s.until <= now || s.seen.0 + s.idle <= now.0 {
        return Err(Error::new(Kind::Unauthenticated, "session_expired", "登录已过期，请重新登录", "The session has ended; sign in again"));
    }
    let mut caller = known(r, callers, catalogue, s.account, (s.kind, s.state, s.version))?;
    if !s.full {
        caller.grants.clear();
    }
    let touch = (s.seen + touch_after(s.idle) <= now).then_some(hash);
    Ok(Authenticated { caller, session: Some(s.id), full: s.full, touch })
}

/// What an account may do now. For the command line and for tests; at the door use [`authenticate`].
pub fn caller_of(r: &mut Reader, callers: &Callers, catalogue: &Catalogue, account: AccountId) -> Result<Caller> {
    let home = r.home();
    let row: Option<(i64, i64, Option<i64>)> = r.one(
        sql("select a.kind, a.state, v.n from account a left join access_version v on v.county = a.county where a.county = $1 and a.id = $2")
            .bind(home)
            .bind(account),
    )?;
    known(r, callers, catalogue, account, row.ok_or_else(unauthenticated)?)
}

fn known(
    r: &mut Reader,
    callers: &Callers,
    catalogue: &Catalogue,
    account: AccountId,
    (kind, state, version): (i64, i64, Option<i64>),
) -> Result<Caller> {
    let (home, now, version) = (r.home(), r.now(), version.unwrap_or(0));
    if state != 0 {
        return Err(unauthenticated());
    }
    let known = callers.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(home, account)).cloned();
    let fresh = |k: &Remembered| {
        k.version == version && k.made <= now && now < k.holds_until && k.packs.iter().eq(catalogue.packs().map(|p| &p.hash))
    };
    let Remembered { grants, barred, .. } = match known.filter(fresh) {
        Some(k) => k,
        None => remember(r, callers, catalogue, account, version)?,
    };
    let kind = if kind == 1 { CallerKind::Staff } else { CallerKind::Resident };
    Ok(Caller { kind, account: Some(account), grants, barred, version, ..Caller::system(home, catalogue.clone()) })
}

fn remember(r: &mut Reader, callers: &Callers, catalogue: &Catalogue, account: AccountId, version: i64) -> Result<Remembered> {
    let (home, now) = (r.home(), r.now());
    let (grants, mut holds_until) = seats::grants_until(r, account)?;
    let mut barred = vec![account.uuid()];
    if !grants.is_empty() {
        let (above, until) = seats::superiors(r, catalogue, &grants)?;
        holds_until = holds_until.min(until);
        barred.extend(grants.iter().map(|g| g.seat.uuid()));
        barred.extend(grants.iter().filter_map(|g| g.unit.as_deref()).map(|u| seats::unit_subject(home, u)));
        barred.extend(above);
        barred.sort();
        barred.dedup();
    }
    let packs = catalogue.packs().map(|p| p.hash.clone()).collect();
    let new = Remembered { version, holds_until, made: now, grants, barred, packs };
    let mut all = callers.0.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= REMEMBERED {
        all.clear();
    }
    all.insert((home, account), new.clone());
    Ok(new)
}

fn machine(r: &mut Reader, catalogue: &Catalogue, hash: [u8; 32]) -> Result<Authenticated> {
    let home = r.home();
    let row: Option<(AccountId, String, Time)> =
        r.one(sql("select account, scopes, until from api_key where hash = $1 and county = $2").bind(hash).bind(home))?;
    let Some((account, scopes, until)) = row else { return Err(unauthenticated()) };
    let active = r.count(sql("select count(*) from account where county = $1 and id = $2 and state = 0").bind(home).bind(account))?;
    if until <= r.now() || active == 0 {
        return Err(unauthenticated());
    }
    let written: Vec<WrittenScope> = serde_json::from_str(&scopes).map_err(Error::internal)?;
    let scopes = written.iter().map(Scope::read).collect::<Result<Vec<Scope>>>()?;
    let caller = Caller { kind: CallerKind::Machine, account: Some(account), scopes, ..Caller::system(home, catalogue.clone()) };
    Ok(Authenticated { caller, session: None, full: true, touch: None })
}
