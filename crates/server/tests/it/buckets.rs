//! Files in a bucket, on the S3 server whose address is in `SHUXIANG_TEST_S3` (Moto's, as `cargo xtask test` starts it).
//! It checks signatures and rights once it is told to.

use crate::{
    lifecycle::PHOTO,
    world::{Client, World},
};
use axum::{body::Body, http::Request};
use base::{Error, SystemClock};
use bytes::Bytes;
use server::{
    app::{App, SCHEMAS},
    config::{Config, FilesKept},
    routes,
};
use std::sync::Arc;
use store::{backup, testing};
use tower::ServiceExt;
use uuid::Uuid;

/// The S3 server, and the key it knows.
struct S3 {
    at: String,
    access_key: String,
    secret: String,
}

/// Moto takes the service from the signature's scope, also while it checks no signature.
const IAM: &str = "AWS4-HMAC-SHA256 Credential=any/20261122/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=any";

fn asked(request: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> String {
    request.expect("answers").body_mut().read_to_string().expect("text")
}

fn between(text: &str, tag: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag} in {text}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

impl S3 {
    /// One user who may do everything to files and nothing else, known by this server from here on.
    fn start(at: String, buckets: &[&str]) -> S3 {
        let auth = |after: &str| asked(ureq::post(format!("{at}/moto-api/reset-auth")).send(after));
        auth("inf");
        for bucket in buckets {
            asked(ureq::put(format!("{at}/{bucket}")).send(""));
        }
        let iam = |words: &[(&str, &str)]| asked(ureq::post(&at).header("Authorization", IAM).send_form(words.iter().copied()));
        let user = Uuid::new_v4().to_string();
        iam(&[("Action", "CreateUser"), ("UserName", &user)]);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        iam(&[("Action", "PutUserPolicy"), ("UserName", &user), ("PolicyName", "files"), ("PolicyDocument", policy)]);
        let key = iam(&[("Action", "CreateAccessKey"), ("UserName", &user)]);
        auth("0");
        S3 { access_key: between(&key, "AccessKeyId"), secret: between(&key, "SecretAccessKey"), at }
    }

    fn files(&self, bucket: &str) -> FilesKept {
        FilesKept {
            bucket: Some(bucket.to_owned()),
            endpoint: Some(self.at.clone()),
            access_key: Some(self.access_key.clone()),
            secret: Some(self.secret.clone()),
            allow_http: true,
            ..FilesKept::default()
        }
    }
}

async fn bytes(router: &axum::Router, client: &Client<'_>, path: &str) -> Bytes {
    let request = Request::get(path).header("authorization", client.bearer()).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("answers");
    assert_eq!(response.status(), 200, "{path}");
    axum::body::to_bytes(response.into_body(), 64 << 20).await.expect("whole")
}

#[test]
fn files_in_a_bucket_are_read_backed_up_and_restored_into_another() {
    let Ok(at) = std::env::var("SHUXIANG_TEST_S3") else {
        println!("skipped: SHUXIANG_TEST_S3 is not set");
        return;
    };
    let (first, second) = (format!("a-{}", Uuid::new_v4()), format!("b-{}", Uuid::new_v4()));
    let s3 = S3::start(at, &[&first, &second]);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let w = World::open_with(testing::sqlite(), |c| c.files = s3.files(&first)).await;
        let him = w.here("resident");
        let photo = w.here("resident").upload(PHOTO, "image/png").await;
        assert_eq!(photo.status, 201, "{photo:?}");
        let photo = format!("/api/files/{}", photo.text("id"));
        let small = format!("{photo}?size=small");
        let (whole, thumbnail) = (bytes(&w.router, &him, &photo).await, bytes(&w.router, &him, &small).await);
        assert!(whole.starts_with(b"\x89PNG") && thumbnail.starts_with(b"\xff\xd8"));
        // A film of three parts, twice the same, and one that was cut off: no more objects than files.
        let film = vec![b'f'; 11 << 20];
        let mut name = String::new();
        for _ in 0..2 {
            let desk = w.here("village_duty");
            let request = Request::post("/api/files").header("content-type", "video/mp4").header("authorization", desk.bearer());
            let answer = desk.raw(request.body(Body::from(film.clone())).expect("a request")).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            name = format!("/api/files/{}", answer.text("id"));
        }
        assert_eq!(bytes(&w.router, &w.here("village_duty"), &name).await, film);
        let mut broken = w.app.files.receive().await.expect("begins");
        broken.write(&Bytes::from(film.clone())).await.expect("writes");
        drop(broken);
        assert!(!w.app.config.data.join("files").exists(), "nothing is in the data folder");

        let folder = tempfile::tempdir().expect("a folder");
        let (to, data) = (folder.path().join("backup"), folder.path().join("data"));
        let made = backup::backup(&w.app.config.store(), Some(&w.app.files), &SystemClock, &to).await.expect("backs up");
        assert_eq!(made.files, 3, "photo, thumbnail, film");
        std::fs::create_dir_all(&data).expect("a folder");
        std::fs::write(data.join("demo"), "").expect("a mark");
        let config = Config { files: s3.files(&second), keys: Some(w.app.config.key_file()), data, ..w.app.config.clone() };
        let files = config.files().await.expect("opens");
        backup::restore(&to, &config.store(), Some(&files), SCHEMAS).await.expect("restores");
        let proof = backup::prove(&made, &config.store(), Arc::new(SystemClock), SCHEMAS, &[]).await.expect("proves");
        assert!(proof.holds(), "{proof:?}");
        let app = App::open(config, Some(w.clock.clone())).await.expect("opens");
        let (router, _) = routes::build(&app);
        assert_eq!(bytes(&router, &him, &photo).await, whole);
        assert_eq!(bytes(&router, &him, &small).await, thumbnail);
        assert_eq!(bytes(&router, &w.here("village_duty"), &name).await, film);
    });
    let said = |kept: FilesKept| -> Error {
        let config = Config { files: kept, ..Config::default() };
        runtime.block_on(config.files()).err().expect("refused")
    };
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port that is free again");
    let cases = [
        (FilesKept { secret: Some("wrong".into()), ..s3.files(&first) }, "files.secret"),
        (FilesKept { access_key: Some("AKIANOBODY".into()), ..s3.files(&first) }, "files.access_key"),
        (s3.files("not-there-at-all"), "files.bucket"),
        (FilesKept { endpoint: Some(format!("http://{nowhere}")), ..s3.files(&first) }, "files.endpoint"),
    ];
    for (kept, mend) in cases {
        let at = kept.endpoint.clone().expect("set");
        let e = said(kept);
        let (zh, en) = (&e.text().zh, &e.text().en);
        assert!(zh.contains(mend) && en.contains(mend) && zh.contains(&at) && en.contains(&at), "{mend}: {e:?}");
    }
}
