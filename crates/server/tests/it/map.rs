//! The map: tiles show what lists show, to whom lists show it.

use crate::world::{Client, HERE, NEXT, World, code, group, on_both, on_sqlite};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, header},
};
use geo::{Spot, TileId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Read, path::PathBuf, time::Duration};
use store::By;
use tower::ServiceExt;

/// In 石桥村, and where its centre is said to be.
const POINT: [f64; 2] = [112.3750, 28.5570];
const CENTRE: [f64; 2] = [112.3740, 28.5565];

type Feature = BTreeMap<String, Value>;

struct Tile {
    status: u16,
    headers: HeaderMap,
    features: Vec<Feature>,
}

impl Tile {
    fn n(&self) -> i64 {
        self.features.iter().map(|f| f["n"].as_i64().expect("a number")).sum()
    }
}

/// `z/x/y` of the tile around a point.
fn around(z: u8, at: [f64; 2]) -> String {
    let spot = Spot::of(at).expect("on the map").0;
    let tiles = 1_u32 << z;
    let x = (f64::from(tiles) * (at[0] + 180.0) / 360.0) as u32;
    let y = (0..tiles).find(|y| TileId::new(z, x, *y).is_some_and(|t| t.spots().contains(&spot))).expect("a row");
    format!("{z}/{x}/{y}")
}

async fn tile(w: &World, client: &Client<'_>, path: &str, also: &[(&str, &str)]) -> Tile {
    let mut request = Request::get(format!("/api/map/tiles/{path}"));
    if !client.token().is_empty() {
        request = request.header(header::AUTHORIZATION, client.bearer());
    }
    for (name, value) in also {
        request = request.header(*name, *value);
    }
    let response = w.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.expect("a body").to_vec();
    if headers.get(header::CONTENT_ENCODING).is_some_and(|e| e == "gzip") {
        let packed = std::mem::take(&mut bytes);
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("gzip");
    }
    Tile { status, headers, features: if status == 200 { read(&bytes) } else { Vec::new() } }
}

/// Reads a protocol buffer: (field, number or bytes) of one message.
fn fields(mut b: &[u8]) -> Vec<(u64, u64, &[u8])> {
    fn varint(b: &mut &[u8]) -> u64 {
        let (mut n, mut shift) = (0, 0);
        loop {
            let byte = b[0];
            *b = &b[1..];
            n |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return n;
            }
        }
    }
    let mut all = Vec::new();
    while !b.is_empty() {
        let key = varint(&mut b);
        let n = varint(&mut b);
        if key & 7 == 2 {
            let (own, rest) = b.split_at(n as usize);
            all.push((key >> 3, 0, own));
            b = rest;
        } else {
            all.push((key >> 3, n, &[][..]));
        }
    }
    all
}

fn read(tile: &[u8]) -> Vec<Feature> {
    let mut features = Vec::new();
    for (_, _, layer) in fields(tile) {
        let parts = fields(layer);
        let texts = |field| parts.iter().filter(move |p| p.0 == field).map(|p| p.2);
        let keys: Vec<String> = texts(3).map(|k| String::from_utf8(k.to_vec()).expect("a key")).collect();
        let values: Vec<Value> = texts(4)
            .map(|v| match fields(v)[0] {
                (1, _, text) => json!(String::from_utf8(text.to_vec()).expect("a text")),
                (5, n, _) => json!(n),
                (7, n, _) => json!(n == 1),
                other => panic!("{other:?}"),
            })
            .collect();
        for feature in texts(2) {
            let tags = fields(feature).into_iter().find(|f| f.0 == 2).expect("tags").2;
            // In these tests a tile has fewer than 128 keys and values: a byte each.
            assert!(tags.iter().all(|t| *t < 128));
            features.push(tags.chunks(2).map(|t| (keys[usize::from(t[0])].clone(), values[usize::from(t[1])].clone())).collect());
        }
    }
    features
}

async fn centre(w: &World, tail: &str, at: [f64; 2]) {
    let region = code(HERE, tail);
    let put = move |u: &mut store::Unit| {
        server::geography::put_centre(u, region, at, true)?;
        access::changed(u)
    };
    w.app.store.command(w.home(HERE), By::system("test"), put).await.expect("a centre");
}

