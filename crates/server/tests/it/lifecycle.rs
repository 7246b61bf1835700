//! A report goes from the resident to done, told and confirmed.

use crate::world::{HERE, NEXT, group, on_both};
use axum::http::Method;
use serde_json::{Value, json};

#[test]
fn a_report_comes_back_closed() {
    on_both(async |w| {
        let id = w.report(HERE, "村口路面塌了一块，晚上骑车危险").await;
        let path = format!("/api/matters/{id}");
        let seen = w.here("resident").get(&path).await;
        assert_eq!((seen.status, seen.text("step"), seen.json["mine"].clone()), (200, "sort".into(), json!(true)));
        assert_eq!(seen.text("number"), "2026-000001");
        assert_eq!(seen.json["forms"]["report"]["words"], "村口路面塌了一块，晚上骑车危险");

        let mine = w.here("village_duty").get("/api/matters?mine=true&open=true").await;
        assert_eq!(mine.json["items"][0]["id"], json!(id));
        assert_eq!(mine.json["items"][0]["region_name"], "桃花镇石桥村4组");
        assert_eq!(w.here("other_township_duty").get("/api/matters").await.json["items"], json!([]));

        let mv = async |who: &str, mv: &str, form| {
            let moved = w.here(who).post(&format!("{path}/moves"), json!({"move": mv, "form": form})).await;
            assert_eq!(moved.status, 200, "{who} {mv}: {moved:?}");
            moved
        };
        mv("village_duty", "area", json!({})).await;
        let refused = w.here("resident").post(&format!("{path}/moves"), json!({"move": "done", "form": {}})).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        let no_photo = w.here("village_duty").post(&format!("{path}/moves"), json!({"move": "done", "form": {"answer": "已修补"}})).await;
        assert_eq!((no_photo.status, no_photo.json["fields"][0]["field"].clone()), (422, json!("form.media")), "{no_photo:?}");
        let photo = w.here("village_duty").upload(PHOTO, "image/png").await;
        assert_eq!(photo.status, 201, "{photo:?}");
        mv("village_duty", "done", json!({"answer": "已修补", "media": [photo.text("id")]})).await;
        let told = mv("village_duty", "told", json!({})).await;
        assert_eq!(told.text("step"), "confirm");
        let closed = mv("resident", "accept", json!({"solved": "solved", "pleased": 5})).await;
        assert_eq!(closed.json["open"], json!(false));

        let timeline = w.here("resident").get(&format!("{path}/timeline")).await;
        let kinds: Vec<&str> = timeline.json.as_array().expect("a list").iter().map(|e| e["kind"].as_str().expect("a kind")).collect();
        assert_eq!(kinds, ["matter.opened", "matter.moved", "matter.moved", "matter.moved", "matter.closed"]);
        assert_eq!(timeline.json[1]["who"]["zh"], "桃花镇石桥村村值班");
        assert_eq!(timeline.json[2]["words"]["answer"], "已修补");

        let file = w.here("resident").get(&format!("/api/files/{}", photo.text("id"))).await;
        assert_eq!((file.status, file.headers["content-type"].to_str().expect("text")), (200, "image/png"));
        for (who, county) in [("stranger", HERE), ("village_duty", NEXT), ("resident", NEXT)] {
            for path in [path.clone(), format!("{path}/timeline"), format!("/api/files/{}", photo.text("id"))] {
                assert_eq!(w.of(who, county).get(&path).await.status, 404, "{who} {path}");
            }
        }
    });
}

#[test]
fn the_same_request_twice_is_one_matter() {
    on_both(async |w| {
        let body =
            json!({"flow": "direct_line.report", "form": {"words": "路灯不亮", "place": {"region": group(HERE)}}, "category": "roads"});
        let key = [("idempotency-key", "0193-draft-1")];
        let first = w.here("resident").send(Method::POST, "/api/matters", Some(body.clone()), &key).await;
        let again = w.here("resident").send(Method::POST, "/api/matters", Some(body.clone()), &key).await;
        assert_eq!((first.status, &first.json), (201, &again.json));
        let other = w.here("stranger").send(Method::POST, "/api/matters", Some(body), &key).await;
        assert_ne!(first.json["id"], other.json["id"], "another person's key is another key");
        let changed =
            json!({"flow": "direct_line.report", "form": {"words": "两盏路灯不亮", "place": {"region": group(HERE)}}, "category": "roads"});
        let refused = w.here("resident").send(Method::POST, "/api/matters", Some(changed), &key).await;
        assert_eq!((refused.status, refused.code()), (422, "idempotency_key_reused"));
    });
}

