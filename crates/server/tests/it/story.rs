//! The clock that stories move, and what follows from it.

use crate::world::{HERE, on_both};
use serde_json::json;

#[test]
fn a_passed_deadline_has_its_consequence_at_its_own_time() {
    on_both(async |w| {
        let id = w.report(HERE, "桥栏杆断了").await;
        let moved = w.nobody().post("/api/story/clock", json!({"by": "4 work-hours", "seconds": 1})).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        assert!(moved.json["ran"].as_u64().expect("a count") >= 1, "{moved:?}");
        assert_eq!(moved.text("now"), "2026-11-09T15:00:01+08:00");
        w.sign_in_again().await;
        let timeline = w.here("village_lead").get(&format!("/api/matters/{id}/timeline")).await;
        let late = timeline.json.as_array().expect("a list").iter().find(|e| e["kind"] == "matter.late").expect("late").clone();
        assert_eq!(late["at"], "2026-11-09T15:00:00+08:00", "its own moment");
        let seen = w.here("village_lead").get(&format!("/api/matters/{id}")).await;
        assert_eq!((seen.json["card"].clone(), seen.json["supervisor"]["role"].clone()), (json!(1), json!("township_duty")), "{seen:?}");
    });
}
