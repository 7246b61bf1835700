//! The command screen 大屏: the county at a glance. Every number is what a list gives, and says which one.

mod json;
mod look;
mod show_screen;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_screen::show_screen))
}
