//! Names of places and seats, remembered by the process: every page shows them and they seldom change.
//!
//! What is remembered counts under one `access_version` of the county, which every change of seats, tenures, areas or
//! regions raises and which is read with each request's session; a vacancy is remembered until a tenure begins or ends.

use crate::{Caller, Seat, regions, seats};
use base::{Code, Result, SeatId, Time};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Reader, sql};

/// Beyond so many, all are forgotten.
const MOST: usize = 50_000;

/// One county's.
#[derive(Default)]
pub struct Directory(Mutex<Known>);

#[derive(Default)]
struct Known {
    version: i64,
    places: HashMap<Code, Arc<str>>,
    seats: HashMap<SeatId, (Arc<Seen>, Time, Time)>,
}

/// A seat as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub seat: Seat,
    /// As [`crate::name_path`] says it.
    pub place: Arc<str>,
    pub vacant: bool,
}

impl Directory {
    /// [`crate::name_path`], for this caller's request.
    pub fn place(&self, r: &mut Reader, caller: &Caller, code: Code) -> Result<Arc<str>> {
        if let Some(name) = self.at(caller).and_then(|k| k.places.get(&code).cloned()) {
            return Ok(name);
        }
        let name: Arc<str> = regions::name_path(r, code)?.into();
        self.keep(caller, |k| drop(k.places.insert(code, name.clone())));
        Ok(name)
    }

    pub fn seat(&self, r: &mut Reader, caller: &Caller, id: SeatId) -> Result<Option<Arc<Seen>>> {
        let now = r.now();
        let known = self.at(caller).and_then(|k| k.seats.get(&id).cloned());
        if let Some((seen, ..)) = known.filter(|(_, from, until)| *from <= now && now < *until) {
            return Ok(Some(seen));
        }
        let Some(seat) = seats::seat(r, id)? else { return Ok(None) };
        let place = self.place(r, caller, seat.region)?;
        let (vacant, until) = vacancy(r, id)?;
        let seen = Arc::new(Seen { seat, place, vacant });
        self.keep(caller, |k| drop(k.seats.insert(id, (seen.clone(), now, until))));
        Ok(Some(seen))
    }

    /// What is remembered under the caller's version.
    fn at(&self, caller: &Caller) -> Option<std::sync::MutexGuard<'_, Known>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (caller.version > 0 && known.version == caller.version).then_some(known)
    }

    fn keep(&self, caller: &Caller, put: impl FnOnce(&mut Known)) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A request that began before a change does not put back what was true then.
        if caller.version == 0 || caller.version < known.version {
            return;
        }
        if caller.version > known.version || known.places.len() + known.seats.len() >= MOST {
            *known = Known { version: caller.version, ..Known::default() };
        }
        put(&mut known);
    }
}

/// Whether nobody sits there now, and until when that is so.
fn vacancy(r: &mut Reader, seat: SeatId) -> Result<(bool, Time)> {
    let now = r.now();
    let rows: Vec<(Time, Time)> =
        r.many(sql("select since, until from tenure where county = $1 and seat = $2 and until > $3").bind(r.home()).bind(seat).bind(now))?;
    let vacant = !rows.iter().any(|(since, _)| *since <= now);
    let next = rows.iter().flat_map(|(since, until)| [*since, *until]).filter(|t| *t > now).min();
    Ok((vacant, next.unwrap_or(Time::MAX)))
}
