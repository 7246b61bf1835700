//! A county's own years, what triage learns, and registers of things, through the doors.

use crate::world::{HERE, code, group, on_both};
use access::{AccountKind, Caller, Device, Fill, MakeSeat, NewAccount, RegionRow};
use axum::{Router, body::Body, http::Request};
use base::{Home, StoryClock, Time};
use serde_json::{Value, json};
use server::{app::App, config::Config, county, routes};
use std::{path::Path, sync::Arc};
use store::{By, Database, testing};
use tower::ServiceExt;

const YEAR: &str = "year = 2027
source = \"测试用，不是真的通知\"
announced = 2026-11-01

[[holiday]]
name = { zh = \"元旦\", en = \"New Year\" }
off = [2027-01-01, 2027-01-05]
";

#[test]
fn a_year_that_is_entered_moves_what_was_provisional() {
    on_both(async |w| {
        w.clock.move_to("2026-12-31T10:00:00+08:00".parse::<Time>().expect("a time"));
        w.sign_in_again().await;
        let id = w.report(HERE, "村口路面塌了一块").await;
        let path = format!("/api/matters/{id}");
        let before = w.here("resident").get(&path).await;
        assert_eq!(before.json["provisional"], json!(true), "{before:?}");
        assert_eq!(w.here("village_duty").post("/api/calendar/years", json!({"table": YEAR})).await.status, 404);
        let wrong = w.here("county_it").post("/api/calendar/years", json!({"table": "year = 2027"})).await;
        assert_eq!(wrong.status, 422, "{wrong:?}");
        let entered = w.here("county_it").post("/api/calendar/years", json!({"table": YEAR})).await;
        assert_eq!((entered.status, entered.json["year"].clone()), (200, json!(2027)), "{entered:?}");
        let after = w.here("resident").get(&path).await;
        assert_eq!(after.json["provisional"], json!(false), "{after:?}");
        assert!(after.text("clock_due") > before.text("clock_due"), "{} {}", after.text("clock_due"), before.text("clock_due"));
        let due = w.nobody().get("/api/calendar/due?start=2026-12-31T10:00:00%2B08:00&term=1%20work-days").await;
        assert_eq!((due.text("at"), due.json["provisional"].clone()), ("2027-01-06T18:00:00+08:00".into(), json!(false)));
        let years = w.nobody().get("/api/calendar/years").await.json;
        let told: Vec<_> = years.as_array().expect("a list").iter().map(|y| (y["year"].as_i64(), y["by"].as_str())).collect();
        let all = [(2024, "shipped"), (2025, "shipped"), (2026, "shipped"), (2027, "county")];
        assert_eq!(told, all.map(|(year, by)| (Some(year), Some(by))));
        assert!(years[0]["entered_at"].is_null() && years[3]["entered_at"].is_string(), "{years}");
    });
}

#[test]
fn triage_learns_from_what_people_set() {
    on_both(async |w| {
        let text = "村里的光伏板租金一年没有发了，请管一管";
        let ask = json!({"text": text, "flow": "worry_free.message"});
        let before = w.here("county_desk").post("/api/triage", ask.clone()).await;
        let was = before.json["ranked"][0]["category"].clone();
        let right = if was == "commerce" { "education" } else { "commerce" };
        for i in 0..5 {
            let body = json!({"flow": "worry_free.message", "form": {"words": format!("{text}{i}"), "place": {"region": group(HERE)}}});
            let opened = w.here("resident").post("/api/matters", body).await;
            assert_eq!(opened.status, 201, "{opened:?}");
            let set = w.here("county_desk").post(&format!("/api/matters/{}/category", opened.text("id")), json!({"category": right})).await;
            assert_eq!(set.status, 200, "{set:?}");
        }
        assert_eq!(
            w.here("county_desk").post("/api/triage", ask.clone()).await.json["ranked"][0]["category"],
            was,
            "nothing is learnt on the way of a request"
        );
        routes::triage::learn(&w.app, w.home(HERE)).await.expect("learns");
        let after = w.here("county_desk").post("/api/triage", ask.clone()).await;
        assert_eq!(after.json["ranked"][0]["category"], json!(right), "{after:?}");
        let kept = w.here("county_desk").get("/api/triage/corrections").await;
        assert_eq!(kept.json.as_array().map(Vec::len), Some(5), "{kept:?}");
        assert_eq!(w.here("resident").get("/api/triage/corrections").await.status, 403);
        // Another county has learnt nothing.
        assert_eq!(w.of("county_desk", crate::world::NEXT).post("/api/triage", ask).await.json["ranked"][0]["category"], was);
    });
}

/// The registers that the engine itself is tested with.
pub const TREES: &str = include_str!("../../../things/tests/it/common/trees.yaml");

/// What the county lays over them, and what one of its townships does.
const OVERLAYS: [(&str, &str); 2] = [
    ("430903", "kinds:\n  tree: {fields: {species: {name: {zh: 树名, en: Name of the tree}}}}\n"),
    ("430903001", "kinds:\n  tree: {fields: {girth: {name: {zh: 树围, en: Round the trunk}}}}\n"),
];

struct Town {
    app: App,
    router: Router,
    token: String,
}

impl Town {
    async fn open(database: Database) -> Town {
        let home = Home::new(HERE).expect("a county");
        let folder = tempfile::tempdir().expect("a folder").keep();
        let (data, packs) = (folder.join("data"), folder.join("packs"));
        let overlays = OVERLAYS.map(|(code, text)| (packs.join(format!("trees/overlays/{code}.yaml")), text));
        for (path, text) in [(data.join("demo"), ""), (packs.join("trees/pack.yaml"), TREES)].into_iter().chain(overlays) {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("writes");
        }
        let url = match database {
            Database::Postgres(url) => Some(url),
            Database::Sqlite(_) => None,
        };
        let clock = Arc::new(StoryClock::at("2026-11-09T09:00:00+08:00".parse().expect("a time")));
        let app = App::open(Config { data, database: url, packs, ..Config::default() }, Some(clock)).await.expect("opens");
        let rows = [("0000000000000", "演示县"), ("0010000000000", "桃花镇"), ("0012010000000", "石桥村"), ("0020000000000", "柳溪镇")];
        let rows = rows.map(|(tail, name)| RegionRow { code: code(HERE, tail), name: name.into() }).to_vec();
        county::found(&app, home, "演示县", rows).await.expect("a county");
        let (platform, keys) = (Caller::system(home, app.rules(home).expect("packs").catalogue.clone()), app.keys.clone());
        let make = move |u: &mut store::Unit| {
            let region = code(HERE, "0010000000000");
            let new = NewAccount {
                kind: AccountKind::Staff,
                name: Some("演示人".into()),
                phone: Some("13900000001".into()),
                region: Some(region),
                login: None,
            };
            let account = access::make_account(u, &platform, &keys, new)?;
            let seat = access::make_seat(u, &platform, MakeSeat { role: "registrar".into(), region, unit: None, area: None })?;
            access::fill_seat(u, &platform, Fill { seat, account, deputy: false, since: None, until: None })?;
            Ok(access::open_session(u, account, &Device::default(), true)?.token)
        };
        let token = app.store.command(home, By::system("test"), make).await.expect("a registrar").value;
        let (router, _) = routes::build(&app);
        Town { app, router, token }
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> (u16, Value, Vec<u8>) {
        let kind = if path.starts_with("/api/imports/things?") { "application/octet-stream" } else { "application/json" };
        let mut request = Request::builder().method(method).uri(path).header("content-type", kind);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).expect("a request")).await.expect("answers");
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.expect("a body").to_vec();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null), bytes)
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, json, _) = self.send("POST", path, body.to_string().into()).await;
        (status, json)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let (status, json, _) = self.send("GET", path, Vec::new()).await;
        (status, json)
    }
}

