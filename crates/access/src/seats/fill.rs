//! Who holds a seat, from when to when: the holder, the B 岗, the one who acts while the holder is away.

use super::{HolderKind, Seat, changed, seat};
use crate::{Caller, accounts};
use base::{AccountId, Code, Error, Result, SeatId, Time};
use packs::Action;
use serde_json::json;
use store::{Entry, Reader, Sql, Unit, sql};
use uuid::Uuid;

store::row! {
    /// One person's time in one seat.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Tenure {
        pub id: Uuid,
        pub seat: SeatId,
        pub account: AccountId,
        /// 0 holder, 1 deputy, 2 acting.
        pub kind: i64,
        pub since: Time,
        /// Without its end; [`Time::MAX`] where none is known.
        pub until: Time,
    }
}

impl Tenure {
    pub fn kind(&self) -> HolderKind {
        HolderKind::of(self.kind)
    }
}

#[derive(Clone, Debug)]
pub struct Fill {
    pub seat: SeatId,
    pub account: AccountId,
    pub deputy: bool,
    /// Now, if none is given.
    pub since: Option<Time>,
    pub until: Option<Time>,
}

/// The holder is away from `since` until `until`; `acting` stands in.
#[derive(Clone, Debug)]
pub struct Leave {
    pub seat: SeatId,
    pub acting: AccountId,
    pub since: Time,
    pub until: Time,
}

/// Puts someone into a seat as its holder, in the place of the one before, or beside the holder as B 岗.
pub fn fill_seat(unit: &mut Unit, caller: &Caller, fill: Fill) -> Result<Uuid> {
    let seat = open(unit, caller, fill.seat)?;
    if caller.account == Some(fill.account) {
        return Err(Error::conflict(
            "own_account",
            "不能给自己安排岗位，请由他人办理",
            "nobody puts himself into a seat; let another do it",
        ));
    }
    let now = unit.now();
    let (since, until) = (fill.since.unwrap_or(now), fill.until.unwrap_or(Time::MAX));
    period(since, until, now)?;
    accounts::active(unit, fill.account)?;
    let kind = if fill.deputy { HolderKind::Deputy } else { HolderKind::Holder };
    let before: Vec<Tenure> = tenures(unit, seat.id)?.into_iter().filter(|t| t.kind() == kind && t.until > since).collect();
    if let Some(same) = before.iter().find(|t| t.account == fill.account && t.since <= since && t.until == until) {
        return Ok(same.id);
    }
    for t in &before {
        // One who was to begin later never began.
        shorten(unit, t.id, since.max(t.since))?;
    }
    let id = insert(unit, seat.id, fill.account, kind, since, until)?;
    if caller.catalogue.role(&seat.role).is_some_and(|r| r.paid) {
        accounts::becomes_staff(unit, fill.account)?;
    }
    changed(unit)?;
    let payload = json!({"tenure": id, "account": fill.account, "kind": kind.code(), "since": since.0, "until": until.0,
        "instead_of": before.iter().map(|t| t.account).collect::<Vec<_>>()});
    unit.record(Entry::new("seat.filled", ("seat", seat.id.uuid()), Some(seat.region), payload));
    Ok(id)
}

/// Leave is two dates and a name: for that time another acts in the seat, and 代 stands beside his acts.
pub fn leave(unit: &mut Unit, caller: &Caller, leave: Leave) -> Result<Uuid> {
    // One may ask another to stand in for oneself; for others it is an act of whoever manages seats.
    let now = unit.now();
    let own = caller.grants.iter().find(|g| g.seat == leave.seat && !g.acting);
    let seat = match own {
        Some(g) => {
            unit.act_as(caller.by(crate::Basis::Seat { seat: g.seat, acting: false }));
            seat(unit, leave.seat)?.ok_or_else(Error::not_found)?
        }
        None => open(unit, caller, leave.seat)?,
    };
    period(leave.since, leave.until, now)?;
    accounts::active(unit, leave.acting)?;
    for t in tenures(unit, seat.id)? {
        let overlaps = t.since < leave.until && t.until > leave.since;
        if overlaps && t.kind() == HolderKind::Acting {
            return Err(Error::conflict("already_acting", "这段时间已经有人代理", "someone already acts in this seat in that time"));
        }
        if overlaps && t.kind() == HolderKind::Holder && t.account == leave.acting {
            return Err(Error::invalid("acting", "代理人不能是本人", "the one who acts must be another person"));
        }
    }
    let id = insert(unit, seat.id, leave.acting, HolderKind::Acting, leave.since, leave.until)?;
    changed(unit)?;
    let payload = json!({"tenure": id, "acting": leave.acting, "since": leave.since.0, "until": leave.until.0});
    unit.record(Entry::new("seat.leave", ("seat", seat.id.uuid()), Some(seat.region), payload));
    Ok(id)
}

