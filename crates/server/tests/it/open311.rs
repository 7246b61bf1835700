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
        let scope = Scope { on: Subject::All, actions: BTreeSet::from_iter(actions.iter().copied()), region: home.code(), door: None };
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

    /// As county IT makes one for the client of another council.
    async fn client_key(&self) -> String {
        let scope = json!({"on": "flow:direct_line.report", "actions": ["open"], "region": "430903", "door": "open311"});
        let key = json!({"name": "演示客户端", "scopes": [scope], "until": "2027-11-09T00:00:00+08:00"});
        let made = self.here("county_it").post("/api/keys", key).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.text("token")
    }

    /// A report that came with this key: its number and its id.
    async fn sent(&self, key: &str, more: &str) -> (String, String) {
        let pairs = format!("service_code={WATER}&api_key={key}&address_id=430903001201&{more}");
        let posted = self.nobody().form("/open311/v2/requests.json", &pairs).await;
        assert_eq!(posted.status, 200, "{posted:?}");
        let number = posted.json[0]["service_request_id"].as_str().expect("a number").to_owned();
        let mine = self.here("village_duty").get("/api/matters?mine=true").await;
        let items = mine.json["items"].as_array().expect("items").clone();
        let id = items.iter().find(|m| m["number"] == json!(number)).unwrap_or_else(|| panic!("{number} in {items:?}"));
        (number, id["id"].as_str().expect("an id").to_owned())
    }

    async fn updates(&self, key: &str, query: &str) -> Vec<serde_json::Value> {
        let got = self.nobody().get(&format!("/open311/v2/servicerequestupdates.json?api_key={key}&{query}")).await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json.as_array().expect("a bare array").clone()
    }

    /// The texts that are kept of a matter under this field.
    async fn kept(&self, id: &str, field: &'static str) -> Vec<String> {
        let id: base::MatterId = id.parse().expect("an id");
        let look = move |r: &mut store::Reader| store::words::of(r, id.uuid());
        let all = self.app.store.read(self.home(HERE), look).await.expect("words");
        all.into_iter().filter(|w| w.field == field).filter_map(|w| w.value).collect()
    }

    async fn centre(&self) {
        let village = code(HERE, "0012010000000");
        let put = move |u: &mut store::Unit| server::geography::put_centre(u, village, [112.3740, 28.5565], true);
        self.app.store.command(self.home(HERE), By::system("test"), put).await.expect("a centre");
    }
}

impl Client<'_> {
    pub async fn form(&self, path: &str, pairs: &str) -> crate::world::Answer {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.raw(request.body(Body::from(pairs.to_owned())).expect("a request")).await
    }
}

const ROADS: &str = "direct_line.report.roads";
const WATER: &str = "direct_line.report.water";
const UPDATES: &str = "/open311/v2/servicerequestupdates.json";

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
fn county_it_lets_a_client_in_and_gives_no_more_than_that() {
    on_both(async |w| {
        let key = w.client_key().await;
        let (number, id) = w.sent(&key, "description=Leak").await;
        let own = w.nobody().get(&format!("/open311/v2/requests/{number}.json?api_key={key}")).await;
        assert_eq!(own.json[0]["description"], json!("Leak"), "it reads what it sent itself");
        let comment = format!("api_key={key}&service_request_id={number}&description=still");
        assert_eq!(w.nobody().form(UPDATES, &comment).await.status, 200, "and adds to it");

        // Another client's report, and a resident's, are not its own.
        let other = w.client_key().await;
        let read = w.nobody().get(&format!("/open311/v2/requests/{number}.json?api_key={other}")).await;
        assert_eq!(read.json[0]["description"], json!(null));
        let foreign = format!("api_key={other}&service_request_id={number}&description=x");
        assert_eq!(w.nobody().form(UPDATES, &foreign).await.status, 404);
        let residents = w.report(HERE, "只在本县看的事").await;
        for matter in [&id, &residents] {
            assert_eq!(w.by_token(&key).get(&format!("/api/matters/{matter}")).await.status, 404, "the key reads no flow");
        }

        // What is more than a client needs stays the giver's own right.
        for (on, actions) in [
            ("flow:direct_line.report", json!(["open", "read"])),
            ("flow:direct_line.report", json!(["read"])),
            ("flow:three_leaders.conference", json!(["open"])),
            ("all", json!(["open"])),
        ] {
            let scope = json!({"on": on, "actions": actions, "region": "430903"});
            let key = json!({"name": "演示客户端", "scopes": [scope], "until": "2027-11-09T00:00:00+08:00"});
            assert_eq!(w.here("county_it").post("/api/keys", key).await.status, 403, "{on} {actions}");
        }
        let scope = json!({"on": "flow:direct_line.report", "actions": ["open"], "region": "430903", "door": "open311"});
        let key = json!({"name": "演示客户端", "scopes": [scope], "until": "2027-11-09T00:00:00+08:00"});
        assert_eq!(w.here("village_duty").post("/api/keys", key).await.status, 403, "only who keeps the accounts");
    });
}

