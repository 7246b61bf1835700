//! A small town for the tests: seats, people in them, and callers named after their roles.

use access::{Caller, CallerKind, Grant};
use base::{AccountId, Code, Id, MatterId, Result, SeatId, StoryClock, Time};
use calendar::Calendar;
use matters::{Matter, Moving, Opening, Rules};
use packs::{Catalogue, Door, Name};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use store::{By, Store, sql, testing};

/// 石桥村 4 组 9 邻, as far as the tests care.
pub const GROUP: &str = "430903101201004";
pub const NEIGHBOURS: &str = "4309031012010040001";

pub struct Town {
    pub store: Store,
    pub clock: Arc<StoryClock>,
    pub rules: Arc<Rules>,
    pub seats: BTreeMap<String, (SeatId, AccountId, Grant)>,
    pub resident: Caller,
}

pub fn catalogue() -> Catalogue {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let folders: Vec<PathBuf> = ["three_leaders", "direct_line"].iter().map(|p| root.join(p)).collect();
    Catalogue::load(&folders, None).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Runs the same test on each database there is, on Thursday 2026-11-19 at 09:00.
pub fn on_both<F: AsyncFn(Town)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async {
            let clock = Arc::new(StoryClock::at("2026-11-19T09:00:00+08:00".parse().expect("a time")));
            let store = testing::open(&database, clock.clone(), &[access::SCHEMA, matters::SCHEMA]).await;
            test(Town::new(store, clock).await).await;
        });
    }
}

impl Town {
    async fn new(store: Store, clock: Arc<StoryClock>) -> Town {
        let rules = Arc::new(Rules::new(catalogue(), Calendar::shipped()));
        let kept = rules.clone();
        store.command(testing::home(), By::system("test"), move |unit| kept.keep(unit)).await.expect("keeps the packs");
        let mut town = Town { store, clock, rules, seats: BTreeMap::new(), resident: Caller::nobody(testing::home(), catalogue()) };
        for (role, region, unit) in [
            ("neighbour_leader", NEIGHBOURS, None),
            ("group_leader", GROUP, None),
            ("area_leader", "430903101201", None),
            ("village_duty", "430903101201", None),
            ("village_lead", "430903101201", None),
            ("township_duty", "430903101", None),
            ("linked_county_leader", "430903101", None),
            ("township_station", "430903101", Some("water")),
            ("department", "430903", Some("water")),
            ("department", "430903", Some("justice")),
            ("county_leader", "430903", None),
            ("desk", "430903101", None),
        ] {
            town.sit(role, region, unit).await;
        }
        town.resident.kind = CallerKind::Resident;
        town.resident.account = Some(AccountId::fresh());
        town
    }

    /// Makes a seat and puts somebody in it. Its name is the role, and the department's after a dot.
    pub async fn sit(&mut self, role: &str, region: &str, unit: Option<&str>) {
        let (seat, account) = (SeatId::fresh(), AccountId::fresh());
        let region: Code = region.parse().expect("a code");
        let (role_, unit_) = (role.to_owned(), unit.map(str::to_owned));
        self.store
            .command(testing::home(), By::system("test"), move |u| {
                let home = u.home();
                u.write(
                    sql("insert into seat (county, id, role, region, unit, made) values ($1, $2, $3, $4, $5, 0)")
                        .bind(home)
                        .bind(seat)
                        .bind(&role_)
                        .bind(region)
                        .bind(unit_.clone()),
                )?;
                u.write(
                    sql("insert into tenure (county, id, seat, account, kind, since, until) values ($1, $2, $3, $4, 0, 0, $5)")
                        .bind(home)
                        .bind(uuid::Uuid::now_v7())
                        .bind(seat)
                        .bind(account)
                        .bind(Time::MAX),
                )
            })
            .await
            .expect("a seat");
        let name = unit.map_or_else(|| role.to_owned(), |u| format!("{role}.{u}"));
        let grant = Grant { seat, role: role.to_owned(), region, unit: unit.map(str::to_owned), acting: false };
        self.seats.insert(name, (seat, account, grant));
    }

    /// Empties a seat.
    pub async fn leave(&self, name: &str) {
        let seat = self.seats[name].0;
        self.store
            .command(testing::home(), By::system("test"), move |u| {
                let home = u.home();
                u.write(sql("delete from tenure where county = $1 and seat = $2").bind(home).bind(seat))
            })
            .await
            .expect("leaves");
    }

    pub fn seat(&self, name: &str) -> SeatId {
        self.seats[name].0
    }

    pub fn caller(&self, name: &str) -> Caller {
        if name == "resident" {
            return self.resident.clone();
        }
        let (_, account, grant) = &self.seats[name];
        let mut caller = Caller::nobody(testing::home(), self.rules.catalogue.clone());
        caller.kind = CallerKind::Staff;
        caller.account = Some(*account);
        caller.grants = vec![grant.clone()];
        caller
    }

    pub fn report(&self) -> Opening {
        Opening {
            flow: Name::new("direct_line", "report"),
            door: Door::Phone,
            form: json!({ "words": "邻居新房屋檐多出一尺，雨水滴到我家墙上", "place": { "region": format!("{GROUP}0000") }, "sender": "named" }),
            region: None,
            category: Some("dispute".into()),
            triage: None,
            urgent: false,
            resident: None,
            for_another: None,
            outer: None,
            told_at: None,
            terms: "邻居 新房".into(),
            receipt: None,
        }
    }

    pub async fn open(&self, who: &str, o: Opening) -> Result<MatterId> {
        let (rules, caller) = (self.rules.clone(), self.caller(who));
        Ok(self.store.command(testing::home(), By::nobody(), move |u| matters::open(u, &rules, &caller, &o)).await?.value.id)
    }

    pub async fn make(&self, who: &str, id: MatterId, mv: &str, form: Json) -> Result<Matter> {
        self.make_with(who, id, Moving { id: mv.into(), form, ..Moving::default() }).await
    }

    pub async fn make_with(&self, who: &str, id: MatterId, moving: Moving) -> Result<Matter> {
        let caller = self.caller(who);
        self.run(move |u, rules| matters::make(u, rules, &caller, id, &moving)).await
    }

    /// Any verb, as a command.
    pub async fn run<T: Send + 'static>(&self, f: impl Fn(&mut store::Unit, &Rules) -> Result<T> + Send + 'static) -> Result<T> {
        let rules = self.rules.clone();
        Ok(self.store.command(testing::home(), By::nobody(), move |u| f(u, &rules)).await?.value)
    }

    pub async fn get(&self, id: MatterId) -> Matter {
        self.store.read(testing::home(), move |r| matters::load(r, id)).await.expect("reads").expect("is there")
    }

    /// Moves the clock to each timer that comes due until `to`, and runs it at its own time.
    pub async fn until(&self, to: &str) {
        let to: Time = to.parse().expect("a time");
        let rules = self.rules.clone();
        let ring: store::timer::Ring = Arc::new(move |u, t| matters::ring(u, &rules, t));
        while let Some(next) = self.store.next_due(testing::home()).await.expect("reads").filter(|t| *t <= to) {
            self.clock.move_to(next);
            self.store.run_due(testing::home(), &ring).await.expect("runs");
        }
        self.clock.move_to(to);
    }

    pub async fn kinds(&self, id: MatterId) -> Vec<String> {
        let entries = self.store.read(testing::home(), move |r| store::journal::of(r, Id::uuid(id))).await.expect("reads");
        entries.into_iter().map(|e| e.kind).collect()
    }
}
