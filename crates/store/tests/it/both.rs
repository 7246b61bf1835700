//! What the store promises, on both databases.

use base::{Clock, Error, Kind, StoryClock, Time};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::{By, Class, Entry, Migration, Once, Store, Table, Timer, journal, sql, testing};
use uuid::Uuid;

pub const PART: &[Migration] = &[Migration {
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

/// Runs the same test on each database there is.
pub fn on_both<F: AsyncFn(Store, Arc<StoryClock>)>(test: F) {
    testing::on_both(&[PART], async |store, clock, _| test(store, clock).await);
}

pub async fn add(store: &Store, n: i64) -> base::Result<Uuid> {
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
                    unit.set_timer(Timer::new(
                        store::timer::id(subject, &format!("t{i}"))?,
                        start + Duration::from_secs(i),
                        "note.due",
                        subject,
                    ))
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
        let at: Vec<(Time,)> =
            store.read(home, move |r| r.many(sql("select n from note where county = $1 order by n").bind(home))).await.expect("reads");
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
        assert_eq!(find("坏*").await, vec![ids.0], "a beginning");
        assert_eq!(find("?!").await, Vec::<Uuid>::new(), "no term is no match");
        assert_eq!(find("o'clock").await, Vec::<Uuid>::new(), "the old terms are gone");
        assert_eq!(find("没有").await, Vec::<Uuid>::new());
    });
}

/// Its own writes were sent before it failed, or not; rows came back from a write, or not.
#[test]
fn a_command_that_fails_late_leaves_nothing() {
    on_both(async |store, _| {
        let home = testing::home();
        let tries = (0..120_i64).map(|i| {
            store.command(home, By::system("test"), move |unit| {
                let insert = || sql("insert into note (county, id, n) values ($1, $2, $3)").bind(home).bind(Uuid::now_v7()).bind(i);
                unit.write(insert())?;
                match i % 4 {
                    0 => {}
                    1 => drop(unit.count(sql("select count(*) from note where county = $1").bind(home))?),
                    2 => drop(unit.change(insert())?),
                    _ => {
                        let mut q = insert();
                        q.push(" returning n");
                        unit.count(q)?;
                    }
                }
                unit.write(insert())?;
                if i % 3 == 0 { Err(Error::invalid("n", "不行", "no")) } else { Ok(()) }
            })
        });
        for (i, outcome) in futures_util::future::join_all(tries).await.into_iter().enumerate() {
            assert_eq!(outcome.is_err(), i % 3 == 0, "{outcome:?}");
            assert!(outcome.err().is_none_or(|e| e.kind() == Kind::Invalid));
        }
        let rows: Vec<(i64, i64)> = store
            .read(home, move |r| r.many(sql("select n, count(*) from note where county = $1 group by n order by n").bind(home)))
            .await
            .expect("reads");
        let wanted: Vec<(i64, i64)> = (0..120).filter(|i| i % 3 != 0).map(|i| (i, if i % 4 >= 2 { 3 } else { 2 })).collect();
        assert_eq!(rows, wanted);
    });
}

#[test]
fn a_wrong_statement_is_named_and_hurts_nobody_else() {
    on_both(async |store, _| {
        let home = testing::home();
        let wrong =
            (0..40).map(|_| store.command(home, By::system("test"), |unit| unit.write(sql("insert into no_such_table (n) values (1)"))));
        let (wrong, good) =
            tokio::join!(futures_util::future::join_all(wrong), futures_util::future::join_all((0..40).map(|n| add(&store, n))));
        assert!(good.iter().all(Result::is_ok), "{good:?}");
        for e in wrong {
            let e = format!("{:?}", e.expect_err("fails"));
            assert!(e.contains("no_such_table"), "{e}");
        }
    });
}

#[test]
fn a_value_of_the_wrong_type_is_its_commands_own_fault() {
    on_both(async |store, _| {
        let home = testing::home();
        let wrong = (0..20).map(|_| {
            store.command(home, By::system("test"), move |unit| {
                // SQLite takes any value anywhere; a missing one is wrong in both.
                unit.write(sql("insert into note (county, id, n) values ($1, $2, $3)").bind(home).bind("not an id"))
            })
        });
        let (wrong, good) =
            tokio::join!(futures_util::future::join_all(wrong), futures_util::future::join_all((0..20).map(|n| add(&store, n))));
        assert!(good.iter().all(Result::is_ok), "{good:?}");
        assert!(wrong.iter().all(|w| w.as_ref().is_err_and(|e| e.kind() == Kind::Internal)), "{wrong:?}");
    });
}

#[test]
fn a_panic_in_a_look_up_is_an_error_and_the_reader_goes_on() {
    on_both(async |store, _| {
        let home = testing::home();
        for _ in 0..12 {
            let e = store.read::<(), _>(home, |_| panic!("as if by a bug")).await.expect_err("fails");
            assert_eq!(e.kind(), Kind::Internal);
        }
        assert_eq!(store.read(home, |r| r.count(sql("select sum(cast(1 as bigint)) from home"))).await.expect("goes on"), 1);
    });
}

