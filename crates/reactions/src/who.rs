//! Whom a reaction tells. Where the very seat is vacant or was never made, the next rung up the ladder is told in its
//! place, so that a warning always reaches somebody; whom the matter is about, and who stands under him, never is.

use crate::{
    Context,
    scene::{Scene, Subject, no_value},
};
use access::{Seat, SeatAt, find_seat, holders, seat};
use base::{AccountId, Code, Level, Result, SeatId};
use packs::{At, Flow, Ladder, Rung, UnitRef, Who};
use store::Reader;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    Seat(SeatId),
    Account(AccountId),
}

/// All of them, each once.
pub(crate) fn recipients(r: &mut Reader, c: Context, scene: &Scene, whos: &[Who]) -> Result<Vec<Recipient>> {
    let about = match scene.subject.matter() {
        Some(m) => matters::about(r, m)?,
        None => Vec::new(),
    };
    let mut found = Vec::new();
    for who in whos {
        let Some(one) = one(r, c, scene, who)? else { continue };
        if !found.contains(&one) && !barred(r, c, one, &about)? {
            found.push(one);
        }
    }
    Ok(found)
}

fn one(r: &mut Reader, c: Context, scene: &Scene, who: &Who) -> Result<Option<Recipient>> {
    let m = scene.subject.matter();
    Ok(match who {
        Who::Resident => m.and_then(|m| m.resident).map(Recipient::Account),
        Who::Holder => m.map(|m| Recipient::Seat(m.holder)),
        Who::Opener => m.and_then(|m| m.opener_seat.map(Recipient::Seat).or(m.opener.map(Recipient::Account))),
        Who::Anyone | Who::Chosen => None,
        who => seat_for(r, c, scene, who)?.map(|s| Recipient::Seat(s.id)),
    })
}

/// The seat for `who` at the scene's place, or the next one up that is filled.
pub(crate) fn seat_for(r: &mut Reader, c: Context, scene: &Scene, who: &Who) -> Result<Option<Seat>> {
    let ladder = ladder(c, scene);
    let (exact, from) = match who {
        Who::Seat { role, at } => (filled(r, c, role, None, region(scene.place, *at))?, above(c, ladder, role)),
        Who::Nearest { role, .. } => (filled(r, c, role, None, scene.place)?, above(c, ladder, role)),
        Who::Unit { unit, at } => {
            let level = match at {
                At::Level(level) => *level,
                At::Place => scene.place.level(),
            };
            let found = match unit_id(unit, scene)? {
                Some(unit) => of_unit(r, c, &unit, level, scene.place)?,
                None => None,
            };
            (found, first_at(c, ladder, level))
        }
        Who::Up(n) => {
            let held = match scene.subject.matter() {
                Some(m) => seat(r, m.holder)?,
                None => None,
            };
            let rung = held.zip(ladder).and_then(|(s, l)| l.rung_of(&s.role)).map(|rung| rung + *n as usize);
            (None, rung)
        }
        _ => (None, None),
    };
    match (exact, from) {
        (Some(seat), _) => Ok(Some(seat)),
        (None, Some(from)) => climb(r, c, ladder, from, scene.place),
        (None, None) => Ok(None),
    }
}

fn ladder<'a>(c: Context<'a>, scene: &Scene) -> Option<&'a Ladder> {
    let of = |flow: &Flow| c.rules.catalogue.ladder_of(flow).map(|l| &**l);
    match &scene.subject {
        Subject::Matter { flow, .. } => of(flow),
        _ => c.rules.catalogue.flows().find_map(|f| of(f)),
    }
}

fn region(place: Code, at: At) -> Code {
    match at {
        At::Place => place,
        At::Level(level) => place.at(level).unwrap_or(place),
    }
}

fn filled(r: &mut Reader, c: Context, role: &str, unit: Option<&str>, place: Code) -> Result<Option<Seat>> {
    let Some(declared) = c.rules.catalogue.role(role) else { return Ok(None) };
    Ok(match find_seat(r, role, unit, declared.level, place)? {
        SeatAt::Filled(seat) => Some(seat),
        SeatAt::Vacant(_) | SeatAt::Coarse | SeatAt::None => None,
    })
}

/// Its station in the township, else its seat at the county.
fn of_unit(r: &mut Reader, c: Context, unit: &str, level: Level, place: Code) -> Result<Option<Seat>> {
    let Some(declared) = c.rules.catalogue.unit(unit) else { return Ok(None) };
    for (_, role) in declared.roles.iter().rev().filter(|(l, _)| **l <= level) {
        if let Some(seat) = filled(r, c, role, Some(unit), place)? {
            return Ok(Some(seat));
        }
    }
    Ok(None)
}

fn unit_id(unit: &UnitRef, scene: &Scene) -> Result<Option<String>> {
    match unit {
        UnitRef::Fixed(id) => Ok(Some(id.clone())),
        UnitRef::Expr(e) => match e.eval(&scene.facts) {
            Ok(val) => Ok(val.as_str().map(str::to_owned)),
            // A category without a department: the ladder is told.
            Err(packs::Stopped::Missing(_)) => Ok(None),
            Err(stopped) => Err(no_value(e.source(), &stopped)),
        },
    }
}

/// The rung after the role's own; where the role stands beside the ladder, the lowest rung of its level.
fn above(c: Context, ladder: Option<&Ladder>, role: &str) -> Option<usize> {
    match ladder?.rung_of(role) {
        Some(rung) => Some(rung + 1),
        None => first_at(c, ladder, c.rules.catalogue.role(role)?.level),
    }
}

fn first_at(c: Context, ladder: Option<&Ladder>, level: Level) -> Option<usize> {
    ladder?.rungs.iter().position(|rung| match rung {
        Rung::Role(role) => c.rules.catalogue.role(role).is_some_and(|r| r.level <= level),
        Rung::Unit => false,
    })
}

fn climb(r: &mut Reader, c: Context, ladder: Option<&Ladder>, from: usize, place: Code) -> Result<Option<Seat>> {
    for rung in ladder.into_iter().flat_map(|l| l.rungs.iter().skip(from)) {
        if let Rung::Role(role) = rung
            && let Some(seat) = filled(r, c, role, None, place)?
        {
            return Ok(Some(seat));
        }
    }
    Ok(None)
}

fn barred(r: &mut Reader, c: Context, one: Recipient, about: &[Uuid]) -> Result<bool> {
    if about.is_empty() {
        return Ok(false);
    }
    let accounts = match one {
        Recipient::Seat(seat) if about.contains(&seat.uuid()) => return Ok(true),
        Recipient::Seat(seat) => {
            let now = r.now();
            holders(r, seat, now)?.into_iter().map(|h| h.account).collect()
        }
        Recipient::Account(account) => vec![account],
    };
    for account in accounts {
        if about.contains(&account.uuid()) {
            return Ok(true);
        }
        for above in about {
            if access::stands_under(r, &c.rules.catalogue, account, SeatId::from_uuid(*above))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
