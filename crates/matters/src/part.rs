//! Seats that have a part in a matter beside its holder: they find it in their lists.

use crate::Matter;
use base::{Home, MatterId, Result, SeatId};
use store::{Reader, Sql, Unit, sql};

/// Why a seat has a part in a matter.
pub(crate) const OFFERED: &str = "offered";
pub(crate) const SUPERVISOR: &str = "supervisor";
pub(crate) const WAITS: &str = "waits";
/// An end or a pause waits for its approval.
pub(crate) const ASKED: &str = "asked";
/// Has a task of its own in it.
pub(crate) const TASK: &str = "task";
/// Held it before.
pub(crate) const WAS: &str = "was";

pub(crate) fn add(unit: &mut Unit, m: &Matter, seat: SeatId, why: &'static str) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into part (county, matter, seat, why, open, due) values ($1, $2, $3, $4, $5, $6)
             on conflict (county, matter, seat, why) do update set open = excluded.open, due = excluded.due")
        .bind(home)
        .bind(m.id)
        .bind(seat)
        .bind(why)
        .bind(m.open)
        .bind(m.due),
    )
}

pub(crate) fn remove(unit: &mut Unit, m: MatterId, seat: SeatId, why: &'static str) -> Result<()> {
    let home = unit.home();
    unit.write(sql("delete from part where county = $1 and matter = $2 and seat = $3 and why = $4").bind(home).bind(m).bind(seat).bind(why))
}

/// Brings the parts in line with a matter that was just changed.
pub(crate) fn follow(unit: &mut Unit, m: &Matter, before: &Matter) -> Result<()> {
    let home = unit.home();
    if m.due != before.due || m.open != before.open {
        unit.write(
            sql("update part set open = $1, due = $2 where county = $3 and matter = $4").bind(m.open).bind(m.due).bind(home).bind(m.id),
        )?;
    }
    for (now, then, why) in
        [(m.offered, before.offered, OFFERED), (m.supervisor, before.supervisor, SUPERVISOR), (m.waits_seat, before.waits_seat, WAITS)]
    {
        if now == then {
            continue;
        }
        if let Some(then) = then {
            remove(unit, m.id, then, why)?;
            // Who wrote it down and was waited for reads it afterwards.
            if why == WAITS && !m.open && m.opener_seat == Some(then) {
                add(unit, m, then, WAS)?;
            }
        }
        if let Some(now) = now {
            add(unit, m, now, why)?;
        }
    }
    if m.holder != before.holder {
        add(unit, m, before.holder, WAS)?;
    }
    Ok(())
}

pub(crate) fn of(home: Home, m: MatterId) -> Sql {
    sql("select distinct seat from part where county = $1 and matter = $2").bind(home).bind(m)
}

/// All seats with a part in it, the holder first.
pub fn seats(r: &mut Reader, m: &Matter) -> Result<Vec<SeatId>> {
    let rows: Vec<(SeatId,)> = r.many(of(r.home(), m.id))?;
    let mut seats = vec![m.holder];
    seats.extend(rows.into_iter().map(|(s,)| s).filter(|s| *s != m.holder));
    Ok(seats)
}
