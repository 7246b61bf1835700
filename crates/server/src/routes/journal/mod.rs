//! The journal from outside: live events, and the signed checkpoints by which anyone can hold us to it.

mod checkpoints;
mod follow_events;
pub mod json;

use crate::app::App;
use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(follow_events::follow_events))
}

/// Addresses that a standard fixes.
pub fn plain() -> Router<App> {
    Router::new().route("/.well-known/shuxiang/checkpoints", get(checkpoints::checkpoints))
}
