//! An import that is not shown is taken back: nothing of it stays but the entries that say so.

use super::{
    State,
    check::by,
    report::{lock, set_state},
};
use crate::{Register, named, put};
use access::Caller;
use base::{Error, Result, ThingId, Time};
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use store::{Entry, Store, Unit, sql};
use uuid::Uuid;

const CHUNK: i64 = 50;

/// Takes back an import; a cancel that was cut off goes on when it is asked for again.
pub async fn cancel(store: &Store, register: &Register, caller: &Caller, id: Uuid) -> Result<()> {
    loop {
        let (register, by_whom) = (register.clone(), caller.clone());
        let left = store.command(caller.home, by(caller), move |unit| step(unit, &register, &by_whom, id)).await?.value;
        if !left {
            return Ok(());
        }
    }
}

/// Cancels what was checked before `before` and never committed, and forgets the reports of that time: staged rows and
/// faults hold personal values, which stay no longer than they are needed. Answers how many imports were cancelled.
pub async fn expire(store: &Store, register: &Register, before: Time) -> Result<usize> {
    let mut n = 0;
    for home in store.homes().await? {
        let system = Caller::system(home, register.catalogue.clone());
        let old: Vec<(Uuid,)> = store
            .read(home, move |r| {
                r.many(
                    sql("select id from import where county = $1 and state <= $2 and made < $3")
                        .bind(home)
                        .bind(State::Checked as i64)
                        .bind(before),
                )
            })
            .await?;
        for (id,) in old {
            cancel(store, register, &system, id).await?;
            n += 1;
        }
        let forget = move |unit: &mut Unit| {
            unit.write(sql("update import set report = '{}' where county = $1 and made < $2 and report <> '{}'").bind(home).bind(before))
        };
        store.command(home, by(&system), forget).await?;
    }
    Ok(n)
}

fn step(unit: &mut Unit, register: &Register, caller: &Caller, id: Uuid) -> Result<bool> {
    let import = lock(unit, caller, id)?;
    match State::of(import.state) {
        State::Shown => {
            return Err(Error::conflict("shown", "已经导入完成，不能取消", "it is on the register already and cannot be cancelled"));
        }
        State::Cancelled => return Ok(false),
        State::Checking | State::Checked | State::Committing => {}
    }
    let home = unit.home();
    let gone = unit.change(
        sql("delete from import_row where county = $1 and import = $2 and row in (select row from import_row where county = $1 and import = $2 order by row limit 1000)")
            .bind(home)
            .bind(id),
    )?;
    if gone > 0 {
        return Ok(true);
    }
    let kind = register.kind_of(&import.kind)?.clone();
    let brought: Vec<(ThingId, i64, Uuid)> = unit.many(
        sql("select id, n, version from thing where county = $1 and import = $2 order by id limit $3").bind(home).bind(id).bind(CHUNK),
    )?;
    for (thing, n, version) in &brought {
        put::not_living(unit, &kind, *thing, *n, *version)?;
        take_back(unit, id, *thing)?;
        named::settle_files(unit, &kind, *thing)?;
    }
    if !brought.is_empty() {
        return Ok(true);
    }
    set_state(unit, id, State::Cancelled)?;
    if import.done > 0 {
        unit.record(Entry::new(
            "things.import_cancelled",
            ("import", id),
            Some(home.code()),
            json!({"kind": import.kind, "done": import.done}),
        ));
    }
    Ok(false)
}

/// Versions, keys and words of one thing that the import wrote go; what it was to end stays.
fn take_back(unit: &mut Unit, id: Uuid, thing: ThingId) -> Result<()> {
    let home = unit.home();
    let words = |rows: Vec<(String,)>| -> HashSet<Uuid> {
        let ids = rows.into_iter().filter_map(|(w,)| serde_json::from_str::<serde_json::Map<String, Json>>(&w).ok());
        ids.flat_map(|m| m.into_iter().map(|(_, v)| v)).filter_map(|v| v.as_str()?.parse().ok()).collect()
    };
    let new = words(
        unit.many(sql("select words from thing_version where county = $1 and thing = $2 and import = $3").bind(home).bind(thing).bind(id))?,
    );
    let mut q = sql("select words from thing_version where county = $1 and thing = $2 and (import is null or import <> $3)")
        .bind(home)
        .bind(thing)
        .bind(id);
    q.push(" order by id");
    let old = words(unit.many(q)?);
    let mut q = sql("delete from word where county = ");
    q.arg(home).push(" and id in ").list(new.difference(&old).copied());
    unit.write(q)?;
    unit.write(sql("delete from thing_version where county = $1 and thing = $2 and import = $3").bind(home).bind(thing).bind(id))?;
    unit.write(
        sql("update thing_version set unimport = null where county = $1 and thing = $2 and unimport = $3").bind(home).bind(thing).bind(id),
    )?;
    unit.write(sql("update thing set leaves = null where county = $1 and id = $2 and leaves = $3").bind(home).bind(thing).bind(id))?;
    unit.write(sql("delete from thing_key where county = $1 and thing = $2 and import = $3").bind(home).bind(thing).bind(id))
}
