//! What is on record, for those who answer for it: the journal's entries, and who read personal data.

use crate::world::{HERE, on_both};
use serde_json::{Value, json};

#[test]
fn the_journal_is_read_backwards_with_every_link_and_without_what_is_not_mine_to_see() {
    on_both(async |w| {
        let id = w.report(HERE, "渠道堵了").await;
        let it = w.here("county_it");
        let first = it.get("/api/journal?most=2").await;
        assert_eq!((first.status, first.json.as_array().map(Vec::len)), (200, Some(2)), "{first:?}");
        let seqs = |page: &Value| page.as_array().expect("a list").iter().map(|e| e["seq"].as_i64().expect("a number")).collect::<Vec<_>>();
        let last = seqs(&first.json)[1];
        assert_eq!(seqs(&first.json), [last + 1, last], "newest first, none left out");
        let second = it.get(&format!("/api/journal?most=1&before={last}")).await;
        assert_eq!(seqs(&second.json), [last - 1]);
        assert_eq!(first.json[0]["hash"].as_str().map(str::len), Some(64));
        // The county's IT may not read matters: it sees that there is an entry, and nothing of it.
        let of_it = it.get(&format!("/api/journal?subject={id}")).await;
        assert_eq!(of_it.json.as_array().map(Vec::len), Some(1), "{of_it:?}");
        assert!(of_it.json[0]["told"].is_null() && !of_it.raw.contains(&id), "{}", of_it.raw);
        let change = json!({"changes": [{"lang": "zh", "key": "desk.title", "text": "办公桌"}]});
        assert_eq!(w.here("county_it").send(axum::http::Method::PUT, "/api/words", Some(change), &[]).await.status, 204);
        let told = &it.get("/api/journal?most=1").await.json[0]["told"];
        assert_eq!((told["kind"].as_str(), told["who"].as_str()), (Some("words.changed"), Some("演示县县信息员")), "{told}");
        assert!(!told.to_string().contains("办公桌"), "no words");
        assert_eq!(it.get("/api/journal?most=0").await.status, 400);
    });
}

#[test]
fn who_read_personal_data_is_listed_for_the_county_without_whose_it_was() {
    on_both(async |w| {
        let id = w.report(HERE, "渠道堵了").await;
        assert_eq!(w.here("county_it").get("/api/readings").await.json, json!([]));
        let ask = json!({"fields": ["phone"], "purpose": "contact", "reason": "核实情况"});
        let opened = w.here("keeper").post(&format!("/api/matters/{id}/unmask"), ask).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        let page = w.here("county_it").get("/api/readings").await;
        let one = &page.json[0];
        assert_eq!((page.json.as_array().map(Vec::len), one["who"].as_str()), (Some(1), Some("演示县密封件保管员")), "{page:?}");
        assert_eq!((one["seen_in"].as_str(), one["fields"].clone()), (Some(id.as_str()), json!(["phone"])));
        assert!(!page.raw.contains(&w.accounts[&("resident", HERE)].to_string()), "not whose data it was");
        let seq = one["seq"].as_i64().expect("a number");
        assert_eq!(w.here("county_it").get(&format!("/api/readings?before={seq}")).await.json, json!([]));
        assert_eq!(w.here("village_duty").get("/api/readings").await.status, 403);
    });
}
