//! What the store promises, on both databases.

use base::{Clock, Error, Kind, StoryClock, Time};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::Duration,
};
use store::{By, Class, Entry, Migration, Once, Store, Table, Timer, journal, sql, testing};
use uuid::Uuid;

const PART: &[Migration] = &[Migration {
    part: "test",
    version: 1,
    tables: &[Table {
        name: "note",
        class: Class::County,
        columns: "county bigint not null, id uuid not null, n bigint not null, number bigint, share double precision, said text, primary key (county, id)",
        indexes: &["unique (county, number)"],
    }],
    statements: &[],
}];

fn clock() -> Arc<StoryClock> {
    Arc::new(StoryClock::at("2026-09-30T16:20:00+08:00".parse().expect("a time")))
}

/// Runs the same test on each database there is.
fn on_both<F: AsyncFn(Store, Arc<StoryClock>)>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(async {
            let clock = clock();
            let store = testing::open(&database, clock.clone(), &[PART]).await;
            test(store, clock).await;
        });
    }
}

async fn add(store: &Store, n: i64) -> base::Result<Uuid> {
    let home = testing::home();
    let done = store
        .command(home, By::system("test"), move |unit| {
            let id = Uuid::now_v7();
            unit.write(sql("insert into note (county, id, n, share) values ($1, $2, $3, $4)").bind(home).bind(id).bind(n).bind(0.5))?;
            unit.number("note/2026", move |k| sql("update note set number = $1 where county = $2 and id = $3").bind(k).bind(home).bind(id));
            unit.record(Entry::new("note.added", ("note", id), None, json!({ "n": n })));
            if n < 0 {
                return Err(Error::invalid("n", "不能是负数", "must not be negative"));
            }
            Ok(id)
        })
        .await?;
    assert!(done.seq > 0);
    Ok(done.value)
}

#[test]
fn commands_that_fail_leave_nothing_and_take_no_number() {
    on_both(async |store, _| {
        let home = testing::home();
        let tries = (0..200).map(|i| add(&store, if i % 3 == 0 { -1 } else { i }));
        let outcomes = futures_util::future::join_all(tries).await;
        let good = outcomes.iter().filter(|o| o.is_ok()).count() as i64;
        assert_eq!(good, 133);
        assert!(outcomes.iter().filter_map(|o| o.as_ref().err()).all(|e| e.kind() == Kind::Invalid), "{outcomes:?}");
        let (numbers, entries): (Vec<(i64,)>, _) = store
            .read(home, move |r| {
                let numbers = r.many(sql("select number from note where county = $1 order by number").bind(home))?;
                Ok((numbers, journal::after(r, 0, 1000)?))
            })
            .await
            .expect("reads");
        assert_eq!(numbers.iter().map(|(n,)| *n).collect::<Vec<_>>(), (1..=good).collect::<Vec<_>>(), "numbers have no gaps");
        assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=good).collect::<Vec<_>>(), "the journal has no gaps");
    });
}

#[test]
fn the_same_request_twice_at_once_is_one_command() {
    on_both(async |store, _| {
        let home = testing::home();
        let once = Once::new("account:1", "create_note", "key-1", b"body");
        let tries = (0..20).map(|_| {
            let (store, once) = (store.clone(), once.clone());
            async move {
                store
                    .command(home, By::system("test"), move |unit| {
                        unit.once(Some(&once), |unit| {
                            let id = Uuid::now_v7();
                            unit.write(sql("insert into note (county, id, n) values ($1, $2, 1)").bind(home).bind(id))?;
                            Ok(id)
                        })
                    })
                    .await
                    .map(|d| d.value)
            }
        });
        let ids: BTreeSet<Uuid> = futures_util::future::join_all(tries).await.into_iter().map(|r| r.expect("answers")).collect();
        assert_eq!(ids.len(), 1);
        let n = store.read(home, move |r| r.count(sql("select count(*) from note where county = $1").bind(home))).await.expect("counts");
        assert_eq!(n, 1);
        let other = Once::new("account:1", "create_note", "key-1", b"another body");
        let refused = store.command(home, By::system("test"), move |unit| unit.once(Some(&other), |_| Ok(Uuid::nil()))).await;
        assert_eq!(refused.expect_err("refused").code(), "idempotency_key_reused");
    });
}

