//! Who: from what a pack says to the seat that holds a matter.
//!
//! There is always one. If the place is coarser than the seat, the seat is vacant or was never made, or the report is
//! about it, the next rung up the ladder has it at once, and the reason is on record.

use crate::{Matter, Rules};
use access::{Caller, Seat, SeatAt, find_seat, seat, seat_barred};
use base::{Code, Error, Home, Level, MatterId, Result, SeatId, Time};
use packs::{At, Facts, Ladder, Rung, UnitRef, Who};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::{Reader, Sql, sql};
use uuid::Uuid;

/// A seat named by the person who makes a move: a role or a department, at the matter's place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    #[serde(default)]
    pub seat: Option<SeatId>,
    #[serde(default)]
    pub role: Option<String>,
    #[serde(default)]
    pub unit: Option<String>,
    /// Level at which the department's seat is looked for; its township's by default.
    #[serde(default)]
    pub level: Option<Level>,
}

/// A seat, and which ones were passed over for what reason.
#[derive(Debug)]
pub struct Found {
    pub seat: Seat,
    pub(crate) passed: Vec<Passed>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Passed {
    role: String,
    /// vacant | coarse | none | about.
    why: &'static str,
}

/// What the answer to "who" depends on. Also of what is no matter: a reaction to a thing has a place and no holder.
pub struct Seek<'a> {
    pub rules: &'a Rules,
    /// What is climbed.
    pub ladder: Option<&'a Ladder>,
    pub place: Code,
    /// Whom the matter is about.
    pub about: &'a [Uuid],
    pub facts: &'a Facts,
    /// The seat that holds it, for `{up: n}` and `holder`.
    pub holder: Option<SeatId>,
    pub opener: Option<SeatId>,
    /// Department of the category, on whose rung it stands.
    pub unit: Option<&'a str>,
    pub chosen: &'a [Chosen],
    /// Nobody whom it is about holds it, not even at the top of the ladder.
    pub apart: bool,
}

