//! Lists out to sheets.

mod export_matters;
mod matters;

pub use matters::{Format, csv_of, export};

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export_matters::export_matters))
}
