use super::json::{FailedRun, ListFailedRuns};
use crate::{
    app::App,
    edge::{self, Answer, Query, Who},
};
use axum::{Json, extract::State};

const MOST: usize = 200;

/// Reactions that failed
///
/// Newest first: what is tried again, and what is parked until someone replays or drops it.
#[utoipa::path(get, path = "/api/reactions/runs", tag = "reactions", params(ListFailedRuns), responses((status = 200, body = [FailedRun])))]
pub async fn list_failed_runs(State(app): State<App>, who: Who, Query(ask): Query<ListFailedRuns>) -> Answer<Json<Vec<FailedRun>>> {
    who.account()?;
    let most = edge::most(ask.most, 50, MOST)?;
    let runs = app.look(&who, move |r, _, caller| reactions::failures(r, caller, ask.all, most)).await?;
    Ok(Json(runs.into_iter().map(FailedRun::from).collect()))
}
