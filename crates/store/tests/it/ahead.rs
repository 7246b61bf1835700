//! Fewer journeys, the same answers: look-ups asked ahead, and walks merged.

use crate::both::{add, on_both};
use base::{Error, Home};
use store::{By, Database, Sql, Unit, Walk, sql, testing};
use uuid::Uuid;

fn notes(home: Home) -> Sql {
    sql("select count(*) from note where county = $1").bind(home)
}

fn other(home: Home) -> Sql {
    sql("select count(*) from note where county = $1 and n < 0").bind(home)
}

#[test]
fn what_was_asked_ahead_is_never_older_than_a_write() {
    on_both(async |store, _| {
        let home = testing::home();
        let insert = move || sql("insert into note (county, id, n) values ($1, $2, 1)").bind(home).bind(Uuid::now_v7());
        let seen = store
            .command(home, By::system("test"), move |unit| {
                let mut seen = Vec::new();
                unit.ahead(|| vec![notes(home)]);
                seen.push((unit.count(other(home))?, unit.count(notes(home))?));
                unit.ahead(|| vec![notes(home)]);
                seen.push((unit.count(other(home))?, 1));
                unit.write(insert())?;
                seen.push((unit.count(notes(home))?, 2));
                unit.ahead(|| vec![notes(home)]);
                unit.write(insert())?;
                seen.push((unit.count(other(home))?, unit.count(notes(home))?));
                unit.ahead(|| vec![notes(home).locking()]);
                unit.change(insert())?;
                Ok(seen)
            })
            .await;
        // The last one is never asked: a count cannot be locked, and nothing of it may remain.
        assert_eq!(seen.expect("runs").value, [(0, 0), (0, 1), (1, 2), (0, 2)]);
        for n in 3..60 {
            let before = store
                .read(home, move |r| {
                    r.ahead(|| vec![notes(home)]);
                    r.count(other(home))
                })
                .await;
            assert_eq!(before.expect("reads"), 0);
            assert_eq!(store.read(home, move |r| r.count(notes(home))).await.expect("reads"), n, "no answer outlives its look-up");
            add(&store, n).await.expect("adds");
        }
    });
}

#[test]
fn merged_walks_give_the_first_of_all_of_them_once() {
    on_both(async |store, _| {
        let home = testing::home();
        for n in 0..60 {
            add(&store, n * 7 % 60).await.expect("adds");
        }
        for (most, from) in [(0, 0), (1, 0), (5, 0), (5, 50), (200, 0)] {
            // Three that are the same, one that holds a part of them and one that holds nothing.
            let found = store
                .read(home, move |r| {
                    let walks: Vec<Walk> = [0, 0, 0, 30, 90]
                        .map(|least| {
                            Walk::new("w.n", "w.id", move |r, q| {
                                q.push("select w.n, w.id from note w where w.county = ").arg(r.home());
                                q.push(" and w.n >= ").arg(least.max(from));
                            })
                        })
                        .into();
                    let one = r.walk(&walks[..1], most)?;
                    assert_eq!(one, r.walk(&walks[..2], most)?);
                    r.walk(&walks, most)
                })
                .await
                .expect("walks");
            let all: Vec<(Uuid,)> = store
                .read(home, move |r| r.many(sql("select id from note where county = $1 and n >= $2 order by n, id").bind(home).bind(from)))
                .await
                .expect("reads");
            assert_eq!(found, all.into_iter().map(|(id,)| id).take(most).collect::<Vec<_>>(), "{most} from {from}");
        }
    });
}

/// A merged walk is planned once for all its values; what comes after it on the same connection is planned as ever, also
/// where the command that walked was refused.
#[test]
fn a_walk_leaves_the_connection_as_it_was() {
    testing::on_both(&[crate::both::PART], async |store, _, database| {
        if matches!(database, Database::Sqlite(_)) {
            return;
        }
        let home = testing::home();
        let plans = |unit: &mut Unit| unit.one::<(String,)>(sql("select current_setting('plan_cache_mode')"));
        for refused in [false, true, true, false] {
            let walked = store.command(home, By::system("test"), move |unit| {
                let all = || {
                    Walk::new("w.n", "w.id", |r, q| {
                        q.push("select w.n, w.id from note w where w.county = ").arg(r.home());
                    })
                };
                unit.walk(&[all(), all()], 5)?;
                if refused { Err(Error::not_found()) } else { plans(unit) }
            });
            assert_eq!(walked.await.is_err(), refused);
            let after = store.command(home, By::system("test"), move |unit| plans(unit)).await.expect("runs");
            assert_eq!(after.value, Some(("auto".to_owned(),)), "after a refusal: {refused}");
        }
    });
}

/// More than the sockets of both sides hold, in both directions at once: whoever waits for the other to read waits for ever.
#[test]
fn what_is_large_travels_whole_both_ways() {
    on_both(async |store, _| {
        let home = testing::home();
        let all = move || sql("select count(*), sum(n), max(length(said)) from note where county = $1").bind(home);
        let texts = move || sql("select said from note where county = $1 order by n").bind(home);
        let insert = move |n: i64, long: usize| {
            sql("insert into note (county, id, n, said) values ($1, $2, $3, $4)")
                .bind(home)
                .bind(Uuid::now_v7())
                .bind(n)
                .bind("言".repeat(long))
        };
        store
            .command(home, By::system("test"), move |unit: &mut Unit| {
                for n in 0..3_000 {
                    unit.write(insert(n, 1 + (n % 400) as usize))?;
                }
                unit.ahead(|| vec![texts(), all()]);
                for n in 3_000..3_004 {
                    unit.write(insert(n, 1_000_000))?;
                }
                unit.ahead(|| vec![texts(), all()]);
                // One more statement behind an answer of 14 MB, itself of 3 MB.
                let long = "言".repeat(1_000_000);
                let like = sql("select count(*) from note where county = $1 and said = $2").bind(home).bind(long);
                assert_eq!(unit.count(like)?, 4);
                let texts: Vec<(String,)> = unit.many(texts())?;
                assert_eq!((texts.len(), texts[3_003].0.chars().count(), texts[2_999].0.chars().count()), (3_004, 1_000_000, 200));
                assert_eq!(unit.one(all())?, Some((3_004_i64, 4_510_506_i64, 1_000_000_i64)));
                Ok(())
            })
            .await
            .expect("runs");
        assert_eq!(store.read(home, move |r| r.count(notes(home))).await.expect("reads"), 3_004);
    });
}