/// A report of the resident at a point, and one that says its region alone.
async fn two_reports(w: &World) -> (String, String) {
    let form = json!({"words": "路灯不亮", "place": {"region": group(HERE), "point": POINT}});
    let body = json!({"flow": "direct_line.report", "form": form, "category": "roads"});
    let exact = w.here("resident").post("/api/matters", body).await;
    assert_eq!(exact.status, 201, "{exact:?}");
    (exact.text("id"), w.report(HERE, "村里的事").await)
}

async fn count(client: &Client<'_>, query: &str) -> i64 {
    client.get(&format!("/api/matters/count?{query}")).await.json["n"].as_i64().expect("a number")
}

#[test]
fn a_tile_shows_what_a_list_shows() {
    on_both(async |w| {
        centre(&w, "0012010000000", CENTRE).await;
        let (exact, _) = two_reports(&w).await;
        let near = format!("matters/{}", around(16, POINT));
        let seen = tile(&w, &w.here("village_duty"), &near, &[]).await;
        let one = seen.features.iter().find(|f| f.get("id") == Some(&json!(exact))).expect("the one with a point");
        assert_eq!((&one["exact"], &one["state"], &one["flow"]), (&json!(true), &json!("open"), &json!("direct_line.report")));
        let by_region = tile(&w, &w.here("village_duty"), &format!("matters/{}", around(16, CENTRE)), &[]).await;
        let other = by_region.features.iter().find(|f| f["exact"] == json!(false)).expect("the one at its region's centre");
        assert_eq!((&other["n"], &other["demonstration"]), (&json!(1), &json!(true)));
        assert_eq!(other["region"], json!(code(HERE, "0012010000000").to_string()));
        // From afar they are one heap, with as many as the list has.
        let far = tile(&w, &w.here("village_duty"), "matters/5/25/13", &[]).await;
        assert_eq!((far.features.len(), far.n()), (1, 2));
        assert_eq!(far.features[0]["cluster"], json!(true));
        for who in ["resident", "township_duty", "county_desk", "other_township_duty", "stranger"] {
            let client = w.here(who);
            let seen = tile(&w, &client, "matters/0/0/0", &[]).await.n();
            assert_eq!(seen, count(&client, "open=true").await, "{who}");
        }
        assert_eq!(tile(&w, &w.of("county_desk", NEXT), "matters/0/0/0", &[]).await.n(), 0);
        assert_eq!(tile(&w, &w.nobody(), "matters/0/0/0", &[]).await.status, 401);
        // Elsewhere there is nothing.
        assert_eq!(tile(&w, &w.here("county_desk"), "matters/16/0/0", &[]).await.n(), 0);
    });
}

#[test]
fn the_worst_is_shown_and_time_slides() {
    on_both(async |w| {
        centre(&w, "0012010000000", CENTRE).await;
        two_reports(&w).await;
        let desk = "county_desk";
        let state = async |query: &str| {
            let t = tile(&w, &w.here(desk), &format!("matters/0/0/0{query}"), &[]).await;
            (t.n(), t.features.first().map(|f| f["state"].clone()))
        };
        assert_eq!(state("").await, (2, Some(json!("open"))));
        assert_eq!(state("?from=2026-11-10T00:00:00%2B08:00").await, (0, None));
        assert_eq!(state("?to=2026-11-10T00:00:00%2B08:00&flow=direct_line.report").await.0, 2);
        assert_eq!(state("?category=water").await, (0, None));
        w.clock.move_to(w.app.store.now() + Duration::from_secs(20 * 86_400));
        w.sign_in_again().await;
        let (n, worst) = state("").await;
        assert_eq!((n, worst), (2, Some(json!("late"))));
        let late = tile(&w, &w.here(desk), "matters/0/0/0", &[]).await.features[0]["late"].as_i64();
        assert_eq!(late, Some(count(&w.here(desk), "open=true&late=true").await));
        assert_eq!(state("?late=true").await.0, 2);
    });
}

