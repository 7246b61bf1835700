//! Films of any size, thumbnails, and uploads that do not come to their end.

use crate::{
    lifecycle::PHOTO,
    world::{Answer, HERE, NEXT, World, group, on_sqlite},
};
use axum::{body::Body, http::Request};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::{path::Path, time::Duration};
use store::testing;

const MB: usize = 1 << 20;
const CHUNK: usize = 64 << 10;

/// One black pixel.
const BLACK: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82";

/// The `i`th chunk of a film; no two are alike.
fn chunk(i: usize) -> Bytes {
    let mut bytes = vec![b'f'; CHUNK];
    bytes[..8].copy_from_slice(&(i as u64).to_le_bytes());
    bytes.into()
}

async fn film(w: &World, body: Body) -> Answer {
    let client = w.here("village_duty");
    let request = Request::post("/api/files").header("content-type", "video/mp4").header("authorization", client.bearer());
    client.raw(request.body(body).expect("a request")).await
}

/// Bytes of what is on its way in.
fn on_its_way(files: &Path) -> u64 {
    let entries = std::fs::read_dir(files.join("incoming")).into_iter().flatten();
    entries.filter_map(|e| e.ok()?.metadata().ok()).map(|m| m.len()).sum()
}

/// Nothing is left of it, at once or very soon.
async fn gone(files: &Path) -> bool {
    let entries = || std::fs::read_dir(files.join("incoming")).into_iter().flatten().count();
    for _ in 0..100 {
        if entries() == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

/// What the server has read and not yet written stands in memory: at most some parts of 5 MB, however long the film.
#[test]
fn a_film_goes_to_the_disk_as_it_comes_in() {
    on_sqlite(async |w| {
        let files = w.app.config.data.join("files");
        let chunks = 80 * MB / CHUNK;
        let look = files.clone();
        let body = stream::iter(0..chunks).map(move |i| {
            let (given, written) = ((i * CHUNK) as u64, on_its_way(&look));
            assert!(given <= written + 12 * MB as u64, "{given} bytes were read and {written} are on the disk");
            Ok::<_, std::io::Error>(chunk(i))
        });
        let answer = film(&w, Body::from_stream(body)).await;
        assert_eq!((answer.status, answer.json["size"].clone()), (201, json!(80 * MB)), "{answer:?}");
        assert!(gone(&files).await);
        let again = film(&w, Body::from_stream(stream::iter(0..chunks).map(|i| Ok::<_, std::io::Error>(chunk(i))))).await;
        assert_eq!(again.text("id"), answer.text("id"), "the same bytes are the same file");

        let request = Request::get(format!("/api/files/{}", answer.text("id"))).header("authorization", w.here("village_duty").bearer());
        let response =
            tower::ServiceExt::oneshot(w.router.clone(), request.body(Body::empty()).expect("a request")).await.expect("answers");
        assert_eq!(response.headers()["content-type"], "video/mp4");
        let bytes = axum::body::to_bytes(response.into_body(), 100 * MB).await.expect("whole");
        assert_eq!(bytes.len(), 80 * MB);
        assert!((0..chunks).all(|i| bytes[i * CHUNK..][..CHUNK] == chunk(i)[..]));
        assert_eq!(w.here("resident").get(&format!("/api/files/{}", answer.text("id"))).await.status, 404);

        // A byte that rotted on the disk: the reader is never given its end.
        let stored = walk(&files).into_iter().find(|p| p.metadata().is_ok_and(|m| m.len() == (80 * MB) as u64)).expect("is there");
        let mut rotten = std::fs::read(&stored).expect("reads");
        rotten[MB] ^= 1;
        std::fs::write(&stored, rotten).expect("writes");
        let request = Request::get(format!("/api/files/{}", answer.text("id"))).header("authorization", w.here("village_duty").bearer());
        let response =
            tower::ServiceExt::oneshot(w.router.clone(), request.body(Body::empty()).expect("a request")).await.expect("answers");
        assert!(axum::body::to_bytes(response.into_body(), 100 * MB).await.is_err());
    });
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| Some(e.ok()?.path()));
    entries.flat_map(|p| if p.is_dir() { walk(&p) } else { vec![p] }).collect()
}

#[test]
fn a_film_that_is_too_large_is_told_the_limit() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let w = World::open_with(testing::sqlite(), |c| c.files.most = 8).await;
        let endless = stream::iter(0..).map(|i| Ok::<_, std::io::Error>(chunk(i)));
        let unsaid = film(&w, Body::from_stream(endless)).await;
        let client = w.here("village_duty");
        let said = Request::post("/api/files").header("content-type", "video/mp4").header("content-length", 9 * MB);
        let said = client.raw(said.header("authorization", client.bearer()).body(Body::empty()).expect("a request")).await;
        for answer in [unsaid, said] {
            assert_eq!((answer.status, answer.code()), (413, "too_large"), "{answer:?}");
            assert!(answer.text("title").contains("8 MB") && answer.text("detail").contains("files.most"), "{answer:?}");
        }
        assert!(gone(&w.app.config.data.join("files")).await);
        assert_eq!(film(&w, Body::from(vec![b'f'; 8 * MB])).await.status, 201, "exactly the limit");
        assert_eq!(film(&w, Body::empty()).await.status, 422);
    });
}

