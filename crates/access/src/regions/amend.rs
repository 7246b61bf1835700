//! One region at a time: added, renamed, closed.

use super::{no_region, region};
use crate::Caller;
use base::{Code, Error, RegionId, Result};
use packs::Action;
use serde_json::json;
use store::{Entry, Unit, sql};

pub(crate) fn insert(unit: &mut Unit, code: Code, name: &str, households: Option<i64>, was: Option<RegionId>) -> Result<RegionId> {
    let (home, now, id) = (unit.home(), unit.now(), RegionId::fresh());
    unit.write(
        sql("insert into region (county, id, code, parent, level, name, households, since, was) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(home)
            .bind(id)
            .bind(code)
            .bind(code.parent())
            .bind(code.level() as i64)
            .bind(name)
            .bind(households)
            .bind(now)
            .bind(was),
    )?;
    Ok(id)
}

pub(crate) fn check_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "区划名称应为 1 到 60 个字", "a region's name has 1 to 60 characters"));
    }
    Ok(name)
}

/// Adds a region under one that is there.
pub fn add_region(unit: &mut Unit, caller: &Caller, code: Code, name: &str) -> Result<RegionId> {
    caller.allow(unit, Action::Regions, code)?;
    let name = check_name(name)?;
    if let Some(there) = region(unit, code)? {
        return Err(Error::conflict(
            "region_exists",
            format!("代码 {code} 已经是“{}”", there.name),
            format!("the code {code} is {}'s already", there.name),
        ));
    }
    if let Some(parent) = code.parent()
        && code != unit.home().code()
        && region(unit, parent)?.is_none()
    {
        return Err(no_region("code", &parent.to_string()));
    }
    let id = insert(unit, code, name, None, None)?;
    crate::seats::changed(unit)?;
    unit.record(Entry::new("region.added", ("region", id.uuid()), Some(code), json!({})));
    Ok(id)
}

/// Names of regions are no one's words: the old one stays searchable with its dates.
pub fn rename_region(unit: &mut Unit, caller: &Caller, code: Code, name: &str) -> Result<RegionId> {
    caller.allow(unit, Action::Regions, code)?;
    let name = check_name(name)?;
    let old = region(unit, code)?.ok_or_else(|| no_region("code", &code.to_string()))?;
    if old.name == name {
        return Ok(old.id);
    }
    let (home, now) = (unit.home(), unit.now());
    let households: Option<(Option<i64>,)> =
        unit.one(sql("select households from region where county = $1 and id = $2").bind(home).bind(old.id))?;
    unit.write(sql("update region set ended = $1 where county = $2 and id = $3").bind(now).bind(home).bind(old.id))?;
    let id = insert(unit, code, name, households.and_then(|(h,)| h), Some(old.id))?;
    crate::seats::changed(unit)?;
    unit.record(Entry::new("region.renamed", ("region", id.uuid()), Some(code), json!({"was": old.id})));
    Ok(id)
}

/// Closes a region under which nothing is left: no region, no open seat.
pub fn close_region(unit: &mut Unit, caller: &Caller, code: Code) -> Result<()> {
    caller.allow(unit, Action::Regions, code)?;
    let old = region(unit, code)?.ok_or_else(|| no_region("code", &code.to_string()))?;
    let (home, now) = (unit.home(), unit.now());
    let (first, last) = code.range();
    let below = unit.count(
        sql("select count(*) from region where county = $1 and code > $2 and code <= $3 and ended is null")
            .bind(home)
            .bind(first)
            .bind(last),
    )?;
    let seats = unit.count(
        sql("select count(*) from seat where county = $1 and region >= $2 and region <= $3 and closed is null")
            .bind(home)
            .bind(first)
            .bind(last),
    )?;
    if below > 0 || seats > 0 {
        return Err(Error::conflict(
            "region_in_use",
            format!("下面还有 {below} 个区划、{seats} 个岗位，请先处理"),
            format!("{below} regions and {seats} seats are still there; close or move them first"),
        ));
    }
    unit.write(sql("update region set ended = $1 where county = $2 and id = $3").bind(now).bind(home).bind(old.id))?;
    unit.write(sql("update area_group set ended = $1 where county = $2 and grp = $3 and ended is null").bind(now).bind(home).bind(code))?;
    crate::seats::changed(unit)?;
    unit.record(Entry::new("region.closed", ("region", old.id.uuid()), Some(code), json!({})));
    Ok(())
}

/// How many households live there.
pub fn set_households(unit: &mut Unit, caller: &Caller, code: Code, households: i64) -> Result<()> {
    caller.allow(unit, Action::Regions, code)?;
    if !(0..=10_000_000).contains(&households) {
        return Err(Error::invalid("households", "户数应是不小于 0 的整数", "households are a whole number from 0"));
    }
    let old = region(unit, code)?.ok_or_else(|| no_region("code", &code.to_string()))?;
    let home = unit.home();
    unit.write(sql("update region set households = $1 where county = $2 and id = $3").bind(households).bind(home).bind(old.id))?;
    unit.record(Entry::new("region.households", ("region", old.id.uuid()), Some(code), json!({"households": households})));
    Ok(())
}
