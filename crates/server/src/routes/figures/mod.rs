//! Figures 指标: indicators, rankings, the matters behind them, hot issues.

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