#[test]
fn kinds_are_shown_with_what_county_and_township_lay_over_them() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut t = Town::open(testing::sqlite()).await;
        let fields = |kinds: &Value| {
            let tree = kinds.as_array().expect("a list").iter().find(|k| k["kind"] == "trees.tree").expect("trees").clone();
            let name = |field: &str| tree["declared"]["fields"][field]["name"]["zh"].as_str().unwrap_or_default().to_owned();
            [name("number"), name("species"), name("girth")]
        };
        assert_eq!(fields(&t.get("/api/kinds").await.1), ["树号", "树名", "树围"], "her township lies under both");
        t.token = String::new();
        assert_eq!(fields(&t.get("/api/kinds").await.1), ["树号", "树名", "胸围"], "the county's alone");
    });
}

#[test]
fn a_register_is_kept_through_the_doors() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for database in testing::databases() {
        runtime.block_on(register(database));
    }
}

async fn register(database: Database) {
    let t = Town::open(database).await;
    let here = code(HERE, "0012010000000").to_string();
    let tree = json!({"kind": "trees.tree", "region": here, "values": {"number": "A1", "species": "香樟", "girth": 320, "carer": {"name": "张三丰", "phone": "13812345678"}}, "geometry": {"type": "Point", "coordinates": [112.3, 28.5]}});
    let (status, added) = t.post("/api/things", tree.clone()).await;
    assert_eq!(status, 201, "{added}");
    let (status, again) = t.post("/api/things", tree).await;
    assert_eq!((status, again["code"].clone()), (409, json!("key_taken")), "{again}");
    let elsewhere = json!({"kind": "trees.tree", "region": code(HERE, "0020000000000").to_string(), "values": {"species": "银杏"}});
    let (status, refused) = t.post("/api/things", elsewhere).await;
    assert!(matches!(status, 403 | 404), "another township's: {refused}");
    let path = format!("/api/things/{}", added["id"].as_str().expect("an id"));
    let (_, seen) = t.get(&path).await;
    assert_eq!(
        (seen["n"].clone(), seen["values"]["species"].clone(), seen["masked"].clone()),
        (json!(1), json!("香樟"), json!(["carer"])),
        "{seen}"
    );
    assert!(!seen.to_string().contains("13812345678"));
    let (status, open) = t.post(&format!("{path}/unmask"), json!({"fields": ["carer"], "purpose": "contact"})).await;
    assert_eq!((status, open["values"]["carer"]["phone"].clone()), (200, json!("13812345678")), "{open}");

    let (status, changed) = t.post(&format!("{path}/change"), json!({"n": 1, "values": {"girth": 325}})).await;
    assert_eq!((status, changed["n"].clone()), (200, json!(2)), "{changed}");
    assert_eq!(t.post(&format!("{path}/change"), json!({"n": 1, "values": {"girth": 1}})).await.1["code"], json!("changed_since"));

    let sheet = "树号,树名,胸围,区划代码\nA1,香樟,325,430903001201\nB2,=1+1,100,430903001201\nB3,,100,430903001201\n";
    let (status, checked, _) = t.send("POST", "/api/imports/things?kind=trees.tree&name=a.csv", sheet.into()).await;
    let report = &checked["report"];
    assert_eq!(
        (status, report["same"].clone(), report["added"].clone(), report["wrong"].clone()),
        (200, json!(1), json!(1), json!(1)),
        "{checked}"
    );
    let import = format!("/api/imports/things/{}", checked["id"].as_str().expect("an id"));
    assert_eq!(t.post(&format!("{import}/commit"), json!({})).await.0, 409);
    let (status, done) = t.post(&format!("{import}/commit"), json!({"skip_wrong": true})).await;
    assert_eq!((status, done["rows"].clone()), (200, json!(1)), "{done}");
    assert_eq!(t.get(&import).await.1["state"], json!("shown"));

    let (_, big) = t.get("/api/things?kind=trees.tree&where=girth%3E%3D300").await;
    assert_eq!(big["items"].as_array().map(Vec::len), Some(1), "{big}");
    let (_, first) = t.get("/api/things?kind=trees.tree&most=1").await;
    let next = first["next"].as_str().expect("another page");
    let (_, second) = t.get(&format!("/api/things?kind=trees.tree&most=1&cursor={next}")).await;
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    assert_eq!(t.get(&format!("/api/things?kind=trees.tree&most=2&cursor={next}")).await.1["code"], json!("cursor_mismatch"));

    let (status, _, csv) = t.send("GET", "/api/exports/things/csv?kind=trees.tree", Vec::new()).await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(status == 200 && csv.contains("'=1+1") && !csv.contains("13812345678"), "{csv}");
    let (status, _, xlsx) = t.send("GET", "/api/exports/things/xlsx?kind=trees.tree", Vec::new()).await;
    assert!(status == 200 && xlsx.starts_with(b"PK"));
    assert_eq!(t.get("/api/exports/things/doc?kind=trees.tree").await.0, 400);

    let (status, _) = t.post(&format!("{path}/remove"), json!({"n": 2, "reason": "枯死"})).await;
    assert_eq!(status, 200);
    let (_, history) = t.get(&format!("{path}/history")).await;
    assert!(history.as_array().expect("versions").len() >= 3, "{history}");
    kept(&t.app).await;
}

/// A backup of it is proved by a restore, which stands still until released.
async fn kept(app: &App) {
    let folder = tempfile::tempdir().expect("a folder").keep();
    store::backup::backup(&app.config.store(), Some(&app.files), &base::SystemClock, &folder.join("b")).await.expect("backs up");
    let target = match app.config.store() {
        Database::Sqlite(_) => Database::Sqlite(folder.join("r.sqlite")),
        Database::Postgres(_) => testing::postgres(&std::env::var("SHUXIANG_TEST_POSTGRES").expect("is set")),
    };
    let schemas = server::app::SCHEMAS;
    let manifest = store::backup::restore(Path::new(&folder.join("b")), &target, None, schemas).await.expect("restores");
    let proof = store::backup::prove(&manifest, &target, Arc::new(base::SystemClock), schemas, &[]).await.expect("proves");
    assert!(proof.holds(), "{:?}", proof.rows);
    let store = store::Store::open(&target, Arc::new(base::SystemClock), schemas).expect("opens");
    assert!(store.held().await.expect("reads").is_some());
    store.release().await.expect("releases");
    assert!(store.held().await.expect("reads").is_none());
}
