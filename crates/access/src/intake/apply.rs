//! Bringing a plan: staged whole, then applied chunk by chunk. Each chunk is one unit; what was staged resumes after a
//! stop; a second run changes nothing.

use super::plan::{Outcome, Plan, Planned, PlannedSeat, seat_key};
use crate::{
    AccountKind, Caller, HolderKind, Keyring, MakeSeat, accounts, regions,
    seats::{self, changed},
};
use base::{AccountId, Code, Error, Id, Result, SeatId};
use packs::Action;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{By, Entry, Reader, Store, Unit, sql};
use uuid::Uuid;

/// Rows that one unit takes: few enough that nobody waits 50 ms for it.
const CHUNK: usize = 40;
const PLACE: &str = "intake_chunk.body";

/// Stages and applies; answers what was done. The plan must be without faults.
pub async fn import_leaders(store: &Store, caller: &Caller, keys: &Keyring, plan: &Plan) -> Result<Outcome> {
    let id = stage_leaders(store, caller, keys, plan).await?;
    finish_intake(store, caller, keys, id).await?;
    Ok(plan.outcome)
}

/// Keeps the checked rows, sealed. Nothing of them is seen until [`finish_intake`].
pub async fn stage_leaders(store: &Store, caller: &Caller, keys: &Keyring, plan: &Plan) -> Result<Uuid> {
    if let Some(first) = plan.faults.first() {
        let n = plan.faults.len();
        let (row, column) = (first.row, first.column);
        return Err(Error::new(
            base::Kind::Invalid,
            "rows_wrong",
            format!("有 {n} 处要改，一行也没有导入；第 {row} 行“{column}”：{}", first.text.zh),
            format!("{n} cells need mending, none was imported; row {row}, {column}: {}", first.text.en),
        ));
    }
    let id = Uuid::now_v7();
    let home = caller.home;
    let chunks = plan.rows.len().div_ceil(CHUNK);
    for (n, rows) in plan.rows.chunks(CHUNK).enumerate() {
        let text = serde_json::to_string(rows).map_err(Error::internal)?;
        let body = keys.seal(PLACE, id, &text)?;
        let put = move |unit: &mut Unit| {
            unit.write(
                sql("insert into intake_chunk (county, intake, n, body) values ($1, $2, $3, $4)")
                    .bind(home)
                    .bind(id)
                    .bind(n as i64)
                    .bind(body.clone()),
            )
        };
        store.command(home, By::system("access"), put).await?;
    }
    let caller = caller.clone();
    let begin = move |unit: &mut Unit| {
        allow(unit, &caller)?;
        let now = unit.now();
        unit.record(Entry::new("intake.staged", ("intake", id), Some(home.code()), json!({"chunks": chunks})));
        unit.write(
            sql("insert into intake (county, id, kind, chunks, next, begun) values ($1, $2, $3, $4, 0, $5)")
                .bind(home)
                .bind(id)
                .bind("leaders")
                .bind(chunks as i64)
                .bind(now),
        )
    };
    store.command(home, By::system("access"), begin).await?;
    Ok(id)
}

/// Imports that were staged and stopped before their end.
pub fn unfinished_intakes(r: &mut Reader) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = r.many(sql("select id from intake where county = $1 and done is null order by begun, id").bind(r.home()))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Applies what is left of a staged import.
pub async fn finish_intake(store: &Store, caller: &Caller, keys: &Keyring, id: Uuid) -> Result<()> {
    loop {
        let (caller, keys) = (caller.clone(), keys.clone());
        let home = caller.home;
        if store.command(home, By::system("access"), move |unit| step(unit, &caller, &keys, id)).await?.value {
            return Ok(());
        }
    }
}

fn allow(unit: &mut Unit, caller: &Caller) -> Result<()> {
    let root = unit.home().code();
    caller.allow(unit, Action::Regions, root)?;
    caller.allow(unit, Action::Accounts, root)?;
    caller.allow(unit, Action::Seats, root)
}

