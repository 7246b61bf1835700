//! The month as the engine made it of the plan.

use crate::{app::App, config::Config};
use base::{Id, StoryClock, Time};
use demo::{CATEGORIES, County, SEED, Size, State, UNITS};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::sql;

fn config(database: &store::Database) -> Config {
    let packs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let data = tempfile::Builder::new().prefix("shuxiang-demo-").tempdir().expect("a temporary folder").keep();
    let database = match database {
        store::Database::Postgres(url) => Some(url.clone()),
        store::Database::Sqlite(_) => None,
    };
    Config { data, packs, database, ..Config::default() }
}

fn grown() -> County {
    demo::county(&demo::sample(), Size::demo(12), SEED).expect("grows")
}

/// Every state comes out as it was planned, on each database there is; each open matter is held and has its timer.
#[test]
fn every_planned_state_comes_true() {
    let (county, now) = (grown(), "2026-11-25T15:20".parse::<Time>().expect("a time"));
    let mut plan = demo::matters(&county, now, SEED, 120);
    plan.extend(demo::messages(&county, now, SEED, 40));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in store::testing::databases() {
        runtime.block_on(async {
            let clock = Arc::new(StoryClock::at(plan.iter().map(|m| m.received).min().expect("matters") - Duration::from_secs(86_400)));
            let app = App::open(config(&database), Some(clock.clone())).await.expect("opens");
            super::found(&app, &county, false).await.expect("founds");
            let ids = super::play(&app, &clock, &county, &plan, now).await.expect("plays");
            for (m, id) in plan.iter().zip(ids) {
                let found = app.store.read(county.home, move |r| matters::load(r, id)).await.expect("reads").expect("is there");
                let (ended, solved, step) = (found.ended_as.as_deref(), found.solved.as_deref(), found.step.as_str());
                let right = match m.state {
                    State::Sorting => matches!(step, "sort" | "accept") && found.open,
                    State::Helping => step == "help",
                    State::Meeting => step == "meet",
                    State::Handling => step == "handle" && found.open,
                    State::Late => step == "handle" && found.open && found.card > 0,
                    State::Telling => step == "tell" && found.open,
                    State::Confirming => step == "confirm" && found.open,
                    State::Paused => found.paused_at.is_some(),
                    State::Consulting | State::Conference => found.child.is_some(),
                    State::Refused => step == "handle" && found.reopened == 1 && solved == Some("unsolved"),
                    State::Solved => ended == Some("done") && solved == Some("solved"),
                    State::Partly => ended == Some("done") && solved == Some("partly"),
                    State::Unsolved => ended == Some("done") && solved == Some("unsolved"),
                    State::Unanswered => ended == Some("unanswered"),
                    State::Withdrawn => ended == Some("withdrawn"),
                    State::NotAccepted => ended == Some("not_accepted"),
                    State::OtherWay => ended == Some("other_way"),
                    State::NotReached => ended == Some("not_reached"),
                    State::Merged => ended == Some("merged"),
                };
                assert!(right, "{:?} is at {step}, ended as {ended:?}: {found:?}", m.state);
                assert_eq!(found.received_at, m.received);
                let kinds = app.store.read(county.home, move |r| store::journal::of(r, Id::uuid(id))).await.expect("reads");
                assert!(kinds.windows(2).all(|w| w[0].at <= w[1].at), "{:?}: out of order", m.state);
            }
            let without = "select count(*) from matter m where county = $1 and open = $2 and not exists
                (select 1 from timer t where t.county = m.county and t.subject = m.id)";
            let n = app.store.read(county.home, move |r| r.count(sql(without).bind(r.home()).bind(true))).await.expect("reads");
            assert_eq!(n, 0, "open matters without a timer");
        });
    }
}

/// The words of the demo are those of the packs.
#[test]
fn the_packs_know_every_code() {
    let packs = crate::app::load_packs(&config(&store::testing::sqlite()).packs, None).expect("reads");
    let categories = packs.list("direct_line", "categories").expect("is there");
    for c in CATEGORIES {
        let entry = categories.entry(c.code).unwrap_or_else(|| panic!("no category {}", c.code));
        assert_eq!((entry.unit(), entry.name.zh.as_str()), (Some(c.unit), c.zh));
    }
    for u in UNITS {
        let unit = packs.unit(u.code).unwrap_or_else(|| panic!("no unit {}", u.code));
        assert_eq!((unit.name.zh.as_str(), unit.roles.len()), (u.county.0, 1 + usize::from(u.town.is_some())), "{}", u.code);
    }
    let county = grown();
    let mut roles = county.officials.iter().map(|o| o.role).chain(county.leaders.iter().map(|l| l.role));
    assert_eq!(roles.find(|r| packs.role(r).is_none()), None);
}
