//! A server that is killed in the middle of its work, again and again, leaves each run done once.

use crate::town::{Town, catalogue, home, open_store, runner};
use calendar::Calendar;
use matters::Rules;
use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use store::{Database, testing};

const DATABASE: &str = "SHUXIANG_TEST_VICTIM";
const RAN: &str = "select ran from reaction where name = 'trial.follow'";

/// Not a test of its own: what the other one starts and kills.
#[test]
fn victim() {
    let Ok(of) = std::env::var(DATABASE) else { return };
    let database = if of.starts_with("postgres") { Database::Postgres(of) } else { Database::Sqlite(of.into()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = open_store(&database, matters::testing::start()).await;
        let rules = Arc::new(Rules::new(catalogue(), Calendar::shipped()));
        runner(&store, &rules).settle(home()).await.expect("settles");
    });
}

#[test]
fn killed_in_the_middle_each_run_is_done_once() {
    const N: usize = 150;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async {
            let town = Town::new(&database).await;
            for _ in 0..N {
                town.job("road", false).await;
            }
            let of = match &database {
                Database::Sqlite(path) => path.display().to_string(),
                Database::Postgres(url) => url.clone(),
            };
            let (mut kills, mut finished) = (0, false);
            while !finished {
                let mut child = Command::new(std::env::current_exe().expect("this program"))
                    .args(["killed::victim", "--exact", "--test-threads=1"])
                    .env(DATABASE, &of)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("starts");
                // Killed once it has done a few more, at another place each time.
                let enough = town.count(RAN).await + 5 + kills * 7 % 23;
                while !finished && town.count(RAN).await < enough {
                    std::thread::sleep(Duration::from_millis(2));
                    finished = child.try_wait().expect("asks").is_some();
                }
                child.kill().expect("kills");
                child.wait().expect("waits");
                kills += i64::from(!finished);
                assert!(kills < 100, "it does not get on");
            }
            assert!(kills >= 5, "{kills} kills");
            town.settle().await;
            let mut causes: Vec<_> = town.opened("task").await.iter().filter_map(|e| e.cause).collect();
            assert_eq!(causes.len(), N);
            causes.dedup();
            assert_eq!(causes.len(), N, "each once");
            assert_eq!(town.count(RAN).await, N as i64);
            println!("{N} matters, {kills} processes killed in the middle");
        });
    }
}
