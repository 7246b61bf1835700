//! A small county for the tests, and the pack `trial`.

use access::Keyring;
use base::{Home, MatterId, StoryClock, Time};
use matters::{Matter, Moving, Opening, Rules, testing};
use packs::{Catalogue, Door, Name, Source};
use reactions::{Runner, Tools};
use serde_json::{Value as Json, json};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};
use store::{By, Database, Recorded, Store, sql};

pub const VILLAGE: &str = "430903101201";

pub struct Town {
    town: testing::Town,
    pub database: Database,
    pub runner: Arc<Runner>,
}

impl Deref for Town {
    type Target = testing::Town;
    fn deref(&self) -> &testing::Town {
        &self.town
    }
}

impl DerefMut for Town {
    fn deref_mut(&mut self) -> &mut testing::Town {
        &mut self.town
    }
}

pub fn home() -> Home {
    store::testing::home()
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
    store::testing::open(database, clock, &[access::SCHEMA, matters::SCHEMA, things::SCHEMA, reactions::SCHEMA]).await
}

/// Runs the same test on each database there is.
pub fn on_both<F: AsyncFn(Town)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async { test(Town::new(&database).await).await });
    }
}

impl Town {
    pub async fn new(database: &Database) -> Town {
        Town::with(database, catalogue(), &[("helper", VILLAGE), ("town", "430903101"), ("it", "430903")]).await
    }

    /// The same county with other packs and seats.
    pub async fn with(database: &Database, catalogue: Catalogue, seats: &[(&str, &str)]) -> Town {
        let clock = testing::start();
        let store = open_store(database, clock.clone()).await;
        let mut town = testing::Town::new(store, clock, catalogue).await;
        for (code, name) in [("430903", "演示县"), ("430903101", "衡龙桥镇"), (VILLAGE, "石桥村"), ("430903101202", "竹山村")]
        {
            town.region(code, name).await;
        }
        for (role, region) in seats {
            town.sit(role, region, None).await;
        }
        let runner = Arc::new(runner(&town.store, &town.rules));
        // From here on it follows the journal.
        runner.settle(home()).await.expect("settles");
        Town { town, database: database.clone(), runner }
    }

    pub async fn write<T: Send + 'static>(&self, f: impl FnMut(&mut store::Unit) -> base::Result<T> + Send + 'static) -> T {
        self.store.command(home(), By::system("test"), f).await.expect("writes").value
    }

    pub async fn open_flow(&self, flow: &str, form: Json, category: Option<&str>, urgent: bool) -> MatterId {
        let opening = Opening {
            flow: Name::new("trial", flow),
            door: Door::Page,
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
            about: Vec::new(),
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
        self.write(move |u| Ok(matters::make(u, &rules, &caller, id, &moving)?.matter)).await
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
