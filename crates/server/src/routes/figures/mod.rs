//! Figures 指标: indicators, rankings, the matters behind them, hot issues.

mod ask;
mod follow;
mod get_figure;
mod json;
mod list_hot_issues;
mod list_indicators;
mod list_rows;
mod rank_figure;
mod show_dashboard;
mod trend_figure;

pub use ask::ask;
pub use follow::{catch_up, follow};
pub use json::{AskFigure, AskHot, HotIssues};
pub use list_hot_issues::list_hot_issues;
pub use list_rows::which;

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_indicators::list_indicators))
        .routes(routes!(get_figure::get_figure))
        .routes(routes!(rank_figure::rank_figure))
        .routes(routes!(trend_figure::trend_figure))
        .routes(routes!(list_rows::list_figure_matters))
        .routes(routes!(show_dashboard::show_dashboard))
        .routes(routes!(list_hot_issues::list_hot_issues))
}
