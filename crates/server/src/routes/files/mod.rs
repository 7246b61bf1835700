//! Files: photos, films, papers. A file is seen by whoever sees what needs it, and by who brought it.

mod get_file;
pub mod id;
pub mod json;
mod upload_file;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload_file::upload_file)).routes(routes!(get_file::get_file))
}
