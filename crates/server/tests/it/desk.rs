//! What the desk and the screen stand on: units, days, the county's words, numbers that open to their lists.

use crate::world::{HERE, NEXT, World, code, group, on_both, on_sqlite};
use axum::http::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn every_number_of_the_screen_is_that_of_its_list() {
    on_both(async |w| {
        for (words, urgent) in [("路灯不亮", false), ("路塌了一截", true), ("水管漏水", false)] {
            let form = json!({"words": words, "place": {"region": group(HERE)}});
            let body = json!({"flow": "direct_line.report", "form": form, "category": "roads", "urgent": urgent});
            assert_eq!(w.here("resident").post("/api/matters", body).await.status, 201);
        }
        w.clock.move_to(w.app.store.now() + Duration::from_secs(20 * 86_400));
        w.sign_in_again().await;
        w.report(HERE, "刚来的").await;
        for who in ["county_desk", "township_duty", "other_township_duty", "stranger"] {
            for region in ["", "?region=430903001"] {
                let client = w.here(who);
                let screen = client.get(&format!("/api/screen{region}")).await;
                assert_eq!(screen.status, 200, "{screen:?}");
                let mut checked = 0;
                let mut stack = vec![&screen.json];
                while let Some(v) = stack.pop() {
                    if let (Some(n), Some(query)) = (v["n"].as_i64(), v["query"].as_str()) {
                        let counted = client.get(&query.replace("/api/matters", "/api/matters/count")).await;
                        assert_eq!(counted.json["n"], n, "{who} {query} {counted:?}");
                        checked += 1;
                    }
                    match v {
                        Value::Object(all) => stack.extend(all.values()),
                        Value::Array(all) => stack.extend(all),
                        _ => {}
                    }
                }
                assert!(checked >= 29, "{checked}");
            }
        }
        let s = w.here("county_desk").get("/api/screen").await.json;
        assert_eq!((&s["today"]["n"], &s["open"]["n"], &s["late"]["n"], &s["on_time"]["n"]), (&json!(1), &json!(4), &json!(3), &json!(1)));
        assert_eq!((&s["alarm"]["n"], &s["alarms"][0]["untouched"]), (&json!(1), &json!(true)));
        assert_eq!(s["rates"][0]["rate"], 0.25);
        assert_eq!(s["events"][0]["kind"], "matter.opened");
    });
}

#[test]
fn who_is_on_duty_is_called_by_officials() {
    on_sqlite(async |w| {
        let duty = async |who: &str| w.here(who).get("/api/screen?region=430903001").await.json["duty"].clone();
        let shown = duty("township_duty").await;
        let town = shown.as_array().and_then(|d| d.iter().find(|d| d["seat"]["role"] == "township_duty")).expect("the township's").clone();
        assert!(town["phone"].as_str().is_some_and(|p| p.starts_with("+86")) && town["name"].is_string(), "{town}");
        let seen = duty("resident").await;
        assert!(seen.as_array().is_some_and(|d| !d.is_empty() && d.iter().all(|d| d["phone"].is_null())), "{seen}");
    });
}

#[test]
fn numbers_to_call_are_for_ones_own_township() {
    on_sqlite(async |w| {
        let near = async |who: &str| w.here(who).get(&format!("/api/seats/to-call?region={}", group(HERE))).await.json;
        for (who, told) in
            [("group_leader", true), ("village_duty", true), ("county_desk", true), ("resident", false), ("other_township_duty", false)]
        {
            let near = near(who).await;
            let all = near.as_array().expect("seats");
            assert!(all.iter().any(|s| s["role"] == "group_leader"), "{who}: {near}");
            assert!(all.iter().all(|s| s["name"].is_string() && s["phone"].is_string() == told), "{who}: {near}");
        }
    });
}

#[test]
fn the_countys_own_words() {
    on_both(async |w| {
        let before = w.nobody().get("/api/words").await;
        let tag = before.headers[header::ETAG].to_str().expect("a tag").to_owned();
        let put = async |who: &str, change: Value| {
            w.here(who).send(Method::PUT, "/api/words", Some(json!({"changes": [change]})), &[]).await.status
        };
        assert_eq!(put("county_it", json!({"lang": "zh", "key": "matter.done", "text": "办好了"})).await, 204);
        assert_eq!(w.nobody().get("/api/words").await.json, json!({"zh": {"matter.done": "办好了"}, "en": {}}));
        let fresh = w.nobody().send(Method::GET, "/api/words", None, &[("if-none-match", &tag)]).await;
        assert_eq!(fresh.status, 200);
        let tag = fresh.headers[header::ETAG].to_str().expect("a tag").to_owned();
        assert_eq!(w.nobody().send(Method::GET, "/api/words", None, &[("if-none-match", &tag)]).await.status, 304);
        for (change, status) in [
            (json!({"lang": "zh", "key": "Matter Done", "text": "x"}), 422),
            (json!({"lang": "zh", "key": "x", "text": ""}), 422),
            (json!({"lang": "zh", "key": "x", "text": "长".repeat(501)}), 422),
            (json!({"lang": "fr", "key": "x", "text": "x"}), 400),
        ] {
            assert_eq!(put("county_it", change.clone()).await, status, "{change}");
        }
        assert_eq!(put("village_duty", json!({"lang": "zh", "key": "x", "text": "x"})).await, 403);
        assert_eq!(put("county_it", json!({"lang": "zh", "key": "matter.done", "text": null})).await, 204);
        assert_eq!(w.nobody().get("/api/words").await.json["zh"], json!({}));
        let other = w.of("county_it", NEXT).get("/api/words").await.json;
        assert_eq!(other["zh"], json!({}));
    });
}

#[test]
fn whom_a_matter_may_be_handed_to() {
    on_both(async |w| {
        let desk = w.here("county_desk");
        let titles = |answer: &crate::world::Answer| -> Vec<String> {
            answer.json["items"].as_array().expect("seats").iter().map(|s| s["title"]["zh"].as_str().expect("a title").to_owned()).collect()
        };
        let village = desk.get(&format!("/api/units?region={}&q=%E7%BB%84%E9%95%BF", code(HERE, "0012010000000"))).await;
        assert!(!titles(&village).is_empty() && titles(&village).iter().all(|t| t.contains("组长")), "{village:?}");
        let water = desk.get("/api/units?unit=water").await;
        assert_eq!(titles(&water).len(), 2, "{water:?}");
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = desk.get(&format!("/api/units?most=5{cursor}")).await;
            all.extend(titles(&page));
            match page.json["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(all.len(), 13);
        assert_eq!(desk.get("/api/units?most=0").await.status, 400);
    });
}

#[test]
fn days_are_worked_or_not() {
    on_sqlite(async |w: World| {
        let days = w.nobody().get("/api/calendar/days?from=2026-10-01&to=2026-10-07").await;
        assert!(days.json.as_array().is_some_and(|d| d.len() == 7 && d[0]["kind"] == "holiday" && d[0]["working"] == false));
        for wrong in ["from=2026-10-02&to=2026-10-01", "from=2026-01-01&to=2028-01-01", "from=x&to=2026-01-01", "from=2026-01-01"] {
            assert_eq!(w.nobody().get(&format!("/api/calendar/days?{wrong}")).await.status, 400, "{wrong}");
        }
    });
}
