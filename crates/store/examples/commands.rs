//! Commands a second and processor time a command, on each database: select, update, insert, upsert and one journal
//! entry, 16 in flight, every commit on disk; then verify, backup, restore and its proof.
//!
//! `cargo run --release -p store --example commands [ROWS [SECONDS]]`, with
//! `SHUXIANG_BENCH_POSTGRES` naming a cluster with fsync on. One JSON line a database.

use base::SystemClock;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{By, Class, Database, Entry, Migration, Store, Table, backup, sql, testing};
use uuid::Uuid;

const PART: &[Migration] = &[Migration {
    part: "bench",
    version: 1,
    tables: &[
        Table {
            name: "matter",
            class: Class::County,
            columns: "county bigint not null, id uuid not null, code bigint not null, state text not null, holder uuid not null, due bigint not null,
                title text not null, body text not null, changed bigint not null, primary key (county, id)",
            indexes: &["(county, holder, state, due, id)"],
        },
        Table {
            name: "step",
            class: Class::County,
            columns: "county bigint not null, id uuid not null, matter uuid not null, at bigint not null, name text not null, primary key (county, id)",
            indexes: &["(county, matter)"],
        },
        Table {
            name: "tally",
            class: Class::County,
            columns: "county bigint not null, holder uuid not null, n bigint not null, primary key (county, holder)",
            indexes: &[],
        },
    ],
    statements: &[],
}];

const IN_FLIGHT: usize = 16;

