//! What triage learns from corrections.

mod learnt;
mod list_corrections;

pub use learnt::{Learnt, SCHEMA, follow, learn};

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_corrections::list_corrections))
}
