//! Accounts of officials as those who run them see them, and signing one out everywhere.

use crate::world::{HERE, NEXT, on_both};
use axum::http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().expect("a list").iter().map(|a| a["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn officials_are_listed_and_found_and_residents_are_not() {
    on_both(async |w| {
        let it = w.here("county_it");
        let whole = it.get("/api/accounts?most=200").await;
        assert_eq!(whole.status, 200, "{whole:?}");
        let duty = w.accounts[&("village_duty", HERE)].to_string();
        let all = ids(&whole.json);
        assert!(all.contains(&duty) && !whole.raw.contains(&w.accounts[&("resident", HERE)].to_string()));
        assert!(!whole.raw.contains(&w.accounts[&("village_duty", NEXT)].to_string()), "nobody of the next county");
        let one = whole.json["items"].as_array().and_then(|l| l.iter().find(|a| a["id"] == json!(duty))).expect("she is there");
        assert_eq!((one["seats"][0]["role"].as_str(), one["state"].as_str()), (Some("village_duty"), Some("active")), "{one}");
        assert!(one["sessions"].as_i64() >= Some(1) && one["signed_in"].is_string(), "{one}");
        let (mut paged, mut path) = (Vec::new(), "/api/accounts?most=3".to_owned());
        loop {
            let page = it.get(&path).await;
            paged.extend(ids(&page.json));
            let Some(next) = page.json["next"].as_str() else { break };
            path = format!("/api/accounts?most=3&cursor={next}");
        }
        assert_eq!(paged, all, "the same in pages");
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), paged.len());

        let made = it.post("/api/accounts", json!({"name": "石小兰", "login": "shi.xiaolan"})).await;
        assert_eq!(made.status, 201, "{made:?}");
        for (q, there) in [("shi.xiaolan", true), ("%E5%B0%8F%E5%85%B0", true), ("shi.xiao", false)] {
            let found = ids(&it.get(&format!("/api/accounts?q={q}")).await.json);
            assert_eq!(found, if there { vec![made.text("account")] } else { Vec::new() }, "{q}");
        }
        assert_eq!(w.here("village_duty").get("/api/accounts").await.status, 403);
    });
}

#[test]
fn signed_out_everywhere_ends_sessions_and_live_streams() {
    on_both(async |w| {
        let duty = w.accounts[&("village_duty", HERE)];
        let path = format!("/api/accounts/{duty}/sessions");
        assert_eq!(w.of("county_it", NEXT).send(Method::DELETE, &path, None, &[]).await.status, 404, "not of their county");
        assert_eq!(w.here("village_lead").send(Method::DELETE, &path, None, &[]).await.status, 403);
        let resident = format!("/api/accounts/{}/sessions", w.accounts[&("resident", HERE)]);
        assert_eq!(w.here("county_it").send(Method::DELETE, &resident, None, &[]).await.status, 404, "residents are not managed");
        let client = w.here("village_duty");
        let stream = tokio::time::timeout(Duration::from_secs(10), client.get("/api/events"));
        let out = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            w.here("county_it").send(Method::DELETE, &path, None, &[]).await.status
        };
        let (ended, status) = tokio::join!(stream, out);
        assert_eq!(status, 204);
        let told = ended.expect("the stream ends");
        assert!(told.status == 200 && !told.raw.contains("session.revoked"), "{told:?}");
        assert_eq!(w.here("village_duty").get("/api/me").await.status, 401);
        assert_eq!(w.here("village_lead").get("/api/me").await.status, 200, "nobody else");
        let page = w.here("county_it").get("/api/accounts?most=200").await;
        let one = page.json["items"].as_array().and_then(|l| l.iter().find(|a| a["id"] == json!(duty.to_string()))).expect("is listed");
        assert_eq!(one["sessions"], json!(0));
        let entries = w.here("county_it").get(&format!("/api/journal?subject={duty}&most=1")).await;
        assert!(entries.raw.contains("session.revoked"), "{}", entries.raw);
    });
}
