//! The pages come out of the binary.

use crate::world::on_sqlite;
use axum::http::Method;

#[test]
fn pages_are_served_with_their_history_and_files_for_ever() {
    on_sqlite(async |w| {
        let first = w.nobody().get("/console/").await;
        if first.status == 404 && first.code() == "no_pages" {
            println!("skipped: web/dist is not there; npm run build makes it");
            return;
        }
        assert_eq!((first.status, &first.headers["content-type"]), (200, &"text/html; charset=utf-8".parse().expect("a header")));
        assert_eq!(first.headers["cache-control"], "no-cache");
        let policy = first.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'self'") && !policy.contains("script-src"), "{policy}");
        assert_eq!(w.nobody().get("/console/matters/any").await.status, 200);
        assert_eq!(w.nobody().get("/m/anything").await.status, 200);
        assert_eq!(w.nobody().get("/console").await.headers["location"], "/console/");

        for (file, kind) in
            [("sw.js", "text/javascript; charset=utf-8"), ("app.webmanifest", "application/manifest+json"), ("icon-192.png", "image/png")]
        {
            let got = w.nobody().get(&format!("/m/{file}")).await;
            assert_eq!((got.status, got.headers["content-type"].to_str().expect("text")), (200, kind), "{file}");
            assert_eq!(got.headers["cache-control"], "no-cache", "{file}");
        }
        assert_eq!(w.nobody().get("/m/nothing.js").await.status, 404);

        let tag = first.headers["etag"].to_str().expect("text").to_owned();
        let again = w.nobody().send(Method::GET, "/console/", None, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.raw.len()), (304, 0));

        let script = first.raw.split('"').find(|s| s.starts_with("/assets/") && s.ends_with(".js")).expect("a script").to_owned();
        let plain = w.nobody().get(&script).await;
        assert_eq!(
            (plain.status, &plain.headers["cache-control"]),
            (200, &"public, max-age=31536000, immutable".parse().expect("a header"))
        );
        let packed = w.nobody().send(Method::GET, &script, None, &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(packed.headers["content-encoding"], "gzip");
        assert_ne!(packed.headers["etag"], plain.headers["etag"]);

        for path in ["/assets/nothing.js", "/assets/..%2f..%2fCargo.toml", "/assets/../package.json"] {
            assert_eq!(w.nobody().get(path).await.status, 404, "{path}");
        }
    });
}
