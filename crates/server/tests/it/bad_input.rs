//! Wrong, huge, hostile: each gets a problem that names the field and the mend.

use crate::world::{HERE, group, on_both, on_sqlite};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

fn report(words: &str) -> Value {
    json!({"flow": "direct_line.report", "form": {"words": words, "place": {"region": group(HERE)}}, "category": "roads"})
}

#[test]
fn every_error_is_a_problem() {
    on_sqlite(async |w| {
        let nowhere = w.nobody().get("/api/nowhere").await;
        assert_eq!((nowhere.status, nowhere.code()), (404, "no_such_route"));
        let method = w.here("resident").send(Method::PUT, "/api/matters", None, &[]).await;
        assert_eq!((method.status, method.code()), (405, "no_such_method"));
        assert!(method.headers["allow"].to_str().expect("text").contains("GET"), "{method:?}");
        for (body, kind, status, field) in [
            ("{", "application/json", 400, "body"),
            ("[]", "application/json", 400, "body"),
            ("[\"direct_line.report\", {}, null]", "application/json", 400, "body"),
            ("{}", "application/json", 400, "flow"),
            ("{\"flow\": 1}", "application/json", 400, "flow"),
            ("{\"flow\": \"direct_line.report\", \"form\": {}, \"from\": 1}", "application/json", 400, "from"),
            ("{\"flow\": \"direct_line.report\", \"form\": {\"words\": \"\\u0000\"}}", "application/json", 422, "body"),
            ("{\"flow\": \"report\", \"form\": {}}", "application/json", 422, "flow"),
            ("{\"flow\": \"direct_line.report\", \"form\": {}, \"region\": \"430903\"}", "application/json", 422, "form.words"),
            ("flow=x", "application/x-www-form-urlencoded", 415, ""),
        ] {
            let client = w.here("resident");
            let request = Request::post("/api/matters").header("content-type", kind).header("authorization", client.bearer());
            let answer = client.raw(request.body(Body::from(body)).expect("a request")).await;
            assert_eq!(answer.status, status, "{body}: {answer:?}");
            let named = answer.json["fields"][0]["field"].as_str().unwrap_or_default();
            assert_eq!(named, field, "{body}: {answer:?}");
        }
        let english = w.nobody().send(Method::GET, "/api/me", None, &[("accept-language", "en")]).await;
        assert_eq!((english.status, english.text("title"), english.text("title_zh")), (401, "Sign in first".into(), "请先登录".into()));
        let stale = w.nobody().send(Method::GET, "/api/me", None, &[("cookie", "session=s_nothing")]).await;
        assert_eq!(stale.status, 401);
    });
}

#[test]
fn what_is_too_large_is_refused_early() {
    on_sqlite(async |w| {
        let client = w.here("resident");
        let request = Request::post("/api/files")
            .header("content-type", "video/mp4")
            .header("content-length", 600 << 20)
            .header("authorization", client.bearer());
        let answer = client.raw(request.body(Body::empty()).expect("a request")).await;
        assert_eq!((answer.status, answer.code()), (413, "too_large"));
        let request = Request::post("/api/matters").header("content-type", "application/json").header("authorization", client.bearer());
        let answer = client.raw(request.body(Body::from(vec![b' '; 3 << 20])).expect("a request")).await;
        assert_eq!(answer.status, 413, "also where no length was said");
        let long = client.post("/api/matters", report(&"长".repeat(10_000))).await;
        assert_eq!((long.status, long.json["fields"][0]["field"].clone()), (422, json!("form.words")));
        let long = client.post("/api/triage", json!({"text": "长".repeat(20_001)})).await;
        assert_eq!((long.status, long.json["fields"][0]["field"].clone()), (422, json!("text")));
        let not_a_photo = client.upload(b"this is no photo", "image/png").await;
        assert!(matches!(not_a_photo.status, 415 | 422), "{not_a_photo:?}");
        let svg = client.upload(b"<svg onload='alert(1)'/>", "application/pdf").await;
        assert_eq!(svg.status, 415);
    });
}