/// One chunk; true once nothing is left.
fn step(unit: &mut Unit, caller: &Caller, keys: &Keyring, id: Uuid) -> Result<bool> {
    allow(unit, caller)?;
    let (home, now) = (unit.home(), unit.now());
    let job: Option<(i64, i64)> = unit.lock(sql("select chunks, next from intake where county = $1 and id = $2").bind(home).bind(id))?;
    let (chunks, next) = job.ok_or_else(Error::not_found)?;
    if next < chunks {
        let body: Option<(Vec<u8>,)> =
            unit.one(sql("select body from intake_chunk where county = $1 and intake = $2 and n = $3").bind(home).bind(id).bind(next))?;
        let (body,) = body.ok_or_else(|| Error::internal("a staged chunk is missing"))?;
        let rows: Vec<Planned> = serde_json::from_str(&keys.unseal(PLACE, id, &body)?).map_err(Error::internal)?;
        let done = Chunk::load(unit, keys, &rows)?.put(unit, keys, &rows)?;
        changed(unit)?;
        unit.write(sql("delete from intake_chunk where county = $1 and intake = $2 and n = $3").bind(home).bind(id).bind(next))?;
        unit.record(Entry::new(
            "intake.applied",
            ("intake", id),
            Some(home.code()),
            json!({"chunk": next, "rows": rows.len(), "filled": done}),
        ));
    }
    let last = next + 1 >= chunks;
    unit.write(
        sql("update intake set next = $1, done = $2 where county = $3 and id = $4")
            .bind(next + 1)
            .bind(last.then_some(now))
            .bind(home)
            .bind(id),
    )?;
    Ok(last)
}

/// What is there of what the chunk's rows name, read in a few queries.
struct Chunk {
    regions: HashMap<Code, (Uuid, Option<i64>)>,
    areas: HashMap<(Code, String), Uuid>,
    seats: Vec<seats::Seat>,
    holders: BTreeMap<SeatId, (Uuid, AccountId)>,
    accounts: HashMap<[u8; 32], AccountId>,
    people: HashMap<AccountId, accounts::AccountRow>,
}

impl Chunk {
    fn load(unit: &mut Unit, keys: &Keyring, rows: &[Planned]) -> Result<Chunk> {
        let (home, now) = (unit.home(), unit.now());
        let codes: BTreeSet<i64> = rows.iter().map(|p| p.region.get()).collect();
        let mut q = sql("select code, id, households from region where county = ");
        q.arg(home).push(" and ended is null and code in ").list(codes.iter().copied());
        let regions: Vec<(Code, Uuid, Option<i64>)> = unit.many(q)?;
        let mut q = sql("select village, name, id from area where county = ");
        q.arg(home).push(" and ended is null and village in ").list(codes.iter().copied());
        let areas: Vec<(Code, String, Uuid)> = unit.many(q)?;
        let mut q = store::Sql::select::<seats::Seat>("from seat where county = ");
        q.arg(home).push(" and closed is null and region in ").list(codes.iter().copied());
        let seats: Vec<seats::Seat> = unit.many(q)?;
        let mut q = sql("select seat, id, account from tenure where county = ");
        q.arg(home).push(" and kind = 0 and since <= ").arg(now).push(" and until > ").arg(now);
        q.push(" and seat in ").list(seats.iter().map(|s| s.id));
        let holders: Vec<(SeatId, Uuid, AccountId)> = unit.many(q)?;
        let phones = rows.iter().filter_map(|p| p.seat.as_ref()?.person.as_ref()).map(|(_, phone)| keys.index("phone", phone));
        let mut q = sql("select hash, account from handle where county = ");
        q.arg(home).push(" and hash in ").list(phones.collect::<BTreeSet<_>>());
        let accounts: HashMap<[u8; 32], AccountId> = unit.many::<([u8; 32], AccountId)>(q)?.into_iter().collect();
        let mut q = store::Sql::select::<accounts::AccountRow>("from account where county = ");
        q.arg(home).push(" and id in ").list(accounts.values().copied());
        let people: Vec<accounts::AccountRow> = unit.many(q)?;
        Ok(Chunk {
            regions: regions.into_iter().map(|(c, id, h)| (c, (id, h))).collect(),
            areas: areas.into_iter().map(|(v, n, id)| ((v, n), id)).collect(),
            seats,
            holders: holders.into_iter().map(|(s, t, a)| (s, (t, a))).collect(),
            accounts,
            people: people.into_iter().map(|p| (p.id, p)).collect(),
        })
    }

