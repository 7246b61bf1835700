//! Live events: told as they happen, to whoever may see what they are about.

use crate::world::{HERE, NEXT, on_both};

#[test]
fn events_go_to_those_who_may_see_and_resume() {
    on_both(async |w| {
        let head = w.app.store.read(w.home(HERE), store::journal::head).await.expect("a head");
        let id = w.report(HERE, "渠道堵了").await;
        w.report(HERE, "水管漏了").await;
        let stream = w.here("village_duty").get(&format!("/api/events?after=430903:{head}&most=2")).await;
        assert_eq!(stream.headers["content-type"], "text/event-stream");
        assert_eq!(stream.raw.matches("event: matter.opened").count(), 2, "{}", stream.raw);
        assert!(stream.raw.contains(&id));
        assert!(!stream.raw.contains("渠道"), "no words");
        let last = stream.raw.lines().rfind(|l| l.starts_with("id: ")).expect("an id").trim_start_matches("id: ").to_owned();
        assert!(last.starts_with("430903:"), "{last}");
        w.report(HERE, "路灯坏了").await;
        let resumed = w.here("village_duty").get(&format!("/api/events?after={last}&most=1")).await;
        assert_eq!(resumed.raw.matches("event: matter.opened").count(), 1);
        // The next county's journal is another one, in which nothing has happened to a matter.
        let there = w.app.store.read(w.home(NEXT), store::journal::head).await.expect("a head");
        let path = format!("/api/events?after=430922:{there}&most=1");
        let neighbour = w.of("village_duty", NEXT);
        let next = neighbour.get(&path);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(300), next).await.is_err(), "nothing to tell");
        assert_eq!(w.nobody().get("/api/events").await.status, 401);
        assert_eq!(w.here("village_duty").get("/api/events?after=x").await.status, 400);
        assert_eq!(w.here("village_duty").get("/api/events?after=430922:1").await.status, 422, "only of another county");
    });
}
