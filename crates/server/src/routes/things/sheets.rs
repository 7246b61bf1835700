//! Sheets that were brought: to go on with one that was cut off, or to take it back.

use super::{json::SheetShown, register};
use crate::{
    app::App,
    edge::{Answer, Path, Who},
};
use axum::{Json, extract::State, http::StatusCode};
use things::import::{cancel, find, latest};
use uuid::Uuid;

/// The sheets I brought, the newest first
#[utoipa::path(get, path = "/api/imports/things", tag = "imports", responses((status = 200, body = [SheetShown])))]
pub async fn list_thing_imports(State(app): State<App>, who: Who) -> Answer<Json<Vec<SheetShown>>> {
    who.account()?;
    let sheets = app.look(&who, move |r, _, caller| latest(r, caller, 20)).await?;
    Ok(Json(sheets.into_iter().map(SheetShown::from).collect()))
}

/// A sheet: its report, and how far it has come
#[utoipa::path(get, path = "/api/imports/things/{id}", tag = "imports", params(("id" = Uuid, Path)), responses((status = 200, body = SheetShown)))]
pub async fn get_thing_import(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<Json<SheetShown>> {
    who.account()?;
    Ok(Json(app.look(&who, move |r, _, caller| find(r, caller, id)).await?.into()))
}

/// Take back a sheet that is not shown yet
#[utoipa::path(post, path = "/api/imports/things/{id}/cancel", tag = "imports", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn cancel_things(State(app): State<App>, who: Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    who.account()?;
    let register = register(&app, who.home())?;
    cancel(&app.store, &register, &who.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
