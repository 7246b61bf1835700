//! The OpenAPI document is generated from the handlers and kept under version control.

use crate::world::on_sqlite;
use std::path::PathBuf;

#[test]
fn the_committed_document_is_what_is_served() {
    on_sqlite(async |w| {
        let served = w.nobody().get("/api/openapi.json").await;
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &served.raw).expect("writes");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == served.raw, "docs/reference/openapi.json is old: run BLESS=1 cargo test -p server document");
        assert_eq!(served.json["info"]["title"], "数乡 Shuxiang");
        let operations = served.json["paths"].as_object().expect("paths");
        assert!(operations.len() > 20);
    });
}