#[test]
fn a_reader_cannot_write() {
    on_both(async |store, _| {
        let home = testing::home();
        let e = store.read(home, |r| r.count(sql("insert into home (county, name) values (430902, 'x') returning county"))).await;
        assert!(e.is_err(), "{e:?}");
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

/// The server's side of the connections is cut again and again while commands run: what was acknowledged is there once,
/// what was refused is not there, and what is unknown is said to be so.
#[test]
fn a_lost_connection_doubles_nothing() {
    testing::on_both(&[PART], async |store, _, database| {
        if matches!(database, store::Database::Sqlite(_)) {
            return;
        }
        let home = testing::home();
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let cutter = tokio::task::spawn_blocking(move || {
            for _ in 0..12 {
                std::thread::sleep(Duration::from_millis(70));
                testing::tamper(&database, cut);
            }
        });
        let mut n = 0;
        let (mut done, mut undone, mut unknown) = (Vec::new(), Vec::new(), 0);
        while !cutter.is_finished() {
            let some = (0..40).map(|i| add(&store, n + i));
            for (i, outcome) in futures_util::future::join_all(some).await.into_iter().enumerate() {
                match outcome {
                    Ok(_) => done.push(n + i as i64),
                    Err(e) if e.code() == "outcome_unknown" => unknown += 1,
                    Err(e) => {
                        assert_eq!(e.kind(), Kind::Unavailable, "{e:?}");
                        undone.push(n + i as i64);
                    }
                }
            }
            n += 40;
        }
        println!("{} done, {} refused, {unknown} unknown", done.len(), undone.len());
        let there: Vec<(i64,)> =
            store.read(home, move |r| r.many(sql("select n from note where county = $1 order by n").bind(home))).await.expect("a look");
        let once: BTreeSet<i64> = there.iter().map(|(n,)| *n).collect();
        assert_eq!(once.len(), there.len(), "nothing twice");
        assert!(done.iter().all(|n| once.contains(n)), "nothing acknowledged is lost");
        assert!(undone.iter().all(|n| !once.contains(n)), "nothing refused was done");
        assert!(done.len() > 100);
        add(&store, n).await.expect("goes on");
        assert!(store.verify(home, &[]).await.expect("verifies").whole());
    });
}

/// The connection breaks inside the commit itself: the journal tells that nothing was done, and only the command at
/// fault fails.
#[test]
fn a_connection_lost_in_the_commit_is_looked_into() {
    testing::on_both(&[PART], async |store, _, database| {
        if matches!(database, store::Database::Sqlite(_)) {
            return;
        }
        let home = testing::home();
        testing::tamper(
            &database,
            "create function cut() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
             create constraint trigger cut after insert on note deferrable initially deferred for each row when (new.n = 777) execute function cut()",
        );
        let outcomes = futures_util::future::join_all((770..790).map(|n| add(&store, n))).await;
        for (n, outcome) in (770..790).zip(outcomes) {
            match outcome {
                Ok(_) => assert_ne!(n, 777),
                Err(e) => assert_eq!((n, e.kind()), (777, Kind::Unavailable), "{e:?}"),
            }
        }
        let rows = store.read(home, |r| Ok((r.count(sql("select count(*) from note"))?, journal::head(r)?))).await.expect("reads");
        assert_eq!(rows, (19, 19));
        assert!(store.verify(home, &[]).await.expect("verifies").whole());
    });
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing_half_done() {
    testing::on_both(&[PART], async |store, _, database| {
        if matches!(database, store::Database::Postgres(_)) {
            return;
        }
        let home = testing::home();
        add(&store, 1).await.expect("there is room");
        let limit = |pages: i64| {
            // No fewer than it has: then SQLite answers every growth as it answers a full disk.
            store.command(home, By::system("test"), move |unit| {
                unit.count(sql(if pages == 1 { "pragma max_page_count = 1" } else { "pragma max_page_count = 1000000" }))
            })
        };
        limit(1).await.expect("no more room");
        let long = "长".repeat(100_000);
        let fill = store
            .command(home, By::system("test"), move |unit| {
                unit.record(Entry::new("note.added", ("note", Uuid::nil()), None, json!({})));
                unit.write(sql("insert into note (county, id, n, said) values ($1, $2, 2, $3)").bind(home).bind(Uuid::now_v7()).bind(&long))
            })
            .await;
        assert_eq!(fill.expect_err("no room").kind(), Kind::Unavailable);
        let rows = store.read(home, |r| Ok((r.count(sql("select count(*) from note"))?, journal::head(r)?))).await.expect("reads go on");
        assert_eq!(rows, (1, 1));
        limit(2).await.expect("room again");
        add(&store, 3).await.expect("goes on");
        assert!(store.verify(home, &[]).await.expect("verifies").whole());
    });
}

#[test]
fn the_log_of_sqlite_does_not_grow_without_end() {
    testing::on_both(&[PART], async |store, _, database| {
        let store::Database::Sqlite(path) = &database else { return };
        let home = testing::home();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        // There is always a reader at work, with the next one begun before it ends.
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (store, stopped) = (store.clone(), stopped.clone());
                tokio::spawn(async move {
                    while !*stopped.borrow() {
                        store.read(home, |r| r.count(sql("with recursive c(x) as (select count(*) from note union all select x + 1 from c where x < 50000) select count(*) from c"))).await.expect("reads");
                    }
                })
            })
            .collect();
        let mut most = 0;
        for i in 0..2600_u32 {
            let text = format!("{i} ").repeat(12_000);
            let f = move |unit: &mut store::Unit| {
                let id = uuid::Uuid::from_u128(u128::from(i % 50));
                unit.write(
                    sql("insert into note (county, id, n, said) values ($1, $2, 1, $3) on conflict (county, id) do update set said = excluded.said")
                        .bind(home)
                        .bind(id)
                        .bind(&text),
                )
            };
            store.command(home, By::system("test"), f).await.expect("writes");
            let log = std::fs::metadata(path.with_extension("sqlite-wal")).map_or(0, |m| m.len());
            most = most.max(log);
        }
        stop.send_replace(true);
        for r in readers {
            r.await.expect("ends");
        }
        println!("the log was {} MB at most", most >> 20);
        assert!(most < 120 << 20, "{most}");
    });
}
