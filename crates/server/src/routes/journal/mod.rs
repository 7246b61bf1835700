//! The journal from outside: live events, its entries, who read what, and the signed checkpoints by which anyone can hold us to it.

mod checkpoints;
mod follow_events;
pub mod json;
mod list_entries;
mod list_readings;

use crate::app::App;
use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(follow_events::follow_events))
        .routes(routes!(list_entries::list_entries))
        .routes(routes!(list_readings::list_readings))
}

/// Addresses that a standard fixes.
pub fn plain() -> Router<App> {
    Router::new().route("/.well-known/shuxiang/checkpoints", get(checkpoints::checkpoints))
}
