//! The process is killed at random moments under load; what it acknowledged is there afterwards.
//!
//! The test starts itself again as the process to be killed. It writes the sequence and number of each acknowledged
//! command to its standard output. `SHUXIANG_KILLS` says how often (3).

use base::SystemClock;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use store::{By, Class, Database, Entry, Migration, Store, Table, journal, sql, testing};
use uuid::Uuid;

const PART: &[Migration] = &[Migration {
    part: "kill",
    version: 1,
    tables: &[Table {
        name: "note",
        class: Class::County,
        columns: "county bigint not null, id uuid not null, number bigint, primary key (county, id)",
        indexes: &["unique (county, number)"],
    }],
    statements: &[],
}];

async fn add(store: &Store) -> base::Result<(i64, Uuid)> {
    let home = testing::home();
    let done = store
        .command(home, By::system("test"), move |unit| {
            let id = Uuid::now_v7();
            unit.write(sql("insert into note (county, id) values ($1, $2)").bind(home).bind(id))?;
            unit.number("note", move |k| sql("update note set number = $1 where county = $2 and id = $3").bind(k).bind(home).bind(id));
            let (_, words) = unit.word(id, "title", "路灯坏了")?;
            unit.record(Entry::new("note.added", ("note", id), None, json!({ "words": words })));
            Ok(id)
        })
        .await?;
    Ok((done.seq, done.value))
}

/// The process that is killed: 32 clients, each one command after another. Does nothing where no database is named.
#[test]
fn victim() {
    let Ok(named) = std::env::var("SHUXIANG_VICTIM") else { return };
    let database = if named.starts_with("postgres") { Database::Postgres(named) } else { Database::Sqlite(named.into()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&database, Arc::new(SystemClock), &[PART]).expect("opens");
        let clients = (0..32).map(|_| async {
            loop {
                let (seq, id) = add(&store).await.expect("adds");
                let mut out = std::io::stdout().lock();
                writeln!(out, "acknowledged {seq} {id}").and_then(|()| out.flush()).expect("says so");
            }
        });
        futures_util::future::join_all(clients).await;
    });
}

#[test]
fn nothing_acknowledged_is_lost() {
    let kills: u64 = std::env::var("SHUXIANG_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let mut acknowledged = BTreeMap::new();
        let store = runtime.block_on(testing::open(&database, Arc::new(SystemClock), &[PART]));
        drop(store);
        for round in 0..kills {
            let named = match &database {
                Database::Sqlite(path) => path.to_string_lossy().into_owned(),
                Database::Postgres(url) => url.clone(),
            };
            let mut victim = Command::new(std::env::current_exe().expect("this test"))
                .args(["victim", "--exact", "--nocapture"])
                .env("SHUXIANG_VICTIM", named)
                .stdout(Stdio::piped())
                .spawn()
                .expect("starts");
            let out = BufReader::new(victim.stdout.take().expect("its words"));
            let reader = std::thread::spawn(move || {
                // A line that was cut short says nothing.
                let line = |line: String| {
                    let rest = line.split_once("acknowledged ")?.1.to_owned();
                    let (seq, id) = rest.split_once(' ')?;
                    Some((seq.parse::<i64>().ok()?, Uuid::parse_str(id).ok()?))
                };
                out.lines().map_while(Result::ok).filter_map(line).collect::<Vec<_>>()
            });
            // Fixed moments that look random, between 300 ms and 1.3 s after the start.
            std::thread::sleep(Duration::from_millis(300 + round.wrapping_mul(7919) % 1000));
            victim.kill().expect("kill -9");
            victim.wait().expect("ends");
            let said = reader.join().expect("reads");
            let before = acknowledged.len();
            acknowledged.extend(said);
            runtime.block_on(async {
                let store = Store::open(&database, Arc::new(SystemClock), &[PART]).expect("opens again");
                let home = testing::home();
                let found = store.verify(home, &[]).await.expect("verifies");
                assert!(found.whole() && found.texts.right as i64 == found.entries, "{found:?}");
                let (mut entries, mut at) = (BTreeMap::new(), 0);
                loop {
                    let some = store.read(home, move |r| journal::after(r, at, 5000)).await.expect("reads");
                    let Some(last) = some.last() else { break };
                    at = last.seq;
                    entries.extend(some.iter().map(|e| (e.seq, e.subject)));
                }
                let lost: Vec<_> = acknowledged.iter().filter(|(seq, id)| entries.get(seq) != Some(id)).collect();
                assert!(lost.is_empty(), "lost: {lost:?}");
                let (rows, most, unnumbered): (i64, i64, i64) = store
                    .read(home, |r| {
                        Ok(r.one(sql("select count(*), coalesce(max(number), 0), count(*) - count(number) from note"))?.expect("a row"))
                    })
                    .await
                    .expect("counts");
                assert_eq!((rows, most, unnumbered), (entries.len() as i64, entries.len() as i64, 0), "numbers have no gaps");
                println!("round {round}: {} acknowledged, {} entries", acknowledged.len() - before, entries.len());
            });
        }
        assert!(kills == 0 || acknowledged.len() > 100, "there was load: {}", acknowledged.len());
    }
}
