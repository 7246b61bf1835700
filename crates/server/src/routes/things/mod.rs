//! Things 台账: registered objects, their sheets in and out.

mod add_thing;
mod change_thing;
mod check_sheet;
mod commit_sheet;
mod declared;
mod export_things;
mod get_thing;
mod json;
mod list_kinds;
mod list_things;
mod move_thing;
mod remove_thing;
mod sheets;
mod thing_history;
mod unmask_thing;

use crate::app::App;
use base::{Error, Home, Result};
use packs::Name;
use things::Register;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_kinds::list_kinds))
        .routes(routes!(list_things::list_things, add_thing::add_thing))
        .routes(routes!(get_thing::get_thing))
        .routes(routes!(thing_history::get_thing_history))
        .routes(routes!(change_thing::change_thing))
        .routes(routes!(move_thing::move_thing))
        .routes(routes!(remove_thing::remove_thing))
        .routes(routes!(unmask_thing::unmask_thing))
        .routes(routes!(check_sheet::check_things, sheets::list_thing_imports))
        .routes(routes!(sheets::get_thing_import))
        .routes(routes!(commit_sheet::commit_things))
        .routes(routes!(sheets::cancel_things))
        .routes(routes!(export_things::export_things))
}

/// What the verbs of things need of a county.
pub fn register(app: &App, home: Home) -> Result<Register> {
    Ok(Register { catalogue: app.rules(home)?.catalogue.clone(), terms: language::search_terms })
}

pub fn kind_name(text: &str) -> Result<Name> {
    let wrong = || Error::invalid("kind", "类型应写成“包.类型”", "a kind is <pack>.<kind>");
    text.split_once('.').map(|(pack, kind)| Name::new(pack, kind)).ok_or_else(wrong)
}
