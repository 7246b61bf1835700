//! Who stands under whom, and who is the same person: for reports about someone, and for acts on one's own acts.

use super::Seat;
use crate::Grant;
use base::{AccountId, Code, Home, Result, SeatId, Time};
use packs::{Action, Catalogue, Ladder, Rung, Subject};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc};
use store::{Reader, Sql, sql};
use uuid::Uuid;

/// The id by which a report is *about* a department.
pub fn unit_subject(home: Home, unit: &str) -> Uuid {
    let mut h = Sha256::new();
    h.update(b"unit");
    h.update(home.get().to_be_bytes());
    h.update(unit.as_bytes());
    Uuid::from_bytes(*h.finalize().first_chunk().expect("SHA-256 has 32 bytes"))
}

/// Does this account hold that seat now, in whatever way? Nobody confirms, approves or rates his own act through
/// another seat.
pub fn same_person(r: &mut Reader, seat: SeatId, account: AccountId) -> Result<bool> {
    let now = r.now();
    let n = r.count(
        sql("select count(*) from tenure where county = $1 and seat = $2 and account = $3 and since <= $4 and until > $4")
            .bind(r.home())
            .bind(seat)
            .bind(account)
            .bind(now),
    )?;
    Ok(n > 0)
}

/// Does this account hold that seat, or one that stands under it? Such a one takes no rating of its work.
pub fn stands_under(r: &mut Reader, catalogue: &Catalogue, account: AccountId, seat: SeatId) -> Result<bool> {
    if same_person(r, seat, account)? {
        return Ok(true);
    }
    let Some(above) = super::seat(r, seat)? else { return Ok(false) };
    let mine = grants(r, account)?;
    let groups = match above.area {
        Some(area) => area_groups(r, area)?,
        None => Vec::new(),
    };
    let ranks = Ranks::of(catalogue);
    Ok(mine.iter().any(|g| ranks.under(g, &above, &groups)))
}

/// The ladders of a catalogue, read once for many questions.
struct Ranks<'c> {
    catalogue: &'c Catalogue,
    ladders: Vec<Arc<Ladder>>,
}