#[test]
fn a_view_is_one_persons_and_is_asked_for_again() {
    on_both(async |w| {
        two_reports(&w).await;
        let path = format!("matters/{}", around(10, POINT));
        let first = tile(&w, &w.here("village_duty"), &path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(first.headers[header::CACHE_CONTROL], "private, no-cache");
        assert_eq!(first.headers[header::CONTENT_TYPE], "application/vnd.mapbox-vector-tile");
        let tag = first.headers[header::ETAG].to_str().expect("a tag").to_owned();
        let again = tile(&w, &w.here("village_duty"), &path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, 304);
        let other = tile(&w, &w.here("stranger"), &path, &[("if-none-match", &tag)]).await;
        assert_eq!((other.status, other.n()), (200, 0), "another's tag is nothing to a stranger");
        w.report(HERE, "又一件").await;
        assert_eq!(tile(&w, &w.here("village_duty"), &path, &[("if-none-match", &tag)]).await.status, 200);
    });
}

#[test]
fn counts_of_regions_are_those_of_the_lists() {
    on_both(async |w| {
        two_reports(&w).await;
        w.clock.move_to(w.app.store.now() + Duration::from_secs(20 * 86_400));
        w.sign_in_again().await;
        w.report(HERE, "刚来的").await;
        for who in ["county_desk", "village_duty", "stranger", "resident"] {
            let client = w.here(who);
            for parent in ["", "?parent=430903001", "?parent=430903001201"] {
                let shown = client.get(&format!("/api/map/regions{parent}")).await;
                assert_eq!(shown.status, 200, "{shown:?}");
                let features = shown.json["features"].as_array().expect("features").iter();
                for f in features.chain([&shown.json["parent"]]) {
                    let p = &f["properties"];
                    let region = p["code"].as_str().expect("a code");
                    assert_eq!(p["open"], count(&client, &format!("open=true&region={region}")).await, "{who} {region}");
                    assert_eq!(p["late"], count(&client, &format!("open=true&late=true&region={region}")).await, "{who} {region}");
                }
            }
        }
        let county = w.here("county_desk").get("/api/map/regions").await.json;
        assert_eq!(county["parent"]["properties"]["open"], 3);
        assert_eq!(county["parent"]["properties"]["late"], 2);
        assert_eq!(county["parent"]["geometry"], Value::Null);
    });
}

#[test]
fn an_outline_comes_in_by_whoever_may_change_regions() {
    on_both(async |w| {
        let path = format!("/api/regions/{}/boundary", code(HERE, "0010000000000"));
        let square = json!([[[112.3, 28.5], [112.4, 28.5], [112.4, 28.6], [112.3, 28.6], [112.3, 28.5]]]);
        let polygon = |rings: &Value| json!({"geometry": {"type": "Polygon", "coordinates": rings}});
        let put = async |who: &str, body: Value| w.here(who).send(Method::PUT, &path, Some(body), &[]).await.status;
        assert_eq!(put("village_duty", polygon(&square)).await, 403);
        for wrong in [
            polygon(&json!([[[112.3, 28.5], [112.4, 28.5], [112.4, 28.6], [112.3, 28.6]]])),
            polygon(&json!([[[28.5, 112.3], [28.5, 112.4], [28.6, 112.4], [28.5, 112.3]]])),
            polygon(&json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]])),
            json!({"geometry": {"type": "Point", "coordinates": [112.3, 28.5]}}),
            json!({"geometry": null}),
        ] {
            assert_eq!(put("county_it", wrong.clone()).await, 422, "{wrong}");
        }
        assert_eq!(put("county_it", polygon(&square)).await, 204);
        let county = w.here("county_desk").get("/api/map/regions").await.json;
        let town = &county["features"][0];
        assert_eq!((&town["geometry"]["type"], &town["properties"]["demonstration"]), (&json!("Polygon"), &json!(false)));
        assert_eq!(town["properties"]["centre"], json!([112.35, 28.55]));
        let gone = async |who: &str| w.here(who).send(Method::DELETE, &path, None, &[]).await.status;
        assert_eq!((gone("village_duty").await, gone("county_it").await, gone("county_it").await), (403, 204, 404));
        let unknown = format!("/api/regions/{}/boundary", code(HERE, "0990000000000"));
        assert_eq!(w.here("county_it").send(Method::PUT, &unknown, Some(polygon(&square)), &[]).await.status, 422);
    });
}

