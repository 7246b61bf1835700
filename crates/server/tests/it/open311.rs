//! GeoReport v2, as its clients speak it: `three` in JSON, FixMyStreet in XML.

use crate::world::{Client, HERE, World, code, on_both, on_sqlite};
use access::{Caller, NewKey, Scope};
use axum::{body::Body, http::Request};
use base::Time;
use packs::{Action, Subject};
use serde_json::json;
use std::collections::BTreeSet;
use store::By;

impl World {
    /// A key as another council's system has it: it may report and read what it reported.
    pub async fn key(&self, actions: &[Action]) -> String {
        let home = self.home(HERE);
        let caller = Caller::system(home, self.app.rules(home).expect("packs").catalogue.clone());
        let scope = Scope { on: Subject::All, actions: BTreeSet::from_iter(actions.iter().copied()), region: home.code() };
        let until: Time = "2027-11-09T00:00:00+08:00".parse().expect("a time");
        let new = NewKey { name: "演示客户端".into(), scopes: vec![scope], until };
        self.app
            .store
            .command(home, By::system("test"), move |u| access::make_key(u, &caller, new.clone()))
            .await
            .expect("a key")
            .value
            .token
    }

    async fn centre(&self) {
        let village = code(HERE, "0012010000000");
        let put = move |u: &mut store::Unit| server::centre::put(u, village, 28.5565, 112.3740);
        self.app.store.command(self.home(HERE), By::system("test"), put).await.expect("a centre");
    }
}

impl Client<'_> {
    async fn form(&self, path: &str, pairs: &str) -> crate::world::Answer {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.raw(request.body(Body::from(pairs.to_owned())).expect("a request")).await
    }
}

const ROADS: &str = "direct_line.report.roads";

#[test]
fn three_finds_reports_and_follows() {
    on_both(async |w| {
        w.centre().await;
        let nobody = w.nobody();
        let discovery = nobody.get("/open311/v2/discovery.json").await;
        assert_eq!(discovery.json["endpoints"][0]["formats"], json!(["text/xml", "application/json"]));
        let services = nobody.get("/open311/v2/services.json").await;
        let roads = services.json.as_array().expect("a bare array").iter().find(|s| s["service_code"] == ROADS).expect("roads").clone();
        assert_eq!(
            (roads["service_name"].clone(), roads["metadata"].clone(), roads["type"].clone()),
            (json!("道路"), json!(false), json!("realtime"))
        );
        let definition = nobody.get(&format!("/open311/v2/services/{ROADS}.json")).await;
        assert_eq!((definition.json["service_code"].clone(), definition.json["attributes"].clone()), (json!(ROADS), json!([])));

        let words = "%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE";
        let posted = nobody.form("/open311/v2/requests.json", &format!("service_code={ROADS}&address_string=%E6%BC%94%E7%A4%BA&lat=28.5565&long=112.3740&first_name=a&last_name=b&phone=17920000001&description={words}")).await;
        assert_eq!(posted.status, 200, "{posted:?}");
        let number = posted.json[0]["service_request_id"].as_str().expect("a number").to_owned();
        assert!(posted.json[0]["service_notice"].as_str().expect("a receipt").contains("receipt"));

        let one = nobody.get(&format!("/open311/v2/requests/{number}.json")).await;
        let r = &one.json[0];
        assert_eq!(
            (r["status"].clone(), r["service_code"].clone(), r["address_id"].clone()),
            (json!("open"), json!(ROADS), json!(code(HERE, "0012010000000")))
        );
        assert_eq!((r["description"].clone(), r["lat"].clone()), (json!(null), json!(null)), "words are nobody's to read");
        let listed = nobody.get(&format!("/open311/v2/requests.json?service_code={ROADS}&page_size=50&status=open")).await;
        assert_eq!(listed.json.as_array().expect("a bare array").len(), 1);
        assert_eq!(nobody.get("/open311/v2/requests.json?status=closed").await.json, json!([]));
        assert_eq!(nobody.get(&format!("/open311/v2/tokens/{number}.json")).await.json[0]["service_request_id"], json!(number));

        for (pairs, status) in [
            ("service_code=no.such&address_string=x", 404),
            ("address_string=x", 400),
            (&format!("service_code={ROADS}") as &str, 400),
            (&format!("service_code={ROADS}&lat=28.5"), 400),
            (&format!("service_code={ROADS}&lat=95&long=1"), 400),
            (&format!("service_code={ROADS}&lat=10&long=10&description=x"), 400),
            (&format!("service_code={ROADS}&address_id=430903001201&description="), 400),
            (&format!("service_code={ROADS}&address_id=430903001201&description=x&attribute[colour]=red"), 400),
            (&format!("service_code={ROADS}&address_id=430903001201&description=x&api_key=wrong"), 403),
            (&format!("service_code={ROADS}&address_id=430903001201&description=x&jurisdiction_id=nowhere"), 404),
        ] {
            let refused = nobody.form("/open311/v2/requests.json", pairs).await;
            assert_eq!(refused.status, status, "{pairs}: {refused:?}");
            assert_eq!(refused.json[0]["code"], json!(status));
            assert!(refused.json[0]["description"].is_string());
        }
        for path in
            ["requests/2026-999999.json", "tokens/x.json", "services/no.such.json", "nothing.json", "requests.json?jurisdiction_id=110101"]
        {
            assert_eq!(nobody.get(&format!("/open311/v2/{path}")).await.status, 404, "{path}");
        }
        for query in [
            "status=half",
            "start_date=yesterday",
            "start_date=2026-01-01&end_date=2026-12-31",
            "page_size=0",
            "end_date=2026-01-01&start_date=2026-02-01",
        ] {
            assert_eq!(nobody.get(&format!("/open311/v2/requests.json?{query}")).await.status, 400, "{query}");
        }
    });
}

