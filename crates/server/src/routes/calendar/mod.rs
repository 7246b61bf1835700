//! The county's own years of holidays: read and entered. A deadline that was counted over a year without a table is
//! 暂定 and is counted again once there is one.

mod enter_year;
mod list_days;
mod list_years;
mod years;

pub use years::{Calendars, follow, read_years};

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_years::list_years))
        .routes(routes!(enter_year::enter_year))
        .routes(routes!(list_days::list_days))
}