fn id(n: i64) -> Uuid {
    // Spread like real ids of many months, and known without a look-up.
    Uuid::from_u128((n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn holder(n: i64) -> Uuid {
    Uuid::from_u128(n as u128 % 2000)
}

async fn fill(store: &Store, rows: i64) {
    let home = testing::home();
    for chunk in (0..rows).step_by(500) {
        let f = move |unit: &mut store::Unit| {
            for n in chunk..rows.min(chunk + 500) {
                unit.write(
                    sql("insert into matter (county, id, code, state, holder, due, title, body, changed) values ($1, $2, $3, 'open', $4, $5, $6, $7, 0)")
                        .bind(home)
                        .bind(id(n))
                        .bind(n)
                        .bind(holder(n))
                        .bind(n * 60_000)
                        .bind("村口路灯不亮，晚上老人出行不便")
                        .bind("村口到小学的三盏路灯从上周起不亮，晚上接孩子看不清路，请派人来修。".repeat(3)),
                )?;
            }
            Ok(())
        };
        store.command(home, By::system("bench"), f).await.expect("fills");
    }
}

async fn one(store: &Store, n: i64, rows: i64) {
    let home = testing::home();
    let f = move |unit: &mut store::Unit| {
        let (matter, now) = (id(n * 7919 % rows), unit.now());
        let row: Option<(String, Uuid, i64)> =
            unit.lock(sql("select state, holder, due from matter where county = $1 and id = $2").bind(home).bind(matter))?;
        let (_, holder, due) = row.expect("a matter");
        unit.write(
            sql("update matter set state = 'taken', due = $1, changed = $2 where county = $3 and id = $4")
                .bind(due + 1)
                .bind(now)
                .bind(home)
                .bind(matter),
        )?;
        unit.write(
            sql("insert into step (county, id, matter, at, name) values ($1, $2, $3, $4, 'taken')")
                .bind(home)
                .bind(Uuid::now_v7())
                .bind(matter)
                .bind(now),
        )?;
        unit.write(
            sql("insert into tally (county, holder, n) values ($1, $2, 1) on conflict (county, holder) do update set n = tally.n + 1")
                .bind(home)
                .bind(holder),
        )?;
        unit.record(Entry::new(
            "matter.taken",
            ("matter", matter),
            Some(home.code()),
            json!({ "from": "open", "to": "taken", "due": due }),
        ));
        Ok(())
    };
    store.command(home, By::system("bench"), f).await.expect("runs");
}

/// User and system time in ticks of 10 ms, of this process and of PostgreSQL's.
fn ticks(database: &Database) -> (u64, u64) {
    let of = |stat: &str| -> Option<u64> {
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    };
    let mine = std::fs::read_to_string("/proc/self/stat").ok().and_then(|s| of(&s)).unwrap_or(0);
    let mut theirs = 0;
    if let Database::Postgres(url) = database {
        let port = url.rsplit(':').next().and_then(|p| p.split('/').next()).unwrap_or("5432");
        for p in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let stat = std::fs::read_to_string(p.path().join("stat")).unwrap_or_default();
            let line = std::fs::read_to_string(p.path().join("cmdline")).unwrap_or_default();
            // Backends name their database; the writers of the log and of pages their cluster, by `cluster_name`.
            let database = url.rsplit('/').next().unwrap_or("-");
            if stat.contains("(postgres)") && (line.contains(database) || line.contains(&format!("bench-{port}"))) {
                theirs += of(&stat).unwrap_or(0);
            }
        }
    }
    (mine, theirs)
}

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|a| a.parse::<i64>().ok());
    let (rows, seconds) = (args.next().unwrap_or(300_000), args.next().unwrap_or(10));
    let mut databases = vec![testing::sqlite()];
    databases.extend(std::env::var("SHUXIANG_BENCH_POSTGRES").ok().map(|url| testing::postgres(&url)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    for database in databases {
        runtime.block_on(async {
            let store = testing::open(&database, Arc::new(SystemClock), &[PART]).await;
            let filling = Instant::now();
            fill(&store, rows).await;
            let filled = filling.elapsed();
            if matches!(database, Database::Postgres(_)) {
                testing::tamper(&database, "vacuum analyze");
                testing::tamper(&database, "checkpoint");
            }
            let lone = Instant::now();
            for n in 0..200 {
                one(&store, n, rows).await;
            }
            let lone = lone.elapsed() / 200;
            let (next, done) = (AtomicI64::new(1000), AtomicI64::new(0));
            let before = ticks(&database);
            let start = Instant::now();
            let end = start + Duration::from_secs(seconds as u64);
            let clients = (0..IN_FLIGHT).map(|_| async {
                while Instant::now() < end {
                    one(&store, next.fetch_add(1, Ordering::Relaxed), rows).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
            futures_util::future::join_all(clients).await;
            let took = start.elapsed().as_secs_f64();
            let after = ticks(&database);
            let n = done.load(Ordering::Relaxed) as f64;
            let verify = Instant::now();
            let found = store.verify(testing::home(), &[]).await.expect("verifies");
            let verified = found.entries as f64 / verify.elapsed().as_secs_f64();
            assert!(found.whole(), "{found:?}");
            let folder = match testing::sqlite() {
                Database::Sqlite(path) => path.with_extension("backup"),
                Database::Postgres(_) => unreachable!("asked for a file"),
            };
            let target = match &database {
                Database::Sqlite(_) => testing::sqlite(),
                Database::Postgres(url) => testing::postgres(url),
            };
            let started = Instant::now();
            let manifest = backup::backup(&database, None, &SystemClock, &folder).await.expect("backs up");
            let backed_up = started.elapsed();
            let started = Instant::now();
            backup::restore(&folder, &target, None, &[PART]).await.expect("restores");
            let restored = started.elapsed();
            let proof = backup::prove(&manifest, &target, Arc::new(SystemClock), &[PART], &[]).await.expect("proves");
            assert!(proof.holds(), "{proof:?}");
            let proved = started.elapsed() - restored;
            std::fs::remove_dir_all(&folder).expect("removes");
            let line = json!({
                "backup_s": (backed_up.as_secs_f64() * 10.0).round() / 10.0,
                "restore_s": (restored.as_secs_f64() * 10.0).round() / 10.0,
                "prove_s": (proved.as_secs_f64() * 10.0).round() / 10.0,
                "database": match &database { Database::Sqlite(_) => "sqlite", Database::Postgres(_) => "postgres" },
                "rows": rows,
                "in_flight": IN_FLIGHT,
                "commands_per_second": (n / took).round(),
                "cpu_us_server": ((after.0 - before.0) as f64 * 10_000.0 / n).round(),
                "cpu_us_database": ((after.1 - before.1) as f64 * 10_000.0 / n).round(),
                "lone_ms": (lone.as_secs_f64() * 100_000.0).round() / 100.0,
                "fill_s": filled.as_secs_f64().round(),
                "verified_entries_per_second": verified.round(),
            });
            println!("{line}");
        });
    }
}
