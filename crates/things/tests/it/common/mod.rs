//! A county with two townships and registers of trees, ponds and houses.

#![allow(dead_code)] // each file of tests uses a part of it

use access::{Caller, CallerKind, Grant, RegionRow};
use base::{AccountId, Clock, Code, SeatId, StoryClock, Time};
use packs::{Catalogue, Name, Source};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{By, Store, testing};
use things::{Given, Register};

/// The server keeps the same registers through its doors.
const PACK: &str = include_str!("trees.yaml");

/// What the second township lays over it.
const OVERLAY: &str = "
kinds:
  house: {fields: {floors: {name: {zh: 楼层, en: Storeys}, max: 5}}}
";

pub const TOWNS: [&str; 2] = ["430903001", "430903002"];

pub fn code(s: &str) -> Code {
    s.parse().expect(s)
}

pub fn time(s: &str) -> Time {
    s.parse().expect(s)
}

pub fn kind(id: &str) -> Name {
    Name::new("trees", id)
}

pub fn catalogue() -> Catalogue {
    let source = Source { path: "trees/pack.yaml".into(), text: PACK.into() };
    let overlay = Source { path: "trees/overlays/430903002.yaml".into(), text: OVERLAY.into() };
    Catalogue::read(&[source, overlay], Some(testing::home())).unwrap_or_else(|f| panic!("{f:?}"))
}

/// Pairs of Chinese characters, other words whole.
pub fn terms(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let chars: Vec<char> = word.chars().collect();
        if chars.iter().all(char::is_ascii) {
            out.push_str(&word.to_lowercase());
            out.push(' ');
            continue;
        }
        for pair in chars.windows(2) {
            out.extend(pair);
            out.push(' ');
        }
    }
    out
}

pub struct World {
    pub store: Store,
    pub clock: Arc<StoryClock>,
    pub register: Register,
    pub system: Caller,
}

impl World {
    pub fn caller(&self, grants: &[(&str, &str)]) -> Caller {
        let grant = |(role, region): &(&str, &str)| Grant {
            seat: SeatId::fresh(),
            role: (*role).into(),
            region: code(region),
            unit: None,
            acting: false,
        };
        Caller {
            kind: CallerKind::Staff,
            account: Some(AccountId::fresh()),
            grants: grants.iter().map(grant).collect(),
            ..Caller::system(testing::home(), self.register.catalogue.clone())
        }
    }

    pub fn county(&self) -> Caller {
        self.caller(&[("county_registrar", "430903")])
    }

    pub async fn run<T: Send + 'static>(&self, f: impl FnMut(&mut store::Unit) -> base::Result<T> + Send + 'static) -> base::Result<T> {
        self.store.command(testing::home(), By::system("test"), f).await.map(|d| d.value)
    }

    pub async fn see<T: Send + 'static>(&self, f: impl FnOnce(&mut store::Reader) -> base::Result<T> + Send + 'static) -> base::Result<T> {
        self.store.read(testing::home(), f).await
    }

    pub async fn add(&self, caller: &Caller, id: &str, region: &str, values: Json, geometry: Option<Json>) -> base::Result<base::ThingId> {
        let (register, caller, name) = (self.register.clone(), caller.clone(), kind(id));
        let given = Given { region: code(region), values: values.as_object().expect("an object").clone(), geometry };
        self.run(move |unit| things::add(unit, &register, &caller, &name, &given, None)).await
    }

    /// How many rows of a table there are.
    pub async fn rows(&self, table: &'static str) -> i64 {
        self.see(move |r| {
            let mut q = store::sql("select count(*) from ");
            q.push(table).push(" where county = ").arg(r.home());
            r.count(q)
        })
        .await
        .expect("counts")
    }

    pub async fn journal(&self) -> Vec<store::Recorded> {
        self.see(|r| store::journal::after(r, 0, 100_000)).await.expect("reads")
    }
}

pub fn tree(number: &str, species: &str) -> Json {
    json!({"number": number, "species": species, "girth": 120, "grade": "first", "seen": "2026-03-20",
        "carer": {"name": "王小明", "phone": "13800138000"}, "fund": "1234.5"})
}

pub async fn world(database: &store::Database) -> World {
    let clock = Arc::new(StoryClock::at(time("2026-04-01T09:00:00+08:00")));
    let wall: Arc<dyn Clock> = clock.clone();
    let store = testing::open(database, wall, &[access::SCHEMA, things::SCHEMA]).await;
    let register = Register { catalogue: catalogue(), terms };
    let system = Caller::system(testing::home(), register.catalogue.clone());
    let mut rows = vec![row("430903", "赫山区")];
    for (t, town) in [(1, "甲镇"), (2, "乙镇")] {
        rows.push(row(&format!("43090300{t}"), town));
        for (v, village) in [(1, "石桥村民委员会"), (2, "清水村")] {
            rows.push(row(&format!("43090300{t}20{v}"), village));
            for g in 1..=3 {
                rows.push(row(&format!("43090300{t}20{v}00{g}"), &format!("{g}组")));
            }
        }
    }
    access::import_regions(&store, &system, rows).await.expect("regions");
    World { store, clock, register, system }
}

fn row(code_: &str, name: &str) -> RegionRow {
    RegionRow { code: code(code_), name: name.into() }
}

/// Runs the same test on each database there is.
pub fn on_both<F: AsyncFn(World)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async { test(world(&database).await).await });
    }
}
