//! Matters that come by themselves.

use crate::town::{Town, on_both};
use base::{Id, MatterId};
use serde_json::json;

#[test]
fn every_month_at_every_village() {
    on_both(async |mut town: Town| {
        town.sit("chief", "430903", None).await;
        town.until("2026-11-30T23:59:59+08:00").await;
        assert!(town.opened("patrol").await.is_empty());
        town.until("2026-12-01T00:00:00+08:00").await;
        let opened = town.opened("patrol").await;
        let regions: Vec<String> = opened.iter().filter_map(|e| e.region.map(|r| r.to_string())).collect();
        assert_eq!(regions, ["4309031012010000000", "4309031012020000000"]);
        assert!(opened.iter().all(|e| e.depth == 1 && e.cause.is_some()));
        town.until("2027-02-02T00:00:00+08:00").await;
        assert_eq!(town.opened("patrol").await.len(), 6, "December, January, February");
    });
}

#[test]
fn so_long_after_a_matter_ended_until_a_streak() {
    on_both(async |mut town: Town| {
        town.sit("chief", "430903", None).await;
        let id = town.job("flood", false).await;
        town.make("helper", id, "done", json!({ "good": true })).await;
        town.until("2026-11-27T00:00:00+08:00").await;
        let visits = town.opened("visit").await;
        assert_eq!(visits.len(), 1, "after 7 days");
        let visit = |i: usize, all: &[store::Recorded]| -> MatterId { Id::from_uuid(all[i].subject) };
        town.make("helper", visit(0, &visits), "done", json!({ "good": true })).await;
        // The 19th is a Saturday: the month ends on Monday at the close of business.
        town.until("2026-12-21T18:00:00+08:00").await;
        let visits = town.opened("visit").await;
        assert_eq!(visits.len(), 2, "after a month");
        town.make("helper", visit(1, &visits), "done", json!({ "good": true })).await;
        town.until("2027-03-01T00:00:00+08:00").await;
        assert_eq!(town.opened("visit").await.len(), 2, "two good ones in a row: no third");
        assert_eq!(town.count("select count(*) from timer where kind = 'plan.term'").await, 0);
        // Another end begins anew, and a bad visit breaks the streak.
        let id = town.job("flood", false).await;
        town.make("helper", id, "done", json!({ "good": true })).await;
        for n in 3..=4 {
            town.until(["2027-03-09T00:00:00+08:00", "2027-04-02T00:00:00+08:00"][n - 3]).await;
            let visits = town.opened("visit").await;
            assert_eq!(visits.len(), n);
            town.make("helper", visit(n - 1, &visits), "done", json!({ "good": n == 3 })).await;
        }
        town.until("2027-05-10T00:00:00+08:00").await;
        assert_eq!(town.opened("visit").await.len(), 5, "the third came, too");
    });
}
