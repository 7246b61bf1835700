//! A small town for the tests: seats, people in them, and callers named after their roles.

use base::{Id, MatterId, Result, StoryClock, Time};
use matters::{Matter, Moving, Opening, testing};
use packs::{Catalogue, Door, Name, Source};
use serde_json::{Value as Json, json};
use std::{
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::Arc,
};
use store::Store;

/// 石桥村 4 组 9 邻, as far as the tests care.
pub const GROUP: &str = "430903101201004";
pub const NEIGHBOURS: &str = "4309031012010040001";

/// With the people of the direct line in it.
pub struct Town(testing::Town);

impl Deref for Town {
    type Target = testing::Town;
    fn deref(&self) -> &testing::Town {
        &self.0
    }
}

impl DerefMut for Town {
    fn deref_mut(&mut self) -> &mut testing::Town {
        &mut self.0
    }
}

/// The shipped packs, with the first `from` of the direct line's words made `to`.
pub fn changed(from: &str, to: &str) -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    ["three_leaders", "direct_line"]
        .map(|pack| {
            let path = format!("{pack}/pack.yaml");
            let text = std::fs::read_to_string(root.join(&path)).expect("a pack");
            if pack == "direct_line" {
                assert!(text.contains(from), "the pack says {from}");
                return Source { path, text: text.replacen(from, to, 1) };
            }
            Source { path, text }
        })
        .into()
}

pub fn read(sources: &[Source]) -> Catalogue {
    Catalogue::read(sources, None).unwrap_or_else(|faults| panic!("\n{faults}"))
}

pub fn catalogue() -> Catalogue {
    read(&changed("", ""))
}

/// Runs the same test on each database there is, on Thursday 2026-11-19 at 09:00.
pub fn on_both<F: AsyncFn(Town)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async {
            let clock = testing::start();
            let store = store::testing::open(&database, clock.clone(), &[access::SCHEMA, matters::SCHEMA]).await;
            test(Town::new(store, clock).await).await;
        });
    }
}

impl Town {
    async fn new(store: Store, clock: Arc<StoryClock>) -> Town {
        let mut town = Town(testing::Town::new(store, clock, catalogue()).await);
        for (region, name) in
            [("430903", "演示县"), ("430903101", "衡龙桥镇"), ("430903101201", "石桥村"), (GROUP, "4组"), (NEIGHBOURS, "9邻")]
        {
            town.region(region, name).await;
        }
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
        town
    }

    pub fn report(&self) -> Opening {
        Opening {
            flow: Name::new("direct_line", "report"),
            door: Door::Page,
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
            about: Vec::new(),
            receipt: None,
        }
    }

    pub async fn open(&self, who: &str, o: Opening) -> Result<MatterId> {
        let caller = self.caller(who);
        Ok(self.run(move |u, rules| matters::open(u, rules, &caller, &o)).await?.id)
    }

    pub async fn make(&self, who: &str, id: MatterId, mv: &str, form: Json) -> Result<Matter> {
        self.make_with(who, id, Moving { id: mv.into(), form, ..Moving::default() }).await
    }

    pub async fn make_with(&self, who: &str, id: MatterId, moving: Moving) -> Result<Matter> {
        let caller = self.caller(who);
        self.run(move |u, rules| Ok(matters::make(u, rules, &caller, id, &moving)?.matter)).await
    }

    pub async fn tasks(&self, id: MatterId) -> Vec<matters::Task> {
        self.store.read(self.home(), move |r| matters::tasks(r, id)).await.expect("reads")
    }

    /// Moves the clock to each timer that comes due until `to`, and runs it at its own time.
    pub async fn until(&self, to: &str) {
        let to: Time = to.parse().expect("a time");
        let rules = self.rules.clone();
        let ring: store::timer::Ring = Arc::new(move |u, t| matters::ring(u, &rules, t));
        while let Some(next) = self.store.next_due(self.home()).await.expect("reads").filter(|t| *t <= to) {
            self.clock.move_to(next);
            self.store.run_due(self.home(), &ring).await.expect("runs");
        }
        self.clock.move_to(to);
    }

    pub async fn kinds(&self, id: MatterId) -> Vec<String> {
        let entries = self.store.read(self.home(), move |r| store::journal::of(r, Id::uuid(id))).await.expect("reads");
        entries.into_iter().map(|e| e.kind).collect()
    }
}
