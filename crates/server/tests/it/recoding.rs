//! A village goes to another township: its people, matters, things and figures go with it.

use crate::{
    afterwards::copied,
    county_work::TREES,
    world::{HERE, World, code},
};
use axum::http::Method;
use serde_json::{Value, json};
use server::routes;
use store::testing;

const OLD: &str = "0012010000000";
const NEW: &str = "0022050000000";

/// Cases of the indicator by village.
async fn cases(w: &World) -> Vec<(Value, Value)> {
    routes::figures::catch_up(&w.app, w.home(HERE)).await.expect("counts");
    let ranking = w.here("county_leader").get("/api/figures/direct_line.on_time/by/village?from=2026-11-01&to=2026-12-31").await;
    let rows = ranking.json["rows"].as_array().unwrap_or_else(|| panic!("{ranking:?}")).iter();
    rows.map(|row| (row["key"].clone(), row["figure"]["cases"].clone())).collect()
}

async fn listed(w: &World, token: &str) -> usize {
    let page = w.by_token(token).get("/api/things?kind=trees.tree").await;
    page.json["items"].as_array().unwrap_or_else(|| panic!("{page:?}")).len()
}

#[test]
fn a_village_moves_with_all_that_is_its() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let folder = copied();
        std::fs::create_dir(folder.join("trees")).expect("a folder");
        let origin = "      origin: {type: region, name: {zh: 移自, en: Moved from}, search: true}\n      carer:";
        std::fs::write(folder.join("trees/pack.yaml"), TREES.replace("      carer:", origin)).expect("writes");
        runtime.block_on(async {
            let w = World::open_with(database, |c| c.packs = folder).await;
            village(&w).await;
        });
    }
}

async fn village(w: &World) {
    let home = w.home(HERE);
    let registrar = w.seat(home, 90, "registrar", code(HERE, "0010000000000"), None).await.0;
    let other = w.seat(home, 91, "registrar", code(HERE, "0020000000000"), None).await.0;
    let matter = w.report(HERE, "路灯不亮").await;
    let tree =
        json!({"kind": "trees.tree", "region": code(HERE, OLD).to_string(), "values": {"number": "A1", "species": "香樟", "girth": 320}});
    let tree = w.by_token(&registrar).post("/api/things", tree).await.text("id");
    // One that stands elsewhere and came from there.
    let came = json!({"kind": "trees.tree", "region": code(HERE, "0020000000000").to_string(),
        "values": {"number": "B1", "species": "银杏", "origin": code(HERE, "0012010040000").to_string()}});
    let came = w.by_token(&other).post("/api/things", came).await;
    assert_eq!(came.status, 201, "{came:?}");
    let came = format!("/api/things/{}", came.text("id"));
    assert_eq!(cases(w).await, [(json!(code(HERE, OLD).to_string()), json!(1))]);
    assert_eq!((listed(w, &registrar).await, listed(w, &other).await), (1, 1));

    let body = json!({"old": code(HERE, OLD).to_string(), "new": code(HERE, NEW).to_string()});
    for (who, status) in [("county_desk", 403), ("village_lead", 403), ("stranger", 403)] {
        assert_eq!(w.here(who).post("/api/regions/recodings", body.clone()).await.status, status, "{who}");
    }
    let outside = json!({"old": code(HERE, OLD).to_string(), "new": "430922002205"});
    assert_eq!(w.here("county_it").post("/api/regions/recodings", outside).await.status, 403);
    let done = w.here("county_it").post("/api/regions/recodings", body).await;
    assert_eq!(done.status, 200, "{done:?}");

    let path = format!("/api/matters/{matter}");
    let seen = w.here("village_duty").get(&path).await;
    assert_eq!((seen.status, seen.text("region_name")), (200, "柳溪镇石桥村4组".into()), "{seen:?}");
    assert_eq!(w.here("other_township_duty").get(&path).await.status, 200, "it is the other township's now");
    assert_eq!(w.here("township_duty").get(&path).await.status, 404);
    assert_eq!((listed(w, &registrar).await, listed(w, &other).await), (0, 2));
    let seen = w.by_token(&other).get(&came).await;
    assert_eq!(seen.json["values"]["origin"], json!(code(HERE, "0022050040000").to_string()), "{seen:?}");
    let history = w.by_token(&other).get(&format!("{came}/history")).await;
    assert_eq!(history.json.as_array().map(Vec::len), Some(2), "what it said before stays: {history:?}");
    let thing = format!("/api/things/{tree}");
    assert_eq!((w.by_token(&registrar).get(&thing).await.status, w.by_token(&other).get(&thing).await.status), (404, 200));
    let history = w.by_token(&other).get(&format!("{thing}/history")).await;
    assert_eq!((history.status, history.json.as_array().map(Vec::len)), (200, Some(1)), "{history:?}");
    let moved =
        w.by_token(&other).send(Method::POST, &format!("{thing}/change"), Some(json!({"n": 1, "values": {"girth": 321}})), &[]).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(cases(w).await, [(json!(code(HERE, NEW).to_string()), json!(1))], "figures follow");
    let old = w.nobody().get(&format!("/api/regions?q={}", code(HERE, OLD))).await;
    assert!(old.json[0]["ended"].is_string(), "the old code is still found: {old:?}");
    let verified = w.app.store.verify(home, &[]).await.expect("verifies");
    assert!(verified.whole(), "{verified:?}");
}