#[test]
fn who_gives_no_name_follows_by_a_receipt() {
    on_both(async |w| {
        let body = json!({"flow": "direct_line.report", "form": {"words": "干部吃拿卡要", "place": {"region": group(HERE)}, "sender": "anonymous"}, "category": "conduct"});
        let told = w.nobody().send(Method::POST, "/api/matters", Some(body), &[("county", "430903")]).await;
        assert_eq!(told.status, 201, "{told:?}");
        let ask = json!({"number": told.text("number"), "receipt": told.text("receipt")});
        let progress = w.nobody().post("/api/receipts", ask).await;
        assert_eq!((progress.status, progress.json["open"].clone()), (200, json!(true)), "{progress:?}");
        let wrong = w.nobody().post("/api/receipts", json!({"number": told.text("number"), "receipt": "AAAA"})).await;
        assert_eq!(wrong.status, 404);
        let named = json!({"flow": "direct_line.report", "form": {"words": "路坏了", "place": {"region": group(HERE)}}});
        assert_eq!(w.nobody().post("/api/matters", named).await.status, 401);
    });
}

/// One white pixel.
pub const PHOTO: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0, 0, 0xd, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e,
    0x9b, 0x55, 0, 0, 0, 0xa, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xf, 0, 1, 1, 1, 0, 0xb1, 0x38, 0xf6, 0x14, 0, 0, 0, 0, 0x49,
    0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[test]
fn a_seat_closes_when_another_has_taken_over_what_it_had_in_hand() {
    on_both(async |w| {
        let it = w.here("county_it");
        let (from, to) = (w.seats[&("group_leader", HERE)], w.seats[&("other_group_leader", HERE)]);
        let offered = w.report(HERE, "渠道堵了").await;
        let held = w.report(HERE, "路灯不亮").await;
        let sort = json!({"move": "neighbours", "form": {}});
        assert_eq!(w.here("group_leader").post(&format!("/api/matters/{held}/moves"), sort).await.status, 200);

        let work = it.get(&format!("/api/seats/{from}/work")).await;
        assert_eq!(work.json["all"], json!(2), "{work:?}");
        let held_here = |m: &Value| (m["id"].as_str().map(str::to_owned), m["held"].as_bool());
        let rows: Vec<_> = work.json["items"].as_array().expect("rows").iter().map(held_here).collect();
        assert!(rows.contains(&(Some(offered.clone()), Some(false))) && rows.contains(&(Some(held.clone()), Some(true))), "{work:?}");
        assert!(!work.raw.contains("渠道"), "no words");

        let tenures = it.get(&format!("/api/seats/{from}/tenures")).await;
        let tenure = tenures.json[0]["id"].as_str().expect("a tenure").to_owned();
        let delete = async |path: String| it.send(Method::DELETE, &path, None, &[]).await;
        let path = format!("/api/seats/{from}");
        assert_eq!(delete(format!("{path}?to={to}")).await.code(), "seat_held", "somebody sits on it");
        assert_eq!(delete(format!("/api/tenures/{tenure}")).await.status, 204);
        let refused = delete(path.clone()).await;
        assert_eq!((refused.status, refused.code()), (409, "seat_has_work"), "{refused:?}");
        assert_eq!(delete(format!("{path}?to={from}")).await.status, 422, "not to itself");
        let before = w.here("village_duty").get(&format!("/api/matters/{held}")).await;
        assert_eq!(delete(format!("{path}?to={to}")).await.status, 204);

        let after = w.here("village_duty").get(&format!("/api/matters/{held}")).await;
        assert_eq!(after.json["holder"]["id"], json!(to.to_string()), "{after:?}");
        assert_eq!(after.json["due"], before.json["due"], "its deadline stays");
        let other = w.here("village_duty").get(&format!("/api/matters/{offered}")).await;
        assert_eq!(other.json["offered"]["id"], json!(to.to_string()), "{other:?}");
        let mine = w.here("other_group_leader").get("/api/matters?mine=true").await;
        assert_eq!(mine.json["items"].as_array().map(Vec::len), Some(2), "{mine:?}");
        let agreed = json!({"move": "agreed", "form": {"minutes": "两家同意"}});
        assert_eq!(w.here("other_group_leader").post(&format!("/api/matters/{held}/moves"), agreed).await.status, 200, "and goes on");
        let line = w.here("village_duty").get(&format!("/api/matters/{held}/timeline")).await;
        assert!(line.raw.contains("matter.handed_over"), "{line:?}");
        assert_eq!(it.get(&format!("/api/seats/{from}/work")).await.json["all"], json!(0));
    });
}
