//! A database of its own for each test, on SQLite and, where `SHUXIANG_TEST_POSTGRES` says so, on PostgreSQL.

use crate::{Database, Migration, Store, sql};
use base::{Clock, Home, StoryClock};
use std::{path::PathBuf, sync::Arc};
use uuid::Uuid;

/// The county of most tests.
pub fn home() -> Home {
    Home::new(430_903).expect("a county")
}

/// Fresh and empty, one of each kind that is there.
pub fn databases() -> Vec<Database> {
    let mut all = vec![sqlite()];
    match std::env::var("SHUXIANG_TEST_POSTGRES") {
        Ok(url) => all.push(postgres(&url)),
        Err(_) => println!("skipped on PostgreSQL: SHUXIANG_TEST_POSTGRES is not set"),
    }
    all
}

pub fn sqlite() -> Database {
    let folder: PathBuf = tempfile::Builder::new().prefix("shuxiang-").tempdir().expect("a temporary folder").keep();
    Database::Sqlite(folder.join("shuxiang.sqlite"))
}

/// A new database in the cluster of `url` (`postgres://user@host:port/postgres`).
pub fn postgres(url: &str) -> Database {
    let name = format!("t_{}", Uuid::now_v7().simple());
    crate::apart(|| Ok(crate::postgres::Postgres::connect(url)?.script(&format!("create database {name}"))?))
        .expect("a database of its own");
    let (server, _) = url.rsplit_once('/').expect("a database at the end of the url");
    Database::Postgres(format!("{server}/{name}"))
}

/// Runs the same test on each database there is, on a clock that the test moves.
pub fn on_both<F: AsyncFn(Store, Arc<StoryClock>, Database)>(parts: &[&'static [Migration]], test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in databases() {
        runtime.block_on(async {
            let clock = Arc::new(StoryClock::at("2026-09-30T16:20:00+08:00".parse().expect("a time")));
            let store = open(&database, clock.clone(), parts).await;
            test(store, clock, database).await;
        });
    }
}

/// Runs SQL past the store, as someone with the keys to the database would.
pub fn tamper(database: &Database, statements: &str) {
    crate::apart(|| Ok(Store::connect(database, true)?.script(statements)?)).expect("runs");
}

/// Opens a store with the county of [`home`].
pub async fn open(database: &Database, clock: Arc<dyn Clock>, parts: &[&'static [Migration]]) -> Store {
    let store = Store::open(database, clock, parts).expect("opens");
    store
        .command(home(), crate::By::system("test"), |unit| {
            let home = unit.home();
            unit.write(sql("insert into home (county, name) values ($1, $2) on conflict (county) do nothing").bind(home).bind("演示县"))
        })
        .await
        .expect("a home");
    store
}