/// Ends someone's time in a seat now. The entry says whether the seat is vacant from here on.
pub fn end_tenure(unit: &mut Unit, caller: &Caller, id: Uuid) -> Result<()> {
    let mut q = Sql::select::<Tenure>("from tenure where county = ");
    q.arg(unit.home()).push(" and id = ").arg(id);
    let tenure: Tenure = unit.one(q)?.ok_or_else(Error::not_found)?;
    let seat = open(unit, caller, tenure.seat)?;
    let now = unit.now();
    if tenure.until <= now {
        return Ok(());
    }
    shorten(unit, id, now.max(tenure.since))?;
    changed(unit)?;
    let others = tenures(unit, seat.id)?.into_iter().any(|t| t.id != id && t.since <= now && t.until > now);
    let payload = json!({"tenure": id, "account": tenure.account, "vacant": !others});
    unit.record(Entry::new("seat.ended", ("seat", seat.id.uuid()), Some(seat.region), payload));
    Ok(())
}

/// All who held, hold or will hold a seat, newest first.
pub fn tenures(r: &mut Reader, seat: SeatId) -> Result<Vec<Tenure>> {
    let mut q = Sql::select::<Tenure>("from tenure where county = ");
    q.arg(r.home()).push(" and seat = ").arg(seat).push(" order by since desc, id");
    r.many(q)
}

/// The same of all seats of a region that are not closed.
pub fn tenures_at(r: &mut Reader, region: Code) -> Result<Vec<Tenure>> {
    let mut q = Sql::select::<Tenure>("from tenure where county = ");
    q.arg(r.home()).push(" and seat in (select id from seat where county = ").arg(r.home()).push(" and region = ").arg(region);
    q.push(" and closed is null) order by since desc, id");
    r.many(q)
}

fn open(unit: &mut Unit, caller: &Caller, id: SeatId) -> Result<Seat> {
    let seat = seat(unit, id)?.ok_or_else(Error::not_found)?;
    caller.allow(unit, Action::Seats, seat.region)?;
    if super::seat_closed(unit, id)? {
        return Err(Error::conflict("seat_closed", "这个岗位已撤销", "the seat is closed"));
    }
    Ok(seat)
}

fn period(since: Time, until: Time, now: Time) -> Result<()> {
    if until <= since || until <= now {
        return Err(Error::invalid("until", "结束时间要晚于开始时间和现在", "the end must lie after the start and after now"));
    }
    Ok(())
}

pub(crate) fn insert(unit: &mut Unit, seat: SeatId, account: AccountId, kind: HolderKind, since: Time, until: Time) -> Result<Uuid> {
    let (home, id) = (unit.home(), Uuid::now_v7());
    unit.write(
        sql("insert into tenure (county, id, seat, account, kind, since, until) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(home)
            .bind(id)
            .bind(seat)
            .bind(account)
            .bind(kind.code())
            .bind(since)
            .bind(until),
    )?;
    Ok(id)
}

pub(crate) fn shorten(unit: &mut Unit, tenure: Uuid, until: Time) -> Result<()> {
    let home = unit.home();
    unit.write(sql("update tenure set until = $1 where county = $2 and id = $3").bind(until).bind(home).bind(tenure))
}
