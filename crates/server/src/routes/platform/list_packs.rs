use super::json::PackShown;
use crate::{
    app::App,
    edge::{Answer, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};

/// The packs that are loaded
#[utoipa::path(get, path = "/api/packs", tag = "platform", responses((status = 200, body = [PackShown])))]
pub async fn list_packs(State(app): State<App>, who: Who) -> Answer<Json<Vec<PackShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.packs().map(|p| PackShown {
        id: p.id.clone(),
        name: Words::from(&p.name),
        uses: p.uses.clone(),
        hash: p.hash.clone(),
    });
    Ok(Json(shown.collect()))
}
