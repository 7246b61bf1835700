//! What is played is what was run: a copy of the database before, after the tape, is the database after.

use super::{
    bare::{Bare, Copy},
    play, read,
};
use base::{Error, SystemClock, Time};
use serde_json::json;
use std::sync::Arc;
use store::{By, Database, Entry, Reader, Store, Timer, journal, sql, tape::Tape, testing};
use uuid::Uuid;

/// Texts, numbers, journal and timers of what is even; what is odd fails after it has written.
async fn work(store: &Store) {
    let home = testing::home();
    let command = |i: i64| {
        store.command(home, By::system("test"), move |unit| {
            let id = Uuid::now_v7();
            unit.word(id, "test.words", &format!("演示 {i}"))?;
            unit.set_timer(Timer::new(id, Time::MAX, "test", id))?;
            unit.count(sql("select count(*) from timer where county = $1").bind(home))?;
            if i % 2 == 1 {
                return Err(Error::invalid("i", "不要单数", "not an odd one"));
            }
            unit.number("test", move |n| sql("update timer set tries = $1 where county = $2 and id = $3").bind(n).bind(home).bind(id));
            unit.record(Entry::new("test.done", ("test", id), None, json!({ "i": i })));
            Ok(())
        })
    };
    let all: Vec<_> = (0..200).map(command).collect();
    let done = futures_util::future::join_all(all).await;
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 100);
}

/// All that the commands wrote.
fn all(r: &mut Reader) -> base::Result<Vec<String>> {
    let home = r.home();
    let words: Vec<(Uuid, String)> = r.many(sql("select id, value from word where county = $1 order by id").bind(home))?;
    let timers: Vec<(Uuid, i64)> = r.many(sql("select id, tries from timer where county = $1 order by id").bind(home))?;
    let counters: Vec<(String, i64)> = r.many(sql("select series, n from counter where county = $1").bind(home))?;
    let entries = journal::after(r, 0, 1000)?.into_iter().map(|e| (e.seq, e.subject, e.hash)).collect::<Vec<_>>();
    assert_eq!((words.len(), timers.len(), entries.len()), (100, 100, 100));
    Ok(vec![format!("{words:?}"), format!("{timers:?}"), format!("{counters:?}"), format!("{entries:?}")])
}

async fn kept(database: &Database) -> Vec<String> {
    let store = Store::open(database, Arc::new(SystemClock), &[]).expect("opens");
    store.read(testing::home(), all).await.expect("reads")
}

#[test]
fn what_is_played_is_what_was_run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async {
            drop(testing::open(&database, Arc::new(SystemClock), &[]).await);
            let copy = Copy::of(&database).await.expect("a copy");
            let file = std::env::temp_dir().join(format!("shuxiang-{}.tape", Uuid::now_v7()));
            let store = Store::open_taped(&database, Arc::new(SystemClock), &[], &Tape::at(&file).expect("a tape")).expect("opens");
            work(&store).await;
            drop(store);
            let pieces = read(&file).expect("reads");
            let mut bare: Bare = copy.connect().await.expect("connects");
            assert_eq!(play(&mut bare, &pieces).await.expect("plays"), 100);
            drop(bare);
            assert_eq!(kept(&database).await, kept(&copy.0).await);
            copy.remove().await.expect("removes");
            std::fs::remove_file(&file).expect("removes");
        });
    }
}