#[test]
fn the_countys_own_outline() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("SHUXIANG_DATA").map_or(beside, PathBuf::from);
    let file = folder.join("boundary/wgs84_430903.geojson");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: there is no {} (SHUXIANG_DATA)", file.display());
        return;
    };
    on_sqlite(async |w| {
        let features = server::geography::geojson::read(&text).expect("reads");
        let body = json!({"geometry": features[0].geometry});
        let path = format!("/api/regions/{}/boundary", code(HERE, "0000000000000"));
        assert_eq!(w.here("county_it").send(Method::PUT, &path, Some(body), &[]).await.status, 204);
        let map = w.here("resident").get("/api/map").await.json;
        assert_eq!(map["demonstration"], false);
        let b: Vec<f64> = serde_json::from_value(map["bounds"].clone()).expect("bounds");
        assert!(b[0] > 112.1 && b[1] > 28.2 && b[2] < 112.8 && b[3] < 28.7, "{b:?}");
        let found = w.app.store.read(w.home(HERE), move |r| server::geography::geojson::find(r, features)).await.expect("finds");
        assert!(found.iter().all(|f| f.found.is_ok()));
    });
}

#[test]
fn there_is_no_such_tile() {
    on_sqlite(async |w| {
        let desk = w.here("county_desk");
        for path in [
            "matters/21/0/0",
            "matters/3/8/0",
            "matters/3/0/-1",
            "matters/x/0/0",
            "roads/0/0/0",
            "matters/0/0/0?region=x",
            "matters/0/0/0?flow=x",
            "matters/0/0/0?colour=red",
        ] {
            let status = desk.get(&format!("/api/map/tiles/{path}")).await.status;
            assert!(status == 400 || status == 422, "{path}: {status}");
        }
        assert_eq!(desk.get("/api/map/tiles/things/0/0/0").await.status, 422);
        assert_eq!(desk.get("/api/map/regions?parent=430903099").await.status, 422);
    });
}

#[test]
fn leaders_are_drawn_where_they_answer_for() {
    on_both(async |w| {
        centre(&w, "0012010040000", CENTRE).await;
        let t = tile(&w, &w.here("resident"), &format!("leaders/{}", around(16, CENTRE)), &[]).await;
        // The leaders of the group and of its neighbourhood.
        assert_eq!((t.n(), &t.features[0]["vacant"]), (2, &json!(0)));
        let one = tile(&w, &w.here("resident"), "leaders/0/0/0?role=group_leader", &[]).await;
        assert_eq!((one.n(), &one.features[0]["role"]), (1, &json!("group_leader")));
    });
}

#[test]
fn the_base_map_comes_in_pieces() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let w = World::open_with(store::testing::sqlite(), |c| c.map.file = Some("base.pmtiles".into())).await;
        let piece = async |range: &str| w.here("resident").send(Method::GET, "/api/map/base.pmtiles", None, &[("range", range)]).await;
        assert_eq!(piece("bytes=0-3").await.status, 404, "it is not there yet");
        let base = async || w.here("resident").get("/api/map").await.json["base"].clone();
        assert!(base().await["fault"]["zh"].as_str().expect("words").contains("没有这个文件"));
        std::fs::write(w.app.config.data.join("base.pmtiles"), b"PMTiles and more").expect("writes");
        let first = piece("bytes=0-6").await;
        assert_eq!((first.status, first.raw.as_str()), (206, "PMTiles"));
        assert_eq!(first.headers[header::CONTENT_RANGE], "bytes 0-6/16");
        assert_eq!(piece("bytes=16-20").await.status, 400);
        assert_eq!(w.nobody().get("/api/map/base.pmtiles").await.status, 401);
        let base = base().await;
        assert_eq!(base["kind"], "pmtiles");
        assert!(base["fault"]["en"].as_str().expect("words").contains("no PMTiles file"), "{base}");
    });
}

/// The wall asks once for all villages: they are what each township's own answer says.
#[test]
fn villages_all_at_once_are_those_of_each_township() {
    on_both(async |w| {
        two_reports(&w).await;
        let desk = w.here("county_desk");
        let of =
            async |query: &str| desk.get(&format!("/api/map/regions{query}")).await.json["features"].as_array().expect("regions").clone();
        let mut each = Vec::new();
        for town in of("").await {
            each.extend(of(&format!("?parent={}", town["properties"]["code"].as_str().expect("a code"))).await);
        }
        let all = of("?level=village").await;
        assert!(all.iter().any(|v| v["properties"]["open"] == 2) && all.len() > 1);
        assert_eq!(all, each);
        assert_eq!(of("?level=town").await, of("").await);
        assert_eq!(desk.get("/api/map/regions?level=group").await.status, 422);
    });
}
