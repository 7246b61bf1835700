//! Lists out to sheets.

mod export_figure;
mod export_matters;
mod export_months;
mod matters;
mod sheet;

pub use matters::export;
pub use sheet::{Format, attachment, csv_of, person};

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(export_matters::export_matters))
        .routes(routes!(export_figure::export_figure))
        .routes(routes!(export_months::export_months))
        .routes(routes!(export_months::export_month_matters))
}