impl Seek<'_> {
    /// The seat for `who`; climbs where there is none. `no_seat`: not even the top of the ladder was made.
    pub fn seat(&self, r: &mut Reader, who: &Who) -> Result<Found> {
        let mut passed = Vec::new();
        if let Some(seat) = self.exact(r, who, &mut passed)? {
            return Ok(Found { seat, passed });
        }
        let from = self.rung(r, who)?;
        self.climb(r, from, passed)
    }

    /// Which seats will be looked at first for these, for [`Reader::ahead`].
    pub(crate) fn ahead<'w>(&self, here: (Home, Time), who: impl Iterator<Item = &'w Who>) -> Vec<Sql> {
        let seats = |who: &Who| {
            let (role, place) = match who {
                Who::Seat { role, at } => (role, self.at(*at)),
                Who::Nearest { role, .. } => (role, self.place),
                _ => return None,
            };
            Some(access::seats_of(here, role, None, place.at(self.level(role).ok()?)?))
        };
        who.filter_map(seats).collect()
    }

    /// Only the very seat, filled: an offer is never made to another.
    pub(crate) fn only(&self, r: &mut Reader, who: &Who) -> Result<Option<Seat>> {
        self.exact(r, who, &mut Vec::new())
    }

    /// The next rung above `seat` that can hold it; `None` at the top.
    pub(crate) fn above(&self, r: &mut Reader, seat: &Seat) -> Result<Option<Found>> {
        let from = self.rung_of(&seat.role);
        let found = match self.climb(r, from.map(|n| n + 1), Vec::new()) {
            Err(e) if e.code() == NOBODY_FREE => return Ok(None),
            found => found?,
        };
        Ok((found.seat.id != seat.id && self.rung_of(&found.seat.role) > from).then_some(found))
    }

    fn exact(&self, r: &mut Reader, who: &Who, passed: &mut Vec<Passed>) -> Result<Option<Seat>> {
        match who {
            Who::Holder => self.by_id(r, self.holder),
            Who::Opener => self.by_id(r, self.opener),
            Who::Seat { role, at } => {
                let level = self.level(role)?;
                let place = self.at(*at);
                self.try_seat(r, role, None, level, place, passed)
            }
            Who::Unit { unit, at } => {
                let Some(unit) = self.unit_of(unit)? else { return Ok(None) };
                self.try_unit(r, &unit, *at, passed)
            }
            Who::Chosen => match self.chosen.first() {
                Some(c) => self.try_chosen(r, c, passed),
                None => Err(Error::invalid("chosen", "请选择交给谁", "say to whom it goes")),
            },
            Who::Nearest { role, .. } => {
                let level = self.level(role)?;
                self.try_seat(r, role, None, level, self.place, passed)
            }
            Who::Up(_) | Who::Resident | Who::Anyone => Ok(None),
        }
    }

    pub(crate) fn try_chosen(&self, r: &mut Reader, c: &Chosen, passed: &mut Vec<Passed>) -> Result<Option<Seat>> {
        if let Some(id) = c.seat {
            let found = seat(r, id)?.ok_or_else(|| Error::invalid("chosen.seat", "没有这个岗位", "there is no such seat"))?;
            return self.usable(r, found, passed);
        }
        if let Some(unit) = &c.unit {
            if self.rules.catalogue.unit(unit).is_none() {
                return Err(Error::invalid("chosen.unit", format!("没有“{unit}”这个部门"), format!("there is no department {unit}")));
            }
            return self.try_unit(r, unit, c.level.map_or(At::Level(Level::Town), At::Level), passed);
        }
        let Some(role) = &c.role else {
            return Err(Error::invalid("chosen", "请写明岗位、角色或部门", "name a seat, a role or a department"));
        };
        let level = self.level(role)?;
        self.try_seat(r, role, None, level, self.place, passed)
    }

    fn try_unit(&self, r: &mut Reader, unit: &str, at: At, passed: &mut Vec<Passed>) -> Result<Option<Seat>> {
        let Some(declared) = self.rules.catalogue.unit(unit) else { return Ok(None) };
        let level = match at {
            At::Level(level) => level,
            At::Place => self.place.level(),
        };
        // Its station in the township, else its seat at the county.
        for (level, role) in declared.roles.iter().rev().filter(|(l, _)| **l <= level) {
            if let Some(seat) = self.try_seat(r, role, Some(unit), *level, self.place, passed)? {
                return Ok(Some(seat));
            }
        }
        Ok(None)
    }

    fn try_seat(
        &self,
        r: &mut Reader,
        role: &str,
        unit: Option<&str>,
        level: Level,
        place: Code,
        passed: &mut Vec<Passed>,
    ) -> Result<Option<Seat>> {
        let why = match find_seat(r, role, unit, level, place)? {
            SeatAt::Filled(seat) => return self.usable(r, seat, passed),
            SeatAt::Vacant(_) => "vacant",
            SeatAt::Coarse => "coarse",
            SeatAt::None => "none",
        };
        passed.push(Passed { role: role.to_owned(), why });
        Ok(None)
    }

    /// Whom a report is about, and who stands under him, cannot hold it.
    fn usable(&self, r: &mut Reader, seat: Seat, passed: &mut Vec<Passed>) -> Result<Option<Seat>> {
        if seat_barred(r, &self.rules.catalogue, &seat, self.about)? {
            passed.push(Passed { role: seat.role, why: "about" });
            return Ok(None);
        }
        Ok(Some(seat))
    }

    /// The first rung from `from` on whose seat can hold it. At the very top a vacant seat must do: a matter is never
    /// without a holder.
    pub(crate) fn climb(&self, r: &mut Reader, from: Option<usize>, mut passed: Vec<Passed>) -> Result<Found> {
        let ladder = self.ladder()?;
        for rung in ladder.rungs.iter().skip(from.unwrap_or(0)) {
            let seat = match rung {
                Rung::Role(role) => {
                    let level = self.level(role)?;
                    self.try_seat(r, role, None, level, self.place, &mut passed)?
                }
                Rung::Unit => match self.unit {
                    Some(unit) => self.try_unit(r, unit, At::Level(Level::County), &mut passed)?,
                    None => None,
                },
            };
            if let Some(seat) = seat {
                return Ok(Found { seat, passed });
            }
        }
        let top = ladder.rungs.iter().rev().find_map(|rung| match rung {
            Rung::Role(role) => Some(role),
            Rung::Unit => None,
        });
        let Some(top) = top else { return Err(no_seat()) };
        match find_seat(r, top, None, self.level(top)?, self.place)? {
            SeatAt::Filled(seat) | SeatAt::Vacant(seat) if self.apart && seat_barred(r, &self.rules.catalogue, &seat, self.about)? => {
                Err(nobody_free())
            }
            SeatAt::Filled(seat) | SeatAt::Vacant(seat) => Ok(Found { seat, passed }),
            SeatAt::Coarse | SeatAt::None => Err(no_seat()),
        }
    }

    /// Where on the ladder to begin to look for `who`.
    fn rung(&self, r: &mut Reader, who: &Who) -> Result<Option<usize>> {
        let role = match who {
            Who::Seat { role, .. } | Who::Nearest { role, .. } => Some(role.clone()),
            Who::Up(n) => {
                let holder = self.by_id(r, self.holder)?.map(|s| s.role);
                return Ok(holder.and_then(|role| self.rung_of(&role)).map(|rung| rung + *n as usize));
            }
            Who::Unit { at: At::Level(level), .. } => return self.first_at(*level),
            Who::Chosen => match self.chosen.first() {
                Some(Chosen { role: Some(role), .. }) => Some(role.clone()),
                Some(Chosen { seat: Some(id), .. }) => seat(r, *id)?.map(|s| s.role),
                _ => return self.first_at(Level::Town),
            },
            _ => None,
        };
        Ok(match role.as_deref() {
            Some(role) => match self.rung_of(role) {
                Some(rung) => Some(rung + 1),
                None => self.first_at(self.level(role)?)?,
            },
            None => None,
        })
    }

    /// The lowest rung whose seats stand at `level` or above.
    fn first_at(&self, level: Level) -> Result<Option<usize>> {
        Ok(self.ladder()?.rungs.iter().position(|rung| match rung {
            Rung::Role(role) => self.level(role).is_ok_and(|l| l <= level),
            Rung::Unit => false,
        }))
    }

    fn rung_of(&self, role: &str) -> Option<usize> {
        let ladder = self.ladder().ok()?;
        ladder.rung_of(role).or_else(|| {
            let of_unit = self.rules.catalogue.role(role).is_some_and(|r| r.of_unit);
            // A station in the township stands where the township does; a department at the county on its own rung.
            match (of_unit, self.level(role)) {
                (true, Ok(Level::County)) => ladder.rungs.iter().position(|r| *r == Rung::Unit),
                (_, Ok(level)) => self.first_at(level).ok().flatten(),
                (_, Err(_)) => None,
            }
        })
    }

    fn ladder(&self) -> Result<&Ladder> {
        self.ladder.ok_or_else(no_seat)
    }

    fn level(&self, role: &str) -> Result<Level> {
        let declared = self.rules.catalogue.role(role);
        declared.map(|r| r.level).ok_or_else(|| Error::invalid("role", format!("没有“{role}”这个角色"), format!("there is no role {role}")))
    }

    fn at(&self, at: At) -> Code {
        match at {
            At::Place => self.place,
            At::Level(level) => self.place.at(level).unwrap_or(self.place),
        }
    }

    fn unit_of(&self, unit: &UnitRef) -> Result<Option<String>> {
        Ok(match unit {
            UnitRef::Fixed(id) => Some(id.clone()),
            // A category without a department leaves the matter to the ladder.
            UnitRef::Expr(e) => e.eval(self.facts).ok().and_then(|v| v.as_str().map(str::to_owned)),
        })
    }

    fn by_id(&self, r: &mut Reader, id: Option<SeatId>) -> Result<Option<Seat>> {
        match id {
            Some(id) => seat(r, id),
            None => Ok(None),
        }
    }
}

