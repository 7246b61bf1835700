//! 片, 网格, 巷: dated, named sets of 组 inside a village. A group lies in at most one area of each kind.

use super::{amend::check_name, no_region, region};
use crate::{Caller, seats::changed};
use base::{Code, Error, Level, Result, SeatId, Time};
use packs::Action;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{Entry, Reader, Sql, Unit, sql};
use uuid::Uuid;

store::row! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Area {
        pub id: Uuid,
        /// 片, 网格, 巷 …, as the county says it.
        pub kind: String,
        pub village: Code,
        pub name: String,
    }
}

/// One group that changes hands in a redrawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub group: Code,
    pub households: i64,
    /// The area it leaves, and that area's seats; what they hold in this group is theirs to hand over.
    pub from: Option<Uuid>,
    pub from_seats: Vec<SeatId>,
    /// The area it comes to.
    pub to: Option<Uuid>,
    pub to_seats: Vec<SeatId>,
}

pub fn areas_of(r: &mut Reader, village: Code) -> Result<Vec<Area>> {
    let mut q = Sql::select::<Area>("from area where county = ");
    q.arg(r.home()).push(" and village = ").arg(village).push(" and ended is null order by kind, since, id");
    r.many(q)
}

/// Its groups at a moment.
pub fn groups_of(r: &mut Reader, area: Uuid, at: Time) -> Result<Vec<Code>> {
    let rows: Vec<(Code,)> = r.many(
        sql("select grp from area_group where county = $1 and area = $2 and since <= $3 and (ended is null or ended > $3) order by grp")
            .bind(r.home())
            .bind(area)
            .bind(at),
    )?;
    Ok(rows.into_iter().map(|(g,)| g).collect())
}

/// Defines an area of groups that lie in no other of its kind.
pub fn define_area(unit: &mut Unit, caller: &Caller, kind: &str, village: Code, name: &str, groups: &[Code]) -> Result<Uuid> {
    caller.allow(unit, Action::Regions, village)?;
    let name = check_name(name)?;
    if village.level() != Level::Village || region(unit, village)?.is_none() {
        return Err(no_region("village", &village.to_string()));
    }
    let all = areas_of(unit, village)?;
    if all.iter().any(|a| a.kind == kind && a.name == name) {
        return Err(Error::conflict("area_exists", format!("已有“{name}”这个{kind}"), format!("there is an area {name} already")));
    }
    check_groups(unit, village, groups)?;
    let taken = owners(unit, village, kind)?;
    if let Some(g) = groups.iter().find(|g| taken.contains_key(g)) {
        return Err(Error::conflict(
            "group_in_area",
            format!("组 {g} 已属于另一个{kind}，请用“调整”并先看预览"),
            format!("group {g} is in another area; redraw it, with a preview first"),
        ));
    }
    let id = insert(unit, kind, village, name, None, groups)?;
    changed(unit)?;
    unit.record(Entry::new("area.defined", ("area", id), Some(village), json!({"groups": groups})));
    Ok(id)
}

