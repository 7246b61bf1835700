//! Seats 岗位: a role at a region (or of a department there). Matters are held by seats, never by persons.

mod fill;
mod make;
mod under;

pub use fill::{Fill, Leave, Tenure, end_tenure, fill_seat, leave, tenures, tenures_at};
pub(crate) use fill::{insert as insert_tenure, shorten};
pub(crate) use make::insert as insert_seat;
pub use make::{MakeSeat, close_seat, make_seat};
pub(crate) use under::{grants_until, superiors};
pub use under::{same_person, seat_barred, stands_under, unit_subject};

use base::{AccountId, Code, Home, Level, Result, SeatId, Time};
use store::{Columns, FromRow, Reader, Row, Sql, Unit, sql};
use uuid::Uuid;

store::row! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Seat {
        pub id: SeatId,
        pub role: String,
        pub region: Code,
        pub unit: Option<String>,
        /// The 片, 网格 or 巷 that the seat answers for, where it is one.
        pub area: Option<Uuid>,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderKind {
    Holder,
    /// B 岗.
    Deputy,
    /// For a period: leave is two dates and a name.
    Acting,
}

impl HolderKind {
    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn of(code: i64) -> HolderKind {
        match code {
            0 => HolderKind::Holder,
            1 => HolderKind::Deputy,
            _ => HolderKind::Acting,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Holder {
    pub account: AccountId,
    pub kind: HolderKind,
}

/// What was found for "this role at this place".
#[derive(Clone, Debug)]
pub enum SeatAt {
    Filled(Seat),
    /// There is such a seat, and nobody in it.
    Vacant(Seat),
    /// The place is not known well enough: it is coarser than the role's level, or in no 片.
    Coarse,
    /// No such seat was ever made.
    None,
}

pub fn seat_closed(r: &mut Reader, id: SeatId) -> Result<bool> {
    let q = sql("select count(*) from seat where county = $1 and id = $2 and closed is not null");
    Ok(r.count(q.bind(r.home()).bind(id))? > 0)
}

pub fn seat(r: &mut Reader, id: SeatId) -> Result<Option<Seat>> {
    let mut q = Sql::select::<Seat>("from seat where county = ");
    q.arg(r.home()).push(" and id = ").arg(id);
    r.one(q)
}

/// The seat of `role` (and `unit`) at the region of `level` that contains `place`.
pub fn find_seat(r: &mut Reader, role: &str, unit: Option<&str>, level: Level, place: Code) -> Result<SeatAt> {
    let Some(region) = place.at(level) else { return Ok(SeatAt::Coarse) };
    let mut seats: Vec<Held> = r.many(seats_of((r.home(), r.now()), role, unit, region))?;
    if seats.iter().any(|s| s.seat.area.is_some()) {
        let Some(group) = place.at(Level::Group) else { return Ok(SeatAt::Coarse) };
        let areas: Vec<(Uuid,)> =
            r.many(sql("select area from area_group where county = $1 and grp = $2 and ended is null").bind(r.home()).bind(group))?;
        seats.retain(|s| s.seat.area.is_some_and(|a| areas.iter().any(|(b,)| *b == a)));
        if seats.is_empty() {
            return Ok(SeatAt::Coarse);
        }
    }
    let Some(Held { seat, holders }) = seats.into_iter().next() else { return Ok(SeatAt::None) };
    Ok(if holders > 0 { SeatAt::Filled(seat) } else { SeatAt::Vacant(seat) })
}

/// As [`find_seat`] asks for the seats of a role at `region`, for [`Reader::ahead`].
pub fn seats_of((home, now): (Home, Time), role: &str, unit: Option<&str>, region: Code) -> Sql {
    let mut q = sql("select ");
    q.push(Seat::COLUMNS);
    q.push(", (select count(*) from tenure t where t.county = seat.county and t.seat = seat.id and t.since <= ").arg(now);
    q.push(" and t.until > ").arg(now).push(") from seat where county = ");
    q.arg(home).push(" and role = ").arg(role).push(" and region = ").arg(region).push(" and closed is null");
    match unit {
        Some(unit) => q.push(" and unit = ").arg(unit),
        None => q.push(" and unit is null"),
    };
    q.push(" order by made, id");
    q
}

/// A seat, and how many sit in it.
struct Held {
    seat: Seat,
    holders: i64,
}

impl FromRow for Held {
    fn from_row(row: &Row) -> Result<Held> {
        Ok(Held { seat: Seat::from_row(row)?, holders: row.get(Seat::COUNT)? })
    }
}

/// Who sits there at `now`, the holder first.
pub fn holders(r: &mut Reader, seat: SeatId, now: Time) -> Result<Vec<Holder>> {
    let rows: Vec<(AccountId, i64)> = r.many(
        sql("select account, kind from tenure where county = $1 and seat = $2 and since <= $3 and until > $3 order by kind")
            .bind(r.home())
            .bind(seat)
            .bind(now),
    )?;
    Ok(rows.into_iter().map(|(account, kind)| Holder { account, kind: HolderKind::of(kind) }).collect())
}

/// Open seats at a region, in the order they were made.
pub fn seats_at(r: &mut Reader, region: Code) -> Result<Vec<Seat>> {
    let mut q = Sql::select::<Seat>("from seat where county = ");
    q.arg(r.home()).push(" and region = ").arg(region).push(" and closed is null order by made, id");
    r.many(q)
}

/// Whatever is remembered about who may do what is old from here on.
pub fn changed(unit: &mut Unit) -> Result<()> {
    let home = unit.home();
    unit.write(
        sql("insert into access_version (county, n) values ($1, 1) on conflict (county) do update set n = access_version.n + 1").bind(home),
    )
}
