//! A small county for the tests, and the pack `trial`.

use access::{Caller, CallerKind, Grant, Keyring};
use base::{AccountId, Code, Home, MatterId, SeatId, StoryClock, Time};
use calendar::Calendar;
use matters::{Matter, Moving, Opening, Rules};
use packs::{Catalogue, Door, Name, Source};
use reactions::{Runner, Tools};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};
use store::{By, Database, Recorded, Store, sql, testing};

pub const VILLAGE: &str = "430903101201";

pub struct Town {
    pub database: Database,
    pub store: Store,
    pub clock: Arc<StoryClock>,
    pub rules: Arc<Rules>,
    pub runner: Arc<Runner>,
    pub seats: BTreeMap<&'static str, (SeatId, AccountId, Grant)>,
    pub resident: AccountId,
}

pub fn home() -> Home {
    testing::home()
}

pub fn catalogue() -> Catalogue {
    let source = Source { path: "trial/pack.yaml".into(), text: include_str!("trial.yaml").into() };
    Catalogue::read(&[source], None).unwrap_or_else(|faults| panic!("\n{faults}"))
}

pub fn tools() -> Tools {
    Tools { keys: Keyring::new([(1, [7; 32])]).expect("keys"), terms: |text| text.to_owned() }
}

pub fn runner(store: &Store, rules: &Arc<Rules>) -> Runner {
    let rules = rules.clone();
    Runner::new(store.clone(), Arc::new(move |_| Some(rules.clone())), tools())
}

pub async fn open_store(database: &Database, clock: Arc<StoryClock>) -> Store {
    testing::open(database, clock, &[access::SCHEMA, matters::SCHEMA, things::SCHEMA, reactions::SCHEMA]).await
}

/// Thursday 2026-11-19 at 09:00.
pub fn start() -> Time {
    "2026-11-19T09:00:00+08:00".parse().expect("a time")
}

/// Runs the same test on each database there is.
pub fn on_both<F: AsyncFn(Town)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async { test(Town::new(&database).await).await });
    }
}

impl Town {
    pub async fn new(database: &Database) -> Town {
        let clock = Arc::new(StoryClock::at(start()));
        let store = open_store(database, clock.clone()).await;
        let rules = Arc::new(Rules::new(catalogue(), Calendar::shipped()));
        let kept = rules.clone();
        store.command(home(), By::system("test"), move |unit| kept.keep(unit)).await.expect("keeps the packs");
        let runner = Arc::new(runner(&store, &rules));
        let mut town =
            Town { database: database.clone(), store, clock, rules, runner, seats: BTreeMap::new(), resident: AccountId::fresh() };
        for (code, name, level) in
            [("430903", "演示县", 2), ("430903101", "衡龙桥镇", 3), (VILLAGE, "石桥村", 4), ("430903101202", "竹山村", 4)]
        {
            town.region(code, name, level).await;
        }
        for (role, region) in [("helper", VILLAGE), ("town", "430903101"), ("it", "430903")] {
            town.sit(role, region).await;
        }
        // From here on it follows the journal.
        town.runner.settle(home()).await.expect("settles");
        town
    }

    async fn region(&self, code: &'static str, name: &'static str, level: i64) {
        self.write(move |u| {
            let (home, code): (Home, Code) = (u.home(), code.parse()?);
            u.write(
                sql("insert into region (county, id, code, parent, level, name, since) values ($1, $2, $3, $4, $5, $6, 0)")
                    .bind(home)
                    .bind(uuid::Uuid::now_v7())
                    .bind(code)
                    .bind(code.parent())
                    .bind(level)
                    .bind(name),
            )
        })
        .await;
    }

