use super::json::KindShown;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use serde_json::json;

/// The kinds of things, with their fields
#[utoipa::path(get, path = "/api/kinds", tag = "things", responses((status = 200, body = [KindShown])))]
pub async fn list_kinds(State(app): State<App>, who: Who) -> Answer<Json<Vec<KindShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.kinds().map(|k| KindShown { kind: format!("{}.{}", k.pack, k.id), declared: json!(**k) });
    Ok(Json(shown.collect()))
}
