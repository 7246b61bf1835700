//! What the desk and the screen stand on: units, days, the county's words, numbers that open to their lists.

use crate::world::{HERE, NEXT, World, code, group, on_both, on_sqlite};
use axum::http::{Method, header};
use serde_json::{Value, json};

#[test]
fn who_is_on_duty_is_called_by_officials() {
    on_sqlite(async |w| {
        let of = async |who: &str, region: &str| w.here(who).get(&format!("/api/seats/on-duty?region={region}")).await.json;
        let county = of("county_leader", "4309030000000000000").await;
        let roles: Vec<&str> = county.as_array().expect("seats").iter().filter_map(|d| d["seat"]["role"].as_str()).collect();
        assert_eq!(roles, ["county_leader", "county_desk", "township_duty", "township_duty"], "{county}");
        let told =
            |d: &Value| d["name"].is_string() && d["phone"].as_str().is_some_and(|p| p.starts_with("+86")) && d["seat"]["vacant"] == false;
        assert!(county.as_array().is_some_and(|all| all.iter().all(told)), "{county}");
        let town = of("township_duty", "4309030010000000000").await;
        let roles: Vec<&str> = town.as_array().expect("seats").iter().filter_map(|d| d["seat"]["role"].as_str()).collect();
        assert!(roles.contains(&"township_duty") && roles.contains(&"village_duty"), "{town}");
        for (who, region) in
            [("resident", "4309030010000000000"), ("other_township_duty", "4309030010000000000"), ("township_duty", "4309030020000000000")]
        {
            let seen = of(who, region).await;
            assert!(seen.as_array().is_some_and(|d| !d.is_empty() && d.iter().all(|d| d["phone"].is_null())), "{who}: {seen}");
        }
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
        // `words.more` has the blank {n}: as the page does, the server lets none be lost and none be invented.
        for (text, said) in [("再来几条", "{n}"), ("再来 {n} 条，共 {all} 条", "{all}")] {
            let body = json!({"changes": [{"lang": "zh", "key": "words.more", "text": text}]});
            let refused = w.here("county_it").send(Method::PUT, "/api/words", Some(body), &[]).await;
            let field = &refused.json["fields"][0];
            assert_eq!((refused.status, &field["field"]), (422, &json!("changes.text")), "{refused:?}");
            assert!(refused.raw.contains(said) && refused.raw.contains("words.more"), "{refused:?}");
        }
        assert_eq!(put("county_it", json!({"lang": "zh", "key": "words.more", "text": "再来 {n} 条"})).await, 204);
        assert_eq!(put("county_it", json!({"lang": "zh", "key": "words.more", "text": null})).await, 204);
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
        for (wrong, status) in [
            ("from=2026-10-02&to=2026-10-01", 422),
            ("from=2026-01-01&to=2028-01-01", 422),
            ("from=x&to=2026-01-01", 400),
            ("from=2026-01-01", 400),
        ] {
            assert_eq!(w.nobody().get(&format!("/api/calendar/days?{wrong}")).await.status, status, "{wrong}");
        }
    });
}