pub(crate) fn insert(unit: &mut Unit, kind: &str, village: Code, name: &str, households: Option<i64>, groups: &[Code]) -> Result<Uuid> {
    let (home, now, id) = (unit.home(), unit.now(), Uuid::now_v7());
    unit.write(
        sql("insert into area (county, id, kind, village, name, households, since) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(home)
            .bind(id)
            .bind(kind)
            .bind(village)
            .bind(name)
            .bind(households)
            .bind(now),
    )?;
    groups.iter().try_for_each(|g| join(unit, id, *g))?;
    Ok(id)
}

fn join(unit: &mut Unit, area: Uuid, group: Code) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    unit.write(
        // A group that left and comes back in the same moment is where it was.
        sql("insert into area_group (county, area, grp, since) values ($1, $2, $3, $4)
             on conflict (county, area, grp, since) do update set ended = null")
        .bind(home)
        .bind(area)
        .bind(group)
        .bind(now),
    )
}

fn check_groups(r: &mut Reader, village: Code, groups: &[Code]) -> Result<()> {
    if groups.is_empty() {
        return Err(Error::invalid("groups", "至少要有一个组", "at least one group is needed"));
    }
    let there: BTreeSet<Code> = super::children(r, village)?.into_iter().map(|x| x.code).collect();
    match groups.iter().find(|g| !there.contains(g)) {
        Some(g) => Err(no_region("groups", &g.to_string())),
        None => Ok(()),
    }
}

/// Area by group, of one kind in one village.
fn owners(r: &mut Reader, village: Code, kind: &str) -> Result<BTreeMap<Code, Uuid>> {
    let rows: Vec<(Code, Uuid)> = r.many(
        sql("select g.grp, g.area from area a join area_group g on g.county = a.county and g.area = a.id and g.ended is null
             where a.county = $1 and a.village = $2 and a.kind = $3 and a.ended is null")
        .bind(r.home())
        .bind(village)
        .bind(kind),
    )?;
    Ok(rows.into_iter().collect())
}

fn one(r: &mut Reader, id: Uuid) -> Result<Area> {
    let mut q = Sql::select::<Area>("from area where county = ");
    q.arg(r.home()).push(" and id = ").arg(id).push(" and ended is null");
    r.one(q)?.ok_or_else(Error::not_found)
}

/// What changes hands if the areas get these groups: each group that leaves or comes, with the seats on both sides. The
/// same answer is what [`redraw`] does.
pub fn preview_redraw(r: &mut Reader, plan: &[(Uuid, Vec<Code>)]) -> Result<Vec<Change>> {
    let Some((first, _)) = plan.first() else { return Ok(Vec::new()) };
    let first = one(r, *first)?;
    let before = owners(r, first.village, &first.kind)?;
    let mut after = before.clone();
    // What an area of the plan had and does not keep is in none, unless another of the plan takes it.
    after.retain(|_, area| !plan.iter().any(|(id, _)| id == area));
    let mut named = BTreeSet::new();
    for (id, groups) in plan {
        let area = one(r, *id)?;
        if area.village != first.village || area.kind != first.kind {
            return Err(Error::invalid(
                "areas",
                "一次只能调整同一个村的同一种片区",
                "one redrawing is of areas of one kind in one village",
            ));
        }
        check_groups(r, area.village, groups)?;
        for g in groups {
            if !named.insert(*g) {
                return Err(Error::invalid("groups", format!("组 {g} 写了两次"), format!("group {g} is named twice")));
            }
            after.insert(*g, *id);
        }
    }
    let left: BTreeSet<Uuid> = after.values().copied().collect();
    if let Some(empty) = before.values().find(|a| !left.contains(a)) {
        let name = one(r, *empty)?.name;
        return Err(Error::conflict(
            "area_empty",
            format!("“{name}”将没有组了，请先撤销它或给它留组"),
            format!("{name} would be left without groups; close it or leave it some"),
        ));
    }
    let moving: Vec<Code> =
        before.keys().chain(after.keys()).copied().collect::<BTreeSet<_>>().into_iter().filter(|g| before.get(g) != after.get(g)).collect();
    let mut q = sql("select code, coalesce(households, 0) from region where county = ");
    q.arg(r.home()).push(" and ended is null and code in ").list(moving.iter().copied());
    let households: BTreeMap<Code, i64> = r.many::<(Code, i64)>(q)?.into_iter().collect();
    let seats: Vec<(Uuid, SeatId)> = r.many(
        sql("select area, id from seat where county = $1 and region = $2 and area is not null and closed is null order by id")
            .bind(r.home())
            .bind(first.village),
    )?;
    let of = |area: Option<&Uuid>| seats.iter().filter(|(a, _)| Some(a) == area).map(|(_, s)| *s).collect();
    Ok(moving
        .into_iter()
        .map(|group| {
            let (from, to) = (before.get(&group), after.get(&group));
            let households = households.get(&group).copied().unwrap_or(0);
            Change { group, households, from: from.copied(), from_seats: of(from), to: to.copied(), to_seats: of(to) }
        })
        .collect())
}

/// Redraws as the preview showed; `seen` is what the caller saw, so that nothing else changes hands than was shown.
pub fn redraw(unit: &mut Unit, caller: &Caller, plan: &[(Uuid, Vec<Code>)], seen: &[Change]) -> Result<()> {
    let Some((first, _)) = plan.first() else { return Ok(()) };
    let village = one(unit, *first)?.village;
    caller.allow(unit, Action::Regions, village)?;
    let changes = preview_redraw(unit, plan)?;
    if changes != seen {
        return Err(Error::conflict("preview_old", "预览之后又有变动，请重新预览", "things changed since the preview; look at it again"));
    }
    let (home, now) = (unit.home(), unit.now());
    for c in &changes {
        if let Some(from) = c.from {
            unit.write(
                sql("update area_group set ended = $1 where county = $2 and area = $3 and grp = $4 and ended is null")
                    .bind(now)
                    .bind(home)
                    .bind(from)
                    .bind(c.group),
            )?;
        }
        if let Some(to) = c.to {
            join(unit, to, c.group)?;
        }
    }
    if !changes.is_empty() {
        changed(unit)?;
        let moved: Vec<_> = changes.iter().map(|c| json!([c.group, c.from, c.to])).collect();
        unit.record(Entry::new("area.redrawn", ("area", *first), Some(village), json!({"moved": moved})));
    }
    Ok(())
}

/// Closes an area whose seats are closed.
pub fn close_area(unit: &mut Unit, caller: &Caller, id: Uuid) -> Result<()> {
    let area = one(unit, id)?;
    caller.allow(unit, Action::Regions, area.village)?;
    let (home, now) = (unit.home(), unit.now());
    let seats = unit.count(sql("select count(*) from seat where county = $1 and area = $2 and closed is null").bind(home).bind(id))?;
    if seats > 0 {
        return Err(Error::conflict("area_has_seats", "这个片还有岗位，请先撤销岗位", "the area still has seats; close them first"));
    }
    unit.write(sql("update area set ended = $1 where county = $2 and id = $3").bind(now).bind(home).bind(id))?;
    unit.write(sql("update area_group set ended = $1 where county = $2 and area = $3 and ended is null").bind(now).bind(home).bind(id))?;
    changed(unit)?;
    unit.record(Entry::new("area.closed", ("area", id), Some(area.village), json!({})));
    Ok(())
}
