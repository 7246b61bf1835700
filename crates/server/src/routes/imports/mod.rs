//! Messages from sheets: check, commit, the receipts to pass on.

mod check_messages;
mod commit_messages;
mod get_messages;
mod import_messages;
mod json;
mod list_receipts;

pub use json::{RowWrong, file_name};

use crate::app::App;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import_messages::import_messages))
        .routes(routes!(check_messages::check_messages))
        .routes(routes!(get_messages::get_messages))
        .routes(routes!(commit_messages::commit_messages))
        .routes(routes!(list_receipts::list_receipts))
}
