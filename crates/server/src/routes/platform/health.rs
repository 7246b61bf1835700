use super::json::Health;
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};

/// How the server is
///
/// 503 where a part stands still. Says nothing about anyone.
#[utoipa::path(get, path = "/api/health", tag = "platform", responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn health(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let parts = app.parts.report();
    let good = parts.iter().all(|p| p.running);
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if good { "ok" } else { "failing" };
    (status, Json(Health { status: word, version: env!("CARGO_PKG_VERSION"), now: app.store.now(), parts }))
}
