//! A small county with its seats, on each database there is.
#![allow(dead_code)] // each test file uses a part of it

use access::*;
use base::{AccountId, Code, Result, SeatId, StoryClock, Time};
use packs::Catalogue;
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::{By, Store, Unit, testing};

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);
pub const DAY: Duration = Duration::from_secs(24 * 3600);

pub fn code(s: &str) -> Code {
    s.parse().expect(s)
}

/// The packs as shipped.
pub fn catalogue() -> Catalogue {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let folders: Vec<PathBuf> =
        ["three_leaders", "direct_line", "worry_free"].iter().map(|p| root.join(p)).filter(|p| p.join("pack.yaml").is_file()).collect();
    Catalogue::load(&folders, None).unwrap_or_else(|e| panic!("the packs load: {e:?}"))
}

pub struct World {
    pub store: Store,
    pub clock: Arc<StoryClock>,
    pub keys: Keyring,
    pub catalogue: Catalogue,
    pub callers: Callers,
}

pub const TREE: &str = "code,name
430903,赫山区
430903001,桃花仑街道
430903101,衡龙桥镇
430903101200,石桥村村民委员会
430903101201,白石塘村村民委员会
430903001001,金山社区居民委员会
430903101200001,1组
430903101200002,2组
430903101200003,3组
430903101200004,4组
430903101201001,1组
4309031012000040001,4组1邻
";

impl World {
    pub async fn open(database: &store::Database) -> World {
        let clock = Arc::new(StoryClock::at("2026-11-23T09:00:00+08:00".parse().expect("a time")));
        let store = testing::open(database, clock.clone(), &[SCHEMA]).await;
        let keys = Keyring::new([(1, [7; 32])]).expect("a keyring");
        let world = World { store, clock, keys, catalogue: catalogue(), callers: Callers::default() };
        let rows = read_regions(TREE).expect("reads");
        let n = import_regions(&world.store, &world.system(), rows).await.expect("imports");
        assert_eq!(n, 12);
        world
    }

    pub fn system(&self) -> Caller {
        Caller::system(testing::home(), self.catalogue.clone())
    }

    pub fn wait(&self, d: Duration) {
        self.clock.move_to(self.store.now() + d);
    }

    pub async fn run<T: Send + 'static>(&self, f: impl FnMut(&mut Unit) -> Result<T> + Send + 'static) -> Result<T> {
        self.store.command(testing::home(), By::system("test"), f).await.map(|d| d.value)
    }

    pub async fn caller(&self, account: AccountId) -> Caller {
        let (callers, catalogue) = (self.callers.clone(), self.catalogue.clone());
        self.store.read(testing::home(), move |r| caller_of(r, &callers, &catalogue, account)).await.expect("a caller")
    }

    pub async fn authenticate(&self, token: &str) -> Result<Authenticated> {
        let (callers, catalogue, token) = (self.callers.clone(), self.catalogue.clone(), token.to_owned());
        self.store.read(testing::home(), move |r| authenticate(r, &callers, &catalogue, &token)).await
    }

    pub async fn account(&self, kind: AccountKind, name: &str, phone: &str) -> AccountId {
        let (system, keys) = (self.system(), self.keys.clone());
        let new = NewAccount { kind, name: Some(name.to_owned()), phone: Some(phone.to_owned()), region: None, login: None };
        self.run(move |unit| make_account(unit, &system, &keys, new.clone())).await.expect("an account")
    }

    pub async fn seat(&self, role: &str, region: &str, unit: Option<&str>) -> SeatId {
        let system = self.system();
        let new = MakeSeat { role: role.to_owned(), region: code(region), unit: unit.map(str::to_owned), area: None };
        self.run(move |unit| make_seat(unit, &system, new.clone())).await.expect("a seat")
    }

    pub async fn fill(&self, seat: SeatId, account: AccountId) -> uuid::Uuid {
        let system = self.system();
        self.run(move |unit| fill_seat(unit, &system, Fill { seat, account, deputy: false, since: None, until: None }))
            .await
            .expect("fills")
    }

    /// A seat and someone in it. `n` makes the number.
    pub async fn official(&self, role: &str, region: &str, unit: Option<&str>, n: u32) -> (SeatId, AccountId) {
        let seat = self.seat(role, region, unit).await;
        let account = self.account(AccountKind::Resident, &format!("演示{role}"), &format!("179{n:08}")).await;
        self.fill(seat, account).await;
        (seat, account)
    }

    /// Texts that would have been sent, in order.
    pub async fn texts(&self) -> Vec<(String, String)> {
        #[derive(Default)]
        struct Kept(std::sync::Mutex<Vec<(String, String)>>);
        impl Sms for Kept {
            fn send(&self, _: uuid::Uuid, to: &str, text: &str) -> Result<()> {
                self.0.lock().expect("whole").push((to.to_owned(), text.to_owned()));
                Ok(())
            }
        }
        let (kept, keys, clock) = (Arc::new(Kept::default()), self.keys.clone(), self.clock.clone());
        let out = kept.clone();
        let send: store::outbox::Send = Arc::new(move |letter| {
            let (kept, keys, now) = (out.clone(), keys.clone(), base::Clock::now(&*clock));
            Box::pin(async move { send_sms(&keys, &*kept, &letter, now) })
        });
        self.store.send_due(testing::home(), &send).await.expect("sends");
        kept.0.lock().expect("whole").clone()
    }
}

/// Runs the same test on each database there is.
pub fn on_both<F: AsyncFn(World)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async { test(World::open(&database).await).await });
    }
}

pub fn time(s: &str) -> Time {
    s.parse().expect(s)
}
