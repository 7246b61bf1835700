//! What concerns life, as the pack declares it, until somebody has it; and what comes if a deadline passes.

use crate::town::{self, Town, changed, on_both, read};
use base::MatterId;
use calendar::Calendar;
use matters::{Next, Opening};
use serde_json::json;
use store::testing;

const DECLARED: &str = "alarm:    matter.urgent ";

async fn alarms(town: &Town, who: &str) -> Vec<MatterId> {
    let (caller, rules) = (town.caller(who), town.rules.clone());
    let read = town.store.read(testing::home(), move |r| matters::alarms(r, &rules, &caller)).await;
    read.expect("reads").into_iter().map(|m| m.id).collect()
}

async fn next(town: &Town, id: MatterId) -> Option<Next> {
    let (m, rules) = (town.get(id).await, town.rules.clone());
    town.store.read(testing::home(), move |r| matters::next(r, &rules, &m)).await.expect("reads")
}

fn urgent(town: &Town) -> Opening {
    Opening { urgent: true, ..town.report() }
}

#[test]
fn an_alarm_stands_until_somebody_has_it() {
    on_both(async |town: Town| {
        let calm = town.open("resident", town.report()).await.expect("opens");
        let first = town.open("resident", urgent(&town)).await.expect("opens");
        town.until("2026-11-19T09:01:00+08:00").await;
        let second = town.open("resident", urgent(&town)).await.expect("opens");
        assert_eq!(alarms(&town, "county_leader").await, [first, second], "the one that waits longest first, and not {calm}");
        assert!(town.get(first).await.offered.is_some(), "it is offered to the group's leader");
        // Who has no business there is told of none.
        assert_eq!(alarms(&town, "neighbour_leader").await, []);
        // One is taken; the other is offered on, which is not having it, and then taken.
        let caller = town.caller("group_leader");
        town.run(move |u, rules| matters::take(u, rules, &caller, first)).await.expect("takes");
        assert_eq!(alarms(&town, "county_leader").await, [second]);
        town.make("village_duty", second, "neighbours", json!({})).await.expect("offers it to the group's leader anew");
        assert_eq!(alarms(&town, "county_leader").await, [second]);
        let caller = town.caller("group_leader");
        town.run(move |u, rules| matters::take(u, rules, &caller, second)).await.expect("takes");
        assert_eq!(alarms(&town, "county_leader").await, []);
        // What is done and is only to be told is offered too, and is none.
        let third = town.open("resident", urgent(&town)).await.expect("opens");
        town.make("village_duty", third, "area", json!({})).await.expect("has it");
        let m = town.make("village_duty", third, "done", json!({ "answer": "人送到医院了" })).await.expect("done");
        assert!(m.offered.is_some() && m.resolved_at.is_some());
        assert_eq!(alarms(&town, "county_leader").await, []);
    });
}

#[test]
fn with_nobody_to_offer_it_to_it_stands_until_its_holder_moves_it() {
    on_both(async |town: Town| {
        town.leave("group_leader").await;
        let id = town.open("resident", urgent(&town)).await.expect("opens");
        assert_eq!(town.get(id).await.offered, None);
        assert_eq!(alarms(&town, "county_leader").await, [id]);
        town.make("village_duty", id, "area", json!({})).await.expect("moves");
        assert_eq!(alarms(&town, "county_leader").await, []);
    });
}

#[test]
fn what_the_pack_does_not_declare_is_none_and_what_is_unknown_is_one() {
    on_both(async |mut town: Town| {
        let flood = changed(DECLARED, "alarm: matter.category in [\"flood\"] ");
        town.adopt(read(&flood), Calendar::shipped()).await;
        let quarrel = town.open("resident", urgent(&town)).await.expect("opens");
        assert_eq!(alarms(&town, "county_leader").await, [], "{quarrel}");
        let water = town.open("resident", Opening { category: Some("flood".into()), ..urgent(&town) }).await.expect("opens");
        let unsorted = town.open("resident", Opening { category: None, ..urgent(&town) }).await.expect("opens");
        let mut both = [water, unsorted];
        both.sort();
        let mut found = alarms(&town, "county_leader").await;
        found.sort();
        assert_eq!(found, both);
        town.adopt(read(&changed(DECLARED, "# ")), Calendar::shipped()).await;
        let after = town.open("resident", urgent(&town)).await.expect("opens");
        assert_eq!(alarms(&town, "county_leader").await, [], "nothing is declared: {after}");
    });
}

/// What is said beforehand is what comes, all the way up.
#[test]
fn what_comes_if_nothing_is_done_is_what_then_happens() {
    on_both(async |town: Town| {
        let id = town.open("resident", town.report()).await.expect("opens");
        let mut told = Vec::new();
        loop {
            let (said, m) = (next(&town, id).await.expect("it is open"), town.get(id).await);
            town.until(&(m.due + std::time::Duration::from_secs(1)).to_string()).await;
            let after = town.get(id).await;
            match said {
                Next::Supervised(seat) => {
                    assert_eq!((after.supervisor, after.holder), (Some(seat), m.holder));
                    told.push(seat);
                }
                Next::Top => {
                    assert_eq!((after.supervisor, after.late), (m.supervisor, m.late + 1));
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        let told: Vec<&str> = told.into_iter().map(|seat| town.who(seat)).collect();
        assert_eq!(told, ["township_duty", "department.justice", "county_leader"]);
        // Done and told: her silence ends it.
        town.make("village_duty", id, "area", json!({})).await.expect("to handle");
        town.make("village_duty", id, "done", json!({ "answer": "劝好了" })).await.expect("done");
        town.make("village_duty", id, "told", json!({})).await.expect("told");
        let Some(Next::Goes(packs::Target::Closed { ended_as })) = next(&town, id).await else { panic!("it ends by itself") };
        let due = town.get(id).await.due;
        town.until(&(due + std::time::Duration::from_secs(1)).to_string()).await;
        let m = town.get(id).await;
        assert_eq!((m.open, m.ended_as), (false, Some(ended_as)));
        assert!(next(&town, id).await.is_none(), "nothing comes after the end");
    });
}

#[test]
fn a_clock_that_stands_still_brings_nothing() {
    on_both(async |mut town: Town| {
        let take = changed("        due:   5 work-days\n", "        due:   5 work-days\n        late:  {take: true}\n");
        town.adopt(town::read(&take), Calendar::shipped()).await;
        let id = town.open("resident", town.report()).await.expect("opens");
        town.make("village_duty", id, "area", json!({})).await.expect("to handle");
        let Some(Next::Taken(seat)) = next(&town, id).await else { panic!("the step says so") };
        assert_eq!(seat, town.seat("township_duty"));
        let mut m = town.get(id).await;
        m.paused_at = Some(m.received_at);
        let rules = town.rules.clone();
        let still = town.store.read(testing::home(), move |r| matters::next(r, &rules, &m)).await.expect("reads");
        assert!(still.is_none(), "{still:?}");
    });
}
