use super::{ask::word, json::IndicatorShown};
use crate::{
    app::App,
    edge::{Answer, Who},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use serde_json::json;

/// The indicators, with their formulas
#[utoipa::path(get, path = "/api/indicators", tag = "figures", responses((status = 200, body = [IndicatorShown])))]
pub async fn list_indicators(State(app): State<App>, who: Who) -> Answer<Json<Vec<IndicatorShown>>> {
    let rules = app.rules(who.home())?;
    let shown = rules.catalogue.indicators().map(|i| IndicatorShown {
        indicator: format!("{}.{}", i.pack, i.id),
        name: Words::from(&i.name),
        by: i.by.iter().map(word).collect(),
        least: i.least,
        figure: json!(i.figure),
    });
    Ok(Json(shown.collect()))
}
