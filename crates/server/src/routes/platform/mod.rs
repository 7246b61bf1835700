//! The platform itself: how it is, what it has loaded, what it is.

mod health;
mod index;
pub mod json;

use crate::app::App;
use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health::health))
}

/// For people, not for programs.
pub fn plain() -> Router<App> {
    Router::new().route("/", get(index::index))
}