impl<'c> Ranks<'c> {
    fn of(catalogue: &'c Catalogue) -> Ranks<'c> {
        let mut ladders: Vec<Arc<Ladder>> = Vec::new();
        for ladder in catalogue.flows().filter_map(|f| catalogue.ladder_of(f)) {
            if !ladders.iter().any(|l| Arc::ptr_eq(l, ladder)) {
                ladders.push(ladder.clone());
            }
        }
        Ranks { catalogue, ladders }
    }

    /// Is the seat of this grant under `above`, whose groups (where it is of a 片) are `groups`?
    ///
    /// On one ladder the rungs say so. Departments stand above seats of the same department alone. Otherwise the
    /// deeper level is under. At one level a seat that may supervise everything there (a village's secretary, a
    /// township's) is above those that may not, and above the duty that stands on the ladder below the departments.
    fn under(&self, mine: &Grant, above: &Seat, groups: &[Code]) -> bool {
        let independent = self.catalogue.role(&mine.role).is_some_and(|r| r.independent);
        if independent || mine.seat == above.id || !above.region.contains(mine.region) {
            return false;
        }
        if above.area.is_some() && !groups.iter().any(|g| g.contains(mine.region)) {
            return false;
        }
        let level = |role: &str, region: Code| self.catalogue.role(role).map_or(region.level(), |r| r.level);
        let deeper = level(&mine.role, mine.region) > level(&above.role, above.region);
        if above.unit.is_some() {
            return above.unit == mine.unit && deeper;
        }
        let rungs = |role: &str| self.ladders.iter().map(|l| l.rung_of(role)).collect::<Vec<_>>();
        let (mine_on, above_on) = (rungs(&mine.role), rungs(&above.role));
        if let Some((a, b)) = mine_on.iter().zip(&above_on).find_map(|(a, b)| a.zip(*b)) {
            return a < b;
        }
        let supervises = |role: &str| self.catalogue.may(role, Action::Supervise, &Subject::All);
        let duty = self.ladders.iter().zip(&mine_on).any(|(l, at)| at.is_some_and(|at| l.above(at).contains(&Rung::Unit)));
        deeper || supervises(&above.role) && (duty || !supervises(&mine.role))
    }
}

/// Seats, accounts and units that someone with these grants stands under, and until when the answer holds.
pub(crate) fn superiors(r: &mut Reader, catalogue: &Catalogue, mine: &[Grant]) -> Result<(BTreeSet<Uuid>, Time)> {
    let (home, now) = (r.home(), r.now());
    let regions: BTreeSet<i64> = mine.iter().flat_map(|g| g.region.with_ancestors()).map(Code::get).collect();
    let units: BTreeSet<&str> = mine.iter().filter_map(|g| g.unit.as_deref()).collect();
    let mut q = sql("select s.id, s.role, s.region, s.unit, s.area, t.account, t.since, t.until from seat s
        left join tenure t on t.county = s.county and t.seat = s.id and t.until > ");
    q.arg(now).push(" where s.county = ").arg(home).push(" and s.region in ").list(regions.iter().copied());
    q.push(" and s.closed is null and (s.unit is null or s.unit in ").list(units.iter().copied()).push(")");
    type Above = (SeatId, String, Code, Option<String>, Option<Uuid>, Option<AccountId>, Option<Time>, Option<Time>);
    let rows: Vec<Above> = r.many(q)?;
    let areas: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.4).collect();
    let mut sets: Vec<(Uuid, Code)> = Vec::new();
    if !areas.is_empty() {
        let mut q = sql("select area, grp from area_group where county = ");
        q.arg(home).push(" and ended is null and area in ").list(areas.iter().copied());
        sets = r.many(q)?;
    }
    let ranks = Ranks::of(catalogue);
    let (mut found, mut holds_until) = (BTreeSet::new(), Time::MAX);
    for (id, role, region, unit, area, account, since, until) in rows {
        let groups: Vec<Code> = sets.iter().filter(|(a, _)| Some(*a) == area).map(|(_, g)| *g).collect();
        let above = Seat { id, role, region, unit, area };
        if !mine.iter().any(|g| ranks.under(g, &above, &groups)) {
            continue;
        }
        found.insert(id.uuid());
        if let (Some(account), Some(since), Some(until)) = (account, since, until) {
            holds_until = holds_until.min(if since > now { since } else { until });
            if since <= now {
                found.insert(account.uuid());
            }
        }
    }
    Ok((found, holds_until))
}

/// Must this seat not hold what is about these: is it one of them, does one of them sit in it, or does it stand under
/// one? The same answer that its holders get from [`crate::Caller::check`].
pub fn seat_barred(r: &mut Reader, catalogue: &Catalogue, seat: &Seat, about: &[Uuid]) -> Result<bool> {
    if about.is_empty() {
        return Ok(false);
    }
    let (home, now) = (r.home(), r.now());
    let mut barred = BTreeSet::from([seat.id.uuid()]);
    barred.extend(seat.unit.as_deref().map(|u| unit_subject(home, u)));
    barred.extend(super::holders(r, seat.id, now)?.iter().map(|h| h.account.uuid()));
    let regions = match seat.area {
        Some(area) => area_groups(r, area)?,
        None => vec![seat.region],
    };
    let grant = |region| Grant { seat: seat.id, role: seat.role.clone(), region, unit: seat.unit.clone(), acting: false };
    let grants: Vec<Grant> = regions.into_iter().map(grant).collect();
    barred.extend(superiors(r, catalogue, &grants)?.0);
    Ok(about.iter().any(|a| barred.contains(a)))
}

/// What an account's seats give it now; a seat of an area gives one grant for each of its groups.
pub(crate) fn grants(r: &mut Reader, account: AccountId) -> Result<Vec<Grant>> {
    Ok(grants_until(r, account)?.0)
}

pub(crate) fn grants_until(r: &mut Reader, account: AccountId) -> Result<(Vec<Grant>, Time)> {
    let (home, now) = (r.home(), r.now());
    type Held = (SeatId, String, Code, Option<String>, i64, Time, Time, Option<Code>);
    let rows: Vec<Held> = r.many(
        sql("select s.id, s.role, s.region, s.unit, t.kind, t.since, t.until, g.grp from tenure t
             join seat s on s.county = t.county and s.id = t.seat and s.closed is null
             left join area_group g on g.county = s.county and g.area = s.area and g.ended is null
             where t.county = $1 and t.account = $2 and t.until > $3 order by t.kind, t.since, s.id, g.grp")
        .bind(home)
        .bind(account)
        .bind(now),
    )?;
    let (mut grants, mut holds_until): (Vec<Grant>, Time) = (Vec::new(), Time::MAX);
    for (seat, role, region, unit, kind, since, until, group) in rows {
        holds_until = holds_until.min(if since > now { since } else { until });
        let region = group.unwrap_or(region);
        // Who holds a seat and also acts in it is its holder: the rows come in that order.
        if since <= now && !grants.iter().any(|g| g.seat == seat && g.region == region) {
            grants.push(Grant { seat, role, region, unit, acting: kind == super::HolderKind::Acting.code() });
        }
    }
    Ok((grants, holds_until))
}

fn area_groups(r: &mut Reader, area: Uuid) -> Result<Vec<Code>> {
    let mut q: Sql = sql("select grp from area_group where county = ");
    q.arg(r.home()).push(" and ended is null and area = ").arg(area);
    let rows: Vec<(Code,)> = r.many(q)?;
    Ok(rows.into_iter().map(|(g,)| g).collect())
}
