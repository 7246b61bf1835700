//! What was done on a telephone without a network says when; it is told and decides nothing.

use crate::world::{HERE, World, group, on_both};
use axum::http::Method;
use base::Time;
use serde_json::{Value, json};

const DAYS: i64 = 3;

async fn told(w: &World, id: &str, kind: &str) -> Vec<Value> {
    let story = w.here("village_duty").get(&format!("/api/matters/{id}/timeline")).await;
    let all = story.json.as_array().expect("a list").clone();
    all.into_iter().filter(|e| e["kind"] == kind).map(|e| e["facts"]["done_at"].clone()).collect()
}

fn three_days_ago(at: &Value, now: Time) -> bool {
    at.as_str().and_then(|s| s.parse::<Time>().ok()).is_some_and(|t| (now.0 - DAYS * 86_400_000 - t.0).abs() < 60_000)
}

#[test]
fn when_it_was_done_stands_beside_when_it_came() {
    on_both(async |w| {
        let ago = (DAYS * 86_400).to_string();
        let late = async |who: &str, path: &str, body: Value, ago: &str| {
            w.here(who).send(Method::POST, path, Some(body), &[("done-ago", ago)]).await
        };
        let form = json!({"words": "路灯不亮", "place": {"region": group(HERE)}, "sender": "named"});
        let opened =
            late("group_leader", "/api/matters", json!({"flow": "direct_line.report", "category": "roads", "form": form}), &ago).await;
        assert_eq!(opened.status, 201, "{}", opened.raw);
        let id = opened.text("id");
        // Its clock runs from when it came.
        let whole = w.here("village_duty").get(&format!("/api/matters/{id}")).await;
        let now: Time = whole.text("received_at").parse().expect("a time");
        let first = told(&w, &id, "matter.opened").await;
        assert!(three_days_ago(&first[0], now), "{first:?}");

        let path = format!("/api/matters/{id}/words");
        assert_eq!(late("group_leader", &path, json!({"words": "又去看了", "files": []}), &ago).await.status, 200);
        assert_eq!(late("group_leader", &path, json!({"words": "刚才", "files": []}), "30").await.status, 200);
        let added = told(&w, &id, "matter.added").await;
        assert!(three_days_ago(&added[0], now) && added[1].is_null(), "{added:?}");

        for wrong in ["soon", "-5", "99999999999"] {
            let refused = late("group_leader", &path, json!({"words": "一句", "files": []}), wrong).await;
            assert_eq!((refused.status, refused.json["fields"][0]["field"].as_str()), (400, Some("Done-Ago")), "{wrong}");
        }
    });
}