#[test]
fn nothing_is_left_where_the_client_hangs_up() {
    on_sqlite(async |w| {
        let files = w.app.config.data.join("files");
        let broken = stream::iter(0..160).map(|i| if i < 159 { Ok(chunk(i)) } else { Err(std::io::Error::other("cut off")) });
        let answer = film(&w, Body::from_stream(broken)).await;
        assert_eq!((answer.status, answer.json["fields"][0]["field"].clone()), (400, json!("body")), "{answer:?}");
        assert!(gone(&files).await);
        // A line that goes dead: the server drops the request.
        let silent = stream::iter(0..160).map(|i| Ok::<_, std::io::Error>(chunk(i))).chain(stream::pending());
        let waiting = film(&w, Body::from_stream(silent));
        assert!(tokio::time::timeout(Duration::from_millis(500), waiting).await.is_err(), "it waits for more");
        assert!(gone(&files).await);
        assert!(walk(&files).is_empty(), "{:?}", walk(&files));
    });
}

#[test]
fn a_thumbnail_is_seen_by_whoever_sees_its_photo() {
    on_sqlite(async |w| {
        let photo = w.here("resident").upload(PHOTO, "image/png").await.text("id");
        let (small, wrong) = (format!("/api/files/{photo}?size=small"), format!("/api/files/{photo}?size=large"));
        assert_eq!(w.here("resident").get(&small).await.headers["content-type"], "image/jpeg");
        assert_eq!(w.here("village_duty").get(&small).await.status, 404, "nothing needs it yet");
        let form = json!({"words": "路灯不亮", "place": {"region": group(HERE)}, "media": [photo]});
        let body = json!({"flow": "direct_line.report", "form": form, "category": "roads"});
        assert_eq!(w.here("resident").post("/api/matters", body).await.status, 201);
        let seen = w.here("village_duty").get(&small).await;
        assert_eq!((seen.status, seen.headers["content-type"].to_str().expect("text")), (200, "image/jpeg"));
        for (who, county) in [("stranger", HERE), ("other_township_duty", HERE), ("village_duty", NEXT)] {
            assert_eq!(w.of(who, county).get(&small).await.status, 404, "{who} of {county}");
        }
        assert_eq!(w.nobody().get(&small).await.status, 404);
        let refused = w.here("resident").get(&wrong).await;
        assert_eq!((refused.status, refused.json["fields"][0]["field"].clone()), (400, json!("size")));
        let paper = w.here("resident").upload(b"%PDF-1.4 a paper", "application/pdf").await.text("id");
        assert_eq!(w.here("resident").get(&format!("/api/files/{paper}?size=small")).await.status, 422);

        // A week and a day later photo and thumbnail are still there; without the matter they would both be gone.
        let unused = w.here("resident").upload(BLACK, "image/png").await.text("id");
        w.clock.move_to(w.app.store.now() + Duration::from_secs(8 * 24 * 3600));
        w.sign_in_again().await;
        let swept = w.app.store.sweep_files(w.home(HERE), &w.app.files).await.expect("sweeps");
        assert_eq!(w.here("village_duty").get(&small).await.headers["content-type"], "image/jpeg");
        assert_eq!(w.here("resident").get(&format!("/api/files/{unused}?size=small")).await.status, 404);
        assert_eq!(swept, 3, "the paper, the unused photo and its thumbnail");
    });
}
