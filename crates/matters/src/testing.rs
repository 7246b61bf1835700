//! A town for the tests of this crate and of those above it: places, seats with people in them, callers named after
//! their roles.

use crate::{Matter, Rules};
use access::{Caller, CallerKind, Grant};
use base::{AccountId, Code, Home, MatterId, Result, SeatId, StoryClock, Time};
use calendar::Calendar;
use packs::Catalogue;
use std::{collections::BTreeMap, sync::Arc};
use store::{By, Store, Unit, sql, testing};

pub struct Town {
    pub store: Store,
    pub clock: Arc<StoryClock>,
    pub rules: Arc<Rules>,
    /// By role, and for a department's seat `role.department`.
    pub seats: BTreeMap<String, (SeatId, AccountId, Grant)>,
    pub resident: AccountId,
}

/// Thursday 2026-11-19 at 09:00.
pub fn start() -> Arc<StoryClock> {
    Arc::new(StoryClock::at("2026-11-19T09:00:00+08:00".parse().expect("a time")))
}

impl Town {
    /// An empty one with these packs, in the county of [`testing::home`].
    pub async fn new(store: Store, clock: Arc<StoryClock>, catalogue: Catalogue) -> Town {
        let rules = Arc::new(Rules::new(catalogue.clone(), Calendar::shipped()));
        let mut town = Town { store, clock, rules, seats: BTreeMap::new(), resident: AccountId::fresh() };
        town.adopt(catalogue, Calendar::shipped()).await;
        town
    }

    pub fn home(&self) -> Home {
        testing::home()
    }

    /// From here on the county goes by these.
    pub async fn adopt(&mut self, catalogue: Catalogue, calendar: Calendar) {
        self.rules = Arc::new(Rules::new(catalogue, calendar));
        self.run(|unit, rules| rules.keep(unit)).await.expect("keeps the packs");
    }

    pub async fn region(&self, code: &str, name: &'static str) {
        let code: Code = code.parse().expect("a code");
        let put = move |unit: &mut Unit, _: &Rules| {
            let home = unit.home();
            unit.write(
                sql("insert into region (county, id, code, parent, level, name, since) values ($1, $2, $3, $4, $5, $6, 0)")
                    .bind(home)
                    .bind(uuid::Uuid::now_v7())
                    .bind(code)
                    .bind(code.parent())
                    .bind(code.level() as i64)
                    .bind(name),
            )
        };
        self.run(put).await.expect("a region");
    }

    /// Makes a seat and puts somebody in it.
    pub async fn sit(&mut self, role: &str, region: &str, unit: Option<&str>) {
        let (seat, account) = (SeatId::fresh(), AccountId::fresh());
        let region: Code = region.parse().expect("a code");
        let (of, department) = (role.to_owned(), unit.map(str::to_owned));
        let put = move |u: &mut Unit, _: &Rules| {
            let home = u.home();
            u.write(
                sql("insert into seat (county, id, role, region, unit, made) values ($1, $2, $3, $4, $5, 0)")
                    .bind(home)
                    .bind(seat)
                    .bind(&of)
                    .bind(region)
                    .bind(department.clone()),
            )?;
            u.write(
                sql("insert into tenure (county, id, seat, account, kind, since, until) values ($1, $2, $3, $4, 0, 0, $5)")
                    .bind(home)
                    .bind(uuid::Uuid::now_v7())
                    .bind(seat)
                    .bind(account)
                    .bind(Time::MAX),
            )
        };
        self.run(put).await.expect("a seat");
        let name = unit.map_or_else(|| role.to_owned(), |u| format!("{role}.{u}"));
        let grant = Grant { seat, role: role.to_owned(), region, unit: unit.map(str::to_owned), acting: false };
        self.seats.insert(name, (seat, account, grant));
    }

    /// Empties a seat.
    pub async fn leave(&self, name: &str) {
        let seat = self.seat(name);
        let go = move |u: &mut Unit, _: &Rules| {
            let home = u.home();
            u.write(sql("delete from tenure where county = $1 and seat = $2").bind(home).bind(seat))
        };
        self.run(go).await.expect("leaves");
    }

    pub fn seat(&self, name: &str) -> SeatId {
        self.seats[name].0
    }

    /// Name of a seat.
    pub fn who(&self, seat: SeatId) -> &str {
        self.seats.iter().find(|(_, (s, ..))| *s == seat).map(|(name, _)| name.as_str()).expect("a seat of the town")
    }

    pub fn caller(&self, name: &str) -> Caller {
        let mut caller = Caller::nobody(testing::home(), self.rules.catalogue.clone());
        if name == "resident" {
            (caller.kind, caller.account) = (CallerKind::Resident, Some(self.resident));
        } else {
            let (_, account, grant) = &self.seats[name];
            (caller.kind, caller.account, caller.grants) = (CallerKind::Staff, Some(*account), vec![grant.clone()]);
        }
        caller
    }

    /// Any verb, as a command.
    pub async fn run<T: Send + 'static>(&self, f: impl Fn(&mut Unit, &Rules) -> Result<T> + Send + 'static) -> Result<T> {
        let rules = self.rules.clone();
        Ok(self.store.command(testing::home(), By::nobody(), move |u| f(u, &rules)).await?.value)
    }

    pub async fn get(&self, id: MatterId) -> Matter {
        self.store.read(testing::home(), move |r| crate::load(r, id)).await.expect("reads").expect("is there")
    }
}
