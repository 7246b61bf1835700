//! A reaction that fails every time: seen by the county's IT alone, run again when what stood in its way is mended, or
//! given up.

use crate::{
    afterwards::changed,
    world::{HERE, World},
};
use serde_json::json;
use std::time::Duration;
use store::testing;

/// What it opens wants words, and it gives none.
const STUCK: &str = "reactions:
  stuck:
    when: {flow: report, is: opened}
    if:   matter.category == \"roads\"
    do:
      - open: {flow: upkeep}
";

fn on_both(test: impl AsyncFn(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        let world = async { World::open_with(database, |c| c.packs = changed("reactions:\n", STUCK)).await };
        runtime.block_on(async { test(world.await).await });
    }
}

/// A report whose reaction has been tried for the last time.
async fn parked(w: &World) -> String {
    // A reaction answers what comes after it was seen first.
    w.app.settle(&w.app.ring()).await.expect("settles");
    let reported = w.report(HERE, "水管滴水").await;
    for wait in [0, 1, 10, 60, 600] {
        w.clock.move_to(w.app.store.now() + Duration::from_secs(wait));
        w.app.settle(&w.app.ring()).await.expect("settles");
    }
    w.sign_in_again().await;
    reported
}

#[test]
fn it_is_run_again_when_what_stood_in_its_way_is_mended() {
    on_both(async |w| {
        let reported = parked(&w).await;
        let runs = w.here("county_it").get("/api/reactions/runs").await;
        assert_eq!((runs.status, runs.json["items"].as_array().map(Vec::len)), (200, Some(1)), "{runs:?}");
        let run = &runs.json["items"][0];
        assert_eq!((&run["reaction"], &run["standing"], &run["code"]), (&json!("direct_line.stuck"), &json!("parked"), &json!("invalid")));
        assert_eq!((&run["tries"], &run["due"]), (&json!(5), &json!(null)));
        let matter = format!("/api/matters/{}", run["matter"].as_str().expect("the county's IT was given one"));
        let again = format!("/api/reactions/direct_line.stuck/runs/{}/replay", run["entry"]);
        for (name, status) in [("county_leader", 403), ("resident", 403)] {
            assert_eq!(w.here(name).get("/api/reactions/runs").await.status, status, "{name}");
            assert_eq!(w.here(name).post(&again, json!({})).await.status, status, "{name}");
        }
        let still = w.here("county_it").post(&again, json!({})).await;
        assert_eq!((still.status, still.code()), (422, "invalid"), "{still:?}");

        let category = format!("/api/matters/{reported}/category");
        assert_eq!(w.here("county_desk").post(&category, json!({"category": "water"})).await.status, 200);
        assert_eq!(w.here("county_it").post(&again, json!({})).await.status, 204);
        assert_eq!(w.here("county_it").get(&matter).await.json["open"], json!(false), "its matter is done with it");
        assert_eq!(w.here("county_it").get("/api/reactions/runs").await.json["items"], json!([]));
        let settled = w.here("county_it").get("/api/reactions/runs?all=true").await;
        assert_eq!(settled.json["items"][0]["standing"], json!("done"));
        let twice = w.here("county_it").post(&again, json!({})).await;
        assert_eq!((twice.status, twice.code()), (409, "not_parked"));
    });
}

#[test]
fn it_is_given_up_with_a_reason() {
    on_both(async |w| {
        parked(&w).await;
        let run = w.here("county_it").get("/api/reactions/runs").await.json["items"][0].clone();
        let path = format!("/api/reactions/direct_line.stuck/runs/{}/drop", run["entry"]);
        let blank = w.here("county_it").post(&path, json!({"reason": " "})).await;
        assert_eq!(blank.status, 422, "{blank:?}");
        assert_eq!(w.here("county_it").post(&path, json!({"reason": "这条规则已经改了"})).await.status, 204);
        let settled = w.here("county_it").get("/api/reactions/runs?all=true").await;
        assert_eq!(settled.json["items"][0]["standing"], json!("dropped"));
        let matter = w.here("county_it").get(&format!("/api/matters/{}", run["matter"].as_str().expect("a matter"))).await;
        assert_eq!(matter.json["open"], json!(false));
        assert_eq!(w.here("county_it").post(&path, json!({"reason": "再来一次"})).await.code(), "not_parked");
    });
}

#[test]
fn the_list_goes_on_where_a_page_ended() {
    on_both(async |w| {
        parked(&w).await;
        parked(&w).await;
        let page = async |query: &str| w.here("county_it").get(&format!("/api/reactions/runs?{query}")).await;
        let whole = page("most=50").await.json;
        assert_eq!((whole["items"].as_array().map(Vec::len), &whole["next"]), (Some(2), &json!(null)), "{whole}");
        let first = page("most=1").await;
        let cursor = first.text("next");
        let second = page(&format!("most=1&cursor={cursor}")).await.json;
        assert_eq!((&first.json["items"][0], &second["items"][0]), (&whole["items"][0], &whole["items"][1]));
        assert_eq!(second["next"], json!(null));
        let other = page(&format!("all=true&cursor={cursor}")).await;
        assert_eq!((other.status, other.code()), (422, "cursor_mismatch"));
    });
}