#[test]
fn a_timer_runs_once_at_its_own_time_and_is_tried_again() {
    on_both(async |store, clock| {
        let home = testing::home();
        let start = store.now();
        let subject = Uuid::now_v7();
        for i in 0..40_u64 {
            store
                .command(home, By::system("test"), move |unit| {
                    unit.set_timer(Timer::new(store::timer::id(subject, &format!("t{i}"))?, start + Duration::from_secs(i), "note.due", subject))
                })
                .await
                .expect("sets");
        }
        let wall = clock.clone();
        let ring: store::timer::Ring = Arc::new(move |unit, t| {
            if t.due == start + Duration::from_secs(7) && wall.now() < start + Duration::from_secs(100) {
                return Err(Error::internal("for the first 100 s"));
            }
            let (home, at) = (unit.home(), unit.now());
            unit.write(sql("insert into note (county, id, n) values ($1, $2, $3)").bind(home).bind(Uuid::now_v7()).bind(at))
        });
        assert_eq!(store.run_due(home, &ring).await.expect("runs"), 1);
        clock.move_to(start + Duration::from_secs(60));
        let (a, b) = tokio::join!(store.run_due(home, &ring), store.run_due(home, &ring));
        assert_eq!(a.expect("runs") + b.expect("runs"), 38, "two servers at once run each timer once");
        clock.move_to(start + Duration::from_secs(120));
        assert_eq!(store.run_due(home, &ring).await.expect("runs"), 1, "the one that failed");
        let at: Vec<(Time,)> = store.read(home, move |r| r.many(sql("select n from note where county = $1 order by n").bind(home))).await.expect("reads");
        assert_eq!(at.len(), 40);
        assert_eq!(at[6].0, start + Duration::from_secs(6), "a late timer runs at its own time");
        assert_eq!(store.run_due(home, &ring).await.expect("runs"), 0);
    });
}

#[test]
fn words_are_found_by_their_terms() {
    on_both(async |store, _| {
        let home = testing::home();
        let ids = store
            .command(home, By::system("test"), |unit| {
                let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
                unit.index("note", a, "路灯 灯坏 坏了")?;
                unit.index("note", b, "路灯 灯亮 it's o'clock")?;
                unit.index("note", b, "路灯 灯亮 亮了 it's")?;
                Ok((a, b))
            })
            .await
            .expect("indexes")
            .value;
        let find = async |terms: &'static str| -> Vec<Uuid> {
            let rows: Vec<(Uuid,)> = store
                .read(home, move |r| {
                    let mut q = sql("select s0.subject from search s0 where ");
                    r.matching(&mut q, "s0.subject", "note", terms);
                    q.push(" order by s0.subject");
                    r.many(q)
                })
                .await
                .expect("searches");
            rows.into_iter().map(|(u,)| u).collect()
        };
        assert_eq!(find("路灯").await, vec![ids.0, ids.1]);
        assert_eq!(find("路灯 坏了").await, vec![ids.0]);
        assert_eq!(find("o'clock").await, Vec::<Uuid>::new(), "the old terms are gone");
        assert_eq!(find("没有").await, Vec::<Uuid>::new());
    });
}

#[test]
fn a_panic_in_a_command_is_an_error_and_the_writer_goes_on() {
    on_both(async |store, _| {
        let home = testing::home();
        let e = store.command::<(), _>(home, By::system("test"), |_| panic!("as if by a bug")).await.expect_err("fails");
        assert_eq!(e.kind(), Kind::Internal);
        add(&store, 1).await.expect("goes on");
    });
}