#[test]
fn the_same_comment_twice_has_the_same_id() {
    on_both(async |w| {
        let key = w.client_key().await;
        let (number, id) = w.sent(&key, "description=Leak").await;
        let comment = format!("api_key={key}&service_request_id={number}&update_id=7&status=open&first_name=A&description=still");
        let first = w.nobody().form(UPDATES, &comment).await.json[0]["update_id"].clone();
        let again = w.nobody().form(UPDATES, &comment).await.json[0]["update_id"].clone();
        assert_eq!(first, again);
        let listed = w.updates(&key, &format!("service_request_id={number}")).await;
        assert_eq!(listed.iter().map(|u| u["update_id"].clone()).collect::<Vec<_>>(), [first], "and it is listed under it");
        let along = w.kept(&id, "open311.update").await;
        let along: serde_json::Value = serde_json::from_str(&along[0]).expect("an object");
        assert_eq!((along["status"].clone(), along["first_name"].clone()), (json!("open"), json!("A")));
        // Whoever handles the report finds that something came along, and opens it on record like any masked field.
        let duty = w.here("township_duty");
        let shown = duty.get(&format!("/api/matters/{id}")).await;
        assert_eq!(shown.json["along"], json!(["open311.update"]), "{shown:?}");
        assert!(!shown.raw.contains("first_name"), "masked until it is asked for");
        let ask = json!({"fields": ["open311.update"], "purpose": "contact", "reason": "回电话问情况"});
        let open = duty.post(&format!("/api/matters/{id}/unmask"), ask.clone()).await;
        assert_eq!(open.status, 200, "{open:?}");
        assert!(open.json["fields"]["open311.update"].as_str().is_some_and(|t| t.contains("first_name")), "{open:?}");
        assert_eq!(w.here("village_duty").post(&format!("/api/matters/{id}/unmask"), ask).await.status, 403);
        assert_eq!(w.here("county_it").get("/api/readings").await.json[0]["fields"], json!(["open311.update"]));
    });
}

#[test]
fn words_after_the_work_do_not_open_the_problem_again() {
    on_both(async |w| {
        let key = w.client_key().await;
        let (number, id) = w.sent(&key, "description=Leak").await;
        let before = format!("api_key={key}&service_request_id={number}&description=early");
        assert_eq!(w.nobody().form(UPDATES, &before).await.status, 200);
        for (mv, form) in [("family", json!({})), ("done", json!({"answer": "修好了"}))] {
            let moved = w.here("village_duty").post(&format!("/api/matters/{id}/moves"), json!({"move": mv, "form": form})).await;
            assert_eq!(moved.status, 200, "{moved:?}");
        }
        let after = format!("api_key={key}&service_request_id={number}&description=thanks");
        assert_eq!(w.nobody().form(UPDATES, &after).await.status, 200);
        let all = w.updates(&key, &format!("service_request_id={number}")).await;
        let seen: Vec<_> = all.iter().map(|u| (u["status"].as_str().expect("one"), u["description"].as_str().expect("one"))).collect();
        // That it was sent is no update.
        assert_eq!(seen[0], ("open", "early"), "{seen:?}");
        assert_eq!(seen[2..], [("fixed", "修好了"), ("fixed", "thanks")], "{seen:?}");
        assert_eq!((seen.len(), seen[1].0), (4, "in_progress"), "{seen:?}");
    });
}

#[test]
fn times_are_whole_seconds_and_the_last_one_is_inside() {
    on_both(async |w| {
        w.clock.move_to("2026-11-09T09:30:00.700+08:00".parse().expect("a time"));
        w.sign_in_again().await;
        let key = w.client_key().await;
        let (number, _) = w.sent(&key, "description=Leak").await;
        let comment = format!("api_key={key}&service_request_id={number}&description=still");
        assert_eq!(w.nobody().form(UPDATES, &comment).await.status, 200);
        let window = "start_date=2026-11-09T09%3A00%3A00%2B08%3A00&end_date=2026-11-09T09%3A30%3A00%2B08%3A00";
        let updates = w.updates(&key, window).await;
        assert_eq!(updates.len(), 1, "{updates:?}");
        assert_eq!(updates[0]["updated_datetime"], json!("2026-11-09T09:30:00+08:00"));
        let requests = w.nobody().get(&format!("/open311/v2/requests.json?{window}")).await;
        let r = &requests.json[0];
        assert_eq!((&r["requested_datetime"], &r["updated_datetime"]), (&updates[0]["updated_datetime"], &updates[0]["updated_datetime"]));
        assert!(!r["expected_datetime"].as_str().expect("a time").contains('.'), "{r}");
        let earlier = "start_date=2026-11-09T09%3A00%3A00%2B08%3A00&end_date=2026-11-09T09%3A29%3A59%2B08%3A00";
        assert_eq!(w.updates(&key, earlier).await.len(), 0);
    });
}

