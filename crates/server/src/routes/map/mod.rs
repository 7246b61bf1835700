//! The map: tiles of what the caller may list, outlines with their counts, and the county's base map.

mod base_map;
mod get_tile;
mod heap;
mod json;
mod leaders_layer;
mod map_regions;
mod matters_layer;
mod pmtiles;
mod show_map;
mod things_layer;

pub use json::{BaseMap, Coordinates, Geometry};
pub use pmtiles::fault;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_map::show_map))
        .routes(routes!(map_regions::map_regions))
        .routes(routes!(get_tile::get_tile))
        .routes(routes!(base_map::get_base_map))
}
