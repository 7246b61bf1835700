//! The platform itself: how it is, what it has loaded, what it is.

pub mod declared;
mod due;
mod health;
mod index;
pub mod json;
mod list_flows;
mod list_packs;
mod list_roles;

use crate::app::App;
use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(list_packs::list_packs))
        .routes(routes!(list_flows::list_flows))
        .routes(routes!(list_roles::list_roles))
        .routes(routes!(due::calendar_due))
}

/// For people, not for programs.
pub fn plain() -> Router<App> {
    Router::new().route("/", get(index::index))
}
