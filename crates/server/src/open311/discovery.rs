use super::{ROOT, tree::Tree};
use crate::app::App;

/// Where the service is and what it speaks.
pub fn discovery(app: &App) -> (&'static str, Tree) {
    let url = app.config.public_url();
    let endpoint = Tree::Map(vec![
        ("specification", Tree::text("http://wiki.open311.org/GeoReport_v2")),
        ("url", Tree::text(format!("{url}{ROOT}"))),
        ("changeset", Tree::text(CHANGED)),
        ("type", Tree::text("production")),
        ("formats", Tree::List("format", vec![Tree::text("text/xml"), Tree::text("application/json")])),
    ]);
    let root = vec![
        ("changeset", Tree::text(CHANGED)),
        ("contact", Tree::text(format!("{url}/"))),
        (
            "key_service",
            Tree::text(
                "向县信息员申请 api_key；不带 api_key 也可以匿名反映 / Ask the county's IT for an api_key; anonymous reports need none",
            ),
        ),
        ("endpoints", Tree::List("endpoint", vec![endpoint])),
    ];
    ("discovery", Tree::Map(root))
}

/// When this interface last changed.
const CHANGED: &str = "2026-11-22T00:00:00+08:00";
