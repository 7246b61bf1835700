use super::json::{AskDue, Due};
use crate::{
    app::App,
    edge::{Answer, Query, Who},
};
use axum::{Json, extract::State};
use base::Error;
use calendar::Term;

/// When a term ends
///
/// In Chinese working time: `urgent-hours`, `work-hours`, `work-days`, `days`, `months`.
#[utoipa::path(get, path = "/api/calendar/due", tag = "platform", params(AskDue), responses((status = 200, body = Due)))]
pub async fn calendar_due(State(app): State<App>, who: Who, Query(ask): Query<AskDue>) -> Answer<Json<Due>> {
    let term = ask.term.parse::<Term>().map_err(|e: Error| Error::invalid("term", e.text().zh.clone(), e.text().en.clone()))?;
    let due = app.rules(who.home())?.calendar.due(ask.start, term);
    Ok(Json(Due { at: due.at, provisional: due.provisional }))
}