    /// Answers the seats that got a holder, with the holder.
    fn put(mut self, unit: &mut Unit, keys: &Keyring, rows: &[Planned]) -> Result<Vec<(SeatId, AccountId)>> {
        let mut filled = Vec::new();
        for p in rows {
            let area = self.place(unit, p)?;
            let Some(seat) = &p.seat else { continue };
            let (role, _, of, _) = seat_key(p, seat);
            let id = self.seat(unit, MakeSeat { role, region: p.region, unit: of, area })?;
            let Some((name, phone)) = &seat.person else { continue };
            let account = self.account(unit, keys, seat, p.region, name, phone)?;
            match self.holders.get(&id) {
                Some((_, there)) if *there == account => continue,
                Some((tenure, _)) => seats::shorten(unit, *tenure, unit.now())?,
                None => {}
            }
            let now = unit.now();
            let tenure = seats::insert_tenure(unit, id, account, HolderKind::Holder, now, base::Time::MAX)?;
            self.holders.insert(id, (tenure, account));
            filled.push((id, account));
        }
        Ok(filled)
    }

    fn place(&mut self, unit: &mut Unit, p: &Planned) -> Result<Option<Uuid>> {
        let home = unit.home();
        if let Some((kind, groups)) = &p.area {
            let key = (p.region, p.place.clone());
            if let Some(id) = self.areas.get(&key) {
                return Ok(Some(*id));
            }
            let id = regions::insert_area(unit, kind, p.region, &p.place, p.households, groups)?;
            self.areas.insert(key, id);
            return Ok(Some(id));
        }
        match self.regions.get(&p.region) {
            None => {
                let id = regions::insert(unit, p.region, &p.place, p.households, None)?;
                self.regions.insert(p.region, (id.uuid(), p.households));
            }
            Some((id, there)) if p.households.is_some() && *there != p.households => {
                unit.write(sql("update region set households = $1 where county = $2 and id = $3").bind(p.households).bind(home).bind(*id))?;
            }
            Some(_) => {}
        }
        Ok(None)
    }

    fn seat(&mut self, unit: &mut Unit, new: MakeSeat) -> Result<SeatId> {
        let same = |s: &&seats::Seat| s.role == new.role && s.region == new.region && s.unit == new.unit && s.area == new.area;
        if let Some(there) = self.seats.iter().find(same) {
            return Ok(there.id);
        }
        let id: SeatId = Id::fresh();
        seats::insert_seat(unit, id, &new)?;
        self.seats.push(seats::Seat { id, role: new.role, region: new.region, unit: new.unit, area: new.area });
        Ok(id)
    }

    fn account(&mut self, unit: &mut Unit, keys: &Keyring, seat: &PlannedSeat, region: Code, name: &str, phone: &str) -> Result<AccountId> {
        let hash = keys.index("phone", phone);
        let Some(id) = self.accounts.get(&hash).copied() else {
            let id = Id::fresh();
            // An unpaid leader is a resident who holds a seat: she signs in by phone.
            let kind = if seat.paid { AccountKind::Staff } else { AccountKind::Resident };
            // The three leaders live where they lead; an official's seat says nothing about her home.
            accounts::insert(unit, keys, id, kind, Some(name), Some(phone), (!seat.paid).then_some(region))?;
            self.accounts.insert(hash, id);
            return Ok(id);
        };
        if let Some(person) = self.people.get(&id) {
            if person.state != 0 {
                return Err(Error::conflict(
                    "account_locked",
                    "表里有人的账号已停用，请先启用",
                    "the account of someone in the sheet is locked",
                ));
            }
            if accounts::unseal(keys, person)?.0.as_deref() != Some(name) {
                let sealed = keys.seal("account.name", id.uuid(), name)?;
                let home = unit.home();
                unit.write(sql("update account set name = $1 where county = $2 and id = $3").bind(sealed).bind(home).bind(id))?;
            }
            if seat.paid {
                accounts::becomes_staff(unit, id)?;
            }
        }
        Ok(id)
    }
}