#[test]
fn fixmystreet_sends_fetches_and_comments() {
    on_both(async |w| {
        w.centre().await;
        let key = w.key(&[Action::Open, Action::Read]).await;
        let client = w.nobody();
        let services = client.get("/open311/v2/services.xml?jurisdiction_id=430903").await;
        assert_eq!(services.headers["content-type"], "text/xml; charset=utf-8");
        assert!(services.raw.contains(&format!("<service><service_code>{ROADS}</service_code>")), "{}", services.raw);
        let pairs = format!(
            "service_code={ROADS}&jurisdiction_id=430903&api_key={key}&first_name=A&last_name=B&email=a%40b.example&phone=&description=Pothole%0A%0Adeep&lat=28.5565&long=112.3740&media_url=https%3A%2F%2Ffms.example%2F1.jpeg"
        );
        let posted = client.form("/open311/v2/requests.xml", &pairs).await;
        assert_eq!(posted.status, 200, "{posted:?}");
        let number = between(&posted.raw, "<service_request_id>", "</service_request_id>");
        assert!(posted.raw.contains("<service_requests><request>"), "{}", posted.raw);

        let own = client.get(&format!("/open311/v2/requests/{number}.json?api_key={key}&extensions=true")).await;
        assert!(own.json[0]["description"].as_str().expect("its words").starts_with("Pothole"), "{own:?}");
        assert_eq!((own.json[0]["lat"].clone(), own.json[0]["extended_attributes"]["step"].clone()), (json!(28.5565), json!("sort")));

        let id = w.here("village_duty").get("/api/matters?mine=true").await.json["items"][0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/matters/{id}/moves");
        for (mv, form) in [("family", json!({}))] {
            let moved = w.here("village_duty").post(&path, json!({"move": mv, "form": form})).await;
            assert_eq!(moved.status, 200, "{moved:?}");
        }
        w.clock.move_to("2026-11-09T10:00:00+08:00".parse().expect("a time"));
        w.sign_in_again().await;
        let window = "start_date=2026-11-09T00%3A00%3A00%2B08%3A00&end_date=2026-11-10T00%3A00%3A00%2B08%3A00";
        let updates = client.get(&format!("/open311/v2/servicerequestupdates.xml?api_key={key}&jurisdiction_id=430903&{window}")).await;
        assert!(updates.raw.contains("<service_requests_updates><request_update><update_id>430903-"), "{}", updates.raw);
        assert!(updates.raw.contains("<status>in_progress</status>"), "{}", updates.raw);

        let comment = client
            .form(
                "/open311/v2/servicerequestupdates.xml",
                &format!("api_key={key}&service_request_id={number}&update_id=7&description=still%20there"),
            )
            .await;
        assert_eq!(comment.status, 200, "{comment:?}");
        let again = client
            .form(
                "/open311/v2/servicerequestupdates.xml",
                &format!("api_key={key}&service_request_id={number}&update_id=7&description=still%20there"),
            )
            .await;
        assert_eq!(again.status, 200);
        let timeline = w.here("village_duty").get(&format!("/api/matters/{id}/timeline")).await;
        let added = timeline.json.as_array().expect("a list").iter().filter(|e| e["kind"] == "matter.added").count();
        assert_eq!(added, 1, "the same update twice is one");
        assert_eq!(
            client.form("/open311/v2/servicerequestupdates.xml", &format!("service_request_id={number}&description=x")).await.status,
            403
        );
    });
}

#[test]
fn what_came_by_another_door_is_not_there() {
    on_sqlite(async |w| {
        let id = w.report(HERE, "只在本县看的事").await;
        let number = w.here("resident").get(&format!("/api/matters/{id}")).await.text("number");
        assert_eq!(w.nobody().get(&format!("/open311/v2/requests/{number}.json")).await.status, 404);
        assert_eq!(w.nobody().get("/open311/v2/requests.json").await.json, json!([]));
        assert_eq!(w.nobody().get(&format!("/open311/v2/requests.json?service_request_id={number}")).await.json, json!([]));
    });
}

fn between(text: &str, a: &str, b: &str) -> String {
    let (_, rest) = text.split_once(a).unwrap_or_else(|| panic!("no {a} in {text}"));
    rest.split_once(b).expect("an end").0.to_owned()
}