#[test]
fn a_cursor_is_good_for_its_own_query() {
    on_both(async |w| {
        for i in 0..5 {
            w.report(HERE, &format!("第 {i} 件：路灯不亮")).await;
        }
        let duty = w.here("village_duty");
        let first = duty.get("/api/matters?most=2").await;
        let cursor = first.text("next");
        let mut seen: Vec<Value> = first.json["items"].as_array().expect("a list").clone();
        let mut next = Some(cursor.clone());
        while let Some(cursor) = next {
            let page = duty.get(&format!("/api/matters?most=2&cursor={cursor}")).await;
            seen.extend(page.json["items"].as_array().expect("a list").iter().cloned());
            next = page.json["next"].as_str().map(str::to_owned);
        }
        let mut ids: Vec<&str> = seen.iter().map(|m| m["id"].as_str().expect("an id")).collect();
        ids.dedup();
        assert_eq!(ids.len(), 5);
        for (who, path) in [("village_duty", "/api/matters?most=2&open=true"), ("village_lead", "/api/matters?most=2")] {
            let answer = w.here(who).get(&format!("{path}&cursor={cursor}").replace("?&", "?")).await;
            assert_eq!((answer.status, answer.code()), (422, "cursor_mismatch"), "{who} {path}");
        }
        assert_eq!(duty.get("/api/matters?cursor=nonsense").await.code(), "cursor_mismatch");
        assert_eq!(duty.get("/api/matters?most=0").await.status, 400);
    });
}

#[test]
fn regions_that_do_not_exist_are_named() {
    on_both(async |w| {
        for (region, status) in [("999999", 422), ("430903001", 422), ("4309030019990000000", 422), ("430922001201", 422)] {
            let body = json!({"flow": "direct_line.report", "form": {"words": "路坏了", "place": {"region": region}}, "category": "roads"});
            let answer = w.here("resident").post("/api/matters", body).await;
            assert_eq!(answer.status, status, "{region}: {answer:?}");
            assert!(answer.json["fields"][0]["field"].as_str().expect("a field").starts_with("form.place"), "{answer:?}");
        }
    });
}

#[test]
fn a_query_says_what_it_means_or_is_refused() {
    on_sqlite(async |w| {
        for (path, field) in [
            ("/api/matters?received_to=", "received_to"),
            ("/api/matters?open=true&region=", "region"),
            ("/api/matters/count?q=", "q"),
            ("/api/hot-issues?at=", "at"),
            ("/api/exports/matters/csv?received_to=", "received_to"),
            ("/api/events?most=0", "most"),
            ("/api/events?most=1001", "most"),
            ("/api/events?after=", "after"),
        ] {
            let answer = w.here("county_desk").get(path).await;
            assert_eq!((answer.status, answer.json["fields"][0]["field"].clone()), (400, json!(field)), "{path}: {answer:?}");
        }
    });
}

#[test]
fn another_sites_page_cannot_write_with_our_cookie() {
    on_sqlite(async |w| {
        let cookie = format!("session={}", w.here("resident").token());
        let headers = [("cookie", cookie.as_str()), ("host", "county.example"), ("origin", "https://evil.example")];
        let refused = w.nobody().send(Method::POST, "/api/matters", Some(report("路坏了")), &headers).await;
        assert_eq!((refused.status, refused.code()), (403, "cross_site"));
        let headers = [("cookie", cookie.as_str()), ("host", "county.example"), ("origin", "https://county.example")];
        let taken = w.nobody().send(Method::POST, "/api/matters", Some(report("路坏了")), &headers).await;
        assert_eq!(taken.status, 201, "{taken:?}");
    });
}

#[test]
fn answers_carry_the_headers_that_guard_a_browser() {
    on_sqlite(async |w| {
        for path in ["/", "/api/health", "/api/nowhere"] {
            let answer = w.nobody().get(path).await;
            for header in ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"] {
                assert!(answer.headers.contains_key(header), "{path} {header}");
            }
        }
    });
}
