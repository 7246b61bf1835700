//! What packs' reactions did not get done: seen, replayed or dropped by those who run the county's system.

mod drop_run;
mod json;
mod list_failed_runs;
mod replay_run;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_failed_runs::list_failed_runs))
        .routes(routes!(replay_run::replay_run))
        .routes(routes!(drop_run::drop_run))
}