    pub async fn sit(&mut self, role: &'static str, region: &str) {
        let (seat, account, region) = (SeatId::fresh(), AccountId::fresh(), region.parse::<Code>().expect("a code"));
        self.write(move |u| {
            let home = u.home();
            u.write(
                sql("insert into seat (county, id, role, region, made) values ($1, $2, $3, $4, 0)")
                    .bind(home)
                    .bind(seat)
                    .bind(role)
                    .bind(region),
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
        .await;
        let grant = Grant { seat, role: role.into(), region, unit: None, acting: false };
        self.seats.insert(role, (seat, account, grant));
    }

    pub async fn write<T: Send + 'static>(&self, f: impl FnMut(&mut store::Unit) -> base::Result<T> + Send + 'static) -> T {
        self.store.command(home(), By::system("test"), f).await.expect("writes").value
    }

    pub fn seat(&self, role: &str) -> SeatId {
        self.seats[role].0
    }

    pub fn caller(&self, role: &str) -> Caller {
        let mut caller = Caller::nobody(home(), self.rules.catalogue.clone());
        if role == "resident" {
            (caller.kind, caller.account) = (CallerKind::Resident, Some(self.resident));
        } else {
            let (_, account, grant) = &self.seats[role];
            (caller.kind, caller.account, caller.grants) = (CallerKind::Staff, Some(*account), vec![grant.clone()]);
        }
        caller
    }

    pub async fn open_flow(&self, flow: &str, form: Json, category: Option<&str>, urgent: bool) -> MatterId {
        let opening = Opening {
            flow: Name::new("trial", flow),
            door: Door::Phone,
            form,
            region: Some(VILLAGE.parse().expect("a code")),
            category: category.map(str::to_owned),
            triage: None,
            urgent,
            resident: None,
            for_another: None,
            outer: None,
            told_at: None,
            terms: String::new(),
            receipt: None,
        };
        let (rules, caller) = (self.rules.clone(), self.caller("resident"));
        self.write(move |u| matters::open(u, &rules, &caller, &opening)).await.id
    }

    pub async fn job(&self, category: &str, urgent: bool) -> MatterId {
        self.open_flow("job", json!({ "words": "路灯坏了" }), Some(category), urgent).await
    }

    pub async fn make(&self, who: &str, id: MatterId, mv: &str, form: Json) -> Matter {
        let (rules, caller) = (self.rules.clone(), self.caller(who));
        let moving = Moving { id: mv.into(), form, ..Moving::default() };
        self.write(move |u| matters::make(u, &rules, &caller, id, &moving)).await
    }

    pub async fn settle(&self) {
        self.runner.settle(home()).await.expect("settles");
    }

    /// Moves the clock to each timer and each retry until `to`, as a story does.
    pub async fn until(&self, to: &str) {
        let to: Time = to.parse().expect("a time");
        let rules = self.rules.clone();
        let ring: store::timer::Ring = Arc::new(move |u, t| match t.kind.split_once('.') {
            Some(("plan", _)) => reactions::ring(u, &rules, t),
            _ => matters::ring(u, &rules, t),
        });
        loop {
            self.settle().await;
            let timer = self.store.next_due(home()).await.expect("reads");
            let retry = self.runner.next_due(home()).await.expect("reads");
            let Some(next) = [timer, retry].into_iter().flatten().min().filter(|t| *t <= to) else { break };
            self.clock.move_to(next);
            self.store.run_due(home(), &ring).await.expect("runs");
        }
        self.clock.move_to(to);
        self.settle().await;
    }

    pub async fn journal(&self) -> Vec<Recorded> {
        self.store.read(home(), |r| store::journal::after(r, 0, 10_000)).await.expect("reads")
    }

    /// Entries of this kind.
    pub async fn entries(&self, kind: &str) -> Vec<Recorded> {
        self.journal().await.into_iter().filter(|e| e.kind == kind).collect()
    }

    /// Matters of this flow that were opened.
    pub async fn opened(&self, flow: &str) -> Vec<Recorded> {
        let name = format!("trial.{flow}");
        self.entries("matter.opened").await.into_iter().filter(|e| e.payload["flow"] == name.as_str()).collect()
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        self.store.read(home(), move |r| r.count(sql(query))).await.expect("counts")
    }
}
