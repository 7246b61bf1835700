//! What was staged becomes part of the register: chunk by chunk, hidden, then shown by one flip.

use super::{
    State,
    check::by,
    report::{lock, set_state},
};
use crate::{
    Register,
    add::{self, Draft, New},
    change::{Edit, revise},
    check::shape,
    named,
    put::{self, Batch, Values, hex},
    register::full,
};
use access::{Caller, Object};
use base::{Code, Error, Result, ThingId, Time};
use packs::{Action, Kind, Subject};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::{Entry, Store, Unit, sql};
use uuid::Uuid;

/// Rows of one unit: 20 to 50 ms of the writer.
const CHUNK: i64 = 50;

/// Commits a checked import, or goes on with one that was cut off. Rows that were wrong are left out only where
/// `skip_wrong` says so. Answers how many rows changed something.
pub async fn commit(store: &Store, register: &Register, caller: &Caller, id: Uuid, skip_wrong: bool) -> Result<u64> {
    let mut n = 0;
    loop {
        let (register, by_whom) = (register.clone(), caller.clone());
        let took = store.command(caller.home, by(caller), move |unit| step(unit, &register, &by_whom, id, skip_wrong)).await?.value;
        match took {
            Some(rows) => n += rows,
            None => break,
        }
    }
    tidy(store, register, caller, id).await?;
    Ok(n)
}

store::row! {
    struct StagedRow {
        row: i64,
        thing: Option<ThingId>,
        n: Option<i64>,
        key: Option<String>,
        region: Code,
        body: String,
    }
}

/// One chunk, or the flip at the end. Answers how many rows it took; nothing once all is shown.
pub fn step(unit: &mut Unit, register: &Register, caller: &Caller, id: Uuid, skip_wrong: bool) -> Result<Option<u64>> {
    let import = lock(unit, caller, id)?;
    let kind = register.kind_of(&import.kind)?.clone();
    match State::of(import.state) {
        State::Checked | State::Committing => {}
        State::Shown => return Ok(None),
        State::Checking => return Err(Error::conflict("not_checked", "还没有检查完", "it is still being checked")),
        State::Cancelled => return Err(Error::conflict("cancelled", "这次导入已取消", "this import was cancelled")),
    }
    if import.wrong > 0 && !skip_wrong {
        return Err(Error::conflict(
            "rows_wrong",
            format!("有 {} 行要改；改好后重新检查，或选择跳过这些行", import.wrong),
            format!("{} rows are wrong; mend them and check again, or choose to leave them out", import.wrong),
        ));
    }
    let home = unit.home();
    let mut q = store::Sql::select::<StagedRow>("from import_row where county = ");
    q.arg(home).push(" and import = ").arg(id).push(" and row > ").arg(import.done).push(" order by row limit ").arg(CHUNK);
    let rows: Vec<StagedRow> = unit.many(q)?;
    let (Some(first), Some(last)) = (rows.first().map(|r| r.row), rows.last().map(|r| r.row)) else {
        show(unit, id, &import, &kind)?;
        return Ok(Some(0));
    };
    let since = import.since.unwrap_or(unit.now());
    let mut chunk = Chunk { register, caller, kind: &kind, import: id, since, batch: Batch::default(), keys: Vec::new() };
    let (mut leaves, mut things) = (Vec::new(), Vec::new());
    for row in rows {
        let number = row.row;
        let (thing, hash) = chunk.take(unit, row).map_err(|e| at_row(number, e))?;
        things.push(thing);
        leaves.push(hash);
    }
    chunk.claim(unit).map_err(|e| at_row(first, e))?;
    chunk.batch.write(unit)?;
    let payload = json!({"import": id, "kind": import.kind, "file": hex(&import.file), "first": first, "last": last, "rows": things.len(),
        "things": things, "root": hex(&root(&leaves))});
    unit.record(Entry::new("things.chunk_imported", ("import", id), Some(home.code()), payload));
    let n = things.len() as u64;
    unit.write(
        sql("update import set done = $1, state = $2 where county = $3 and id = $4")
            .bind(last)
            .bind(State::Committing as i64)
            .bind(home)
            .bind(id),
    )?;
    unit.write(sql("delete from import_row where county = $1 and import = $2 and row <= $3").bind(home).bind(id).bind(last))?;
    Ok(Some(n))
}

fn at_row(row: i64, e: Error) -> Error {
    match e.kind() {
        base::Kind::Internal | base::Kind::Unavailable => e,
        _ => Error::conflict(
            "changed_since_check",
            format!("第 {row} 行在检查之后情况变了（{}），请取消后重新检查", e.text().zh),
            format!("row {row} is no longer as it was checked ({}); cancel and check again", e.text().en),
        )
        .caused_by(e),
    }
}

/// Rows on their way in, written together at the end.
struct Chunk<'a> {
    register: &'a Register,
    caller: &'a Caller,
    kind: &'a Kind,
    import: Uuid,
    since: Time,
    batch: Batch,
    keys: Vec<(String, ThingId)>,
}

