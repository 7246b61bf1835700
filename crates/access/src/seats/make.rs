//! A seat is made once and closed; it is never given to another role or region.

use super::{Seat, changed, holders, seat};
use crate::Caller;
use base::{Code, Error, Id, Result, SeatId};
use packs::Action;
use serde_json::json;
use store::{Entry, Sql, Unit, sql};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct MakeSeat {
    pub role: String,
    pub region: Code,
    /// Of this department.
    pub unit: Option<String>,
    /// Of this 片, 网格 or 巷; `region` is then its village.
    pub area: Option<Uuid>,
}

/// Makes a seat, or gives the one that is there.
pub fn make_seat(unit: &mut Unit, caller: &Caller, new: MakeSeat) -> Result<SeatId> {
    caller.allow(unit, Action::Seats, new.region)?;
    fits(unit, caller, &new)?;
    if let Some(there) = open_seat(unit, &new)? {
        return Ok(there.id);
    }
    let id: SeatId = Id::fresh();
    insert(unit, id, &new)?;
    changed(unit)?;
    unit.record(Entry::new(
        "seat.made",
        ("seat", id.uuid()),
        Some(new.region),
        json!({"role": new.role, "unit": new.unit, "area": new.area}),
    ));
    Ok(id)
}

fn fits(unit: &mut Unit, caller: &Caller, new: &MakeSeat) -> Result<()> {
    // The command line may make seats before any pack is loaded; everyone else names a declared role.
    if let Some(role) = caller.catalogue.role(&new.role) {
        if role.level != new.region.level() {
            return Err(Error::invalid(
                "region",
                format!("“{}”设在{}一级，不在这一级", role.name.zh, crate::intake::level_zh(role.level)),
                format!("seats of {} stand at the level {:?}", role.id, role.level),
            ));
        }
        if role.of_unit != new.unit.is_some() {
            return Err(Error::invalid("unit", "部门岗位要写部门，其他岗位不写", "a department's seat names its unit, others do not"));
        }
    } else if caller.account.is_some() {
        return Err(Error::invalid("role", format!("没有“{}”这个角色", new.role), format!("no role {:?} is declared", new.role)));
    }
    if crate::region(unit, new.region)?.is_none() {
        return Err(crate::regions::no_region("region", &new.region.to_string()));
    }
    if let Some(area) = new.area {
        let home = unit.home();
        let village =
            unit.one::<(Code,)>(sql("select village from area where county = $1 and id = $2 and ended is null").bind(home).bind(area))?;
        if village != Some((new.region,)) {
            return Err(Error::invalid("area", "这个村没有这个片", "this village has no such area"));
        }
    }
    Ok(())
}

pub(crate) fn open_seat(unit: &mut Unit, new: &MakeSeat) -> Result<Option<Seat>> {
    let mut q = Sql::select::<Seat>("from seat where county = ");
    q.arg(unit.home()).push(" and role = ").arg(&new.role).push(" and region = ").arg(new.region).push(" and closed is null");
    let seats: Vec<Seat> = unit.many(q)?;
    Ok(seats.into_iter().find(|s| s.unit == new.unit && s.area == new.area))
}

pub(crate) fn insert(unit: &mut Unit, id: SeatId, new: &MakeSeat) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        sql("insert into seat (county, id, role, region, unit, area, made) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(home)
            .bind(id)
            .bind(&new.role)
            .bind(new.region)
            .bind(new.unit.clone())
            .bind(new.area)
            .bind(now),
    )
}

/// Closes a seat that nobody holds. What it has in hand is handed over before: `matters::close_seat`.
pub fn close_seat(unit: &mut Unit, caller: &Caller, id: SeatId) -> Result<()> {
    let seat = seat(unit, id)?.ok_or_else(Error::not_found)?;
    caller.allow(unit, Action::Seats, seat.region)?;
    let now = unit.now();
    if !holders(unit, id, now)?.is_empty() {
        return Err(Error::conflict("seat_held", "岗位上还有人，请先办理离任", "someone still holds the seat; end that first"));
    }
    let home = unit.home();
    let n =
        unit.change(sql("update seat set closed = $1 where county = $2 and id = $3 and closed is null").bind(now).bind(home).bind(id))?;
    if n == 1 {
        changed(unit)?;
        unit.record(Entry::new("seat.closed", ("seat", id.uuid()), Some(seat.region), json!({})));
    }
    Ok(())
}
