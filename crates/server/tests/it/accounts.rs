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

        // Whoever has no login name signs in by her number: it is masked like any other.
        assert_eq!(one["login"].as_str().map(|l| (l.len(), &l[3..7])), Some((11, "****")), "{one}");

        let made = it.post("/api/accounts", json!({"name": "石小兰", "login": "Shi.Xiaolan", "phone": "13900007788"})).await;
        assert_eq!(made.status, 201, "{made:?}");
        for (q, there) in [
            ("shi.xiaolan", true),
            ("%E5%B0%8F%E5%85%B0", true),
            ("SHI.xiao", true),
            ("13900007788", true),
            ("0007788", false),
            ("139****", false),
        ] {
            let page = it.get(&format!("/api/accounts?q={q}")).await;
            assert_eq!(ids(&page.json), if there { vec![made.text("account")] } else { Vec::new() }, "{q}");
            assert!(!there || page.json["items"][0]["login"] == json!("Shi.Xiaolan"), "{page:?}");
            assert!(!page.raw.contains("13900007788"), "her number is not what she types: {page:?}");
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

#[test]
fn a_region_s_seats_come_with_who_sits_in_them_for_their_keeper() {
    on_both(async |w| {
        let it = w.here("county_it");
        let seats = it.get("/api/seats?region=430903001201&tenures=true").await;
        assert_eq!(seats.status, 200, "{seats:?}");
        let all = seats.json.as_array().expect("a list");
        assert!(all.len() > 1 && all.iter().any(|s| s["tenures"] != json!([])), "{seats:?}");
        for seat in all {
            let own = it.get(&format!("/api/seats/{}/tenures", seat["id"].as_str().expect("an id"))).await;
            assert_eq!(own.json, seat["tenures"], "the same as one by one");
        }
        let plain = w.here("village_duty").get("/api/seats?region=430903001201").await;
        assert!(plain.json.as_array().is_some_and(|l| l.iter().all(|s| s["tenures"] == json!(null))), "{plain:?}");
        assert_eq!(w.here("village_duty").get("/api/seats?region=430903001201&tenures=true").await.status, 403);

        let named = it.get("/api/regions?codes=430903001201,4309030010000000000,430903999999").await;
        let codes: Vec<&str> = named.json.as_array().expect("a list").iter().filter_map(|r| r["code"].as_str()).collect();
        assert_eq!(codes, ["4309030010000000000", "4309030012010000000"]);
        assert_eq!(it.get("/api/regions?codes=4309030012,x").await.status, 422);
    });
}
