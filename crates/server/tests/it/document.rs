//! The OpenAPI document is generated from the handlers and kept under version control.

use crate::world::on_sqlite;
use axum::http::Method;
use serde_json::Value;
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

/// A header that is declared is checked, and the other way round.
#[test]
fn a_key_is_declared_where_it_is_checked() {
    on_sqlite(async |w| {
        let served = w.nobody().get("/api/openapi.json").await;
        let mut wrong = Vec::new();
        for (path, item) in served.json["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods").iter().filter(|(m, _)| *m != "get") {
                let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
                let declared = parameters.iter().any(|p| p["name"] == "Idempotency-Key");
                let method: Method = method.to_uppercase().parse().expect("a method");
                let any_id = "01a204d3-e840-77dd-a106-0dc0542195c6";
                let address: String = path.split('/').map(|s| if s.starts_with('{') { any_id } else { s }).collect::<Vec<_>>().join("/");
                let client = w.here("county_it");
                let answer = client.send(method.clone(), &address, Some(Value::Null), &[("idempotency-key", "no key at all")]).await;
                let checked = answer.json["fields"][0]["field"] == "Idempotency-Key";
                if declared != checked {
                    wrong.push(format!("{} ({method} {path}): declared {declared}, checked {checked}", operation["operationId"]));
                }
                if !checked {
                    w.sign_in_again().await;
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
