use super::json::RoleShown;
use crate::{
    app::App,
    edge::{Answer, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use serde_json::json;

/// The roles, with what they may do
#[utoipa::path(get, path = "/api/roles", tag = "platform", responses((status = 200, body = [RoleShown])))]
pub async fn list_roles(State(app): State<App>, who: Who) -> Answer<Json<Vec<RoleShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.roles().map(|r| RoleShown {
        id: r.id.clone(),
        name: Words::from(&r.name),
        level: json!(r.level),
        paid: r.paid,
        of_unit: r.of_unit,
        may: json!(r.may),
    });
    Ok(Json(shown.collect()))
}
