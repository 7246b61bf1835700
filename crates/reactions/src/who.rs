//! Whom a reaction tells. Where the very seat is vacant or was never made, the next rung up the ladder is told in its
//! place, so that a warning always reaches somebody; whom the matter is about, and who stands under him, never is.

use crate::{
    Context,
    scene::{Scene, Subject},
};
use access::{Seat, seat};
use base::{AccountId, Result, SeatId};
use matters::Seek;
use packs::{Flow, Who};
use store::Reader;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    Seat(SeatId),
    Account(AccountId),
}

/// All of them, each once.
pub(crate) fn recipients(r: &mut Reader, c: Context, scene: &Scene, whos: &[Who]) -> Result<Vec<Recipient>> {
    let about = about(r, scene)?;
    let mut found = Vec::new();
    for who in whos {
        let Some(one) = one(r, c, scene, &about, who)? else { continue };
        if !found.contains(&one) && !barred(r, c, one, &about)? {
            found.push(one);
        }
    }
    Ok(found)
}

fn one(r: &mut Reader, c: Context, scene: &Scene, about: &[Uuid], who: &Who) -> Result<Option<Recipient>> {
    let m = scene.subject.matter();
    Ok(match who {
        Who::Resident => m.and_then(|m| m.resident).map(Recipient::Account),
        Who::Holder => m.map(|m| Recipient::Seat(m.holder)),
        Who::Opener => m.and_then(|m| m.opener_seat.map(Recipient::Seat).or(m.opener.map(Recipient::Account))),
        Who::Anyone | Who::Chosen => None,
        who => seat_for(r, c, scene, about, who)?.map(|s| Recipient::Seat(s.id)),
    })
}

/// The seat for `who` at the scene's place, or the next one up that can be told; none where the county has no seat yet.
pub(crate) fn seat_for(r: &mut Reader, c: Context, scene: &Scene, about: &[Uuid], who: &Who) -> Result<Option<Seat>> {
    let ladder_of = |flow: &Flow| c.rules.catalogue.ladder_of(flow).map(|l| &**l);
    let (ladder, unit) = match &scene.subject {
        Subject::Matter { flow, m } => (ladder_of(flow), matters::unit(flow, m)),
        // What is no matter stands under the ladder of the packs' flows.
        _ => (c.rules.catalogue.flows().filter(|f| !f.apart).find_map(|f| ladder_of(f)), None),
    };
    let m = scene.subject.matter();
    let (holder, opener) = (m.map(|m| m.holder), m.and_then(|m| m.opener_seat));
    let apart = matches!(&scene.subject, Subject::Matter { flow, .. } if flow.apart);
    let seek = Seek { rules: c.rules, ladder, place: scene.place, about, facts: &scene.facts, holder, opener, unit, chosen: &[], apart };
    match seek.seat(r, who) {
        Ok(found) => Ok(Some(found.seat)),
        Err(e) if [matters::NO_SEAT, matters::NOBODY_FREE].contains(&e.code()) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Whom the scene is about.
pub(crate) fn about(r: &mut Reader, scene: &Scene) -> Result<Vec<Uuid>> {
    scene.subject.matter().map_or(Ok(Vec::new()), |m| matters::about(r, m))
}

fn barred(r: &mut Reader, c: Context, one: Recipient, about: &[Uuid]) -> Result<bool> {
    if about.is_empty() {
        return Ok(false);
    }
    let account = match one {
        Recipient::Seat(id) => {
            return match seat(r, id)? {
                Some(seat) => access::seat_barred(r, &c.rules.catalogue, &seat, about),
                None => Ok(true),
            };
        }
        Recipient::Account(account) => account,
    };
    if about.contains(&account.uuid()) {
        return Ok(true);
    }
    for above in about {
        if access::stands_under(r, &c.rules.catalogue, account, SeatId::from_uuid(*above))? {
            return Ok(true);
        }
    }
    Ok(false)
}