/// Code of the error where nobody was found at all.
pub const NO_SEAT: &str = "no_seat";

fn no_seat() -> Error {
    Error::conflict(
        NO_SEAT,
        "本县还没有设好岗位，找不到谁来办；请先设县级岗位",
        "no seat of this county can hold it; set up the county's own seat first",
    )
}

/// Code of the error where whoever could hold it is one whom it is about.
pub const NOBODY_FREE: &str = "nobody_free";

fn nobody_free() -> Error {
    Error::conflict(
        NOBODY_FREE,
        "说到的人正是受理这类事的人，本县没有别人可以受理；请拨打 12345，或向上一级反映",
        "it is about the very people who would deal with it, and nobody else in this county can; call 12345 or tell the level above",
    )
}

/// For the journal.
pub(crate) fn passed_json(passed: &[Passed]) -> Json {
    json!(passed)
}

pub(crate) fn named(home: Home, m: MatterId) -> Sql {
    sql("select about from matter_about where county = $1 and subject = $2").bind(home).bind(m)
}

/// Is the matter about the caller, a seat of his or a unit that he stands under? Then he learns nothing of it.
pub fn concerns(r: &mut Reader, caller: &Caller, id: MatterId) -> Result<bool> {
    if caller.barred.is_empty() {
        return Ok(false);
    }
    let rows: Vec<(Uuid,)> = r.many(named(r.home(), id))?;
    Ok(rows.iter().any(|(u,)| caller.barred.contains(u)))
}

/// Accounts, seats and units that a matter is about.
pub fn about(r: &mut Reader, m: &Matter) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = r.many(named(r.home(), m.id))?;
    Ok(rows.into_iter().map(|(u,)| u).collect())
}
