use super::json::FlowShown;
use crate::{
    app::App,
    edge::{Answer, Who},
};
use axum::{Json, extract::State};
use serde_json::json;

/// The flows, with their forms
///
/// What pages need to draw a form, and programs to fill one in: fields with their kinds, choices and bounds.
#[utoipa::path(get, path = "/api/flows", tag = "platform", responses((status = 200, body = [FlowShown])))]
pub async fn list_flows(State(app): State<App>, who: Who) -> Answer<Json<Vec<FlowShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.flows().map(|f| FlowShown { flow: f.name_of().to_string(), declared: json!(**f) });
    Ok(Json(shown.collect()))
}