impl Chunk<'_> {
    fn take(&mut self, unit: &mut Unit, row: StagedRow) -> Result<(ThingId, [u8; 32])> {
        let (kind, since, import) = (self.kind, self.since, Some(self.import));
        self.may(row.region)?;
        let mut body: Json = serde_json::from_str(&row.body).map_err(Error::internal)?;
        let values: Values = serde_json::from_value(body["values"].take()).map_err(Error::internal)?;
        named::check(unit, kind, &values)?;
        let geometry = shape(kind, Some(&body["geometry"]))?;
        let (thing, w) = match row.thing {
            None => {
                let thing = ThingId::fresh();
                self.keys.extend(row.key.map(|key| (key, thing)));
                let draft = Draft { region: row.region, values, geometry };
                (thing, add::insert(unit, &mut self.batch, self.register, kind, New { thing, draft, since, import })?.0)
            }
            Some(thing) => {
                let home = unit.home();
                let now: Option<(Code, Option<Uuid>)> = unit.lock(
                    sql("select region, leaves from thing where county = $1 and id = $2 and n = $3").bind(home).bind(thing).bind(row.n),
                )?;
                let Some((region, None)) = now else {
                    return Err(Error::conflict("changed_since", "别人改过这一条", "someone has changed it"));
                };
                self.may(region)?;
                let edit =
                    Edit { since, import, values: Some(&values), geometry: geometry.as_ref(), region: Some(row.region), gone: false };
                (thing, revise(unit, &mut self.batch, self.register, kind, thing, &edit)?.0)
            }
        };
        // The version's own hash is salted, so that the leaf gives nothing away.
        Ok((thing, Sha256::digest([&[0][..], thing.uuid().as_bytes(), w.hash.as_bytes()].concat()).into()))
    }

    fn may(&self, region: Code) -> Result<()> {
        self.caller.check(Action::Import, &Subject::Kind(full(self.kind)), &Object::at(region)).map(|_| ())
    }

    /// Takes the keys of what is new, all or none.
    fn claim(&self, unit: &mut Unit) -> Result<()> {
        if self.keys.is_empty() {
            return Ok(());
        }
        let (home, kind) = (unit.home(), full(self.kind).to_string());
        let mut q = sql("insert into thing_key (county, kind, key, thing, import) values ");
        for (i, (key, thing)) in self.keys.iter().enumerate() {
            q.push(if i == 0 { "(" } else { ", (" }).arg(home).push(", ").arg(&kind).push(", ").arg(key);
            q.push(", ").arg(*thing).push(", ").arg(self.import).push(")");
        }
        q.push(" on conflict (county, kind, key) do nothing");
        if unit.change(q)? < self.keys.len() as u64 {
            return Err(Error::conflict("key_taken", "有编号已被登记", "a key was registered by someone else"));
        }
        Ok(())
    }
}

/// The root of a tree over the rows, as RFC 6962 builds it: a leaf is `SHA-256(0 ‖ thing ‖ hash of its version)`.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        many => {
            let half = many.len().next_power_of_two() / 2;
            Sha256::digest([&[1][..], &root(&many[..half]), &root(&many[half..])].concat()).into()
        }
    }
}

/// From here on everybody sees it.
fn show(unit: &mut Unit, id: Uuid, import: &super::report::ImportRow, kind: &Kind) -> Result<()> {
    let (home, now) = (unit.home(), unit.now());
    set_state(unit, id, State::Shown)?;
    unit.write(sql("update import set shown = $1 where county = $2 and id = $3").bind(now).bind(home).bind(id))?;
    if import.added + import.changed > 0 {
        let payload = json!({"kind": full(kind), "file": hex(&import.file), "total": import.total, "wrong": import.wrong,
            "same": import.same, "added": import.added, "changed": import.changed, "since": import.since});
        unit.record(Entry::new("things.imported", ("import", id), Some(home.code()), payload));
    }
    Ok(())
}

/// Sweeps what a shown import has made old: the rows whose place it took. Nobody sees them; they only take room. Run again
/// where it was cut off.
pub async fn tidy(store: &Store, register: &Register, caller: &Caller, id: Uuid) -> Result<()> {
    loop {
        let register = register.clone();
        let left = store.command(caller.home, by(caller), move |unit| sweep(unit, &register, id)).await?.value;
        if !left {
            return Ok(());
        }
    }
}

fn sweep(unit: &mut Unit, register: &Register, id: Uuid) -> Result<bool> {
    let home = unit.home();
    let shown = unit.count(
        sql("select count(*) from import where county = $1 and id = $2 and state = $3 and tidied = 0")
            .bind(home)
            .bind(id)
            .bind(State::Shown as i64),
    )?;
    if shown == 0 {
        return Ok(false);
    }
    let old: Vec<(ThingId, i64, Uuid, String)> = unit.many(
        sql("select id, n, version, kind from thing where county = $1 and leaves = $2 order by id limit $3")
            .bind(home)
            .bind(id)
            .bind(CHUNK),
    )?;
    for (thing, n, version, kind) in &old {
        let kind = register.kind_of(kind)?.clone();
        put::not_living(unit, &kind, *thing, *n, *version)?;
    }
    if old.is_empty() {
        unit.write(sql("update import set tidied = 1 where county = $1 and id = $2").bind(home).bind(id))?;
    }
    Ok(!old.is_empty())
}
