//! Limits kept in the database, so that several servers share them: one row for each counter, however often it is asked.

use base::{Error, Kind, Result, Time};
use std::{net::IpAddr, time::Duration};
use store::{Reader, Unit, sql};

const MINUTE: Duration = Duration::from_secs(60);

/// Failures before the first wait.
const FREE: i64 = 5;
/// The longest wait. Whoever guards an account must not be able to shut its owner out for a day.
const LONGEST: Duration = Duration::from_secs(3600);
/// Failures are forgotten after this.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

/// Counts one use in the window that runs; an error once there were `most`.
pub(crate) fn take(unit: &mut Unit, what: [u8; 32], most: i64, window: Duration) -> Result<()> {
    let now = unit.now();
    let row: Option<(i64, Time)> = unit.one(
        sql("insert into rate (hash, n, until) values ($1, 1, $2) on conflict (hash) do update set
             n = case when rate.until <= $3 then 1 else rate.n + 1 end,
             until = case when rate.until <= $3 then excluded.until else rate.until end returning n, until")
        .bind(what)
        .bind(now + window)
        .bind(now),
    )?;
    match row {
        // The error undoes the count, which therefore stays at `most`.
        Some((n, until)) if n > most => Err(wait("rate_limited", until, now)),
        _ => Ok(()),
    }
}

pub(crate) fn wait(code: &'static str, until: Time, now: Time) -> Error {
    let seconds = until.saturating_since(now).as_secs() + 1;
    let (zh, en) = match seconds {
        0..=90 => (format!("{seconds} 秒"), format!("{seconds} seconds")),
        s => (format!("{} 分钟", s.div_ceil(60)), format!("{} minutes", s.div_ceil(60))),
    };
    Error::new(Kind::RateLimited, code, format!("试得太多了，请 {zh}后再试"), format!("Too many tries; try again in {en}"))
}

/// An IPv6 customer has a /64 at least.
pub(crate) fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => v6.segments()[..4].iter().map(|s| format!("{s:x}:")).collect(),
        },
    }
}

/// Until when sign-in under this name waits, if it does.
pub(crate) fn shut(r: &mut Reader, what: [u8; 32]) -> Result<Option<Time>> {
    let now = r.now();
    let row: Option<(Time,)> = r.one(sql("select shut from guard where hash = $1 and shut > $2").bind(what).bind(now))?;
    Ok(row.map(|(t,)| t))
}

/// Counts a failure; from the fifth on each doubles the wait, from a minute to an hour.
pub(crate) fn failed(unit: &mut Unit, what: [u8; 32]) -> Result<i64> {
    let now = unit.now();
    let row: Option<(i64,)> = unit.one(
        sql("insert into guard (hash, failures, shut, until) values ($1, 1, 0, $2) on conflict (hash) do update set
             failures = case when guard.until <= $3 then 1 else guard.failures + 1 end, until = excluded.until returning failures")
        .bind(what)
        .bind(now + FORGOTTEN)
        .bind(now),
    )?;
    let failures = row.map_or(1, |(n,)| n);
    if failures >= FREE {
        let wait = MINUTE.saturating_mul(1 << (failures - FREE).min(10)).min(LONGEST);
        unit.write(sql("update guard set shut = $1 where hash = $2").bind(now + wait).bind(what))?;
    }
    Ok(failures)
}

pub(crate) fn forgive(unit: &mut Unit, what: [u8; 32]) -> Result<()> {
    unit.write(sql("delete from guard where hash = $1").bind(what))
}

/// Takes away what has run out: counters, codes, sessions, invitations. At most some hundred rows a call; answers how
/// many, so that the caller comes again while there are some.
pub fn sweep(unit: &mut Unit) -> Result<u64> {
    let now = unit.now();
    let mut gone = 0;
    for text in [
        "delete from rate where hash in (select hash from rate where until <= $1 limit 200)",
        "delete from guard where hash in (select hash from guard where until <= $1 limit 200)",
        "delete from phone_code where hash in (select hash from phone_code where until <= $1 limit 200)",
        "delete from wechat_ticket where hash in (select hash from wechat_ticket where until <= $1 limit 200)",
        "delete from session where hash in (select hash from session where until <= $1 limit 200)",
        "delete from invitation where hash in (select hash from invitation where until <= $1 limit 200)",
    ] {
        gone += unit.change(sql(text).bind(now))?;
    }
    Ok(gone)
}