#[test]
fn pictures_of_a_comment_are_kept() {
    on_both(async |w| {
        let key = w.client_key().await;
        let (number, id) = w.sent(&key, "description=Leak").await;
        let mut body = Vec::new();
        let pairs = [
            ("api_key", key.as_str()),
            ("service_request_id", &number),
            ("description", "a\r\nb"),
            ("media_url", "https://fms.example/1.jpeg"),
        ];
        for (name, value) in pairs {
            body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        body.extend(b"--x\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"1.png\"\r\ncontent-type: image/png\r\n\r\n");
        body.extend(crate::lifecycle::PHOTO);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(UPDATES).header("content-type", "multipart/form-data; boundary=x");
        let comment = w.nobody().raw(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(comment.status, 200, "{comment:?}");
        assert_eq!(w.kept(&id, "added").await, ["a\nb\nhttps://fms.example/1.jpeg"]);
        let looked: base::MatterId = id.parse().expect("an id");
        let journal = w.app.store.read(w.home(HERE), move |r| store::journal::of(r, looked.uuid())).await.expect("the journal");
        let entry = journal.iter().find(|e| e.kind == "matter.added").expect("the comment");
        let file = entry.payload["files"][0].as_str().unwrap_or_else(|| panic!("no file in {entry:?}")).to_owned();
        let shown = w.here("village_duty").get(&format!("/api/files/{file}")).await;
        assert_eq!(shown.status, 200, "{shown:?}");
    });
}

#[test]
fn four_thousand_characters_and_not_one_more() {
    on_both(async |w| {
        let key = w.client_key().await;
        let long = "x".repeat(3_999) + "%0D%0A" + "&media_url=https%3A%2F%2Ffms.example%2F1.jpeg";
        let (number, id) = w.sent(&key, &format!("description={long}")).await;
        assert_eq!(w.kept(&id, "report.words").await[0].lines().next().expect("a line").len(), 3_999);
        let lines = w.sent(&key, "description=a%0D%0Ab%0Dc&media_url=https%3A%2F%2Ffms.example%2F1.jpeg").await.1;
        assert_eq!(w.kept(&lines, "report.words").await, ["a\nb\nc\nhttps://fms.example/1.jpeg"]);
        let full = format!("description={}&media_url=https%3A%2F%2Ffms.example%2F1.jpeg", "x".repeat(4_000));
        let (_, full) = w.sent(&key, &full).await;
        assert!(w.kept(&full, "open311.contact").await[0].contains("https://fms.example/1.jpeg"), "an address that has no room is kept");
        for (path, pairs) in [
            ("/open311/v2/requests.json", format!("service_code={WATER}&address_id=430903001201")),
            (UPDATES, format!("service_request_id={number}")),
        ] {
            let fits = format!("api_key={key}&{pairs}&description={}", "x".repeat(4_000));
            assert_eq!(w.nobody().form(path, &fits).await.status, 200, "{path}");
            let over = w.nobody().form(path, &format!("{fits}x")).await;
            assert_eq!(over.status, 400, "{path}");
            assert!(over.json[0]["description"].as_str().expect("why").starts_with("description: "), "{over:?}");
        }
        let empty = w.nobody().form(UPDATES, &format!("api_key={key}&service_request_id={number}")).await;
        assert!(empty.json[0]["description"].as_str().expect("why").starts_with("description: "), "{empty:?}");
    });
}

#[test]
fn attributes_that_the_service_does_not_ask_for_are_kept() {
    on_both(async |w| {
        let key = w.client_key().await;
        let many: String = (0..30).map(|i| format!("&attribute[n{i}]=1")).collect();
        let long = "y".repeat(600);
        let (_, id) = w.sent(&key, &format!("description=Leak&last_name=B&attribute[uprn]=100&attribute[title]={long}{many}")).await;
        let kept: serde_json::Value = serde_json::from_str(&w.kept(&id, "open311.contact").await[0]).expect("an object");
        let attributes = kept["attributes"].as_array().expect("pairs");
        assert_eq!((kept["last_name"].clone(), attributes[0].clone()), (json!("B"), json!(["uprn", "100"])));
        assert_eq!((attributes.len(), attributes[1][1].as_str().expect("text").len()), (20, 500));
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
