//! The tree of regions, and the dated sets of groups that are 片, 网格 and 巷.

mod add_region;
mod close_area;
mod close_region;
mod define_area;
mod find_regions;
pub mod json;
mod list_areas;
mod put_boundary;
mod recode_region;
mod redraw_areas;
mod remove_boundary;
mod rename_region;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find_regions::find_regions, add_region::add_region))
        .routes(routes!(rename_region::rename_region, close_region::close_region))
        .routes(routes!(put_boundary::put_boundary, remove_boundary::remove_boundary))
        .routes(routes!(recode_region::recode_region))
        .routes(routes!(list_areas::list_areas, define_area::define_area))
        .routes(routes!(close_area::close_area))
        .routes(routes!(redraw_areas::redraw_areas))
}
